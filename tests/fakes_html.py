"""Pages as Chinese government sites build them, and a regulation in three formats."""

import re

import fakes_docx
from fakes_docx import lists, lvl, p

TITLE = "某市公共数据管理办法"
ROWS = (
    ("类别", "共享方式", "说明"),
    ("无条件共享", "平台提供", "全部机构可用"),
    ("有条件共享", "申请提供", "按用途审批"),
)
TABLE = tuple("| " + " | ".join(row) + " |" for row in ROWS)
LAW = (
    "（2023年11月20日某市人民政府令第12号公布）",
    "第一章　总则",
    "第一条　为了规范公共数据管理，促进公共数据共享和开放，根据有关法律、法规，结合本市实际，制定本办法。",
    "第二条　本市行政区域内公共数据的采集、共享、开放和安全管理，适用本办法。",
    "涉及国家秘密的，按照有关保密规定执行。",
    "第三条　公共数据管理应当遵循下列原则：",
    "（一）统筹规划；",
    "（二）依法采集；",
    "（三）安全可控。",
    "第二章　采集与共享",
    "第四条　市大数据主管部门负责统筹全市公共数据管理工作。",
    "第五条　公共管理和服务机构应当履行下列职责：",
    "（一）统筹规划；",
    "（二）编制目录；",
    "（三）安全可控。",
    "第六条　公共数据分为下列类别：",
    *TABLE,
    "第七条　公共数据以共享为原则，以不共享为例外。",
    "无条件共享的，应当通过共享平台提供。",
    "第三章　法律责任",
    "第八条　有下列情形之一的，由市大数据主管部门责令改正：",
    "（一）未按照规定编制目录的；",
    "（二）未按照规定共享数据的。",
    "第九条　违反本办法规定，有下列情形之一的，依法给予处分：",
    "（一）未按照规定编制目录的；",
    "（二）泄露个人信息的。",
    "第四章　附则",
    "第十条　中央驻本市单位的公共数据管理，参照本办法执行。",
    "第十一条　本办法由市大数据主管部门负责解释。",
    "第十二条　本办法自2024年1月1日起施行。",
)
GRID = (
    '<table border="1" cellspacing="0"><tbody>'
    + "".join("<tr>" + "".join(f"<td><p>{cell}</p></td>" for cell in row) + "</tr>" for row in ROWS)
    + "</tbody></table>"
)


def body(paragraph):
    """The regulation with each line written by a function, and the table as one."""
    parts = [GRID if line == TABLE[0] else "" if line in TABLE else paragraph(line) for line in LAW]
    return "\n".join(parts)


def paragraphs(line):
    return f'<p style="text-indent:2em"><span style="font-family:仿宋">　　{line}</span></p>'


def breaks(line):
    return f"&nbsp;&nbsp;&nbsp;&nbsp;{line}<br>"


def divisions(line):
    return f"<div>&emsp;&emsp;{line}</div>"


def of_word(line):
    """As Word exports it, in pieces and with its source broken anywhere."""
    return (
        "<p class=MsoNormal style='text-indent:32.0pt'><span lang=EN-US><span style='mso-spacerun:yes'>&nbsp; </span></span>"
        f"<span style='font-family:仿宋'>{line[:4]}</span><span>{line[4:9]}\n{line[9:]}<span lang=EN-US><o:p></o:p></span></span></p>"
    )


def strong(line):
    return "<p>" + re.sub("^(第.{1,3}[章条])", r"<strong>\1</strong>", line) + "</p>"


NAVIGATION = (
    '<div class="top"><span>今天是2024年1月5日 星期五</span><a href="/wx">微信</a> | <a href="/wza">无障碍浏览</a></div>'
    '<div class="logo"><h1><a href="/"><img src="logo.png" alt="某市人民政府"></a></h1></div><ul class="menu">'
    '<li><a href="/">首页</a></li><li><a href="/zw">政务公开</a><ul style="display:none"><li><a href="/jg">机构</a></li></ul></li></ul>'
    '<div>您当前的位置：<a href="/">首页</a> &gt; <a href="/zw">政务公开</a> &gt; <a href="/gz">规章</a></div>'
)
FOOTER = (
    "<div><p>主办单位：某市人民政府　　承办单位：某市政务服务数据管理局</p><p>网站标识码：4400000001　粤ICP备05070829号</p>"
    "<p>为确保最佳浏览效果，建议您使用以下浏览器版本：IE浏览器9.0版本及以上。</p></div>"
)


def site(text, title=TITLE):
    """A page of a content system: its text in nested editors, the title above."""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_规章_某市人民政府</title>'
        f'<meta name="ArticleTitle" content="{title}"></head><body>{NAVIGATION}<div class="main"><h1>{title}</h1>'
        "<div class='info'><span>发布时间：2023-12-01 10:00</span><span>来源：市司法局</span><span>字体：【<a>大</a> <a>中</a> <a>小</a>】</span></div>"
        f'<div class="TRS_Editor"><style>.TRS_Editor P{{line-height:2}}</style><div class="TRS_Editor">{text}</div></div>'
        '<div><a href="javascript:window.print()">【打印】</a><a href="javascript:window.close()">【关闭】</a></div>'
        '<p>上一篇：<a href="1.html">某市城市绿化条例</a></p><p>下一篇：没有了</p></div>'
        '<div class="xg"><h3>相关链接</h3><ul><li><a href="x">《某市公共数据管理办法》解读</a></li><li><a href="y">一图读懂</a></li></ul></div>'
        f"{FOOTER}<script>var a = '<p>第一条</p>';</script></body></html>"
    )


def tables(text, title=TITLE):
    """An old page that is laid out by tables in tables; its title is a cell."""
    return (
        f"<html><head><title>{title}-某某局</title></head><body><form><table width=1000><tr><td><a href=1>首页</a></td>"
        "<td><a href=2>机构</a></td></tr></table><table><tr><td width=200><table><tr><td><a href=a>法规</a></td></tr>"
        f"<tr><td><a href=b>规章</a></td></tr></table></td><td><table><tr><td align=center><font size=5><b>{title}</b></font></td></tr>"
        f"<tr><td>发布日期：2008-1-1　点击数：55</td></tr><tr><td>{text}</td></tr><tr><td align=right>【<a href='javascript:print()'>打印本页</a>】"
        f"【<a href='javascript:close()'>关闭窗口</a>】</td></tr></table></td></tr></table></form>{FOOTER}</body></html>"
    )


def alone(text, title=TITLE):
    """A page without any frame, as an office saves it."""
    return f"<html><body><font face=宋体><center>{title}</center>{text}</font></body></html>"


def markdown():
    """The regulation as a markdown file."""
    return "\n\n".join(["# " + TITLE, *LAW])


def word(path):
    """The regulation as a Word document whose numbers are generated."""
    numbering = lists(
        lvl(0, "第%1章", "chineseCounting")
        + lvl(1, "第%2条", "chineseCountingThousand", '<w:lvlRestart w:val="0"/>')
        + lvl(2, "（%3）", "chineseCounting")
    )
    out = p(TITLE, "a5")
    for line in LAW:
        numbered = re.match(r"(?:(第.+?章)|(第.+?条)|(（.）))　?(.*)", line)
        if line in TABLE:
            out += fakes_docx.table(*ROWS) if line == TABLE[0] else ""
        elif numbered is None:
            out += p(line)
        else:
            level = next(at for at in range(3) if numbered.group(at + 1))
            out += p(numbered.group(4), "1" if level == 0 else None, num=1, level=level)
    return fakes_docx.write(path, out, numbering=numbering)

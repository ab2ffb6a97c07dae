"""Words and elements that frame a document on a page: navigation, buttons, who published it when, the footer."""

import re
from collections.abc import Sequence

from ingest.numbering import marker

_I = re.IGNORECASE
_MAX = 160
"""No line of a frame is longer."""
_SURE_BUTTON = (
    "打印(?:本页|页面|文章|预览)?|关闭(?:窗口|本页|页面)?|返回(?:顶部|首页|列表|上一页|上页)?|回到顶部|加入收藏|收藏(?:本页|本站)?|我要纠错|纠错|"
    "分享(?:到|至)?|朋友圈|QQ(?:空间|好友)?|(?:新浪|腾讯)?微博|复制链接|字体|字号|听全文|朗读|语音播报|无障碍(?:浏览|阅读)?|扫一扫(?:在手机打开当前页)?"
)
_BUTTON = (
    _SURE_BUTTON
    + "|微信|人人网|[大中小]|特大|默认|下载(?:文字版|打印版|本页|全文)?|保存(?:本页)?|放大|缩小|登录|注册|更多|手机(?:版|阅读|查看)|"
    "推荐给朋友|转发|点赞|评论|A[+-]?"
)
# Possessive: a line that is nearly all buttons must not be tried in every division.
_BUTTONS = re.compile(rf"(?:{_BUTTON}|[\s\[\]【】（）()<>《》|｜:：/、,，.。·>»+T-])++", _I)
_HAS_BUTTON = re.compile(rf"{_SURE_BUTTON}|大\W*中\W*小", _I)
"""中 or 下载 alone may be text."""
_WHERE = re.compile(
    r"(?:您|你)?(?:当前|现在|所在)?的?(?:所在)?位置(?:是|为|在)?\s*[：:>]|当前页面\s*[：:]|首页\s*[>»›/＞]|今天是|欢迎(?:您|访问|光临)"
)
_ABOUT = (
    r"索\s*引\s*号|发布(?:时间|日期|机构|单位|人)|发文(?:时间|日期|机关|单位|字号)|(?:成文|生成|公开|生效|废止|失效)日期|更新(?:时间|日期)|"
    r"信息(?:来源|名称|索引|分类|类别)|文\s*号|文件编号|有\s*效\s*性|是否有效|主题(?:分类|词)|组配分类|体裁(?:分类)?|公文种类|内容概述|标\s*题|名\s*称|"
    r"关键词|公开(?:属性|方式|形式|范围|责任部门)"
)
_PUBLISHED = (
    r"(?:文章|稿件|新闻)?来源|(?:责任|网站)?编辑|作者|审核|校对|签发|撰稿|供稿|(?:浏览|点击|阅读|访问)(?:次数|率|量|数|人次)?|字体|字号|分享到|"
    r"保护视力色|时间|日期"
)
_KEY_VALUE = re.compile(rf"[\[【|\s]*(?:{_ABOUT}|{_PUBLISHED})\s*[\]】]?\s*[：:]")
_KEY = re.compile(rf"(?:{_ABOUT})\s*[：:]?")
_WHOLE = re.compile(r"(?:信息)?(?:内容|正文|全文)\s*[：:]?")
_DATED = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?\s*(?:\S{0,20}(?:网|来源|浏览|点击|阅读|字体).*)?"
)
_AFTER = re.compile(
    r"[\[【（(\s]*(?:责任|网站)?(?:编辑|审核|校对|撰稿|供稿|浏览|点击|阅读|访问)(?:次数|率|量|数|人次)?\s*[：:]"
)
_FOOTER = re.compile(
    r"(?:上|下)一[篇条页]\s*(?:[：:]|$)|版权(?:所有|声明)|copyright|©|(?:政府)?网站(?:标识码|地图|声明|纠错|导航)|(?:联系|关于)(?:我们|本站)$|"
    r"隐私(?:声明|保护)$|站点地图|责任编辑\s*[：:]|扫一扫|友情链接|您访问的链接",
    _I,
)
_RECORD = re.compile(r"ICP\s*备|公\s*网\s*安\s*备|网站标识码|all rights reserved", _I)
_RELATED = re.compile(
    r"[【\[（(]?(?:相关|关联|延伸|推荐|热门|更多|最新|政策|图片|媒体)+"
    r"(?:链接|阅读|解读|文件|文章|新闻|信息|稿件|报道|内容|政策|推荐|专题|资讯|图解|法规)+[】\]）)]?\s*[：:>]*(?:更多[>»]*)?"
)
_HOST = re.compile(r"(?:网站)?(?:主办|承办|协办)(?:单位)?\s*[：:]|技术支持\s*[：:]")
_ANNEX = re.compile(r"附\s*[件表录图]|.*\.(?:docx?|pdf|xlsx?|wps|et|ofd|zip|rar|pptx?|jpe?g|png|tiff?)\b", _I)
_TAGS = frozenset({"nav", "aside", "footer"})
_ROLES = frozenset({"navigation", "contentinfo", "banner", "complementary", "search", "menu"})
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:(?:top|main|side|left|right|sub)?-?(?:nav|navbar|navigation|menu)|crumbs?|bread-?crumbs?|foot(?:er)?|copyright|"
    r"(?:social|bd|b)?-?share\w*|toolbar|qr-?code|ewm|related?|relevant|xg(?:wj|jd|yd|lj|xx)|sidebar|search|login|gotop|backtop|"
    r"page-?turn|prev-?next|friendlink|yqlj)(?:$|[\s_-])",
    _I,
)


def is_frame(tag: str, role: str, names: str) -> bool:
    """Tell whether an element is made for what surrounds a document; `names` are its classes and its id."""
    return tag in _TAGS or role in _ROLES or _NAMES.search(names) is not None


def is_buttons(text: str) -> bool:
    """Tell whether a line is nothing but buttons: 【打印】【关闭】, 字体：大 中 小, 分享到."""
    return _HAS_BUTTON.search(text) is not None and _BUTTONS.fullmatch(text) is not None


def is_about(text: str) -> bool:
    """Tell whether a line above a document only says where the page stands, who put it there and when."""
    if len(text) > _MAX or marker(text) is not None:
        return False
    begins = any(pattern.match(text) for pattern in (_WHERE, _KEY_VALUE))
    return begins or any(pattern.fullmatch(text) for pattern in (_WHOLE, _DATED))


def is_about_row(cells: Sequence[str]) -> bool:
    """Tell whether a row of a table does the same: keys and what they say by turns."""
    keys = [_KEY.fullmatch(cell) is not None or cell.endswith(("：", ":")) for cell in cells]
    return len(cells) % 2 == 0 and bool(keys) and all(keys[::2]) and not any(keys[1::2])


def is_after(text: str) -> bool:
    """Tell whether a line below a document only says who put it there and how often it was read."""
    return len(text) <= _MAX and _AFTER.match(text) is not None


def is_footer(text: str) -> bool:
    """Tell whether a line begins what comes after a document on a page: other pages, the footer."""
    if len(text) > _MAX or marker(text) is not None:
        return False
    return bool(_FOOTER.match(text) or _RECORD.search(text) or _RELATED.fullmatch(text))


def is_host(text: str) -> bool:
    """Tell whether a line says who runs the site, or who holds an event: a footer only above one."""
    return len(text) <= _MAX and _HOST.match(text) is not None


def is_annex(text: str) -> bool:
    """Tell whether a link leads to an annex of the document."""
    return _ANNEX.match(text) is not None

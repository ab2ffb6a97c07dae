"""What a guide to a public service states: how to reach whom, where, when, online, on which papers; what asks for it and which sentences state it.

Laws and plans mostly leave these things to such guides: a clause about the same service does not answer them.
"""

import re
from collections.abc import Mapping
from typing import Literal

GuideItem = Literal[
    "contact",
    "person",
    "office",
    "hours",
    "online",
    "replacement",
    "education",
    "template",
    "urgent",
    "copies",
    "identity",
]
_GAP = r"[^，,。？?！!]"
_WHETHER = r"(?:吗|(?<![什怎那])么|不)[？?]?$"
_PAPERS = "身份证|户口|护照|结婚证|照片|房产证|驾照|社保卡"

_CONTACTS = r"地址|电话|热线|网址|网站|邮箱|邮编|传真|联系方式|公众号"
_CONTACT = re.compile(
    # At the end of a question, or before 是什么: 变更地址要交什么材料 asks for something else.
    rf"(?<!变更)(?<!填写)(?:{_CONTACTS})(?:号码)?(?:(?:[和与、及，]|还有)[^，。？?]{{0,4}}(?:{_CONTACTS})(?:号码)?)*"
    r"(?:[是在为]?(?:什么|多少|哪里?|哪儿|哪个|几号)|有吗|呢|给我|告诉我)?[？?。]?$"
    r"|\b(?:phone number|telephone number|e-?mail address|postal address|street address|website|contact details)\b",
    re.IGNORECASE,
)
_REACHED = re.compile(
    r"https?:|www\.|\w\.(?:com|cn|org|net)\b|\w@\w|\d{3,4}[-—－ ]\d{7,8}|\d{11}|(?<!\d)1[02369]\d{3}(?!\d)|[路街道巷]\s?\d+\s?号"
    rf"|(?:{_CONTACTS})[为是:：]",
    re.IGNORECASE,
)
_OFFICES = "联系人|组长|主任|局长|厅长|处长|科长|部长|院长|校长|所长|市长|省长|县长|区长|书记|主席|会长|理事长|秘书长|董事长|总经理|总裁"
_PERSON = re.compile(
    rf"(?:{_OFFICES})(?:现在|目前|现任)?(?:是|叫|姓)(?:谁|什么|啥|哪位|哪个)|(?:谁|哪位|哪个人)(?:是|当|任|担任)[^，。？?]{{0,16}}(?:{_OFFICES})"
    r"|\bwho is (?:the|its) (?:director|head|mayor|chair\w*|president|secretary|manager)\b",
    re.IGNORECASE,
)
_APPOINTED = re.compile(
    rf"(?:{_OFFICES})\s?[:：]|(?:{_OFFICES})[^，。；]{{0,4}}由[^，。；]{{1,20}}(?:担任|兼任)|由[^，。；]{{1,24}}任[^，。；]{{0,4}}(?:{_OFFICES})|(?:担任|兼任|任命)[^，。；]{{0,16}}(?:{_OFFICES})"
)

GUIDE: Mapping[GuideItem, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "contact": (_CONTACT, _REACHED),
    "person": (_PERSON, _APPOINTED),
    "office": (
        # Who is competent (找哪个部门) is another question, which laws do answer.
        re.compile(
            rf"(?:去|到|上|在|找)?哪个?(?:窗口|大厅|条路|条街|栋楼|楼层)|几号窗口|在几楼|(?:大厅|窗口|网点|办事处|服务点|中心|局|所)在(?:哪里?|哪儿|什么地方|什么位置)(?:{_GAP}{{0,2}})[？?]?$"
        ),
        re.compile(r"地址|位于|坐落|设[在立于]|落户|窗口|大厅|[路街巷]\s?\d+\s?号"),
    ),
    "hours": (
        re.compile(
            rf"(?<![哪这那])几点(?:钟|[开关上下]|办|到|结束)|到几点|(?:周末|周[六日]|星期[六日天]|节假日|中午){_GAP}{{0,6}}(?:上班|开门|办|营业|休息|受理)|(?:上班|办公|营业)时间(?:是|[？?]|$)"
        ),
        re.compile(r"上午|下午|周末|周[一二三四五六日]|星期|节假日|休息日|(?:上班|办公|营业|服务)时间|\d[:：]\d\d|24\s?小时"),
    ),
    "online": (
        re.compile(
            rf"(?:网上|线上|在线|手机|微信|支付宝|小程序|邮寄){_GAP}{{0,8}}(?:办|交|缴|申请|查|登记|领|报){_GAP}{{0,5}}{_WHETHER}"
        ),
        re.compile(r"网[上络站]|线上|在线|互联网|平台|电子|系统|邮寄|数据电文|信息化|数字化|一网"),
    ),
    "replacement": (
        # 证丢了, not 数据丢了, which is an incident.
        re.compile(rf"(?:(?<!保)证|书|(?<!按)照|卡|票|牌|章){_GAP}{{0,3}}(?:丢|遗失|掉了|破损|损坏)|补[办领]|(?<!递)补发(?!工资|差额)"),
        re.compile(r"遗失|丢失|灭失|毁损|损[毁坏]|补[办发领]|挂失|被盗"),
    ),
    "education": (
        re.compile(
            rf"(?:什么|啥|多高|多少|要不要|需要|哪种|有没有){_GAP}{{0,4}}(?:学历|文凭|学位)|(?:学历|文凭|学位)(?:{_GAP}{{0,2}}要求|是什么|限制|吗|[？?]|$)"
        ),
        re.compile(r"学历|学位|学士|硕士|博士|本科|大专|专科|研究生|毕业|文化程度"),
    ),
    "template": (
        re.compile(
            rf"(?:模板|范本|样表|(?<![代发])表格?(?![现示明达述])|文本){_GAP}{{0,4}}哪{_GAP}{{0,4}}(?:下|领(?![域导])|拿|找)|(?:有没有|有|给我?){_GAP}{{0,8}}(?:模板|范本|样表)"
        ),
        re.compile(r"下载|模板|范本|示范文本|样式|样表|格式|附件|领取"),
    ),
    "urgent": (
        re.compile(r"加急|插队"),
        re.compile(r"加急|加快|优先|绿色通道|快速|即时|即办|紧急"),
    ),
    "copies": (
        re.compile(rf"(?:交|准备|签|印|备|带|留){_GAP}{{0,8}}(?:几|多少)份(?!额)"),
        re.compile(r"[\d一二三四五六七八九十两各]\s*式?[^，。]{0,3}份"),
    ),
    "identity": (
        re.compile(rf"(?:要|带|交|用|提供|准备|出示){_GAP}{{0,8}}(?:{_PAPERS}){_GAP}{{0,8}}{_WHETHER}"),
        re.compile(rf"身份|户籍|证件|{_PAPERS}"),
    ),
}  # fmt: skip
"""By item: what asks for it, and what a sentence that states it has."""

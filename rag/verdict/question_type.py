"""What kind of words would answer a question: an amount of money, a time, a list, steps, a body, a yes or no."""

import re
from typing import Literal

Asked = Literal[
    "money", "percent", "duration", "date", "count", "list", "steps", "who", "definition", "penalty", "permission"
]  # fmt: skip
_HAN = "一二三四五六七八九十百千万两"
_NUMBER = r"[\d〇零一二三四五六七八九十百千万亿两几][\d〇零一二三四五六七八九十百千万亿两几,，.—\-~～至余多]*"
CONFISCATES = "没收(?!到|录|集|齐|费|取)"
"""As a pattern: 没收到 and 没收录 say that something has not come, or is not held."""

FINE = r"(?<!pay a )(?<!pay the )(?<!is it )(?<!it is )(?<!it's )(?<!it be )(?<!that )\bfine[sd]?\b(?! (?:must |has to |is to )?(?:be )?paid)"
"""As a pattern: a fine that must be paid is known, like 交罚款; is it fine asks whether something is allowed."""

_ASKED: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    (
        "money",
        re.compile(
            r"多少钱|几块钱|几个亿|多少个?亿|多少万|几万块?|多少元|(手续|登记|工本|服务|中介)费|罚(款|金)?(最?高|会|要|要交)?(是)?多少"
            r"|补(贴|助|偿)?(标准)?(是|有|发)?多少|奖励?多少|最高能报|能报多少|how much (money|is the (fee|fine|subsidy))|\bfees?\b|"
            + FINE,
            re.IGNORECASE,
        ),
    ),
    (
        "percent",
        re.compile(
            r"百分之(几|多少)|几分之几|比例(?:是|为|有)?(?:多少|多大)|(?:提取|出资|持股|分配|缴[存费]|配[套比])比例[？?]?$|占(比|多少)|几个(百分)?点|几成|what (share|percentage)|percent",
            re.IGNORECASE,
        ),
    ),
    (
        "duration",
        re.compile(
            r"(几|多少)个?(天|日|工作日|年|月|个月|小时|周)(?!份)|多久|多长时间|期限?[^，,。？?]{0,6}多长|(公示|有效|保[存管]|试用|异议)期限?(呢|[？?]|$)|how (long|soon)|how many (?:(?:working|business|calendar) )?(?:days|weeks|months|years|hours)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "date",
        re.compile(
            r"什么时候|何时|几时|截止(?:日期|时间)|哪一?(天|年|月|日)|几月几?|几号|^(?:and |since |until |by )?when\b(?! (?:you|an?|may|can)\b)|\bwhen (?:is|are|was|were|do|does|did|will|shall|should|must)\b|which year|what date",
            re.IGNORECASE,
        ),
    ),
    (
        "count",
        re.compile(
            r"(多少|几)(个|家|户|项|名|位|条|所|座|款|场|种|类|只|台|套|万个)|how many", re.IGNORECASE
        ),
    ),
    (
        "list",
        re.compile(
            r"哪些|哪几|有哪|什么(材料|条件|要求|内容|情形|东西|手续)|分别|what (are|kinds|types|items|categories|documents|materials|conditions|requirements|information)\b|which (areas|kinds|types|items|categories|documents|materials|conditions|requirements|information)\b|\blist\b",
            re.IGNORECASE,
        ),
    ),
    (
        "steps",
        re.compile(
            r"流程|程序|步骤|手续|几(步|道|个环节)|怎么(办理?|申请|登记|申报|走|处理|一步)|如何(办理?|申请|登记|申报|处理)|一步步|先.{1,12}再"
            r"|what steps|procedure|how (do|does|can|should) .{1,40}(apply|register|file|proceed)",
            re.IGNORECASE,
        ),
    ),
    (
        "who",
        re.compile(
            r"谁|哪(个|家|一?级)?(部门|单位|机构|局|委|地方)|归(哪|谁)|由(哪|谁)|找(哪|谁)|牵头|挑头|负责(?!任)|主管|\bwho\b|which (body|bodies|department|authority|agency|ministry|bureau)|responsible|in charge of|supervis(?:es|ed by)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "definition",
        re.compile(
            r"(什么|啥)是|(什么|啥|怎么)(叫做?|才?算|是指)|(是|指的?是?)(什么|啥)(意思|东西|概念|技术|角色|单位|机构)?([？?]|$)|指的?(是|什么|哪)|含义|定义|所称|(是个?|到底是)什么"
            r"|^what(?:'s| is| are) (?:an?\b|the (?:definition|meaning)s?\b|(?!the\b|its\b|our\b|my\b|required|needed|allowed|permitted|prohibited|forbidden)[\w\"'“”()/-]+(?: (?!for\b|to\b|of\b|by\b|if\b|when\b)[\w\"'“”()/-]+){0,4}[?.]?$)"
            r"|\bdefin|meant by|\bmean(?:s|t|ing)?\b",
            re.IGNORECASE,
        ),
    ),
    (
        "penalty",
        re.compile(
            r"罚|处分|追责|追究|后果|法律责任|会怎么样|怎么处理|怎样处理|如何处理|承担.{0,6}责任|违反.{0,40}(?:怎么办|怎么样|如何|什么责任)|penalt|punish|\bfined?\b|sanction|consequence|what happens (?:if|when|to)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "permission",
        re.compile(
            r"可不可以|可以.{0,12}吗|能不能|能否|能.{1,16}吗|行不行|行吗|是否|要不要|需不需要|必须.{0,12}吗|准不准|还?准.{0,8}吗|允不允许|允许.{0,12}吗|用不用|(碰|做|干)不得"
            r"|\b(may|can|must|is it|are we|do we have to)\b.{0,60}\?|allowed|permitted|prohibited",
            re.IGNORECASE,
        ),
    ),
)
_ANSWERS: dict[Asked, re.Pattern[str]] = {
    "money": re.compile(
        rf"{_NUMBER}\s*(万|亿|千)?\s*(元|美元|港元|人民币|yuan)|免费|不收(取|费)|不得收|节约|协商|市场自主"
    ),
    "percent": re.compile(rf"%|％|百分之|分之[{_HAN}]|{_NUMBER}\s*(成|倍|个百分点)|一半|过半"),
    "duration": re.compile(
        rf"{_NUMBER}\s*个?\s*(工作日|日|天|年|月|小时|周|季度)|立即|及时|当日|长期|定期|按(月|季|年)|每(月|季|年|两)"
    ),
    "date": re.compile(rf"{_NUMBER}\s*(年|月|日)|之日|日起|年底|年中|月底|后方可|期满|之后"),
    "count": re.compile(r"[\d〇零一二三四五六七八九十百千两]"),
    "steps": re.compile(
        r"应当|申请|提交|提出|受理|审[核查批]|公示|公告|报送|告知|送达|办理|之日起|(?:一|二|三)是|首先|其次|然后|最后|shall|submit|apply",
        re.IGNORECASE,
    ),
    "who": re.compile(
        r"负责|牵头|主管|责任单位|由.{2,30}(?:承担|解释|组织|会同|管理|批准|审核|制定)|会同|部门|机构|委员会|人民政府|[局委厅署院办](?=[、，。；）)]|负责|牵头)|authority|department|responsible",
        re.IGNORECASE,
    ),
    "definition": re.compile(
        r"是指|指的是|所称|系指|即指|是.{4,60}的(?:总称|统称|凭证|活动|行为|形态)|定义|包括|\bmeans\b|refers? to",
        re.IGNORECASE,
    ),
    "penalty": re.compile(
        rf"罚款|处罚|处分|责令|追究|法律责任|{CONFISCATES}|吊销|撤销|警告|暂停|刑事责任|赔偿|承担.{{0,8}}责任|从轻|减轻|fine|penalt|liable|revoke",
        re.IGNORECASE,
    ),
    "permission": re.compile(
        r"可以|不得|应当|禁止|严禁|允许|必须|不能|无需|不予|无须|鼓励|支持|不再|may\b|must|shall|prohibit",
        re.IGNORECASE,
    ),
}


_SUMS = "工资|报酬|补偿|赔偿|罚款|价款|费用|金额|数额|津贴|补助|补贴|奖励|租金|违约金|保证金|注册资本|投资额"
_SHARES = rf"(?:{_NUMBER}\s*(?:[%％倍]|个月|分之)|百分之[{_HAN}])"
_SHARE_OF_SUM = re.compile(rf"(?:{_SUMS})[^。；]{{0,30}}{_SHARES}|{_SHARES}[^。；]{{0,16}}(?:{_SUMS})")
"""百分之三百的工资报酬, 补偿标准的二倍 and 六个月的本人工资 say how much is paid without a sum."""
_IN_YUAN = re.compile(r"多少(?:万|元|个?亿)|几(?:万|千|百|个?亿)|总额|预算")

_NOUNS = (
    (
        re.compile(r"(手续|登记|工本|服务|中介)费|抽成|佣金|\bfees?\b", re.IGNORECASE),
        re.compile("费|抽成|佣金"),
    ),
    (
        re.compile(r"罚(款|金)?.{0,6}(多少|几)|(多少|几).{0,4}罚|\bfined?\b", re.IGNORECASE),
        re.compile("罚款|罚金|处以"),
    ),
    (
        re.compile(r"补(贴|助)|奖励|扶持|subsid", re.IGNORECASE),
        re.compile("补贴|补助|奖|资助|贴息|扶持|支持"),
    ),
)
"""What an amount is for: words of the question → words that a text must then have beside the amount."""


def asked_for(question: str) -> tuple[Asked, ...]:
    """Return what a question asks for, the most particular first; empty for an open question."""
    return tuple(kind for kind, pattern in _ASKED if pattern.search(question))


def can_answer(kind: Asked, text: str) -> bool:
    """Tell whether a text holds words of that kind: no amount of money, no answer to 多少钱; any text may hold a list."""
    pattern = _ANSWERS.get(kind)
    if kind == "money" and _SHARE_OF_SUM.search(text):
        return True
    return pattern is None or pattern.search(text) is not None


def is_about(kind: Asked, question: str, text: str) -> bool:
    """Tell whether an amount of money in a text can be the one asked for: a fee needs 费, a fine 罚款, 多少万 a sum in yuan."""
    if kind != "money":
        return True
    if _IN_YUAN.search(question) and not _ANSWERS["money"].search(text):
        return False
    return all(there.search(text) for asked, there in _NOUNS if asked.search(question))

"""What rules and plans seldom print: judgements, forecasts, results, who signs, which firm it is; what asks for it and what states it.

A clause about the same matter comes very near to such a question, and does not answer it.
"""

import re
from collections.abc import Mapping
from typing import Literal

UnwrittenItem = Literal[
    "opinion", "forecast", "result", "revision", "signature", "firm", "term", "warranty", "remedy"
]
_GAP = r"[^，,。；;？?！!]"
_MANY = r"(?:多少|(?<!哪)几(?!月|号|点))"
# 做出了多少, 查处了多少家: what has been done, not what is to be done.
_DONE = r"(?:发|颁发|签|批|办|查处|处罚|作出|做出|建成|完成|卖|成交|受理|登记|服务|培育|落地|征集|收到|收集|认定|评|投入?)"
_TIME = "天|个?(?:工作)?日|个?月|年|周|个?星期|小时|久"
# 弄虚作假会不会被取消资格 asks for a sanction.
_CANCEL = rf"取消(?!{_GAP}{{0,3}}(?:资格|称号|许可|登记|证书|荣誉|补贴|补助|奖励|待遇))"
_FIRM = "公司|企业|机构|供应商|服务商|承包商|运营商|孵化器"

UNWRITTEN: Mapping[UnwrittenItem, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "opinion": (
        # 该不该 also asks what the rules demand (该不该赔); only a step that is the asker's own choice is meant. 每个单位推荐几个
        # and 推荐个人 are of rules, too; 请推荐几家 asks for advice.
        re.compile(
            rf"值得|值不值|划算|划得来|你们?(?:觉得|认为|看好)|胜算|有没有前途|(?:哪[家个种所]?|去哪{_GAP}{{0,2}}){_GAP}{{0,12}}(?:比较|更|最)(?:好|靠谱|合适)"
            rf"|我们?(?:公司|单位)?该不该(?:接受|同意|答应|选|投|跳槽|辞|离职)|推荐一下|(?:^|[，,。；;？?！!：:\s请]|麻烦|[给帮]我们?)推荐(?:几[家个]|[家个](?![人体庭]))|\b(?:worth (?:it|\w+ing)|do you think|would you recommend)\b",
            re.IGNORECASE,
        ),
        re.compile(r"建议(?![书稿])|不?宜(?![人居昌宾])|值得|\brecommend|\bworth|\badvis", re.IGNORECASE),
    ),
    "forecast": (
        # 会不会影响判决 asks what the rules say; what becomes of the rules or the figures themselves is a forecast.
        re.compile(
            rf"(?:明年|后年|未来|将来|以后|今后){_GAP}{{0,16}}(?:(?<!资格)(?<!称号)会(?:不会)?(?:被)?(?:{_CANCEL}|废|放宽|放开|收紧|涨|降|跌|达到|增长|调整|延长)|能(?:涨|达到|增长))"
            rf"|(?<!资格)(?<!称号)会不会(?:被)?(?:{_CANCEL}|废除|废止|放宽|放开|收紧|涨价?|降价|延长|延期|升级成)"
        ),
        re.compile(
            r"预计|预测|有望|预期|将(?:会|达|于|是|逐步|进一步|持续|继续)|力争|到\s?20\d\d|目标|适时|期满后|予以调整"
        ),
    ),
    "result": (
        re.compile(
            rf"(?:到现在|到目前|至今|迄今|截至目前){_GAP}{{0,20}}{_MANY}|(?:实际|最后|最终){_GAP}{{0,6}}(?:完成|做到|达到|发放|用了|花了|到位|成交){_GAP}{{0,8}}{_MANY}"
            rf"|{_DONE}了{_MANY}(?!{_TIME})|已经?{_DONE}了?{_MANY}(?!{_TIME})|(?:现在|目前)(?:一共|总共)?有{_MANY}(?!天|个?月|年|种|类|项)"
            rf"|(?:去年|前年|上半年|上个月)[^，,。；;？?！!我]{{0,14}}(?:成交|得了|拿了|收入|作出|做出|发了|办了|完成){_GAP}{{0,10}}{_MANY}"
        ),
        # A figure, but not that of a time, an article or an aim.
        re.compile(
            r"^(?!.*(?:力争|目标|不少于|不低于|以内|应当|不得))(?=.*(?:截至|累计|已|共[有计]|现有|达|有|为|超|完成|增|占|实现)).*\d(?![\d.]*\s*(?:年|个?月|日|天|个?工作日|小时|号|[%％]))"
        ),
    ),
    "revision": (
        # 后来 and 改了 alone may tell the asker's own story: what became of the text or the body is asked.
        re.compile(
            rf"(?:改|修改|调整|变|修订)了(?:哪些|什么|几|多少)|(?:后来|修订后|正式版){_GAP}{{0,12}}(?:改[成为了]|合并|取消了|升级|更名)"
        ),
        re.compile(r"修订|修改|修正|废止|合并|更名|改为|调整为|取消|删[去除]"),
    ),
    "signature": (
        re.compile(
            rf"(?:谁|哪位|哪个|几|多少){_GAP}{{0,10}}(?:签字|签名|盖章)|(?:签字|签名|盖章)的?(?:人|领导)?(?:是谁|是哪)"
        ),
        re.compile(r"签[字名署章]|盖章|盖有|加盖|印章"),
    ),
    "firm": (
        # 哪家牵头 and 哪几家单位 ask for authorities.
        re.compile(
            rf"^(?!.*(?:牵头|负责|主管|监管|部门|单位)).*?(?:(?:{_FIRM}){_GAP}{{0,12}}哪[一几两三]?家|哪[一几两三]?家{_GAP}{{0,10}}(?:{_FIRM}))"
            rf"|(?:{_FIRM})叫(?:什么|啥)",
            re.DOTALL,
        ),
        re.compile(
            r"(?<!责任)(?<!股份)有限公司|[\u4e00-\u9fff]{2}集团|(?<![商人国外投])(?:[\u4e00-\u9fff]{2}银行|[\u4e00-\u9fff]{2}大学)|[\u4e00-\u9fff]{2}(?:研究院|事务所)|[\u4e00-\u9fffA-Za-z]{2}、[\u4e00-\u9fffA-Za-z]{2,8}等(?:公司|企业)|[A-Z][A-Za-z]*[a-z]{2}"
        ),
    ),
    "term": (
        # How long a paper holds is not answered by how long a contract or a notice runs.
        re.compile(
            rf"有效期限?(?:是|为|有)?(?:几|多少|多久|多长|到)|有效期限?呢?[？?]?$|有效{_GAP}{{0,2}}(?:几|多少|多久|多长)(?:个?[年月天日])?"
        ),
        re.compile(r"有效|失效|期限|试行期|实施期|任期|保质期|长期"),
    ),
    "warranty": (
        re.compile(rf"(?:保修|质保|三包){_GAP}{{0,6}}(?:几|多少|多久|多长)"),
        re.compile(r"保修|质保|三包|包[修换退]|质量保证"),
    ),
    "remedy": (
        # 向谁 and 怎么 are left to the curve: a clause on complaints may help there.
        re.compile(
            rf"(?:几|多少|多久|多长)[^，,。？?]{{0,12}}(?:复议|上诉|起诉|提起诉讼)|(?:复议|上诉|起诉|提起诉讼){_GAP}{{0,8}}(?:几|多少|多久|多长)"
        ),
        re.compile(r"^(?=.*(?:复议|诉讼|起诉|上诉)).*[\d一二三四五六七八九十]\s*个?(?:工作日|日|天|月|年)"),
    ),
}  # fmt: skip
"""By item: what asks for it, and what a sentence that states it has."""

"""Greetings and talk that no document can answer, which get one polite line without a search.

Only what is small talk from its first word to its last counts: 你好，请问证书有效期多久 is a question.
"""

import re
from collections.abc import Mapping
from typing import Literal

from rag.text import Lang, plain

_Talk = Literal["greeting", "thanks", "farewell", "who", "off_topic"]
_LONGEST = 60
"""Characters; whoever writes more has something to ask."""
_REPLIES: Mapping[Lang, Mapping[_Talk, str]] = {
    "zh": {
        "greeting": "您好！我回答关于文件库中政策文件的问题，每句话注明出自哪份文件的哪一条；请直接提问，例如“某办法从哪天起施行？”。",
        "thanks": "不客气！关于文件库中的政策文件还有问题，可以接着问，我会注明出处。",
        "farewell": "再见！以后对文件库中的政策文件有疑问，随时可以再来问。",
        "who": "我是政策文件问答助手：根据文件库中的文件回答问题，每句话注明出自哪份文件的哪一条，文件里没有的不回答。",
        "off_topic": "抱歉，这与文件库中的政策文件无关，我帮不上忙；我只回答关于这些文件的问题，并注明条款出处。",
    },
    "en": {
        "greeting": "Hello! I answer questions about the policy documents in this collection and cite the clause behind every sentence; please just ask.",
        "thanks": "You are welcome! Ask on whenever you have another question about the policy documents in this collection.",
        "farewell": "Goodbye! Come back whenever you have a question about the policy documents in this collection.",
        "who": "I am an assistant for policy documents: I answer from the documents in this collection, cite the clause behind every sentence, and say so when they hold no answer.",
        "off_topic": "I am sorry, that is not a matter of the policy documents in this collection; I only answer questions about them, with the clause cited.",
    },
}  # fmt: skip
_TAIL = r"(?:[呀啊吗呢吧哈哦噢了嘛呗哟]|一下|谢谢|please)*"
_DAY = r"(?:今天|明天|后天|昨天|今晚|今早|现在|这几天|那几天|最近|周末|这周末?|下周末?|本周末?|早上|晚上|今年(?:冬天|夏天))"
_PLACE = r"(?:[\u4e00-\u9fff]{2,4}?)?"
_PARTS: tuple[tuple[_Talk, str], ...] = (
    (
        "greeting",
        r"(?:你|您|大家|各位|老师|同志|小助手)*好+|哈[喽啰罗]|嗨+|喂+|早上?好?|(?:早上|上午|中午|下午|晚上|晚)好|早安|午安|在(?:吗|不在|么)|有人(?:吗|在吗)"
        r"|你?吃(?:饭)?了(?:吗|没)?|最近怎么样|你?好久不见|新年(?:快乐|好)|节日快乐|很?高兴(?:认识|见到)你"
        r"|h(?:i|ello|ey)+(?: there)?|good (?:morning|afternoon|evening|day)|greetings|how are you(?: doing)?(?: today)?|are you there|nice to meet you|what'?s up",
    ),
    (
        "thanks",
        r"(?:非常|十分|太|多|好的?)?(?:感谢|谢谢|多谢|谢啦|谢了|谢)(?:你|您|大家)?(?:的?(?:帮助|帮忙|回答|解答))?|辛苦(?:你|您)?了?|(?:回答|说)得(?:很|真|太|挺)?(?:好|棒|对)"
        r"|(?:你|您)?(?:真|太|好|很)(?:棒|厉害|聪明|好|不错)|好的?|嗯+|哦+|ok(?:ay)?|知道了?|明白了?|懂了|收到|没事了?|没有(?:问题)?了"
        r"|(?:many )?thank(?:s| you)(?: (?:very|so) much| a lot)?(?: for (?:your|the) help)?|thx|great|well done|good job|perfect|got it|i see",
    ),
    (
        "farewell",
        r"再见|拜拜?|回头见|下次见|明天见|晚安|(?:good ?)?bye(?: ?bye)?|see you(?: (?:later|soon|tomorrow))?|good night",
    ),
    (
        "who",
        r"(?:你|您)(?:到底|究竟|又)?是(?:谁|什么|干什么的?|做什么的?|哪位|(?:一个)?(?:机器人|真人|人工智能|ai|人|chatgpt|大?模型|什么(?:东西|模型|助手|人)))"
        r"|(?:你|您)(?:叫|名字(?:是|叫))(?:什么|啥)(?:名字)?|(?:你|您)的名字(?:是什么|叫什么)?|(?:你|您)(?:都)?(?:会|能|可以)(?:做|干|帮我(?:做|干)?|回答)?(?:些)?(?:什么|啥|哪些)(?:事情?|问题|忙)?"
        r"|(?:你|您)有(?:什么|哪些)(?:功能|用处|本事|用)|(?:自我)?介绍一?下?(?:你|您)?自己|(?:做个|来个)?自我介绍|怎么(?:使)?用(?:你|您|这个(?:系统|助手|软件))?|(?:你|您)是怎么工作的"
        r"|(?:你|您)用的(?:是)?(?:什么|哪个)(?:大)?模型|谁(?:开发|做|制造|创造)了?(?:的)?(?:你|您)的?|(?:你|您)(?:是)?谁(?:开发|做|制造|创造)的"
        r"|who (?:are|made|created|built) you|what(?: exactly)? are you|what(?:'s| is) your name|what (?:can|do) you do(?: for me)?|how can you help(?: me)?|(?:please )?introduce yourself|are you (?:a |an )?(?:human|robot|bot|ai|real(?: person)?|chatgpt)|help",
    ),
    (
        "off_topic",
        # A verb, a measure word and a work of fun at the very end: 写首藏头诗, but not 讲好贵州故事.
        r"(?:请|给我|帮我|为我|给大家|能不能|可以|能|你|我想听|再)*.{0,16}?(?:讲|说|来|写|作|唱|编|背|念|画|做)(?:上)?(?:一|两|几)?(?:个|首|段|篇|则|副|幅|封|张|支|份)"
        r".{0,12}?(?:笑话|故事|段子|诗歌?|藏头诗|打油诗|情诗|词|歌曲?|对联|春联|情书|绕口令|谜语|小说|散文|童话|祝福语|贺词|画|代码|脚本|剧本|python程序)"
        rf"|{_DAY}?{_PLACE}的?{_DAY}?的?(?:天气|气温|温度)(?:会)?(?:怎么样|如何|好吗|好不好|多少度|冷吗|热吗|冷不冷|热不热|预报)?(?:{_DAY})?"
        rf"|.{{0,16}}?{_DAY}.{{0,6}}?(?:会不会|会|有没有|要不要|下不下)(?:下|带|打)?(?:雨|雪|雨伞|伞|台风|雾)"
        r"|(?:今天|现在|明天|昨天)?(?:是)?(?:几点(?:钟)?|星期几|周几|礼拜几|几号|几月几[日号]|什么日子|什么节日?)"
        r"|\d+(?:\.\d+)?(?: ?(?:[+*×÷]|加|减|乘以?|除以?) ?\d+(?:\.\d+)?)+ ?(?:=|等于|是)?(?:几|多少)?|\d+(?: ?[-/] ?\d+)+ ?(?:=|等于)(?:几|多少)?"
        r"|(?:我)?(?:今天|今晚|中午|晚上|早上|午饭|晚饭|中饭|早饭|晚餐|午餐)(?:该|应该|要)?(?:吃|喝)(?:点)?(?:什么|啥)(?:好)?|.{0,6}?推荐(?:一|几|点|些)*(?:个|部|首|本|家|下)*.{0,6}?(?:电影|歌曲?|餐厅|饭店|美食|小说|游戏|电视剧|菜)"
        r"|(?:你|您)(?:喜欢|爱|讨厌|会爱|想)(?:不喜欢)?(?:我|吃什么|什么|谁)|我(?:喜欢|爱|讨厌|想)(?:你|您)|我(?:好|很|太|真)?(?:无聊|累|困|难过|开心|烦|孤独)|(?:陪我|和我|跟我|咱们?)?(?:聊聊天?|聊会儿?天?|说说话)"
        r"|(?:你|您)(?:今年)?(?:几岁|多大)(?:了)?|(?:你|您)(?:会|能)(?:唱歌|跳舞|画画|写诗|讲笑话|做饭|下棋)|(?:唱歌|讲笑话|写诗|跳舞)"
        r"|(?:please )?(?:can you |could you )?(?:tell|sing|write|compose|give) (?:me |us )?(?:a|an|another|some) .{0,30}?(?:joke|story|poem|song|haiku|limerick|riddle|code|script)s?(?: (?:about|for|on) .{1,30})?"
        r"|(?:what(?:'s| is)|how(?:'s| is)) the weather(?: like)?(?: (?:in|for) [a-z' ]{2,20})?(?: (?:today|tomorrow|now|this weekend|next week))?|(?:will|is) it (?:going to )?(?:rain|snow)(?:ing)?(?: .{1,24})?"
        r"|what(?:'s| is) \d+ ?(?:[-+*/x]|plus|minus|times) ?\d+|what time is it(?: now)?|what day is it(?: today)?|do you (?:like|love) (?:me|music|movies)|i (?:love|like|hate) you|i'?m bored|recommend (?:me )?(?:a|some) .{0,16}?(?:movie|film|song|restaurant|book|game)s?",
    ),
)
_ORDER: tuple[_Talk, ...] = ("thanks", "greeting", "farewell", "who", "off_topic")
"""Of several kinds the last one is replied to."""
_POINTS = re.compile(r"[,，。.!！?？~～、;；:：…\"“”]+")
_FULL = [(talk, re.compile(f"(?:{pattern}){_TAIL}", re.IGNORECASE)) for talk, pattern in _PARTS]


def smalltalk(text: str, lang: Lang) -> str | None:
    """Return one polite line for a greeting or for off-topic talk, saying what the assistant does; None for a question.

    Args:
        text: What the user wrote, whole.
        lang: Of the line.
    """
    said = plain(text).lower()
    if not said or len(said) > _LONGEST:
        return None
    talk = _talk(said)
    return None if talk is None else _REPLIES[lang][talk]


def _talk(said: str) -> _Talk | None:
    """Return what a text is about: small talk as a whole, or in each of its parts."""
    points = said.strip(" ,，。.!！?？~～")
    if whole := _one(points) or _one(_POINTS.sub("", points)):
        return whole
    parts = [words for part in _POINTS.split(said) if part.strip() for words in _words(part.strip())]
    found = [_one(part) for part in parts]
    if not found or None in found:
        return None
    return max((talk for talk in found if talk), key=_ORDER.index)


def _words(part: str) -> list[str]:
    return [part] if _one(part) else part.split()


def _one(part: str) -> _Talk | None:
    return next((talk for talk, pattern in _FULL if pattern.fullmatch(part)), None)

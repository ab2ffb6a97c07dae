import pytest

from rag.direct.smalltalk import smalltalk

TALK = {
    "greeting": "你好|您好！|hello|Hi there!|早上好|在吗|您好，在吗|你好呀|good morning|hello, how are you?|how are you?|大家好|你吃饭了吗",
    "thanks": "谢谢|谢谢你的帮助！|好的，谢谢|thanks a lot!|Thank you very much|辛苦了|嗯嗯|知道了",
    "farewell": "再见|晚安|bye|See you later!|谢谢，再见",
    "who": "你是谁|你是谁？|你能做什么？|你会什么|who are you|What can you do?|你好，你是谁？|你叫什么名字？|介绍一下你自己|你是机器人吗|你用的什么模型|help",
    "off_topic": "讲个笑话|给我讲个笑话吧|帮我给老同事写首藏头诗。|今天天气怎么样|北京明天天气如何？|下周去开会，那几天会下雨吗？|1+1|1+1等于几？"
    "|3乘以5是多少|Tell me a joke|write a poem about spring|今天星期几|现在几点了|今晚吃什么|你喜欢我吗|陪我聊聊天|唱首歌|推荐一部电影"
    "|写一篇关于数据要素的诗|讲个故事|What is 2+2?|1 + 2 = ?|What's the weather like in Beijing today?|你好，讲个笑话吧",
}  # fmt: skip
QUESTIONS = (
    "你好，请问登记证书有效期多久|你好，贵阳有哪些文件|谢谢，那有效期呢？|天气数据要不要开放|气象部门的天气预报数据能不能共享|第3条|2023-2025"
    "|3-5家是哪份文件说的|讲好贵州故事有哪些措施|怎么写申请书|写一份登记申请要哪些材料|可以吗|多少钱|为什么|那呢|介绍一下《办法》|介绍一下办法"
    "|办法是什么|登记是什么|你们局的办法什么时候施行|什么是数据要素|谁负责|好的做法有哪些|再见面要预约吗|办公室温度不得低于多少度"
    "|Which platforms should be used?|What is a data element?|help me find the penalty|who made the rule|今年的目标是什么|最近怎么样才能登记|数据"
    "|会下雨的地方基站怎么建|今天起施行的办法有哪些|能做什么|有哪些功能|明白纸是什么|感谢信怎么写|机关几点上班|加班餐费能吃多少|同事结婚能请几天婚假？"
    "|hello, how long is the certificate valid?|thanks, and who is responsible?|为什么要登记？谢谢|请问，可以转让吗"
)
POLITE = {
    "greeting": "您好！",
    "thanks": "不客气！",
    "farewell": "再见！",
    "who": "我是政策文件问答助手",
    "off_topic": "抱歉，",
}


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, t) for kind, all_ in TALK.items() for t in all_.split("|")]
)
def test_small_talk_gets_the_line_of_its_kind(kind, text):
    line = smalltalk(text, "zh")
    assert line
    assert line.startswith(POLITE[kind])
    assert "\n" not in line


@pytest.mark.parametrize("text", QUESTIONS.split("|"))
def test_a_question_is_not_small_talk_however_politely_it_begins(text):
    assert smalltalk(text, "zh") is None


@pytest.mark.parametrize("text", ["", "   ", "？！", "你好" * 40], ids=["empty", "blank", "points", "long"])
def test_what_is_no_talk_at_all_gets_no_line(text):
    assert smalltalk(text, "zh") is None


def test_the_line_is_in_the_language_that_is_wanted():
    assert smalltalk("Hello", "en").startswith("Hello! I answer questions about the policy documents")
    assert smalltalk("Tell me a joke", "en").isascii()

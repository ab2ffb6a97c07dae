import pytest

from rag.verdict.slot import slots


@pytest.mark.parametrize(
    ("question", "names"),
    [
        pytest.param("登记要多少钱？", ["money"], id="money"),
        pytest.param("手续费标准是多少？", ["money"], id="fee"),
        pytest.param("企业一家补多少？", ["money"], id="support"),
        pytest.param("How much does registration cost?", ["money"], id="money in English"),
        pytest.param("占GDP百分之几？", ["percent"], id="share"),
        pytest.param("公示多少个工作日？", ["duration"], id="working days"),
        pytest.param("什么时候施行？", ["date"], id="date"),
        pytest.param("要打造多少个园区？", ["count"], id="things"),
        pytest.param("一共有多少TB？", ["unit"], id="unit"),
        pytest.param("上报错了判几年？", ["duration", "penalty"], id="penalty"),
        pytest.param("容量定多少合适？", [], id="how much is suitable counts nothing"),
        pytest.param("罚款，最多多少？", ["money", "penalty"], id="a fine after a comma"),
        pytest.param("买到假货能赔多少倍？", ["unit"], id="times as much"),
        pytest.param("惩罚性赔偿是几倍？", ["unit"], id="punitive damages are no penalty"),
        pytest.param("收到罚单后怎么走流程？", [], id="a ticket is no penalty asked for"),
        pytest.param("包括哪几块？", [], id="a list"),
        pytest.param("数据怎么登记？", [], id="open question"),
    ],
)
def test_what_a_question_leaves_open(question, names):
    assert [slot.name for slot in slots(question)] == names


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        pytest.param("登记要多少钱？", "每件收取五万元。", True, id="an amount"),
        pytest.param("登记要多少钱？", "公示期为十个工作日。", False, id="a time is no amount"),
        pytest.param("要打造多少个园区？", "建成一批园区。", False, id="no number"),
        pytest.param("要打造多少个园区？", "打造3—5个园区。", True, id="a number"),
        pytest.param("一共有多少TB？", "共500TB。", True, id="the unit"),
        pytest.param("一共有多少TB？", "共500个。", False, id="another unit"),
        pytest.param("违规怎么罚？", "由主管部门责令改正。", True, id="a measure"),
    ],
)
def test_which_sentences_fit(question, sentence, fits):
    assert all(slot.fits(sentence) for slot in slots(question)) is fits

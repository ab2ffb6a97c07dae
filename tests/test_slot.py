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
        pytest.param("登记收费吗？", ["fee"], id="whether there is a fee"),
        pytest.param("查询要不要交钱？", ["fee"], id="whether to pay"),
        pytest.param("登记的收费标准和优惠", ["fee"], id="scale of fees"),
        pytest.param("收费公路怎么建？", [], id="a toll road is no fee asked for"),
        pytest.param("交易所的注册资本", ["money"], id="registered capital"),
        pytest.param("减少注册资本要通知谁？", [], id="capital besides"),
        pytest.param("中心的地址和电话", ["contact"], id="contact"),
        pytest.param("登记平台网址是什么？", ["contact"], id="web address"),
        pytest.param("变更地址要交什么材料？", [], id="an address besides"),
        pytest.param("中心的主任是谁？", ["person"], id="who holds an office"),
        pytest.param("谁负责登记？", [], id="a body is no person"),
        pytest.param("处罚决定书几天内送达？", ["duration"], id="a decision is no penalty asked for"),
        pytest.param("当场罚200元可以吗？", [], id="a penalty that is known"),
        pytest.param("几岁打人不处罚？", ["unit"], id="no penalty"),
        pytest.param("当场收罚款最多收多少？", ["money"], id="a fine that is collected"),
        pytest.param("会受到什么行政处罚？", ["penalty"], id="an administrative penalty"),
        pytest.param("劳动合同备案去哪个窗口？", ["office"], id="counter"),
        pytest.param("工伤认定找哪个部门？", [], id="the competent body is no counter"),
        pytest.param("周末上班吗？", ["hours"], id="opening hours"),
        pytest.param("上班时间里有几成能用上？", ["percent"], id="working time besides"),
        pytest.param("工伤认定网上能办吗？", ["online"], id="online"),
        pytest.param("以后拿手机能查到些什么？", [], id="what is seen on a telephone"),
        pytest.param("证丢了怎么补？", ["replacement"], id="a lost certificate"),
        pytest.param("数据丢了怎么办？", [], id="lost data are an incident"),
        pytest.param("负责人要什么学历？", ["education"], id="education"),
        pytest.param("申请表在哪下载？", ["template"], id="form"),
        pytest.param("登记能加急吗？", ["urgent"], id="urgent"),
        pytest.param("要带身份证吗？", ["identity"], id="identity papers"),
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
        pytest.param("几岁可以打工？", "年满十六周岁。", True, id="full years of age"),
        pytest.param("几岁可以打工？", "共十六人。", False, id="persons are no years"),
        pytest.param("可以调整几次？", "原则上只准予调整一次。", True, id="once"),
        pytest.param("可以调整几次？", "一次性告知申请人。", False, id="at once is not once"),
        pytest.param("登记收费吗？", "登记不收取费用。", True, id="no fee"),
        pytest.param("登记收费吗？", "当事人不承担组织听证的费用。", True, id="costs that are not borne"),
        pytest.param(
            "认定的收费标准", "确定单位缴费费率，缴纳工伤保险费。", False, id="a contribution is no fee"
        ),
        pytest.param("认定的收费标准", "治疗工伤所需费用从基金支付。", False, id="treatment"),
        pytest.param("合同几天内备案？", "保存期限不得少于20年。", False, id="years are no days"),
        pytest.param("合同几天内备案？", "应当在一个月内备案。", True, id="a month is so many days"),
        pytest.param("保修几年？", "本规定自2024年9月1日起施行。", False, id="a date is no length of time"),
        pytest.param("有效几年？", "有效期三年。", True, id="years"),
        pytest.param("还能撑多久？", "数据将在2026年耗尽。", True, id="the year of an end"),
        pytest.param("工伤认定网上能办吗？", "通过登记平台办理。", True, id="through a platform"),
        pytest.param("工伤认定网上能办吗？", "应当提交申请表。", False, id="nothing online"),
        pytest.param("登记收费吗？", "登记机构负责审查。", False, id="nothing on fees"),
        pytest.param("联系电话是多少？", "联系电话：0431-88776655", True, id="telephone"),
        pytest.param("联系电话是多少？", "可以通过电话咨询。", False, id="no number"),
        pytest.param("组办公室主任是谁？", "办公室主任由分管副市长兼任。", True, id="office"),
        pytest.param("组办公室主任是谁？", "由办公室主任批准。", False, id="nobody named"),
        pytest.param("违规怎么罚？", "由主管部门责令改正。", True, id="a measure"),
    ],
)
def test_which_sentences_fit(question, sentence, fits):
    assert all(slot.fits(sentence) for slot in slots(question)) is fits

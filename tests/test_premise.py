import pytest
from fakes import make_clause, make_document, make_hit

from rag.premise.premise import false_premises

RULES = make_document("r", "贵州省数据登记管理办法", region="贵州省")
TEXTS = {
    "第一条": "数据登记凭证的有效期为三年，自发证之日起计算。",
    "第二条": "登记机构对审核结果进行公示，公示期为十个工作日。",
    "第三条": "凭证期满前一个月内申请续证。",
}
CLAUSES = [make_clause(label, text, document=RULES) for label, text in TEXTS.items()]
HITS = [make_hit(clause, dense=0.8) for clause in CLAUSES]


def premises(question, lang="zh", hits=HITS):
    return false_premises(question, hits, {"r": RULES}, lambda _: CLAUSES, lang)


@pytest.mark.parametrize(
    ("question", "text", "quote"),
    [
        pytest.param(
            "为什么数据登记凭证的有效期规定为十年？",
            "问题中的“十年”与所引条款不符：《贵州省数据登记管理办法》第一条写的是“三年”。",
            TEXTS["第一条"],
            id="years",
        ),
        pytest.param(
            "听说登记机构的审核结果要公示60个工作日，是吗？",
            "问题中的“60个工作日”与所引条款不符：《贵州省数据登记管理办法》第二条写的是“十个工作日”。",
            TEXTS["第二条"],
            id="working days",
        ),
        pytest.param(
            "贵州省数据登记管理办法第五十条规定了什么？",
            "《贵州省数据登记管理办法》没有第五十条，最后一条是第三条。",
            TEXTS["第三条"],
            id="article that is not there",
        ),
        pytest.param(
            "为什么数据登记要求缴纳保证金？",
            "问题中说到的“保证金”，找到的条款都没有写；最接近的是《贵州省数据登记管理办法》第一条。",
            TEXTS["第一条"],
            id="fee that nothing mentions",
        ),
    ],
)
def test_what_the_clause_contradicts_is_corrected(question, text, quote):
    (premise,) = premises(question)
    assert premise.text == text
    assert premise.hit.clause.text[premise.start : premise.end] == quote


def test_an_english_question_gets_an_english_sentence():
    (premise,) = premises("Why does 贵州省数据登记管理办法 have an Article 50?", "en")
    assert premise.text == "《贵州省数据登记管理办法》 has no Article 50; its last article is 第三条."


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("数据登记凭证三年期满后怎么续证？", id="the clause's own number"),
        pytest.param("为什么数据登记凭证的有效期只有三年？", id="the clause's own number, asked why"),
        pytest.param("我公司有50人，能申请数据登记凭证吗？", id="the asker's own case"),
        pytest.param("既然我们公司成立5年了，数据登记凭证的有效期怎么算？", id="own case with a cue"),
        pytest.param("数据登记凭证的有效期是不是够10年？", id="nothing taken for granted"),
        pytest.param("为什么2023年要做数据登记凭证？", id="a year of the calendar"),
        pytest.param("贵州省数据登记管理办法第二条规定了什么？", id="article that is there"),
        pytest.param("为什么要求公示？", id="no number"),
        pytest.param("为什么要求办理数据登记？", id="a demand that is there"),
    ],
)
def test_questions_that_are_right_are_left_alone(question):
    assert premises(question) == []


def test_nothing_found_contradicts_nothing():
    assert premises("为什么规定十年？", hits=[]) == []


PLAN = make_document(
    "p", "甲省车联网条例（草案送审稿）", region="甲省", issuer="甲省司法厅", status="草案送审稿"
)
LICENCE = make_document("l", "乙市停车管理办法", region="乙市", issuer="乙市交通运输局")
ARTICLES = {
    "第一条": "市交通运输局统筹全市停车管理工作，市公安局配合。",
    "第二条": "任何单位和个人不得收取占道费、清洁费等费用。",
    "第三条": "停车场登记通过网上办理，登记凭证采用电子方式发放。",
    "第四条": "经营者可以自行申请停车场登记，也可以委托代理机构办理停车场登记。",
    "第五条": "鼓励停车场经营者参加自愿性服务认证。",
    "第六条": "停车资金不得用于下列支出：\n（一）人员工资和奖金；\n（二）办公用房装修。",
    "第七条": "已在平台签订停车合同的，经营者无需重复登记。",
    "第八条": "停车场经营者应按季度向市交通运输局报送停车数据。",
    "第九条": "停车场由经营者先自查，再由主管部门验收。",
    "第十条": "停车数据按照开放属性分为不予开放、有条件开放、无条件开放数据。",
    "第十一条": "东区停车场有131个；西区停车场有108个。",
    "第十二条": "未经市交通运输局批准，不得改变停车场用途。",
    "第十三条": "停车收费由经营者自主定价。",
    "第十四条": "本办法由市交通运输局负责解释。",
    "第十五条": "本办法自2024年5月1日起施行。",
}
OTHERS = [make_clause(label, text, document=LICENCE) for label, text in ARTICLES.items()]


def corrected(question, first="", document=LICENCE, clauses=None, lang="zh"):
    """Return what is corrected when the search found all articles, this one first."""
    clauses = OTHERS if clauses is None else clauses
    hits = [make_hit(clause) for clause in sorted(clauses, key=lambda clause: clause.label != first)]
    return false_premises(question, hits, {document.document_id: document}, lambda _: clauses, lang)


@pytest.mark.parametrize(
    ("question", "label", "said"),
    [
        pytest.param("既然乙市停车管理由市财政局统筹，找谁投诉？", "第一条", "市交通运输局统筹全市停车管理工作", id="who leads"),
        pytest.param("乙市停车管理办法由市司法局负责解释，电话多少？", "第十四条", "本办法由市交通运输局负责解释", id="who interprets"),
        pytest.param("乙市停车管理办法由市司法局解释对吗", "第十四条", "本办法由市交通运输局负责解释", id="who interprets, right"),
        pytest.param("听说乙市的小区可以向停车的人收占道费，收多少？", "第二条", "任何单位和个人不得收取占道费、清洁费等费用", id="forbidden to anybody"),
        pytest.param("乙市停车资金可以用于人员工资，比例多少？", "第六条", "停车资金不得用于下列支出", id="item of a forbidden list"),
        pytest.param("为什么停车场经营者必须参加强制性服务认证？", "第五条", "鼓励停车场经营者参加自愿性服务认证", id="must for encouraged"),
        pytest.param("在平台签订了停车合同，听说经营者还得再次登记，怎么办？", "第七条", "经营者无需重复登记", id="must for need not"),
        pytest.param("为什么停车场登记必须到窗口现场办？", "第三条", "停车场登记通过网上办理", id="on site for online"),
        pytest.param("停车场登记凭证是纸质的吧？", "第三条", "登记凭证采用电子方式发放", id="paper for electronic"),
        pytest.param("为什么停车场登记只能由经营者自行申请？", "第四条", "也可以委托代理机构办理停车场登记", id="only"),
        pytest.param("为什么停车场经营者要每月向市交通运输局报送停车数据？", "第八条", "停车场经营者应按季度向市交通运输局报送停车数据", id="interval"),
        pytest.param("停车收费由政府定价，价目表在哪里？", "第十三条", "停车收费由经营者自主定价", id="whose price"),
        pytest.param("为什么停车场要先由主管部门验收再由经营者自查？", "第九条", "停车场由经营者先自查", id="order"),
        pytest.param("停车数据既然全部无条件开放，在哪里下载？", "第十条", "停车数据按照开放属性分为不予开放、有条件开放、无条件开放数据", id="all of one kind"),
        pytest.param("西区停车场比东区停车场多，多出几个？", "第十一条", "西区停车场有108个", id="comparison by numbers"),
        pytest.param("乙市停车管理办法从2023年1月1日起施行，对吧？", "第十五条", "2024年5月1日", id="day of effect"),
    ],
)  # fmt: skip
def test_what_a_question_states_otherwise_than_the_clause_is_corrected(question, label, said):
    (premise,) = corrected(question, label)
    assert premise.hit.clause.label == label
    assert premise.text.endswith(f"{label}写的是“{said}”。")
    assert not premise.leaves_nothing


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("乙市停车管理由市交通运输局统筹，它管哪些事？", id="who, rightly"),
        pytest.param("乙市停车管理由交通局统筹，它管哪些事？", id="who, for short"),
        pytest.param("乙市停车管理办法由市交通运输局负责解释，对吧？", id="who interprets, rightly"),
        pytest.param("为什么任何个人不得收取占道费？", id="forbidden, rightly"),
        pytest.param("停车资金不能用于人员工资，那能用来干什么？", id="item of a list, rightly"),
        pytest.param("为什么不批准就不能改变停车场用途？", id="condition, rightly"),
        pytest.param("停车场可以改变用途，要谁批准？", id="forbidden only without leave"),
        pytest.param("停车场登记可以委托代理机构办理，交什么材料？", id="allowed, rightly"),
        pytest.param("为什么停车场经营者要按季度报送停车数据？", id="interval, rightly"),
        pytest.param("停车场登记能不能在窗口办？", id="asked"),
        pytest.param("如果停车场登记必须到窗口现场办，要带什么？", id="supposed"),
        pytest.param("我在窗口现场办了停车场登记，多久拿证？", id="own case"),
        pytest.param("保安收了我占道费，可以要求退还吗？", id="own story"),
        pytest.param("东区停车场比西区停车场多，多出几个？", id="comparison, rightly"),
        pytest.param("乙市停车管理办法从2024年5月1日起施行，对吧？", id="day of effect, rightly"),
        pytest.param("停车场登记凭证是电子的吧？", id="electronic, rightly"),
        pytest.param("乙市停车管理办法由市交通运输局负责解释对吗？", id="who interprets, rightly, right"),
        pytest.param("停车数据分为几类？", id="nothing stated"),
        pytest.param("停车场登记要什么材料？", id="way to what is there"),
    ],
)  # fmt: skip
def test_what_the_clauses_bear_out_or_a_question_only_asks_is_left_alone(question):
    assert corrected(question) == []
    assert corrected(question, "第十一条") == []


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        pytest.param(
            "数据登记必须现场办理吧？",
            "在线公示期间，其他人认为登记内容错误，且登记主体拒绝办理变更登记的，可以向登记机构提出异议。",
            id="another thing is done online",
        ),
        pytest.param(
            "股东抽逃其出资的，由公司登记机关责令改正，对吧？",
            "有限责任公司的注册资本为在公司登记机关登记的全体股东认缴的出资额。",
            id="a name that holds a role",
        ),
        pytest.param(
            "用人单位确因工作需要不能安排数据员年休假的，应征得本人同意，是吗？",
            "用人单位确因工作需要不能安排数据员年休假的，应征得本人同意。",
            id="a need is no duty",
        ),
        pytest.param(
            "数据合同终止，给不给经济补偿？",
            "数据合同终止，依照本法应当支付经济补偿的，不得支付经济补偿以外的费用。",
            id="asked by A-not-A",
        ),
        pytest.param(
            "数据合同终止，不能支付经济补偿吧？",
            "数据合同终止，依照本法应当支付经济补偿的，补偿年限自终止之日起计算。",
            id="a case, not a duty",
        ),
    ],
)
def test_a_sentence_on_another_matter_or_of_a_case_contradicts_nothing(question, sentence):
    rules = make_document("n", "数据办法")
    clause = make_clause("第一条", sentence, document=rules)
    assert corrected(question, document=rules, clauses=[clause]) == []


@pytest.mark.parametrize(
    ("question", "document", "text"),
    [
        pytest.param(
            "甲省车联网条例已经生效了，违反罚多少？",
            PLAN,
            "问题中的“甲省车联网条例已经生效了”与文件不符：《甲省车联网条例（草案送审稿）》是草案送审稿，尚未生效。",
            id="draft",
        ),
        pytest.param(
            "甲省车联网条例是国务院发布的吧？",
            PLAN,
            "问题中的“甲省车联网条例是国务院发布的”与文件不符：《甲省车联网条例（草案送审稿）》由甲省司法厅发布。",
            id="issuer of another level",
        ),
        pytest.param(
            "甲省车联网条例是国务院发布的吗",
            PLAN,
            "问题中的“甲省车联网条例是国务院发布的”与文件不符：《甲省车联网条例（草案送审稿）》由甲省司法厅发布。",
            id="issuer, asked",
        ),
    ],
)
def test_what_a_question_takes_a_document_for_is_corrected(question, document, text):
    clause = make_clause("第一条", "为了促进车联网发展，制定本条例。", document=document)
    (premise,) = corrected(question, document=document, clauses=[clause])
    assert premise.text == text
    assert premise.hit.clause == clause


def test_a_law_that_is_a_plan_is_corrected():
    plan = make_document("x", "丙省算力三年行动计划", region="丙省")
    clause = make_clause("一", "到2025年建成算力网络。", document=plan)
    (premise,) = corrected(
        "丙省算力三年行动计划这部法律罚多少？既然这部法律已经公布。", document=plan, clauses=[clause]
    )
    assert premise.text == "问题中的“这部法律已经公布”与文件不符：《丙省算力三年行动计划》不是法律。"


def test_what_belongs_to_another_place_is_corrected():
    plan = make_document("y", "安徽省数字基础设施方案", region="安徽省")
    text = "保障合肥国家级互联网直联点安全运行。支持芜湖市申报国家级互联网直联点。"
    clause = make_clause("一", text, document=plan)
    (premise,) = corrected("芜湖那个国家级互联网直联点，准备怎么保障？", document=plan, clauses=[clause])
    assert premise.text.endswith("一写的是“保障合肥国家级互联网直联点安全运行”。")
    assert corrected("合肥那个国家级互联网直联点，准备怎么保障？", document=plan, clauses=[clause]) == []


def test_english_clauses_contradict_an_english_question():
    rules = make_document("e", "Parking Rules")
    clause = make_clause(
        "Article 1",
        "Any operator may not charge an entrance fee. Operators may resell tickets.",
        document=rules,
    )
    (premise,) = corrected(
        "Since any operator may charge an entrance fee, how much is usual?",
        document=rules,
        clauses=[clause],
        lang="en",
    )
    assert premise.text == (
        "“any operator may charge an entrance fee” in the question does not agree with the clause cited: "
        "Article 1 of 《Parking Rules》 says “Any operator may not charge an entrance fee”."
    )
    assert (
        corrected(
            "Since operators may resell tickets, where can they?", document=rules, clauses=[clause], lang="en"
        )
        == []
    )


LABOUR = make_document("l", "渔工条例")
LABOUR_TEXTS = {
    "第三条": "凭证期满，需要继续使用的，持证人应当在期满前一个月内申请续证。期满后未续证的，予以注销。",
    "第四条": "渔工个人不缴纳伤害保险费。",
    "第五条": "国家法定节日不计入渔工休假的假期。",
    "第六条": "试用期包含在渔工合同期限内。",
    "第八条": "渔业公司不设渔工会的，由船长召集。",
}
LABOUR_HITS = [
    make_hit(make_clause(label, text, document=LABOUR), dense=0.8) for label, text in LABOUR_TEXTS.items()
]


def labour_premises(question):
    found = false_premises(question, LABOUR_HITS, {"l": LABOUR}, lambda _: [], "zh")
    return [(premise.hit.clause.locator, premise.text.rpartition("写的是")[2]) for premise in found]


@pytest.mark.parametrize(
    ("question", "locator", "said"),
    [
        pytest.param("续证为什么要在到期后一个月内申请？", "第三条", "期满前一个月内申请续证", id="after"),
        pytest.param("渔工续证要在期满之后一个月申请，是吧？", "第三条", "期满前一个月", id="after, tagged"),
        pytest.param("为什么伤害保险费由渔工个人缴纳？", "第四条", "不缴纳伤害保险费", id="denied"),
        pytest.param(
            "听说法定节日要计入渔工休假假期，是吗？", "第五条", "不计入渔工休假", id="denied, longer"
        ),
        pytest.param(
            "试用期不包含在渔工合同期限内，对吗？", "第六条", "试用期包含在渔工合同期限内", id="stated"
        ),
    ],
)
def test_the_other_side_of_an_event_and_of_not_is_corrected(question, locator, said):
    ((where, words),) = labour_premises(question)
    assert where == locator
    assert said in words


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("续证为什么要在期满前一个月内申请？", id="before"),
        pytest.param("为什么期满后未续证的要注销？", id="what follows after it"),
        pytest.param("为什么渔工个人不缴纳伤害保险费？", id="not"),
        pytest.param("听说法定节日不计入渔工休假假期，是吗？", id="not, longer"),
        pytest.param("试用期包含在渔工合同期限内，对吗？", id="stated"),
        pytest.param("试用期包含在渔工合同期限内吗？", id="only asked"),
        pytest.param("为什么渔业公司设渔工会？", id="denied on a condition"),
    ],
)
def test_what_agrees_with_the_clause_or_meets_a_condition_is_not_corrected(question):
    assert labour_premises(question) == []

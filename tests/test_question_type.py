import pytest

from rag.verdict.question_type import asked_for, can_answer, is_about


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        pytest.param("登记一次要多少钱？", "money", id="price"),
        pytest.param("罚款最高多少？", "money", id="fine"),
        pytest.param("登记费怎么收？", "money", id="fee"),
        pytest.param("How much is the fine?", "money", id="fine in English"),
        pytest.param("公共数据占比多少？", "percent", id="share"),
        pytest.param("What percentage of data is open?", "percent", id="share in English"),
        pytest.param("证书有效期多久？", "duration", id="how long"),
        pytest.param("要几个工作日？", "duration", id="working days"),
        pytest.param("How long is it valid?", "duration", id="how long in English"),
        pytest.param("办法什么时候施行？", "date", id="when"),
        pytest.param("哪一年完成？", "date", id="which year"),
        pytest.param("When does it take effect?", "date", id="when in English"),
        pytest.param("要建多少个应用场景？", "count", id="how many"),
        pytest.param("要交哪些材料？", "list", id="which"),
        pytest.param("What are the conditions?", "list", id="which in English"),
        pytest.param("登记要怎么办理？", "steps", id="how to do it"),
        pytest.param("登记的流程是怎样的？", "steps", id="procedure"),
        pytest.param("登记机构是谁？", "who", id="who"),
        pytest.param("这件事由哪个部门管？", "who", id="which body"),
        pytest.param("Who registers data?", "who", id="who in English"),
        pytest.param("公共数据是指什么？", "definition", id="meaning"),
        pytest.param("What is a data element?", "definition", id="meaning in English"),
        pytest.param("What is public data?", "definition", id="meaning without an article"),
        pytest.param("What does public data mean?", "definition", id="what a word means"),
        pytest.param("What is the definition of data?", "definition", id="definition in English"),
        pytest.param("贵州的凭证有效期多长？", "duration", id="a period without 时间"),
        pytest.param("What documents are needed?", "list", id="documents in English"),
        pytest.param("Who supervises data trading?", "who", id="supervision in English"),
        pytest.param("What happens if an applicant lies?", "penalty", id="consequence in English"),
        pytest.param("违反第五条会被处分吗？", "penalty", id="penalty"),
        pytest.param("登记证书可以转让吗？", "permission", id="may I"),
        pytest.param("要不要登记？", "permission", id="must I"),
    ],
)
def test_what_a_question_asks_for(question, kind):
    assert asked_for(question)[0] == kind


@pytest.mark.parametrize("question", ["为什么要登记？", "Why must data be registered", "", "手机费电吗"])
def test_an_open_question_asks_for_no_kind(question):
    assert asked_for(question) == ()


def test_months_of_a_date_are_no_duration():
    assert "duration" not in asked_for("几月份施行？")


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        pytest.param("money", "处五万元以上十万元以下罚款。", True, id="Chinese amount"),
        pytest.param("money", "奖励200万元。", True, id="Arabic amount"),
        pytest.param("money", "登记不收取费用。", True, id="free of charge"),
        pytest.param("money", "有关部门应当加强监督。", False, id="no amount"),
        pytest.param("percent", "年均增速超过20%。", True, id="percent"),
        pytest.param("percent", "占百分之三十。", True, id="percent in words"),
        pytest.param("percent", "持续增长。", False, id="no share"),
        pytest.param("duration", "有效期为三年。", True, id="years"),
        pytest.param("duration", "应当及时告知。", True, id="at once"),
        pytest.param("duration", "应当一次告知。", False, id="no time"),
        pytest.param("date", "自公布之日起施行。", True, id="from publication"),
        pytest.param("date", "由登记机构解释。", False, id="no date"),
        pytest.param("count", "打造300个场景。", True, id="number"),
        pytest.param("count", "打造典型场景。", False, id="no number"),
        pytest.param("list", "任何文字。", True, id="any text may hold a list"),
        ("penalty", "依法承担民事责任。", True),
    ],
)
def test_whether_a_text_can_answer(kind, text, expected):
    assert can_answer(kind, text) is expected


@pytest.mark.parametrize(
    ("kind", "question", "text", "expected"),
    [
        pytest.param("money", "登记费多少钱？", "处五万元罚款。", False, id="a fine is no fee"),
        pytest.param("money", "登记费多少钱？", "登记费为一百元。", True, id="a fee"),
        pytest.param("money", "最高罚款多少？", "奖励五万元。", False, id="a reward is no fine"),
        pytest.param("money", "最高罚款多少？", "处五万元罚款。", True, id="a fine"),
        pytest.param("money", "补贴多少钱？", "给予五万元补助。", True, id="other word for a subsidy"),
        pytest.param("money", "一共多少钱？", "五万元。", True, id="money for nothing in particular"),
        pytest.param("duration", "罚款几天内交？", "三日内。", True, id="only of money"),
    ],
)
def test_an_amount_must_be_for_what_is_asked(kind, question, text, expected):
    assert is_about(kind, question, text) is expected


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        pytest.param("What is the fee?", "definition", id="the fee"),
        pytest.param("What is required to register?", "definition", id="what is required"),
        pytest.param("What is needed for a licence?", "definition", id="what is needed"),
        pytest.param("What must I file when registering data?", "date", id="when it is done"),
        pytest.param("What if a fine is due when a person lies?", "date", id="when somebody does it"),
    ],
)
def test_english_words_that_ask_something_else(question, kind):
    assert kind not in asked_for(question)

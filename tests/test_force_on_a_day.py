"""Whether a document held on a day: the clause that says from when on it does, and a notice."""

import pytest
from fakes import make_collection, open_assistant

from rag.schema import Question

TEXT = "# 丁市数据交易管理办法\n\n第一条 数据交易应当登记。\n\n第二条 登记证书的有效期为四年。\n\n第三条 本办法自2021年7月15日起施行。\n"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    return open_assistant(make_collection(tmp_path_factory.mktemp("force"), {"丁.md": TEXT}))


@pytest.mark.parametrize(
    ("question", "day", "warned"),
    [
        ("丁市数据交易管理办法2020年时有效吗", "2020-12-31", True),
        ("丁市数据交易管理办法2021年6月能用吗", "2021-06-30", True),
        ("丁市数据交易管理办法2021年7月15日之前施行了吗", "2021-07-14", True),
        ("丁市数据交易管理办法2021年8月能用吗", "2021-08-31", False),
    ],
)
def test_the_day_is_read_and_the_document_told_to_hold_or_not(assistant, question, day, warned):
    answer = assistant.ask(Question(question))
    assert answer.retrieval.filters.inferred["as_of"] == day
    assert [c.clause_id.split(":")[1] for c in answer.citations] == ["第三条"]
    assert [w.code for w in answer.warnings if w.code == "not_yet"] == ["not_yet"] * warned

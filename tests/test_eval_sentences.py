import pytest
from fakes_eval import make_case, make_outcome, unanswerable

from eval.metrics import METRICS

relevant = METRICS["relevant_sentences"]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        pytest.param("有效期五年[1]。", 1.0, id="of the right clause"),
        pytest.param("有效期五年[1]。登记免费[2]。", 0.5, id="one of another clause"),
        pytest.param("登记时间不限[2]。能用5年[2]。", 0.5, id="a key fact from another clause"),
        pytest.param("本法适用于数据。有效期五年。[1]", 1.0, id="the marker behind the paragraph"),
        pytest.param("根据文件：\n有效期五年[1]。", 1.0, id="a frame"),
        pytest.param("登记免费。收费另定。[2]", 0.0, id="a paragraph beside the point"),
    ],
)
def test_sentences_to_the_point_are_from_a_right_clause_or_have_a_fact(text, share):
    assert relevant(make_case(), make_outcome(text, cited=("第一条", "第二条"))).value == share


def test_refusals_and_answers_without_a_source_are_not_measured():
    assert relevant(make_case(), make_outcome(verdict="refused", cited=())) is None
    assert relevant(make_case(), make_outcome("随便说说。", cited=())) is None
    assert relevant(unanswerable(), make_outcome()) is None

"""Each place that a question compares is searched for and weighed as a question of its own."""

import pytest
from fakes import make_clause, make_document, make_hit

from rag.hit.query import understood
from rag.schema import Filters, Question, Retrieval
from rag.sides import joined, sides_of
from rag.verdict.evidence import Evidence

DOCUMENTS = {
    "b": make_document("b", "北京市登记办法", region="北京市"),
    "g": make_document("g", "贵州省登记办法", region="贵州省"),
    "h": make_document("h", "海南省登记办法", region="海南省"),
    "n": make_document("n", "国家登记办法", region="全国"),
}
HITS = tuple(make_hit(make_clause("第一条", "公示十日。", document=d)) for d in DOCUMENTS.values())


class Search:
    """Finds the same clauses for every question and remembers what was asked."""

    def __init__(self):
        self.asked = []

    def search(self, question, limit, viewer, asked):
        self.asked.append((question.text, question.filters))
        return Retrieval(HITS[:limit], Filters({}, {}), 0.0)

    def document(self, document_id):
        return DOCUMENTS[document_id]


def weigh(asked, hits, documents, *, best):
    """Have an answer for Beijing and Guizhou."""
    enough = "北京" in asked.text or "贵州" in asked.text
    return Evidence(enough, "" if enough else f"没有{asked.text}", 0.9 if enough else 0.1, threshold=0.4)


@pytest.fixture
def search():
    return Search()


@pytest.fixture
def sides(search):
    def _sides(text, **fields):
        question = Question(text, **fields)
        return sides_of(question, understood(question), HITS, search, None, weigh)

    return _sides


def test_each_place_is_searched_for_alone_with_the_filters_of_the_question(sides, search):
    found = sides("贵州和北京的公示期有什么不同？", filters={"status": "试行"})
    assert search.asked == [("贵州的公示期？", {"status": "试行"}), ("北京的公示期？", {"status": "试行"})]
    assert [side.place for side in found] == ["贵州", "北京"]
    assert [h.clause.document_id for h in found[0].hits] == ["g", "n"]


def test_of_all_places_only_those_with_an_answer_are_compared(sides):
    assert [side.place for side in sides("各地的公示期是怎么规定的？")] == ["北京", "贵州"]


@pytest.mark.parametrize(
    "text", ["公示期多久？", "贵州的公示期多久？", "贵州省贵阳市的公示期多久？", "贵州各地的公示期怎么规定？"]
)
def test_what_compares_nothing_is_searched_for_once(sides, search, text):
    assert sides(text) == ()
    assert search.asked == []


def test_who_wants_no_place_preferred_gets_no_comparison_of_places(sides):
    assert sides("贵州和北京的公示期有什么不同？", without=frozenset({"region"})) == ()


def test_one_side_with_an_answer_is_enough_and_the_other_is_missing(sides):
    refused = Evidence(False, "没有条款明确讲这件事。", 0.1, threshold=0.4)
    judged = joined(refused, sides("北京和海南的公示期有什么不同？"))
    assert (judged.enough, judged.why, judged.missing, judged.confidence) == (True, "", ("海南",), 0.9)


def test_no_side_with_an_answer_is_a_refusal_even_where_the_whole_looks_answered(sides):
    judged = joined(Evidence(True, "", 0.9), sides("海南和云南的公示期有什么不同？"))
    assert (judged.enough, judged.why) == (False, "没有海南的公示期？")


def test_the_evidence_of_a_question_that_compares_nothing_stays_as_it_is():
    whole = Evidence(True, "", 0.9, ("“费用”",))
    assert joined(whole, ()) is whole

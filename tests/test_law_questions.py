from contextlib import closing

import pytest

from eval.calibration.laws import LawQuestion, drawn
from eval.calibration.shelf import Shelf
from rag.catalog import Catalog
from rag.errors import EmptyCollection
from rag.schema import Question
from rag.settings import Settings

LAWS = {f"law{number:03}": 20 for number in range(80)}
NAMES = list(LAWS)


def question(number):
    """Return a question about one law, next to the two laws after it, the first of which may answer it, too."""
    law = number % 12
    own, doubtful, near = NAMES[law], NAMES[law + 1], NAMES[law + 2]
    return LawQuestion(
        f"question {number}", own, own, frozenset({own}), frozenset({own, doubtful}), (own, doubtful, near)
    )


QUESTIONS = [question(number) for number in range(60)]


def test_a_collection_has_as_many_laws_as_it_should_and_those_that_answer():
    askings = list(drawn(QUESTIONS, LAWS))
    assert {asking.size for asking in askings} == {1, 5, 10, 50}
    for asking in askings:
        assert len(asking.laws) == asking.size
        assert all(one.laws <= asking.laws for one in asking.answered)
    assert all(any(a.answered for a in askings if a.size == size) for size in (1, 5, 10, 50))


def test_no_law_that_may_answer_stands_in_a_collection_without_the_answer():
    askings = list(drawn(QUESTIONS, LAWS))
    unanswered = [(one, asking) for asking in askings for one in (*asking.visiting, *asking.near)]
    assert unanswered
    assert not [one for one, asking in unanswered if one.doubtful & asking.laws]


def test_the_nearest_law_that_does_not_answer_stands_in_place_of_the_one_that_does():
    alone = [asking for asking in drawn(QUESTIONS, LAWS) if asking.size == 1 and asking.near]
    assert all(asking.laws == {one.near[2]} for asking in alone for one in asking.near)


def test_what_is_drawn_is_the_same_each_time():
    assert list(drawn(QUESTIONS, LAWS)) == list(drawn(QUESTIONS, LAWS))


def test_a_shelf_searches_some_documents_as_if_there_were_no_others(collection):
    with closing(Catalog(collection)) as catalog:
        documents = [d.document_id for d in catalog.documents()]
    shelf, one = Shelf(Settings(data=collection)), documents[0]
    with shelf.opened({one}) as retriever:
        hits = retriever.search(Question("数据登记需要什么材料？")).hits
    assert {hit.clause.document_id for hit in hits} == {one}
    assert {"dense", "keyword"} <= set(hits[0].legs)
    with shelf.opened(set(documents)) as retriever:
        assert (
            len({hit.clause.document_id for hit in retriever.search(Question("数据怎么管理？"), 50).hits}) > 1
        )


def test_a_shelf_without_a_collection_says_so(tmp_path):
    with pytest.raises(EmptyCollection):
        Shelf(Settings(data=tmp_path))

"""One ranking of two legs."""

import pytest

from rag.hit.fusion import fuse, stretched
from rag.hit.weights import DEPTH


@pytest.mark.parametrize(
    ("keyword", "dense", "expected"),
    [
        pytest.param(
            [("a", 9), ("b", 3), ("c", 1)],
            [("b", 0.9), ("c", 0.1)],
            {"a": 0.3, "b": 0.775, "c": 0},
            id="both",
        ),
        pytest.param([], [("b", 0.9), ("c", 0.1)], {"b": 0.7, "c": 0}, id="only vectors"),
        pytest.param([("a", 5)], [], {"a": 0.3}, id="a single clause is the best of its leg"),
        pytest.param([("a", 5), ("b", 5)], [], {"a": 0.3, "b": 0.3}, id="equal scores"),
        pytest.param([], [], {}, id="nothing"),
    ],
)
def test_fusion_stretches_each_leg_and_weighs_it(keyword, dense, expected):
    assert fuse(keyword, dense) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ranking", "expected"),
    [
        pytest.param([("a", 4), ("b", 3), ("c", 2)], {"a": 1, "b": 0.5, "c": 0}, id="from 0 to 1"),
        pytest.param([("a", 4), ("b", 4)], {"a": 0.5, "b": 0.5}, id="equal scores"),
        pytest.param([], {}, id="nothing"),
    ],
)
def test_scores_are_stretched(ranking, expected):
    assert stretched(ranking, alone=0.5) == expected


LONG = [(str(n), 300.0 - n) for n in range(2 * DEPTH)]


def test_what_comes_behind_the_first_hundred_goes_on_below_zero():
    shares = stretched(LONG)
    assert (shares["0"], shares[str(DEPTH - 1)]) == (1, 0)
    assert shares[str(2 * DEPTH - 1)] == pytest.approx(-DEPTH / (DEPTH - 1))
    assert stretched(LONG[:DEPTH]) == {key: shares[key] for key, _ in LONG[:DEPTH]}


def test_a_longer_list_of_one_leg_changes_no_order_of_what_both_have_found():
    keyword = [(str(n), 9.0 - n) for n in (3, 0, 5)]
    short, long = fuse(keyword, LONG[:DEPTH]), fuse(keyword, LONG)
    assert {key: long[key] for key in short} == pytest.approx(short)


def test_what_only_words_have_found_stands_like_the_last_one_by_meaning():
    fused = fuse([("0", 2.0), ("only", 1.0)], LONG)
    assert fused["only"] == pytest.approx(fused[str(2 * DEPTH - 1)])
    assert fuse([("only", 1.0)], LONG[:DEPTH])["only"] == pytest.approx(0.3)

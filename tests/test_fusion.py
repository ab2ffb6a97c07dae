"""One ranking of two legs."""

import pytest

from rag.hit.fusion import fuse, stretched


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

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.statistics import FLIPS, cohen_kappa, mean_interval, paired_difference, risk_coverage

shares = st.sampled_from([0.0, 0.25, 0.5, 1.0])
pairs = st.lists(st.tuples(shares, shares, st.sampled_from("abcdefgh")), min_size=1, max_size=30)
answers = st.lists(
    st.tuples(st.integers(0, 20).map(lambda x: x / 20), st.booleans()), min_size=1, max_size=30
)
marks = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30)
weightings = st.sampled_from([None, "linear", "quadratic"])


def columns(rows):
    return tuple(map(list, zip(*rows, strict=True)))


def difference(rows):
    return paired_difference(*columns(rows))


def clusters(n: int) -> list[str]:
    return [str(i) for i in range(n)]


def test_a_mean_over_nothing_is_an_error():
    with pytest.raises(ValueError, match="a mean over nothing"):
        mean_interval([], [])


def test_each_value_needs_its_cluster():
    with pytest.raises(ValueError, match="2 values, 1 clusters"):
        mean_interval([1, 0], ["a"])


def test_one_document_gives_no_interval():
    interval = mean_interval([1, 0], ["a", "a"])
    assert (interval.mean, interval.low, interval.high, interval.n) == (0.5, None, None, 2)


def test_the_interval_holds_the_mean_and_repeats():
    values = [1.0, 0.0, 1.0, 1.0, 0.0, 1.0]
    interval = mean_interval(values, list("aabbcc"))
    assert interval.low < interval.mean < interval.high
    assert interval == mean_interval(values, list("aabbcc"))


def test_questions_that_fail_together_widen_the_interval():
    values = [1.0] * 20 + [0.0] * 20
    together = mean_interval(values, ["a"] * 10 + ["b"] * 10 + ["c"] * 10 + ["d"] * 10)
    alone = mean_interval(values, clusters(40))
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_equal_values_give_an_interval_of_no_width():
    interval = mean_interval([1.0, 1.0], ["a", "b"])
    assert (interval.low, interval.high) == (1.0, 1.0)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(pairs)
def test_the_order_of_the_cases_does_not_matter(rows):
    values, _, documents = columns(rows)
    turned = mean_interval(values[::-1], documents[::-1])
    assert turned.mean == pytest.approx(mean_interval(values, documents).mean)
    assert turned.low == pytest.approx(mean_interval(values, documents).low)
    assert difference(rows[::-1]).p == difference(rows).p


@settings(max_examples=40, derandomize=True, deadline=None)
@given(pairs)
def test_turning_the_comparison_round_turns_only_the_sign(rows):
    one, other = difference(rows), difference([(b, a, document) for a, b, document in rows])
    assert one.mean == pytest.approx(-other.mean)
    assert one.p == other.p
    assert 0 < one.p <= 1


@settings(max_examples=40, derandomize=True, deadline=None)
@given(pairs)
def test_a_run_does_not_differ_from_itself(rows):
    same = difference([(a, a, document) for a, _, document in rows])
    assert (same.mean, same.p, same.n) == (0, 1, len(rows))


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_few_documents_that_all_gain_have_the_exact_probability(n):
    found = paired_difference([0.0] * n, [1.0] * n, clusters(n))
    assert found.mean == 1
    assert found.p == 2 / 2**n


def test_one_gain_and_one_smaller_loss_are_chance():
    found = paired_difference([0, 1, 1], [1, 0.5, 1], list("abc"))
    assert found.mean == pytest.approx(1 / 6)
    assert found.p == 1


def test_a_known_probability_of_a_mixed_result():
    # Sums 3, 2, -1: of the 8 ways to flip them, |4| is reached by ±(3+2-1) and ±(3+2+1).
    found = paired_difference([0] * 6, [1, 1, 1, 1, 1, -1], list("aaabbc"))
    assert found.p == 0.5


def test_many_documents_are_drawn_near_the_exact_probability():
    # 9 of 13 gain: a binomial test gives 2 * P(X >= 9) = 0.2668.
    found = paired_difference([0.0] * 13, [1.0] * 9 + [-1.0] * 4, clusters(13))
    assert found.p == pytest.approx(0.2668, abs=0.015)


def test_a_drawn_probability_is_never_0():
    found = paired_difference([0.0] * 60, [1.0] * 60, clusters(60))
    assert found.p == 1 / (1 + FLIPS)
    assert found == paired_difference([0.0] * 60, [1.0] * 60, clusters(60))


def test_questions_about_one_document_are_no_evidence_of_their_own():
    alone = paired_difference([0.0] * 10, [1.0] * 10, clusters(10))
    together = paired_difference([0.0] * 10, [1.0] * 10, ["a"] * 5 + ["b"] * 5)
    assert together.p == 0.5
    assert alone.p < 0.01


def test_runs_over_different_cases_cannot_be_compared():
    with pytest.raises(ValueError, match="2 values against 1"):
        paired_difference([1, 0], [1], ["a", "b"])


def test_the_curve_of_a_small_example():
    curve = risk_coverage([0.9, 0.5, 0.9, 0.1], [1, 0, 1, 1])
    assert [(p.confidence, p.coverage, p.risk) for p in curve.points] == [
        (0.9, 0.5, 0.0),
        (0.5, 0.75, pytest.approx(1 / 3)),
        (0.1, 1.0, 0.25),
    ]
    assert curve.area == pytest.approx((2 * 0 + 1 / 3 + 0.25) / 4)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(answers)
def test_the_curve_ends_with_every_case_answered(rows):
    confidence, right = columns(rows)
    curve = risk_coverage(confidence, right)
    coverages = [point.coverage for point in curve.points]
    assert coverages == sorted(set(coverages))
    assert (coverages[-1], curve.points[-1].risk) == (1, pytest.approx(1 - sum(right) / len(right)))
    assert min(p.risk for p in curve.points) - 1e-9 <= curve.area <= max(p.risk for p in curve.points) + 1e-9


@settings(max_examples=40, derandomize=True, deadline=None)
@given(answers, st.randoms(use_true_random=False))
def test_only_the_order_of_confidences_counts(rows, random):
    shuffled = random.sample(rows, len(rows))
    confidence, right = columns(shuffled)
    assert risk_coverage([x**3 / 2 for x in confidence], right).area == pytest.approx(
        risk_coverage(*columns(rows)).area
    )


def test_no_order_beats_wrong_answers_last():
    best = risk_coverage([4, 3, 2, 1], [1, 1, 0, 0]).area
    assert all(best <= risk_coverage([4, 3, 2, 1], right).area for right in permutations([1, 1, 0, 0]))


def test_a_system_that_is_always_as_sure_has_one_point():
    curve = risk_coverage([0.5, 0.5], [1, 0])
    assert (len(curve.points), curve.area) == (1, 0.5)


@pytest.mark.parametrize(
    ("confidence", "right", "message"), [([], [], "over nothing"), ([1], [1, 0], "1 confidences, 2")]
)
def test_a_curve_needs_cases(confidence, right, message):
    with pytest.raises(ValueError, match=message):
        risk_coverage(confidence, right)


def test_kappa_of_a_known_table():
    # Yes/yes 20, yes/no 5, no/yes 10, no/no 15: agreement .7, by chance .5.
    a = [1] * 25 + [0] * 25
    b = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    assert cohen_kappa(a, b) == pytest.approx(0.4)


def test_far_disagreement_weighs_more_when_asked_to():
    near, far = [0, 1, 2, 1], [0, 1, 2, 2]
    assert cohen_kappa([0, 1, 2, 0], near, "quadratic") > cohen_kappa([0, 1, 2, 0], far, "quadratic")
    # Distances seen: 0, 0, 0, 1 of 4; by chance, over all 16 pairs: 14 of 16, or 20 of 16 squared.
    assert cohen_kappa([0, 1, 2, 0], near, "linear") == pytest.approx(1 - (1 / 4) / (14 / 16))
    assert cohen_kappa([0, 1, 2, 0], near, "quadratic") == pytest.approx(1 - (1 / 4) / (20 / 16))


@settings(max_examples=40, derandomize=True, deadline=None)
@given(marks, weightings)
def test_kappa_is_1_only_for_equal_marks(rows, weights):
    a, b = columns(rows)
    kappa = cohen_kappa(a, b, weights)
    assert kappa == (None if kappa is None else pytest.approx(cohen_kappa(b, a, weights)))
    assert (kappa is None) == (len({*a, *b}) == 1)
    assert kappa is None or (kappa <= 1 and (kappa == 1) == (a == b))


@settings(max_examples=40, derandomize=True, deadline=None)
@given(marks.map(lambda rows: [(x % 2, y % 2) for x, y in rows]))
def test_weights_change_nothing_for_two_marks(rows):
    a, b = columns(rows)
    assert cohen_kappa(a, b, "linear") == cohen_kappa(a, b) == cohen_kappa(a, b, "quadratic")


@pytest.mark.parametrize(
    ("a", "b", "message"), [([], [], "agreement on nothing"), ([1], [], "1 marks against 0")]
)
def test_kappa_needs_pairs(a, b, message):
    with pytest.raises(ValueError, match=message):
        cohen_kappa(a, b)

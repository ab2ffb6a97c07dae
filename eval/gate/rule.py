"""When a change fails: which losses count, and how large a loss is only noise.

What moves figures without a change is the bundled embedder in 8 bits: another kind of CPU computes other vectors, and with
them ranks and the sentences that are quoted. On one kind of CPU with the same libraries nothing moves, to the last digit,
whatever the number of threads and however often the collection is made anew. So there are three rules:

1. What code guarantees whatever was found may not lose on a single question. Between the kinds of CPU that were tried no
   question moved in these.
2. On the kind of CPU that the baseline was made on, no other gated metric may lose more over all questions than it gains, by
   more than a quarter of a question.
3. On another kind it may lose `SIGMAS` standard deviations of noise more than it gains: √n times the root mean square by
   which a question's score moved between kinds of CPU. Gains count against losses, since noise goes both ways and a
   regression one way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from eval.gate.baseline import Baseline, Scored

PRODUCT, HONEST, LIAR = "product", "product+scripted-honest", "product+scripted-liar"
LIES_MARKED = "lies_marked"
_SURE = ("quotes_verbatim", "quotations_verbatim", "numbers_right")
_ANSWER = ("citation_recall", "citation_precision", "key_facts", "refusal_right", "warnings_shown")
SURE: dict[str, tuple[str, ...]] = {PRODUCT: _SURE, HONEST: _SURE, LIAR: (*_SURE, LIES_MARKED)}
"""What code guarantees, by run."""
GATED: dict[str, tuple[str, ...]] = {
    # What is found is the same in all three runs.
    PRODUCT: ("mrr@10", "hit@5", "recall@5", *_ANSWER, *SURE[PRODUCT]),
    HONEST: (*_ANSWER, *SURE[HONEST]),
    # How far a liar's answer is right says nothing, but he must not talk the product out of a refusal.
    LIAR: ("refusal_right", "warnings_shown", *SURE[LIAR]),
}
"""What is held against the baseline, by run."""
_WRITTEN_NOISE = {
    "citation_recall": 0.13,
    "citation_precision": 0.05,
    "key_facts": 0.13,
    "refusal_right": 0.10,
    "warnings_shown": 0.10,
}
NOISE: dict[str, dict[str, float]] = {
    PRODUCT: {
        **_WRITTEN_NOISE,
        "mrr@10": 0.14,
        "hit@5": 0.14,
        "recall@5": 0.14,
        # Without a model it is vectors, too, that choose the sentences.
        "citation_recall": 0.26,
        "citation_precision": 0.19,
        "key_facts": 0.25,
    },
    HONEST: _WRITTEN_NOISE,
    LIAR: _WRITTEN_NOISE,
}
"""Root mean square of a question's change between two kinds of CPU, by run: the development set over the sample, both made
and asked with AVX-512 VNNI and with AVX2 alone, whose 8-bit products saturate; vectors then differ by 12 % of their length."""
SIGMAS = 3.0
_GRAPH = 0.25
"""Questions that another graph of the same vectors may move."""
_ROUNDING = 1e-4
_SAME = ("cpu_flags", "libraries")


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose score differs from the baseline's."""

    id: str
    question: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Loss:
    """A metric that fails."""

    run: str
    metric: str
    worse: tuple[Change, ...]
    """Worst first; empty when the metric no longer applies to any question."""
    better: tuple[Change, ...]
    """Best first."""
    allowed: float
    """How much the losses may exceed the gains."""

    @property
    def net(self) -> float:
        """By how much the losses exceed the gains, in questions."""
        return -sum(c.after - c.before for c in (*self.worse, *self.better))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a change stands against the baseline."""

    losses: tuple[Loss, ...]
    gains: Mapping[tuple[str, str], float]
    """Run and metric → by how much its gains exceed its losses, in questions; only those that do."""
    compared: int
    """Questions that are in both."""
    errors: tuple[Scored, ...]
    missing: tuple[str, ...]
    """Ids that the baseline has and the set has not."""
    new: tuple[str, ...]
    changed: tuple[str, ...]
    """Ids of questions that were asked otherwise, or with other right answers, when the baseline was made."""
    same_machine: bool

    @property
    def passed(self) -> bool:
        """Whether nothing is lost but what noise explains."""
        return not (self.losses or self.errors or self.missing) and self.compared > 0


def compare(baseline: Baseline, now: Baseline) -> Outcome:
    """Hold new scores against the committed ones, question by question.

    Questions that are new or changed since the baseline are named and not held against anything; one that is gone fails.
    """
    before = {each.key: each for each in baseline.scored}
    after = {each.key: each for each in now.scored}
    same_machine = all(baseline.about.get(key) == now.about.get(key) for key in _SAME)
    common = [key for key in before if key in after]
    equal = [key for key in common if before[key].case_hash == after[key].case_hash]
    errors = tuple(each for each in now.scored if each.error)
    pairs = [(before[key], after[key]) for key in equal if not after[key].error]
    losses, gains = _judged(pairs, same_machine)
    return Outcome(
        losses,
        gains,
        len({id_ for _, id_ in equal}),
        errors,
        _ids(key for key in before if key not in after),
        _ids(key for key in after if key not in before),
        _ids(key for key in common if before[key].case_hash != after[key].case_hash),
        same_machine,
    )


def allowed(run: str, metric: str, n: int, *, same_machine: bool) -> float:
    """Return by how much the losses of a metric over n questions may exceed its gains, in questions."""
    if metric in SURE[run]:
        return 0.0
    if same_machine:
        return _GRAPH
    return SIGMAS * NOISE[run][metric] * sqrt(n)


def _judged(
    pairs: Sequence[tuple[Scored, Scored]], same_machine: bool
) -> tuple[tuple[Loss, ...], dict[tuple[str, str], float]]:
    losses: list[Loss] = []
    gains: dict[tuple[str, str], float] = {}
    for run, metrics in GATED.items():
        own = [(old, new) for old, new in pairs if old.run == run]
        for metric in metrics:
            changes = _changes(own, metric)
            if changes is None:
                losses.append(Loss(run, metric, (), (), 0.0))
                continue
            worse = tuple(
                sorted((c for c in changes if c.after < c.before), key=lambda c: c.after - c.before)
            )
            better = tuple(
                sorted((c for c in changes if c.after > c.before), key=lambda c: c.before - c.after)
            )
            loss = Loss(
                run, metric, worse, better, allowed(run, metric, len(changes), same_machine=same_machine)
            )
            if worse and (metric in SURE[run] or loss.net > loss.allowed + _ROUNDING):
                losses.append(loss)
            elif loss.net < -_ROUNDING:
                gains[run, metric] = -loss.net
    return tuple(losses), gains


def _changes(pairs: Sequence[tuple[Scored, Scored]], metric: str) -> list[Change] | None:
    """Return the questions that a metric applies to in both; None when it did before and nowhere does now."""
    applied = [(old, new) for old, new in pairs if metric in old.scores]
    if applied and not any(metric in new.scores for _, new in pairs):
        return None
    return [
        Change(new.id, new.question, old.scores[metric], new.scores[metric])
        for old, new in applied
        if metric in new.scores
    ]


def _ids(keys: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the ids of keys once each, in their order."""
    return tuple(dict.fromkeys(id_ for _, id_ in keys))

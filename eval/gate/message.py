"""What the gate says: which metrics fail, which questions became worse, what became better."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from eval.gate.baseline import Baseline
from eval.gate.rule import GATED, SURE, Change, Loss, Outcome, compare

_SHOWN_IDS = 10


def verdict_message(outcome: Outcome, baseline: Baseline, now: Baseline, runs: Path) -> str:
    """Return all that a person needs to find what became worse.

    Args:
        outcome: How the new scores stand against the baseline.
        baseline: The committed one.
        now: The new ones.
        runs: The folder of the runs that they come from.
    """
    lines = [
        f"门禁通过 The gate is passed: {outcome.compared} questions, nothing worse than the baseline of {baseline.about.get('date')}."
        if outcome.passed
        else f"门禁未通过 The gate fails, against the baseline of {baseline.about.get('date')}:"
    ]
    lines += [f"  {_failure(loss)}" for loss in outcome.losses]
    lines += [f"  {each.run}: {each.id} ended in an error: {each.error}" for each in outcome.errors]
    if outcome.missing:
        lines.append(
            f"  questions of the baseline that are not in the set any more: {_named(outcome.missing)}"
        )
    if not outcome.compared:
        lines.append("  no question of the set is as it was in the baseline")
    lines += worse_questions(outcome.losses)
    if outcome.gains:
        gains = "、".join(f"{run} {metric} +{gain:.2f}" for (run, metric), gain in outcome.gains.items())
        lines.append(f"变好 better (in questions): {gains}. To keep it: make baseline")
    for words, ids in (("新题 new", outcome.new), ("改过的题 changed", outcome.changed)):
        if ids:
            lines.append(f"{words}, compared with nothing until make baseline: {_named(ids)}")
    lines += _machines(outcome, baseline.about, now.about)
    if not outcome.passed:
        lines += [
            f"细看 look deeper: policyqa eval report {runs} --out report.html",
            f"  with the answers before, from a checkout without the change: policyqa eval run --model none --out BEFORE; "
            f"then policyqa eval compare BEFORE {runs / 'product'}",
            "有意为之 on purpose: make baseline, and commit its summary with the change",
        ]
    return "\n".join(lines)


def renewal_message(old: Baseline | None, new: Baseline) -> str:
    """Return what a new baseline changes, for the message of the commit."""
    if old is None:
        return "Baseline: new\n" + "\n".join(_means(new, new, changed_only=False))
    outcome = compare(old, new)
    lines = ["Baseline renewed", *_means(old, new, changed_only=True)]
    everything = _all_changes(old, new)
    worse = [(key, c) for key, c in everything if c.after < c.before]
    better = sorted({c.id for _, c in everything if c.after > c.before})
    lines += _questions(worse, "worse")
    lines += [f"better: {' '.join(better)}"] if better else []
    for words in ("new", "changed", "missing"):
        ids = getattr(outcome, words)
        lines += [f"{words}: {' '.join(ids)}"] if ids else []
    return "\n".join([*lines, *_machines(outcome, old.about, new.about)])


def worse_questions(losses: Iterable[Loss]) -> list[str]:
    """Return each question that lost in a metric that fails, with its text, the worst first."""
    return _questions([((loss.run, loss.metric), c) for loss in losses for c in loss.worse], "变差 worse")


def _questions(changes: Iterable[tuple[tuple[str, str], Change]], words: str) -> list[str]:
    by_question: dict[str, list[tuple[tuple[str, str], Change]]] = defaultdict(list)
    for key, change in changes:
        by_question[change.id].append((key, change))
    ordered = sorted(by_question.items(), key=lambda item: sum(c.after - c.before for _, c in item[1]))
    lines = [f"{words}: {len(ordered)} questions"] if ordered else []
    for id_, lost in ordered:
        lines.append(f"  {id_}  {lost[0][1].question}")
        lines += [f"      {run} {metric}  {c.before:.2f} → {c.after:.2f}" for (run, metric), c in lost]
    return lines


def _failure(loss: Loss) -> str:
    if not loss.worse:
        return f"{loss.run} {loss.metric}: it does not apply to any question any more"
    lost = sum(c.before - c.after for c in loss.worse)
    gained = sum(c.after - c.before for c in loss.better)
    why = (
        "code guarantees it, so none may lose"
        if loss.metric in SURE[loss.run]
        else f"{loss.net:.2f} more than gained, noise explains {loss.allowed:.2f}"
    )
    return (
        f"{loss.run} {loss.metric}: {len(loss.worse)} questions lost {lost:.2f}, "
        f"{len(loss.better)} gained {gained:.2f}: {why}"
    )


def _machines(outcome: Outcome, before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    lines = [f"本机 this machine: {_machine(after)}"]
    if outcome.same_machine:
        lines.append("  as the baseline's, so no loss is noise")
    else:
        lines.append(f"  the baseline's: {_machine(before)}; figures may differ by noise")
    if before.get("index") != after.get("index"):
        lines.append(
            f"  the collection is another one: {after.get('index')}, the baseline's {before.get('index')}"
        )
    return lines


def _machine(about: Mapping[str, object]) -> str:
    flags, libraries = about.get("cpu_flags"), about.get("libraries")
    shown = " ".join(map(str, flags)) if isinstance(flags, list) else "unknown flags"
    with_ = ", ".join(f"{k} {v}" for k, v in libraries.items()) if isinstance(libraries, dict) else ""
    return f"{about.get('cpu')} ({shown}; {with_})"


def _means(old: Baseline, new: Baseline, *, changed_only: bool) -> list[str]:
    lines = []
    for run, metrics in GATED.items():
        for metric in metrics:
            means = [_mean(each, run, metric) for each in (old, new)]
            if changed_only and means[0] != means[1]:
                lines.append(f"{run} {metric}  {means[0]} → {means[1]}")
            elif not changed_only:
                lines.append(f"{run} {metric}  {means[1]}")
    return lines


def _mean(baseline: Baseline, run: str, metric: str) -> str:
    values = [each.scores[metric] for each in baseline.scored if each.run == run and metric in each.scores]
    return f"{sum(values) / len(values):.4f} (n={len(values)})" if values else "–"


def _all_changes(old: Baseline, new: Baseline) -> list[tuple[tuple[str, str], Change]]:
    before = {each.key: each for each in old.scored}
    return [
        ((each.run, metric), Change(each.id, each.question, before[each.key].scores[metric], value))
        for each in new.scored
        if each.key in before and before[each.key].case_hash == each.case_hash
        for metric, value in each.scores.items()
        if metric in before[each.key].scores and before[each.key].scores[metric] != value
    ]


def _named(ids: tuple[str, ...]) -> str:
    shown = " ".join(ids[:_SHOWN_IDS])
    return shown if len(ids) <= _SHOWN_IDS else f"{shown} … ({len(ids)})"

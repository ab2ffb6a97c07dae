"""Kept answers for a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from rag.record.comparison import ClauseChanges, Comparison
from rag.record.kept import CitedClause, Feedback, KeptAnswer
from ui.console import style

VERDICTS = {"answered": "已回答 answered", "partial": "部分回答 partial", "refused": "未回答 refused"}
_THUMBS = {"up": "👍", "down": "👎"}
_SIGNS = {"=": "  ", "-": "- ", "+": "+ "}
_COLOURS: dict[str, dict[str, Any]] = {"=": {}, "-": {"fg": "red"}, "+": {"bold": True}}
_DIFFERS = {
    "verdict": "结论 verdict",
    "text": "文字 text",
    "cited": "引用 citations",
    "warnings": "提示 warnings",
}
_LONGEST = 200


def local_time(at: str) -> str:
    """Return a kept time as the clock of this machine showed it, to the minute."""
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


def list_lines(answer: KeptAnswer, said: Sequence[Feedback]) -> list[str]:
    """Return an answer as two lines of a list."""
    thumbs = " ".join(_THUMBS[f.rating] for f in said)
    facts = (local_time(answer.at), answer.way, VERDICTS[answer.verdict], answer.model, thumbs)
    return [
        f"{style(answer.answer_id, bold=True)}  {'  '.join(filter(None, facts))}",
        f"    {_short(answer.question)}",
    ]


def whole_lines(answer: KeptAnswer, said: Sequence[Feedback]) -> Iterator[str]:
    """Yield everything that is kept of an answer."""
    person = f"  {answer.person}" if answer.person else ""
    yield style(f"{answer.answer_id}  {local_time(answer.at)}  {answer.way}{person}", bold=True)
    for user, reply in answer.history:
        yield f"此前 before: {_short(user)}\n  → {_short(reply)}"
    yield f"问题 question: {answer.question}"
    limits = {**answer.filters, **({"as_of": answer.as_of} if answer.as_of else {})}
    yield from _pairs("只找 only", limits)
    yield from _pairs("读出 read from the question", answer.inferred)
    if answer.without:
        yield f"不按问题读出 not read from the question: {', '.join(answer.without)}"
    confidence = "" if answer.confidence is None else f"  ({answer.confidence:.2f})"
    yield f"结论 verdict: {VERDICTS[answer.verdict]}{confidence}\n"
    yield f"{answer.text}\n"
    for cited in answer.citations:
        yield f"{place(cited)} “{' '.join(cited.quote.split())}”"
    for warning in answer.warnings:
        yield f"注意 warning: {warning.text}"
    yield from _checked(answer)
    for feedback in said:
        reason = f" {feedback.reason}" if feedback.reason else ""
        done = " 已处理 handled" if feedback.handled_at else ""
        yield f"评价 rating: {_THUMBS[feedback.rating]}{reason} {feedback.words} ({local_time(feedback.at)}{done})"
    yield from _made_by(answer)


def place(cited: CitedClause) -> str:
    """Return the place of a citation: [1] 《…办法》 第三条 第二款."""
    return " ".join(filter(None, (f"[{cited.n}]", f"《{cited.title}》", cited.locator, cited.pinpoint)))


def comparison_lines(found: Comparison) -> Iterator[str]:
    """Yield how an answer of today differs from the kept one."""
    before, after = found.before, found.after
    yield style(f"{before.answer_id}  {local_time(before.at)}", bold=True) + f"  {before.question}"
    if before.verdict != after.verdict:
        yield f"结论 verdict: {VERDICTS[before.verdict]} → {VERDICTS[after.verdict]}"
    if before.text != after.text:
        yield "文字 text:"
        yield from (style(f"  {_SIGNS[x.sign]}{x.text.strip()}", **_COLOURS[x.sign]) for x in found.diff)
    yield from _changed("引用 cited", found, found.cited)
    yield from _changed("检索 found", found, found.found)
    for clause_id in found.left:
        yield f"已不在库中 no longer in the collection: {_named(before, clause_id)}"
    for warning in found.gone_warnings:
        yield f"  - 注意 warning: {warning.text}"
    for warning in found.new_warnings:
        yield style(f"  + 注意 warning: {warning.text}", bold=True)
    for name, (then, now) in found.circumstances.items():
        yield f"不同 differs  {name}: {_value(then)} → {_value(now)}"
    if not found.differs:
        yield "回答相同 the same answer"


def differing(found: Comparison) -> str:
    """Return in words what a reader sees that differs; empty for the same answer."""
    return "、".join(_DIFFERS[name] for name in found.differs)


def summary_line(counts: dict[str, int]) -> str:
    """Return how many of several replayed answers differ, and in what."""
    parts = [f"{words} {counts[name]}" for name, words in _DIFFERS.items()]
    total = f"重放 replayed {counts['replayed']}  相同 same {counts['same']}"
    return f"{total}  不同 differ in: {'  '.join(parts)}  失败 failed {counts['failed']}"


def _changed(name: str, found: Comparison, changes: ClauseChanges) -> Iterator[str]:
    for sign, words, answer, ids in (
        ("+", "新 new", found.after, changes.new),
        ("-", "没有了 gone", found.before, changes.gone),
        ("~", "条文变了 text changed", found.before, changes.changed),
    ):
        for clause_id in ids:
            yield f"  {sign} {name} {words}: {_named(answer, clause_id)}"


def _named(answer: KeptAnswer, clause_id: str) -> str:
    known = answer.clauses.get(clause_id)
    return f"《{known.title}》{known.locator}" if known else clause_id


def _checked(answer: KeptAnswer) -> Iterator[str]:
    doubted = [check for check in answer.checks if check.codes]
    if answer.checks:
        yield f"核对 checked: {len(answer.checks)} 句 sentences, {len(doubted)} 有疑 doubted"
    for check in doubted:
        yield f"  {', '.join(check.codes)}: {_short(check.text)}"


def _made_by(answer: KeptAnswer) -> Iterator[str]:
    digest = f" ({answer.model_digest[:12]})" if answer.model_digest else ""
    yield f"作答 written by: {answer.model}{digest}  prompts {answer.prompt_version}"
    yield from _pairs("设置 settings", answer.settings)
    yield from _pairs("秒 seconds", {name: f"{s:.2f}" for name, s in answer.seconds.items()})
    if answer.usage:
        yield f"词元 tokens: {answer.usage.prompt_tokens} + {answer.usage.answer_tokens}"
    if answer.raw is not None and answer.raw.strip() != answer.text.strip():
        yield f"模型原文 as the model wrote it:\n{answer.raw}"


def _pairs(name: str, values: dict[str, str] | dict[str, str | int]) -> Iterable[str]:
    return [f"{name}: {'  '.join(f'{k}={v}' for k, v in values.items())}"] if values else []


def _value(value: str | int | None) -> str:
    return "–" if value is None else str(value)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"

"""One question answered twice: what differs, and why it may."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from rag.record.kept import KeptAnswer
from rag.schema import Notice

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]*[”」』）]*(?:\s*\[\d{1,3}\])*")
Value = str | int | None


@dataclass(frozen=True, slots=True)
class ClauseChanges:
    """clause_ids in which two lists of clauses differ, each in the order of its list."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]
    """Of the first list: the collection holds another text of it today."""

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A sentence that both texts have, or only the first (`-`) or the second (`+`)."""

    sign: Literal["=", "-", "+"]
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """An answer and the one of today."""

    before: KeptAnswer
    after: KeptAnswer
    cited: ClauseChanges
    found: ClauseChanges
    left: tuple[str, ...]
    """clause_ids of the first answer that the collection no longer holds."""
    new_warnings: tuple[Notice, ...]
    gone_warnings: tuple[Notice, ...]
    circumstances: dict[str, tuple[Value, Value]]
    """What differs of model, digest, prompts and settings: name → then and now."""

    @property
    def differs(self) -> tuple[str, ...]:
        """What a reader sees that differs, of `verdict`, `text`, `cited` and `warnings`; empty for the same answer."""
        seen = {
            "verdict": self.before.verdict != self.after.verdict,
            "text": self.before.text != self.after.text,
            "cited": bool(self.cited),
            "warnings": bool(self.new_warnings or self.gone_warnings),
        }
        return tuple(name for name, is_other in seen.items() if is_other)

    @property
    def diff(self) -> list[DiffLine]:
        """The two texts sentence by sentence, in reading order."""
        old, new = _SENTENCE.findall(self.before.text), _SENTENCE.findall(self.after.text)
        lines: list[DiffLine] = []
        for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind == "equal":
                lines += [DiffLine("=", text) for text in old[a:b]]
            else:
                lines += [DiffLine("-", text) for text in old[a:b]] + [
                    DiffLine("+", text) for text in new[c:d]
                ]
        return lines


def compare(before: KeptAnswer, after: KeptAnswer, hash_now: Callable[[str], str | None]) -> Comparison:
    """Compare two answers to one question.

    Args:
        before: The kept one.
        after: The one of today.
        hash_now: Returns the text hash of a clause as the collection holds it today; None when it does not.
    """
    today = {i: hash_now(i) for i in dict.fromkeys((*before.clauses, *before.found))}
    then_hash = {i: kept.text_hash for i, kept in before.clauses.items()}
    other = {i for i, text_hash in then_hash.items() if text_hash and today[i] not in (None, text_hash)}
    then, since = dict.fromkeys(before.warnings), dict.fromkeys(after.warnings)
    return Comparison(
        before,
        after,
        _changes((c.clause_id for c in before.citations), (c.clause_id for c in after.citations), other),
        _changes(before.found, after.found, other),
        tuple(i for i, text_hash in today.items() if text_hash is None),
        tuple(w for w in since if w not in then),
        tuple(w for w in then if w not in since),
        _circumstances(before, after),
    )


def _changes(old: Iterable[str], new: Iterable[str], other: set[str]) -> ClauseChanges:
    before, after = dict.fromkeys(old), dict.fromkeys(new)
    return ClauseChanges(
        tuple(i for i in after if i not in before),
        tuple(i for i in before if i not in after),
        tuple(i for i in before if i in other),
    )


def _circumstances(before: KeptAnswer, after: KeptAnswer) -> dict[str, tuple[Value, Value]]:
    names = ("model", "model_digest", "prompt_version")
    pairs: dict[str, tuple[Value, Value]] = {n: (getattr(before, n), getattr(after, n)) for n in names}
    # The first format kept no settings, which says nothing of them.
    for name in {**before.settings, **after.settings} if before.settings else ():
        pairs[name] = (before.settings.get(name), after.settings.get(name))
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

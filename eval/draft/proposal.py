"""A question that somebody may want in the set: a case that no person has accepted yet."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from eval.cases import Case, CaseType, Difficulty, Gold
from rag.text import bare


@dataclass(frozen=True, slots=True)
class Proposal:
    """A case without an id of its own, and where it comes from."""

    case: Case
    origin: str
    """`definition`, `figure`, … for a rule, `model`, or `feedback`."""
    key: str
    """16 hex digits that stay the same when it is proposed again, whatever a person has made of it."""
    note: str = ""
    """What the person who decides should know; empty when all is in the case."""
    choices: tuple[Gold, ...] = ()
    """Clauses that may be the right ones, for a person to choose from; empty when the case says it."""
    feedback: tuple[str, str] | None = None
    """Answer and person of the feedback that it was made from."""


def propose(
    origin: str,
    kind: CaseType,
    question: str,
    answer: str,
    gold: Sequence[Gold] = (),
    facts: Sequence[Sequence[str]] = (),
    *,
    nearest: Sequence[Gold] = (),
    history: Sequence[tuple[str, str]] = (),
    warnings: Sequence[str] = (),
    difficulty: Difficulty = "medium",
) -> Proposal:
    """Return a proposal; the same words about the same clauses always have the same key."""
    case = Case(
        id="",
        type=kind,
        question=question,
        history=tuple(history),
        gold=tuple(gold),
        also_right=(),
        key_facts=tuple(tuple(fact) for fact in facts),
        answer=answer,
        difficulty=difficulty,
        nearest=tuple(nearest),
        warnings=tuple(warnings),
    )
    return Proposal(case, origin, proposal_key(case))


def proposal_key(case: Case) -> str:
    """Return what tells a proposal from others: what kind of question about which words of which clauses.

    The wording counts only where no evidence does, so that a question that was worded anew is not proposed again.
    """
    words = [[*gold.key, bare(gold.evidence)] for gold in case.gold]
    asked = [] if words else [bare(case.question), *(bare(user) for user, _ in case.history)]
    text = json.dumps([case.type, sorted(words), asked], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]

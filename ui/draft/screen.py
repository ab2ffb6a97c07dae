"""What a person sees of one proposal: the clause with the evidence marked, the question, the facts, the answer."""

from collections.abc import Iterator

from eval.draft.cells import TYPES, facts_as_text
from eval.draft.proposal import Proposal
from eval.draft.shelf import Shelf
from eval.report.highlight import marked
from ui.console import style, visible

_LONGEST = 900
"""Characters of a clause that are shown; a longer one is shortened to what is near the evidence."""
_TYPE_NAMES = {english: chinese for chinese, english in TYPES.items()}
_LEVELS = {"easy": "易", "medium": "中", "hard": "难"}


def shown(proposal: Proposal, shelf: Shelf, number: int, count: int) -> str:
    """Return a proposal for a terminal; nothing of a text or a model can command it."""
    case = proposal.case
    kind = f"{_TYPE_NAMES[case.type]} {case.type}"
    lines = [
        "",
        style(f"── {number}/{count}  {kind}  {_LEVELS[case.difficulty]} {case.difficulty} ", bold=True),
    ]
    if proposal.note:
        lines.append(f"反馈 feedback  {proposal.note}")
    lines += _clauses(proposal, shelf)
    lines += [f"上文 before    问：{user}\n               答：{said}" for user, said in case.history]
    lines.append(f"问题 question  {style(case.question, bold=True)}")
    lines.append(f"答案 answer    {case.answer}")
    lines.append(f"要点 facts     {facts_as_text(case.key_facts) or '（空 none）'}")
    return visible("\n".join(lines))


def clause_list(proposal: Proposal) -> str:
    """Return the clauses to choose from, numbered from 1; empty without any."""
    return visible("\n".join(f"  {i}  《{g.title}》{g.locator}" for i, g in enumerate(proposal.choices, 1)))


def _clauses(proposal: Proposal, shelf: Shelf) -> Iterator[str]:
    case = proposal.case
    evidence: dict[tuple[str, str], list[str]] = {}
    names: dict[tuple[str, str], str] = {}
    for gold in (*case.gold, *case.nearest):
        evidence.setdefault(gold.key, []).append(gold.evidence)
        names[gold.key] = f"《{gold.title}》{gold.locator}"
    if not names:
        yield "没有选定条款 no clause chosen" + (f"\n{clause_list(proposal)}" if proposal.choices else "")
    for key, name in names.items():
        near = "" if case.gold else "（相近，不能回答 near, no answer）"
        yield style(f"{name}{near}", bold=True)
        pieces = marked(shelf.texts.get(key, ""), {"evidence": filter(None, evidence[key])}, _LONGEST)
        yield "".join(
            f"……（{piece.left_out} 字 characters）……" if piece.left_out else style(piece.text, fg="red" if piece.marks else None)
            for piece in pieces
        )  # fmt: skip

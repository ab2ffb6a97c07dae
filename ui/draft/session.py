"""One proposal after another: accept, correct, drop, back, quit. What is decided is written at once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from eval.cases import Case, ClauseKey, Gold
from eval.draft.cells import facts_as_text, facts_from, find_clause
from eval.draft.feedback import kind_of
from eval.draft.own import OwnSet
from eval.draft.proposal import Proposal
from eval.draft.seen import Seen
from eval.draft.shelf import Shelf
from ui.console import say
from ui.draft.screen import clause_list, shown

Ask = Callable[[str, str], str]
"""(words, present value) → what the person typed, or the present value for a bare Enter."""
MENU = "[a] 接受 accept  [c] 修改 correct  [g] 换条款 clause  [d] 丢弃 drop  [b] 返回 back  [q] 退出 quit"
_KEYS = {
    "a": "accept", "接受": "accept", "c": "correct", "修改": "correct", "g": "clause", "换条款": "clause", "d": "drop",
    "丢弃": "drop", "b": "back", "返回": "back", "q": "quit", "退出": "quit",
}  # fmt: skip
_NONE = "-"


@dataclass(slots=True)
class Tally:
    """What came of a session."""

    accepted: int = 0
    dropped: int = 0


@dataclass(slots=True)
class _Decided:
    proposal: Proposal
    case_id: str | None
    """None when it was dropped."""


class Session:
    """A person's decisions on proposals."""

    def __init__(
        self,
        own: OwnSet,
        seen: Seen,
        shelf: Shelf,
        names: Mapping[ClauseKey, Gold],
        ask: Ask,
        settle: Callable[[Proposal, bool], None],
    ) -> None:
        """Take what decisions change.

        Args:
            own: Where accepted cases go.
            seen: Where decisions are remembered.
            shelf: The collection.
            names: Its clauses by `clause_key`.
            ask: Asks the person.
            settle: Told of each decision, with False when it is taken back: marks feedback as handled.
        """
        self._own, self._seen, self._shelf, self._names = own, seen, shelf, names
        self._ask, self._settle = ask, settle
        self._past: list[_Decided] = []
        self.tally = Tally()

    def run(self, proposals: Iterator[Proposal], count: int) -> None:
        """Show up to `count` proposals until the person quits or there is none left."""
        waiting: list[Proposal] = []
        while len(self._past) < count:
            proposal = waiting.pop() if waiting else next(proposals, None)
            if proposal is None:
                say("没有更多可以提出的问题。Nothing more to propose.")
                return
            outcome = self._decide(proposal, len(self._past) + 1, count)
            if outcome == "quit":
                return
            if outcome == "back":
                waiting += [proposal, self._undo().proposal]

    def _decide(self, proposal: Proposal, number: int, count: int) -> str:
        """Ask until something is decided; returns what: accept, drop, back or quit."""
        say(shown(proposal, self._shelf, number, count))
        while True:
            key = _KEYS.get(self._ask(MENU, "").strip().lower(), "")
            if key == "quit" or (key == "back" and self._past):
                return key
            if key == "back":
                say("这是第一个。This is the first one.")
            elif key in ("correct", "clause"):
                proposal = self._corrected(proposal) if key == "correct" else self._with_clauses(proposal)
                say(shown(proposal, self._shelf, number, count))
            elif key == "drop":
                self._remember(proposal, None)
                return key
            elif key == "accept" and (case := self._accepted(proposal)):
                self._remember(proposal, case)
                return key

    def _accepted(self, proposal: Proposal) -> Case | None:
        problems = self._own.problems(proposal.case)
        if problems:
            say("不能接受，请先修改 cannot be accepted yet, correct it first: " + "; ".join(problems))
            return None
        (case,) = self._own.append([proposal.case])
        say(f"已保存 saved  {case.id}")
        return case

    def _remember(self, proposal: Proposal, case: Case | None) -> None:
        self._seen.add(proposal.key, "accepted" if case else "dropped")
        self._settle(proposal, True)
        self._past.append(_Decided(proposal, case.id if case else None))
        self._count(case is not None, 1)

    def _undo(self) -> _Decided:
        last = self._past.pop()
        if last.case_id:
            self._own.drop(last.case_id)
        self._seen.add(last.proposal.key, "undone")
        self._settle(last.proposal, False)
        self._count(last.case_id is not None, -1)
        return last

    def _count(self, accepted: bool, step: int) -> None:
        if accepted:
            self.tally.accepted += step
        else:
            self.tally.dropped += step

    def _corrected(self, proposal: Proposal) -> Proposal:
        case = proposal.case
        question = self._ask("问题 question", case.question)
        answer = self._ask("答案 answer", case.answer)
        facts = case.key_facts
        if case.gold:
            said = self._ask(
                "要点 facts（用 | 分开，别的写法用 / ; | between facts, / between wordings）",
                facts_as_text(facts),
            )
            facts = facts_from(said)
        return replace(proposal, case=replace(case, question=question, answer=answer, key_facts=facts))

    def _with_clauses(self, proposal: Proposal) -> Proposal:
        """Ask for the right clauses and their words; without any, nothing answers the question."""
        case = proposal.case
        if proposal.choices:
            say(clause_list(proposal))
        words = (
            "条款 clauses（编号如 1,2，或 文件名 条款位置；- 表示没有 numbers, or TITLE LOCATOR; - for none）"
        )
        present = ",".join(
            str(i) for i, g in enumerate(proposal.choices, 1) if g.key in {x.key for x in case.gold}
        )
        said = self._ask(
            words, present or " ".join(filter(None, (f"{g.title} {g.locator}" for g in case.gold[:1])))
        ).strip()
        try:
            chosen = [] if said in (_NONE, "") else self._named(said, proposal)
        except ValueError as error:
            say(f"没有这样的条款 no such clause: {error}")
            return proposal
        known = {g.key: g.evidence for g in (*proposal.choices, *case.gold)}
        gold = tuple(
            Gold(g.title, g.locator, self._ask(f"原文 evidence（{g.locator}）", known.get(g.key, "")).strip())
            for g in chosen
        )
        return replace(proposal, case=_with_gold(case, gold))

    def _named(self, said: str, proposal: Proposal) -> list[Gold]:
        numbers = [part.strip() for part in said.replace("，", ",").split(",")]
        if all(number.isdecimal() for number in numbers):
            if not all(0 < int(number) <= len(proposal.choices) for number in numbers):
                raise ValueError(said)
            return [proposal.choices[int(number) - 1] for number in dict.fromkeys(numbers)]
        title, _, locator = said.rpartition(" ")
        return [find_clause(title.strip("《》 "), locator, self._names)]


def _with_gold(case: Case, gold: tuple[Gold, ...]) -> Case:
    if not gold:
        history = () if case.type == "followup" else case.history
        near = case.nearest or tuple(dict.fromkeys(Gold(g.title, g.locator) for g in case.gold))
        return replace(
            case,
            type="unanswerable",
            gold=(),
            also_right=(),
            key_facts=(),
            warnings=(),
            nearest=near,
            history=history,
        )
    kind = kind_of(case.question, case.history, gold) if case.type == "unanswerable" else case.type
    return replace(case, type=kind, gold=gold, nearest=())

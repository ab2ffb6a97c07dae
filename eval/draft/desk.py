"""Everything that drafting works on: the collection, its own set, what was decided, what can be proposed."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eval.cases import Case, ClauseKey, Gold
from eval.draft.collected import clause_names, open_shelf
from eval.draft.feedback import from_feedback
from eval.draft.own import OwnSet
from eval.draft.proposal import Proposal, proposal_key
from eval.draft.propose import by_rules
from eval.draft.seen import Seen
from eval.draft.shelf import Shelf
from eval.draft.table import Refused, read_table
from eval.rows import replace_file
from rag.errors import EvaluationError, ModelUnavailable
from rag.locator.title import find_document
from rag.records import Records, has_records
from rag.settings import Settings

if TYPE_CHECKING:
    from eval.draft.model import ByModel


class Desk:
    """Drafting for the collection of some settings."""

    def __init__(self, settings: Settings) -> None:
        """Open the collection.

        Raises:
            EmptyCollection: There is no collection, or no document in it.
            CollectionMismatch: It was written in another format.
        """
        self._settings = settings
        self.shelf: Shelf = open_shelf(settings.data)
        self.own = OwnSet(settings.data, self.shelf.texts)
        self.seen = Seen(settings.data)
        self.nothing_left = (
            "没有更多可以提出的问题。Nothing more to propose; try --seed, --from or --document."
        )
        self._model: ByModel | None = None

    @cached_property
    def names(self) -> dict[ClauseKey, Gold]:
        """Every clause's name as printed, by `clause_key`."""
        return clause_names(self.shelf)

    @property
    def thrown_away(self) -> dict[str, int]:
        """Reason → how many proposals of a model were not sound; empty without a model."""
        return dict(self._model.thrown_away) if self._model else {}

    def proposals(self, source: str | None, seed: int, titles: Sequence[str]) -> Iterator[Proposal]:
        """Return proposals that were not decided on yet.

        Args:
            source: `rules`, `model` or `feedback`; None is the model when the settings have one, else rules.
            seed: The same seed gives the same proposals of the rules.
            titles: Of the only documents to ask about; empty for all.

        Raises:
            NotFound: A title names no document, or several.
            ModelUnavailable: `model` is wanted and the settings have none.
        """
        chosen = {find_document(self.shelf.documents, title).document_id for title in titles} or None
        if source == "feedback":
            self.nothing_left = (
                "没有待处理的差评。No thumbs-down waits; the page (policyqa web) has them under each answer."
            )
            return self._from_feedback()
        known = self.seen.keys() | {proposal_key(case) for case in self.own.cases()}
        if source != "rules" and self._has_model(needed=source == "model"):
            return self._model.proposals(seed, known, chosen) if self._model else iter(())
        return by_rules(self.shelf, seed, known, chosen)

    def _has_model(self, *, needed: bool) -> bool:
        """Find the model of the settings."""
        from eval.draft.model import ByModel  # noqa: PLC0415 - LlamaIndex takes a second to import
        from rag.llm import choose_llm  # noqa: PLC0415

        choice = choose_llm(self._settings)
        if choice.llm is None and needed:
            raise ModelUnavailable(
                choice.notice or "The settings have no language model (POLICYQA_LLM=none).",
                fix="set POLICYQA_LLM, or: policyqa eval draft --from rules",
                chinese=(
                    choice.notice or "设置中没有语言模型（POLICYQA_LLM=none）。",
                    "设置 POLICYQA_LLM，或：policyqa eval draft --from rules",
                ),
            )
        self._model = ByModel(self.shelf, choice.llm) if choice.llm else None
        return self._model is not None

    def _from_feedback(self) -> Iterator[Proposal]:
        if not has_records(self._settings.data):
            return iter(())
        with closing(Records(self._settings.data)) as records:
            given = list(records.feedback("down", only_open=True))
        return from_feedback(given, self.shelf, self.own.cases())

    def settle(self, proposal: Proposal, settled: bool) -> None:
        """Mark the feedback that a proposal came from as handled, or as open again."""
        if proposal.feedback:
            with closing(Records(self._settings.data)) as records:
                records.handle(*proposal.feedback, handled=settled)

    def import_table(self, path: Path) -> tuple[list[Case], list[Case], tuple[Refused, ...]]:
        """Add the cases of a table to the own set.

        Returns:
            The added cases with their ids, those that replaced one of the same id, and the rows that are no case.

        Raises:
            EvaluationError: The table cannot be read.
            DiskFull: There is no room.
        """
        found = read_table(path, self.shelf.texts, self.names)
        before = self.own.cases()
        ids = {case.id for case in before}
        known = {proposal_key(case) + case.question for case in before}
        replaced = [case for case in found.cases if case.id in ids]
        for case in replaced:
            self.own.replace(case)
        fresh = [c for c in found.cases if c.id not in ids and proposal_key(c) + c.question not in known]
        return self.own.append(fresh) if fresh else [], replaced, found.refused

    def some_cases(self) -> list[Case]:
        """Return the own set.

        Raises:
            EvaluationError: It is empty.
        """
        cases = self.own.cases()
        if not cases:
            raise EvaluationError(
                "There is no question of one's own yet.",
                fix="policyqa eval draft",
                chinese=("还没有自己的问题。", "policyqa eval draft"),
            )
        return cases

    def write_file(self, path: Path, text: str) -> None:
        """Write a whole file or nothing.

        Raises:
            EvaluationError: It cannot be written.
        """
        try:
            replace_file(path, text)
        except OSError as error:
            raise EvaluationError(
                f"Cannot write {path}: {error.strerror}.",
                fix="give a file in a folder that exists",
                chinese=(f"无法写入 {path}：{error.strerror}。", "请给出已有文件夹中的文件"),
            ) from error

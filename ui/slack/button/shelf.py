"""Kept answers as they may be seen where their buttons stand."""

from rag.errors import NotFound
from rag.record.kept import KeptAnswer, document_of
from rag.record.recorder import Recorder
from rag.schema import Viewer
from rag.text import Lang, language_of, text_hash
from ui.export.sheet import Source, cleaned, sheet_of
from ui.labels import label
from ui.service import Service
from ui.slack.access.access import Access
from ui.slack.button.press import Press
from ui.slack.shape.link import clause_url
from ui.slack.shape.modal import ShownClause


class Shelf:
    """The records and the collection behind all buttons."""

    def __init__(self, service: Service, access: Access) -> None:
        """Open nothing yet."""
        self._service, self._access = service, access

    @property
    def recorder(self) -> Recorder:
        """Where answers and ratings are kept; raises NotFound when nothing is."""
        if self._service.recorder is None:
            raise NotFound(
                "No answers are kept.",
                fix="set POLICYQA_KEEP_ANSWERS_DAYS",
                chinese=("没有保存回答。", "设置 POLICYQA_KEEP_ANSWERS_DAYS"),
            )
        return self._service.recorder

    def answer(self, press: Press) -> KeptAnswer:
        """Return the answer that a button is about; raises NotFound when it is not kept, and as `Records`."""
        return self.recorder.kept(press.value)

    def is_open_here(self, kept: KeptAnswer, press: Press) -> bool:
        """Tell whether all that an answer was made of and names may be seen by everyone in the channel today."""
        viewer = self._access.viewer(press.inquiry)
        named = {document_of(i) for i in (*(c.clause_id for c in kept.citations), *kept.nearest)}
        return set(kept.groups) <= viewer.groups and all(self._sees(viewer, one) for one in named)

    def cited(self, kept: KeptAnswer, press: Press) -> list[ShownClause]:
        """Return the cited clauses as everyone in the channel may see them today, in order of their numbers."""
        viewer = self._access.viewer(press.inquiry)
        lang = language_of(kept.question)
        return [self._shown(kept, source, viewer, lang) for source in sheet_of(kept).sources]

    def _sees(self, viewer: Viewer, document_id: str) -> bool:
        try:
            self._service.assistant.document(document_id, viewer)
        except NotFound:
            return False
        return True

    def _shown(self, kept: KeptAnswer, source: Source, viewer: Viewer, lang: Lang) -> ShownClause:
        try:
            clause = self._service.assistant.clause(source.clause_id, viewer)
        except NotFound:
            # Nothing of it is repeated: it may have become invisible here since the answer was given.
            return ShownClause(source.number, "", "", notes=(label("slack.clause_gone", lang),))
        known = kept.clauses.get(source.clause_id)
        is_changed = known is not None and known.text_hash not in (None, text_hash(clause.text))
        notes = (*source.warnings, *([label("slack.clause_changed", lang)] if is_changed else ()))
        link = clause_url(self._service.web_url, source.clause_id)
        return ShownClause(
            source.number, source.name, cleaned(clause.text).strip(), source.quotes, notes, link
        )

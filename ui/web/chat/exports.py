"""Answers of a conversation as files: the menu on the page, and what it gives."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from rag.catalog.documents import no_document
from rag.record.kept import Circumstances, KeptAnswer, kept_answer
from rag.schema import Document
from rag.text import Lang
from ui.account.trail import noted
from ui.export.docx import export_docx
from ui.export.markdown import export_markdown
from ui.export.names import file_name
from ui.export.page import export_page
from ui.export.sheet import day_of
from ui.labels import label
from ui.service import Service
from ui.web.chat.turn import Turn, Visit
from ui.web.frame import SLOW, Frame, Wording
from ui.web.sources.actions import export_buttons
from ui.web.visitor import doer

FORMATS: dict[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown;charset=utf-8",
    "html": "text/html;charset=utf-8",
}
"""Media types by the ending of the file."""
PRINT = "print"
"""In place of a format: the web page, handed to the printer."""
_LAST, _ALL = "last", "all"


@dataclass(frozen=True, slots=True)
class Exported:
    """A file for the visitor."""

    name: str
    media_type: str
    content: bytes


def exported(visit: Visit, which: str, format_: str) -> Exported | None:
    """Make a file of a conversation.

    Args:
        visit: Of the visitor.
        which: `last`, `all`, or the number of a turn from 1.
        format_: One of `FORMATS`, or `PRINT`.

    Returns:
        None when there is no such answer or no such format.
    """
    ending = "html" if format_ == PRINT else format_
    records = [_record(turn) for turn in _turns(visit, which)]
    if not records or ending not in FORMATS:
        return None
    content = (
        export_docx(*records)
        if ending == "docx"
        else (export_page if ending == "html" else export_markdown)(*records).encode()
    )
    first, last = records[0], records[-1]
    return Exported(file_name(first.question, day_of(last), ending), FORMATS[ending], content)


def export_menu(lang: Lang) -> str:
    """Return the menu below the conversation."""
    groups = "".join(
        f'<div role="group" aria-label="{label(f"sources.export_{which}", lang)}">'
        f"<p>{label(f'sources.export_{which}', lang)}</p>{export_buttons(which, lang)}</div>"
        for which in (_LAST, _ALL)
    )
    none = label("sources.export_none", lang)
    return (
        f'<details class="pq-export-menu" data-pq-none="{none}"><summary>{label("sources.export", lang)}</summary>'
        f'<div class="pq-export-groups">{groups}</div></details>'
    )


def as_message(file: Exported | None, format_: str) -> str:
    """Return a file in the form in which the page's script takes it; empty without one."""
    if file is None:
        return ""
    content = base64.b64encode(file.content).decode()
    return json.dumps(
        {"name": file.name, "type": file.media_type, "print": format_ == PRINT, "content": content}
    )


class ExportBar:
    """The menu, and the field through which a file reaches the visitor: nothing is written to a disk."""

    def __init__(self, service: Service, frame: Frame) -> None:
        self._service, self._frame = service, frame

    def build(self) -> None:
        """Lay out the menu where it is to stand."""
        self.menu = gr.HTML(
            export_menu("zh"), js_on_load="policyqaExports(trigger, 'select');", elem_id="pq-export"
        )
        self.file = gr.Textbox(visible="hidden", elem_id="pq-export-file")
        self.widgets: list[Any] = [self.menu, self.file]

    def wire(self, visit: gr.State) -> None:
        """Join the buttons to the conversation of a visitor."""
        self._frame.worded.append(Wording(lambda lang, _: {self.menu: export_menu(lang)}, shown=[self.menu]))
        made = self.menu.select(self.export, [visit], [self.file], **SLOW)
        made.then(None, [self.file], None, js="policyqaSave", api_visibility="private")

    def export(self, current: Visit, chosen: gr.EventData, request: gr.Request) -> str:
        """Hand out the file that a button names, with a line in the audit log."""
        asked: Mapping[str, Any] = chosen._data or {}
        format_, which = str(asked.get("format", "")), str(asked.get("which", ""))
        file = exported(current, which, format_)
        if file is not None:
            self._note(current, which, format_, request)
        return as_message(file, format_)

    def _note(self, visit: Visit, which: str, format_: str, request: gr.Request) -> None:
        if self._service.data is None:
            return
        ids = (turn.kept.answer_id if turn.kept else turn.key for turn in _turns(visit, which))
        about = f"answer {' '.join(ids)} → {format_}"
        noted(self._service.data, "export", about, **doer(request))


def _turns(visit: Visit, which: str) -> list[Turn]:
    answered = [turn for turn in visit.turns if turn.answer]
    if which == _ALL:
        return answered
    if which == _LAST:
        return answered[-1:]
    chosen = int(which) if which.isdecimal() else 0
    return [turn for turn in visit.turns[chosen - 1 : chosen] if turn.answer] if chosen else []


def _record(turn: Turn) -> KeptAnswer:
    """Return the answer as it is kept; on a page that keeps nothing, in the same shape."""
    if turn.kept:
        return turn.kept
    if turn.answer is None:
        raise ValueError("a turn without an answer cannot be exported")

    def document(document_id: str) -> Document:
        if document_id not in turn.documents:
            raise no_document(document_id)
        return turn.documents[document_id]

    made = kept_answer(turn.key, "", turn.asked, turn.answer, Circumstances(document=document))
    # It was found in the collection when it was asked for, and not when it was taken along.
    return replace(made, at=turn.at)

"""The part of the tab that lists the sources of the collection, and changes them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from rag.errors import CorrectionError, PolicyQAError
from rag.schema import Viewer
from rag.settings import Settings
from rag.text import Lang
from ui.account.trail import Note
from ui.web.files import held
from ui.web.files.desk import Desk
from ui.web.files.fetch import fetch_link
from ui.web.files.form import corrections, form
from ui.web.files.listing import PAGE, Wanted, last_change, listing
from ui.web.files.look import ACTS, FORM, LINK, Look
from ui.web.files.markup import said, word
from ui.web.frame import Updates
from ui.web.sources.text import shown
from ui.web.trouble import trouble

_NOTED = {
    "save": "document_changed", "remove": "document_removed", "remove_all": "document_removed",
    "restore": "document_added", "reread": "document_changed", "undo": "document_changed",
}  # fmt: skip
"""What stands in the audit log when a button has done its work."""


class Keeping:
    """Its widgets, and what they show."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        """Lay them out where they are to stand."""
        self._desk, self._settings = desk, settings
        self.note = gr.HTML(js_on_load=LINK, apply_default_css=False, elem_id="pq-f-said")
        self.last = gr.HTML(js_on_load=ACTS, apply_default_css=False, elem_id="pq-f-last")
        self.find = gr.Textbox(
            show_label=False, label=word("find", "zh"), placeholder=word("find", "zh"), container=False, max_lines=1,
            elem_id="pq-f-find",
        )  # fmt: skip
        with gr.Row(elem_classes="pq-f-split"):
            with gr.Column(scale=3, min_width=300):
                self.list = gr.HTML(js_on_load=ACTS, apply_default_css=False, elem_id="pq-f-list")
            with gr.Column(scale=2, min_width=300, visible=False) as self.side:
                self.form = gr.HTML(js_on_load=FORM, apply_default_css=False, elem_id="pq-f-held-form")
        self.widgets: list[Any] = [self.note, self.last, self.find, self.list, self.side, self.form]
        self._actions: dict[str, Callable[[str, dict[str, str], Viewer, Look, Lang], str]] = {
            "save": self._save, "remove": self._remove, "remove_all": self._remove_all, "restore": self._restore,
            "reread": self._reread, "undo": self._undo,
        }  # fmt: skip

    def view(self, viewer: Viewer, look: Look, lang: Lang, *, words: bool = False) -> Updates:
        """Return the list as it is now; with `words`, everything in another language."""
        data = self._settings.data
        updates: Updates = {
            self.list: listing(held.held(data, viewer), look.wanted, lang),
            self.last: last_change(held.last_change(data, viewer), lang),
        }
        if words:
            updates |= {
                self.find: gr.update(label=word("find", lang), placeholder=word("find", lang)),
                self.note: "",
                **self._side(viewer, look, lang),
            }
        return updates

    def search(self, text: str, viewer: Viewer, look: Look, lang: Lang) -> Updates:
        """Show only what fits a text."""
        look.wanted = Wanted(text[:200], look.wanted.chosen)
        return {self.list: listing(held.held(self._settings.data, viewer), look.wanted, lang)}

    def act(
        self, act: str, key: str, typed: dict[str, str], viewer: Viewer, look: Look, lang: Lang, note: Note
    ) -> Iterator[Updates]:
        """Do what a button or a form says, and say what has come of it; one that is not of this part does nothing."""
        if act in ("open", "more", "edit", "close"):
            yield self._open(act, key, viewer, look, lang)
            return
        if act not in (*self._actions, "download"):
            return
        yield {self.note: _note(word("preparing" if act == "download" else "working", lang))}
        try:
            if act == "download":
                path = held.original(self._settings.data, key, viewer)
                yield {self.note: fetch_link(path, Path(key).name, lang)}
                return
            with self._desk.changing():
                done = self._actions[act](key, typed, viewer, look, lang)
            note(_NOTED[act], f"{act} {key}".strip())
        except CorrectionError as error:
            present, as_read = held.with_reading(self._settings.data, key, viewer)
            yield {
                self.note: "",
                self.form: form(key, present, as_read, lang, groups=viewer.groups, typed=typed, error=error),
            }
            return
        except PolicyQAError as error:
            yield {
                self.note: said(*trouble(error, lang), lang),
                **self.view(viewer, look, lang),
            }
            return
        yield {self.note: _note(done), **self.view(viewer, look, lang), **self._side(viewer, look, lang)}

    def _open(self, act: str, key: str, viewer: Viewer, look: Look, lang: Lang) -> Updates:
        if act in ("edit", "close"):
            look.document = key if act == "edit" else ""
            return {self.note: "", **self._side(viewer, look, lang)}
        wanted = look.wanted
        if act == "open":
            look.wanted = replace(wanted, chosen="" if wanted.chosen == key else key)
        else:
            look.wanted = replace(wanted, most=wanted.most + PAGE)
        return {self.note: "", **self.view(viewer, look, lang)}

    def _side(self, viewer: Viewer, look: Look, lang: Lang) -> Updates:
        closed: Updates = {self.side: gr.update(visible=False), self.form: ""}
        if not look.document:
            return closed
        try:
            present, as_read = held.with_reading(self._settings.data, look.document, viewer)
        except PolicyQAError as error:
            look.document = ""
            return {**closed, self.note: said(*trouble(error, lang), lang)}
        filled = form(look.document, present, as_read, lang, groups=viewer.groups)
        return {self.side: gr.update(visible=True), self.form: filled}

    def _save(self, key: str, typed: dict[str, str], viewer: Viewer, look: Look, lang: Lang) -> str:
        present, as_read = held.with_reading(self._settings.data, key, viewer)
        values = corrections(typed, present, as_read, viewer.groups)
        title = held.set_fields(self._settings, key, values, viewer) if values else present.title
        look.document = ""
        return word("saved", lang, title=title)

    def _remove(self, key: str, typed: dict[str, str], viewer: Viewer, look: Look, lang: Lang) -> str:
        return self._removed([key], viewer, look, lang)

    def _remove_all(self, key: str, typed: dict[str, str], viewer: Viewer, look: Look, lang: Lang) -> str:
        mine = [source for source in held.held(self._settings.data, viewer) if source.name == key]
        return self._removed([d.document_id for source in mine for d in source.documents], viewer, look, lang)

    def _removed(self, keys: list[str], viewer: Viewer, look: Look, lang: Lang) -> str:
        titles = held.set_removed(self._settings, keys, viewer, removed=True)
        look.document = "" if look.document in keys else look.document
        return word("removed", lang, titles=_titles(titles, lang))

    def _restore(self, key: str, typed: dict[str, str], viewer: Viewer, look: Look, lang: Lang) -> str:
        titles = held.set_removed(self._settings, [key], viewer, removed=False)
        return word("restored", lang, titles=_titles(titles, lang))

    def _reread(self, key: str, typed: dict[str, str], viewer: Viewer, look: Look, lang: Lang) -> str:
        report = held.read_again(self._settings, key, viewer)
        if not (report.added or report.changed or report.removed):
            return word("reread_same", lang)
        counts = {"added": len(report.added), "changed": len(report.changed), "gone": len(report.removed)}
        return word("reread_changed", lang, **counts)

    def _undo(self, key: str, typed: dict[str, str], viewer: Viewer, look: Look, lang: Lang) -> str:
        held.undo(self._settings, key, viewer)
        return word("undone", lang)


def _titles(titles: list[str], lang: Lang) -> str:
    named = word("between", lang).join(f"《{title}》" for title in titles[:3])
    return word("and_more", lang, titles=named, n=len(titles)) if len(titles) > 3 else named


def _note(text: str) -> str:
    return f'<p class="pq-f-note" role="status">{shown(text)}</p>'

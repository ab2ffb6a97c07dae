"""The part of the tab that lists what has changed since a day."""

from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr

from rag.schema import Viewer
from rag.text import Lang
from ui.web.files.look import ACTS
from ui.web.files.markup import word
from ui.web.files.since import Span, first_day, since
from ui.web.files.timeline import timeline
from ui.web.frame import Updates

_SPANS: tuple[Span, ...] = ("today", "week", "month", "all")


class Changed:
    """Its widgets, and what they show."""

    def __init__(self, data: Path) -> None:
        """Lay them out where they are to stand."""
        self._data = data
        with gr.Row(elem_id="pq-f-when"):
            self.span = gr.Radio(
                _choices("zh"), value="month", show_label=False, label=word("span", "zh"), container=False, elem_id="pq-f-span"
            )  # fmt: skip
            self.day = gr.HTML(_day("", "zh"), js_on_load=ACTS, apply_default_css=False, elem_id="pq-f-day")
        self.list = gr.HTML(elem_id="pq-f-changes")
        self.widgets: list[Any] = [self.span, self.day, self.list]

    def view(self, span: Span | None, viewer: Viewer, lang: Lang, *, words: bool = False) -> Updates:
        """Return the changes of a span that ends today; without one, the list stays as it is."""
        updates: Updates = (
            {self.span: gr.update(choices=_choices(lang), label=word("span", lang))} if words else {}
        )
        if span is None and not words:
            return updates
        day = first_day(span or "month", date.today())
        updates[self.day] = _day(day.isoformat() if day else "", lang)
        updates[self.list] = timeline(since(self._data, day, viewer), lang)
        if words and span is None:
            updates[self.span] = gr.update(choices=_choices(lang), label=word("span", lang), value="month")
        return updates

    def from_day(self, typed: str, viewer: Viewer, lang: Lang) -> Updates:
        """Return the changes from a day on; no span is chosen then."""
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            return {self.list: f'<p class="pq-f-empty" role="alert">{word("bad_day", lang)}</p>'}
        return {self.span: gr.update(value=None), self.list: timeline(since(self._data, day, viewer), lang)}


def _choices(lang: Lang) -> list[tuple[str, Span]]:
    return [(word(f"span_{span}", lang), span) for span in _SPANS]


def _day(day: str, lang: Lang) -> str:
    return (
        '<form class="pq-f-since" data-act="since" data-key="" data-live="1">'
        f'<label>{word("since", lang)} <input type="date" name="day" value="{day}"></label></form>'
    )

"""The filters of one section: a button that unfolds the choices, and the chosen ones as chips."""

from typing import Any

import gradio as gr

from rag.errors import NotFound
from rag.schema import Viewer
from rag.text import Lang
from ui.labels import label
from ui.service import Service
from ui.web.filters.chips import chosen_chips
from ui.web.filters.choices import CHOICES, choices
from ui.web.filters.chosen import AS_OF, Chosen
from ui.web.filters.reading import DAYS, FIELDS, RANGE, read_fields
from ui.web.frame import QUICK, Frame, Updates, Wording
from ui.web.sources.text import shown
from ui.web.visitor import visitor_of

# A chip anywhere on the page, pressed, reaches its bar as this event (filters.js).
_HEAR = """element.addEventListener("policyqa", (event) => trigger("select", event.detail));"""
# Only a handler in the queue makes the page fire `chosen.change`; without a limit it waits for nothing there.
_CHANGING: dict[str, Any] = {**QUICK, "queue": True, "concurrency_limit": None}


class FilterBar:
    """What one visitor limits a section to.

    Call `build` where it is to stand and `wire` with the section's handlers. Join handlers to `chosen.change`, which fires after
    every change, and to `ignored.change`, which fires when an inference is taken off or taken up again.
    """

    def __init__(self, service: Service, frame: Frame, key: str) -> None:
        """Prepare a bar.

        Args:
            service: Has the collection.
            frame: Of the page.
            key: Makes the ids of its elements unique on the page.
        """
        self._service, self._frame, self._key = service, frame, key
        self._fields: dict[str, Any] = {}

    def build(self) -> None:
        """Lay out the button, the chips and the folded choices."""
        self.chosen = gr.State(Chosen())
        self._open = gr.State(value=False)
        # How often.
        self.ignored = gr.State(0)
        with gr.Row(elem_id=f"pq-filters-{self._key}", elem_classes="pq-filters"):
            self._button = gr.Button(
                label("filters.button", "zh"), size="sm", elem_classes="pq-filters-button"
            )
            self._chips = gr.HTML(
                _framed("", "zh"), js_on_load=_HEAR, elem_id=f"pq-chips-{self._key}", elem_classes="pq-chosen"
            )
        with gr.Column(
            visible=False, elem_id=f"pq-filter-panel-{self._key}", elem_classes="pq-filter-panel"
        ) as self._panel:
            for key in CHOICES:
                self._fields[key] = gr.Dropdown(
                    [(label("filters.any", "zh"), "")],
                    value="",
                    filterable=True,
                    min_width=150,
                    **_words(key, "zh"),
                )
            for key in DAYS:
                self._fields[key] = gr.Textbox(max_lines=1, min_width=150, **_words(key, "zh"))
            self._note = gr.HTML(elem_classes="pq-filter-note")
            self._about = gr.HTML(_about("zh"), elem_classes="pq-filter-about")

    def wire(self) -> None:
        """Join handlers to widgets."""
        lang, fields = self._frame.lang, list(self._fields.values())
        self._button.click(
            self._unfold, [self._open, self.chosen, lang], [self._open, self._button, self._panel, *fields],
            **QUICK,
        )  # fmt: skip
        asked = [self._fields[key].input for key in CHOICES]
        asked += [event for key in DAYS for event in (self._fields[key].submit, self._fields[key].blur)]
        gr.on(asked, self._read, [*fields, self.chosen, lang], [self.chosen, self._note], **_CHANGING)
        self.chosen.change(self._show, [self.chosen, lang], [self._chips], **QUICK)
        self._chips.select(
            self._press, [self.chosen, self.ignored, lang], [*self.outputs, self.ignored], **_CHANGING
        )
        worded = [self._button, self._chips, self._note, self._about, *fields]
        self._frame.worded.append(Wording(self._translate, [self._open, self.chosen], worded))

    def put(self, chosen: Chosen, lang: Lang, viewer: Viewer) -> Updates:
        """Return the updates that choose this from elsewhere, for one visitor; their keys are among `outputs`."""
        limits = chosen.filters | ({AS_OF: chosen.as_of} if chosen.as_of else {})
        days = {self._fields[key]: gr.update(value=limits.get(key, "")) for key in DAYS}
        said = {self.chosen: chosen, self._chips: self._chips_of(chosen, lang, viewer), self._note: ""}
        return said | days | self._choices(chosen, lang, viewer)

    @property
    def outputs(self) -> list[Any]:
        """The widgets that `put` changes."""
        return [self.chosen, self._chips, self._note, *self._fields.values()]

    def _unfold(self, is_open: bool, chosen: Chosen, lang: Lang, request: gr.Request) -> Updates:
        """Show or hide the choices; what the collection has is read anew each time they are shown."""
        now_open = not is_open
        updates: Updates = {
            self._open: now_open,
            self._panel: gr.update(visible=now_open),
            self._button: _button(now_open, lang),
        }
        viewer = visitor_of(request).viewer
        return updates | (self._choices(chosen, lang, viewer) if now_open else {})

    def _choices(self, chosen: Chosen, lang: Lang, viewer: Viewer) -> Updates:
        updates: Updates = {}
        for key, offered in choices(self._service.assistant.documents(viewer), lang).items():
            value = chosen.filters.get(key, "")
            known = [*offered, *([(value, value)] if value not in dict(offered).values() else [])]
            updates[self._fields[key]] = gr.update(
                choices=known, value=value, visible=len(known) > 1, **_words(key, lang)
            )
        return updates

    def _read(self, *given: Any) -> Updates:
        """Take over what the panel says."""
        *values, chosen, lang = given
        reading = read_fields(dict(zip(FIELDS, values, strict=True)), chosen, lang)
        notes = "".join(f"<p>{shown(note)}</p>" for note in reading.notes)
        return {self.chosen: reading.chosen, self._note: f'<div role="alert">{notes}</div>' if notes else ""}

    def _press(
        self, chosen: Chosen, ignored: int, lang: Lang, press: gr.EventData, request: gr.Request
    ) -> Updates:
        """Do what a chip is for."""
        act, key = str(press.act), str(press.key)
        if act == "ignore":
            return {self.chosen: chosen.ignoring(key), self.ignored: ignored + 1}
        if act == "heed":
            return {self.chosen: chosen.heeding(key), self.ignored: ignored + 1}
        left = chosen.dropped(key) if act == "drop" else Chosen()
        return self.put(left, lang, visitor_of(request).viewer)

    def _show(self, chosen: Chosen, lang: Lang, request: gr.Request) -> str:
        return self._chips_of(chosen, lang, visitor_of(request).viewer)

    def _chips_of(self, chosen: Chosen, lang: Lang, viewer: Viewer) -> str:
        def title(document_id: str) -> str | None:
            try:
                return self._service.assistant.document(document_id, viewer).title
            except NotFound:
                return None

        return _framed(chosen_chips(self._key, chosen, title, lang), lang)

    def _translate(self, lang: Lang, request: gr.Request, is_open: bool, chosen: Chosen) -> Updates:
        viewer = visitor_of(request).viewer
        updates: Updates = {field: gr.update(**_words(key, lang)) for key, field in self._fields.items()}
        if is_open:
            updates |= self._choices(chosen, lang, viewer)
        return updates | {
            self._button: _button(is_open, lang),
            self._chips: self._chips_of(chosen, lang, viewer),
            self._note: "",
            self._about: _about(lang),
        }


def _words(key: str, lang: Lang) -> dict[str, Any]:
    """Return label and hint of a field."""
    words: dict[str, Any] = {"label": label(f"filters.{key}", lang)}
    if key in DAYS:
        words["placeholder"] = label("filters.range_hint" if key in RANGE else "filters.day_hint", lang)
    return words


def _about(lang: Lang) -> str:
    return f"<p>{shown(label('filters.about', lang))}</p>"


def _button(is_open: bool, lang: Lang) -> Any:
    return gr.update(value=label("filters.fold" if is_open else "filters.button", lang))


def _framed(chips: str, lang: Lang) -> str:
    name = shown(label("filters.chips", lang))
    return f'<div class="pq-chips" role="group" aria-label="{name}">{chips}</div>' if chips else ""

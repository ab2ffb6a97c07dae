"""What the sections of the page share: the language, and the ways from one section to another."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from rag.text import Lang
from ui.labels import label
from ui.service import Service

Updates = dict[Any, Any]
"""New values of widgets, by widget."""
QUICK: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
"""For handlers that return at once and must not wait behind answers."""
SLOW: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""For handlers that stream or work for seconds: they wait for their turn in the queue."""


@dataclass(frozen=True)
class Wording:
    """How a part of the page says everything in a language."""

    translate: Callable[..., Updates]
    """Called with the language, the visitor's request and the values of `given`."""
    given: Sequence[Any] = ()
    shown: Sequence[Any] = ()
    """The widgets that `translate` may change; a widget is of one part only."""
    arrives: bool = False
    """The part speaks the visitor's language by itself when the page is loaded."""


@dataclass
class Frame:
    """The widgets that belong to no section; made before the sections, so that each can join its handlers to them."""

    lang: gr.Radio
    tabs: gr.Tabs
    opened: gr.HTML
    """Fires `select` with `doc` and `loc` when a link to a clause (`?doc=…&loc=…`) is followed anywhere on the page."""
    asked: gr.HTML
    """Fires `select` with `text`, and `doc` or none, when "ask about this" (`data-pq-ask`) is pressed anywhere."""
    worded: list[Wording] = field(default_factory=list)
    """Of all parts: one handler of the page calls them together, so that the page turns at once."""
    arrived: list[Callable[[gr.Blocks], None]] = field(default_factory=list)
    """Join what a section does when the page is loaded; called inside the page, after all sections are wired."""

    def show(self, key: str) -> Updates:
        """Return the update that brings a section to the front."""
        return {self.tabs: gr.update(selected=key)}


class Section(ABC):
    """One tab of the page."""

    key: str
    """Of its tab, of its words (`tab.KEY`, `[KEY]`) and of its files in `assets`."""

    def __init__(self, service: Service, frame: Frame) -> None:
        self.service, self.frame = service, frame

    @abstractmethod
    def build(self) -> None:
        """Lay out the widgets; called inside the section's tab."""

    @abstractmethod
    def wire(self) -> None:
        """Join handlers to widgets; called when the widgets of all sections stand."""

    def word(self, key: str, lang: Lang, **values: object) -> str:
        """Return a word of this section's table with its places filled in."""
        return label(f"{self.key}.{key}", lang).format(**values)

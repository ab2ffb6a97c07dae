"""An answer in the making on a terminal: verified sentences as they are, the words behind them dim, gone when it is whole."""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.segment import Segment
from rich.text import Text

from rag.schema import Answer, Delta, Event, Settled, Stage
from rag.text import Lang
from ui.console import visible
from ui.labels import label


class _Growing:
    """The last lines that fit the screen: a longer region could not be taken back."""

    def __init__(self, lang: Lang) -> None:
        self._lang: Lang = lang
        self.settled, self.provisional, self.waiting = "", "", ""

    def take(self, event: Event) -> None:
        if isinstance(event, Stage):
            begun = self.settled or self.provisional
            stage = "" if begun else label(f"stage.{event.name}", self._lang) + "……"
            self.waiting = event.notice.text if event.notice else stage
        elif isinstance(event, Delta):
            self.provisional, self.waiting = self.provisional + event.text, ""
        elif isinstance(event, Settled):
            self.settled, self.provisional = self.settled + event.text, ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        text = Text(visible(self.settled))
        text.append(visible(self.provisional), "dim")
        text.append(visible(self.waiting), "dim")
        lines = console.render_lines(text, options, pad=False)
        for line in lines[-max(console.height - 1, 1) :]:
            yield from line
            yield Segment.line()


def followed(events: Iterable[Event], lang: Lang) -> Answer:
    """Show an answer while it is written; return it whole, with nothing of it left on the screen.

    Raises:
        RuntimeError: The events ended without an answer.
    """
    growing = _Growing(lang)
    with Live(
        growing, console=Console(), transient=True, refresh_per_second=12, redirect_stderr=False
    ) as live:
        for event in events:
            if isinstance(event, Answer):
                return event
            growing.take(event)
            live.update(growing)
    raise RuntimeError("the stream ended without an answer")

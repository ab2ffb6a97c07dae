"""What gradio keeps of each open tab: the values that handlers read, and not a copy of all that the tab shows."""

from typing import TYPE_CHECKING, Any

from gradio import state_holder

if TYPE_CHECKING:
    from gradio.blocks import Blocks


class _NoValues(dict[int, Any]):
    """Stays empty."""

    def __setitem__(self, key: int, value: Any) -> None:
        """Keep nothing."""


class LeanSession(state_holder.SessionState):
    """The state of one tab.

    Gradio's own also keeps every widget's last value, to write them to a file for a link to that moment (`/deep_link`). The
    page has no such links, and its conversations would lie in the memory once more: thirty kilobytes for each answer.
    """

    def __init__(self, blocks: "Blocks") -> None:
        super().__init__(blocks)
        self.config_values = _NoValues()

    def _update_config(self, key: int) -> None:
        """Keep nothing."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Keep nothing."""


def lean_sessions() -> None:
    """Have gradio make such states from now on, in this process."""
    state_holder.SessionState = LeanSession

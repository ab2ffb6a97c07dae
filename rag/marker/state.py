"""Where the reader of an answer is."""

from enum import Enum, auto


class State(Enum):
    """What was read last."""

    TEXT = auto()
    BRACKET = auto()
    """Behind [ and what may still become a marker."""
    DOUBLED = auto()
    """Behind [[1], which a second ] makes one marker."""
    MARKED = auto()
    """Right behind a marker, where the address of a link may follow."""
    DEFINED = auto()
    """Behind [1]: at the beginning of a line, which names an address in Markdown."""
    ROUND = auto()
    """Behind ( and what may still become a marker or an address."""
    BEHIND_ROUND = auto()
    """Behind (1), until what follows decides."""
    RAISED = auto()
    """In a run of raised digits."""
    ADDRESS = auto()
    """In an address."""

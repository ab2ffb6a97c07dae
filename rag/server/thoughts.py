"""What a model thinks before it answers, which some servers send as a part of the answer."""

_OPENING, _CLOSING = "<think>", "</think>"


class ThoughtFilter:
    """Keeps a leading `<think>` block out of an answer that comes in pieces."""

    def __init__(self) -> None:
        self._held = ""
        self._is_open: bool | None = None
        """Whether the answer begins with thoughts that have not ended; None while that cannot be told."""
        self._said = ""

    @property
    def is_mixed(self) -> bool:
        """Whether thoughts ended that never began: a template opened them, and what was shown was not the answer."""
        return _CLOSING in self._said and _OPENING not in self._said

    def feed(self, piece: str) -> str:
        """Take the next piece of the stream; return what of it belongs to the answer."""
        if self._is_open is False:
            self._said += piece
            return piece
        self._held += piece
        head = self._held.lstrip()
        if self._is_open is None:
            if len(head) < len(_OPENING) and _OPENING.startswith(head):
                return ""
            self._is_open = head.startswith(_OPENING)
        if not self._is_open:
            answer = self._held
            self._said, self._held = answer, ""
            return answer
        if _CLOSING in head:
            answer = head.partition(_CLOSING)[2].lstrip()
            if answer:
                self._is_open, self._said = False, answer
            return answer
        return ""

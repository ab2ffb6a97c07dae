"""Which characters of a Markdown text stand in code, known while the text is read."""

_LEAST_FENCE = 3


class Code:
    """Follows code spans, which end with their line at the latest, and fences of ``` or ~~~."""

    def __init__(self) -> None:
        self._mark = ""
        self._run = 0
        """Length of the run of marks that the text is in, 0 outside one."""
        self._begins_line = True
        self._run_begins_line = False
        self._opened = 0
        """Length of the run that opened the code; 0 outside code."""
        self._fence = ""
        """The mark of the fence that is open."""

    @property
    def inside(self) -> bool:
        """Whether the last character belongs to code or to the marks around it."""
        return bool(self._opened or self._run)

    @property
    def fenced(self) -> bool:
        """Whether the last character stands in a fence or in its marks, which end it with their line."""
        return bool(self._fence) or self._opens_fence()

    def feed(self, character: str) -> None:
        """Take the next character."""
        if character in "`~" and self._run and character == self._mark:
            self._run += 1
            return
        if self._run:
            self._end_run()
        if character in "`~":
            self._mark, self._run, self._run_begins_line = character, 1, self._begins_line
            self._begins_line = False
        elif character == "\n":
            if not self._fence:
                self._opened = 0
            self._begins_line = True
        elif not character.isspace():
            self._begins_line = False

    def _opens_fence(self) -> bool:
        return self._run >= _LEAST_FENCE and self._run_begins_line

    def _end_run(self) -> None:
        length, self._run = self._run, 0
        if self._fence:
            if self._run_begins_line and self._mark == self._fence and length >= self._opened:
                self._opened, self._fence = 0, ""
        elif self._opened:
            self._opened = 0 if (self._mark, length) == ("`", self._opened) else self._opened
        elif self._run_begins_line and length >= _LEAST_FENCE:
            self._opened, self._fence = length, self._mark
        elif self._mark == "`":
            self._opened = length

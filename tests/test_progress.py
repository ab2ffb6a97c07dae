"""The bars that a person at a terminal sees while a command works."""

import io
import sys

import pytest

from ui.console import progress_bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """The time that the bars see, in seconds."""
    now = [0.0]
    monkeypatch.setattr("rich.console.monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("steps", "remaining"),
    [
        pytest.param([(0, 0), (60, 1), (120, 2)], "0:08:00", id="a minute for each"),
        pytest.param([(0, 5), (10, 6)], "0:00:40", id="what was done before is no speed"),
        pytest.param([(0, 0)], "-:--:--", id="nothing yet"),
    ],
)
def test_a_bar_tells_the_remaining_time(clock, monkeypatch, steps, remaining):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "100")
    with progress_bar({"ask": "2/3 no-title"}) as show:
        for clock[0], done in steps:
            show("ask", done, 10)
    last = terminal.getvalue().rsplit("2/3 no-title", 1)[1]
    assert f"{steps[-1][1]}/10" in last
    assert remaining in last

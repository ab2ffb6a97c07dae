"""What `--help` prints, and the page of settings."""

import itertools
import os
import shlex
import subprocess
import sys
import unicodedata

import pytest
from conftest import CHECKOUT
from typer.main import get_command

from rag.settings import PREFIX, Settings
from ui.cli import app
from ui.settings_table import settings_page

COMMANDS = [
    "ingest", "documents", "show", "remove", "undo", "changes", "export", "search", "ask", "answers", "answers show", "answers delete",
    "answers export", "replay", "web", "slack", "mcp", "check", "rebuild", "backup", "restore", "doctor",
    "user add", "user list", "user change", "user password", "user remove", "audit", "key add", "key list", "key remove",
    "eval run", "eval report", "eval compare", "eval gate", "eval judge", "eval draft", "eval bench",
]  # fmt: skip


def _columns(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


@pytest.fixture(params=COMMANDS)
def help_text(request, call, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    done = call(*request.param.split(), "--help")
    assert (done.status, done.err) == (0, "")
    return request.param, done.out


def test_each_example_stands_on_its_own_line(help_text):
    command, text = help_text
    lines = text.split("\n")
    start = lines.index("  Examples:") + 1
    examples = lines[start : lines.index("", start)]
    assert examples
    assert all(f"policyqa {command}" in line and line.count("policyqa ") == 1 for line in examples)


def test_no_line_is_wider_than_a_terminal(help_text):
    _, text = help_text
    assert max(map(_columns, text.split("\n"))) <= 80


def test_every_command_takes_json_and_data(help_text):
    _, text = help_text
    assert "--json" in text
    assert "--data DIR" in text


def test_the_list_of_commands_names_them_all(call):
    done = call("--help")
    assert done.status == 0
    assert [c for c in COMMANDS if f"\n  {c.split()[0]} " not in done.out] == []
    # No summary is cut off.
    assert "..." not in done.out.split("Commands:")[1]


def test_without_a_command_the_help_is_printed_as_wrong_usage(call):
    done = call()
    assert done.status == 2
    assert "Commands:" in done.out + done.err


def test_every_example_is_accepted_by_the_parser():
    """A flag that was renamed would leave a stale example behind."""
    group = get_command(app)
    for name in COMMANDS:
        command = group
        for part in name.split():
            command = command.commands[part]
        lines = [x.strip() for x in command.help.split("Examples:\n")[1].split("\n") if x.strip()]
        for line in lines:
            words = [w for w in shlex.split(line) if not w.startswith("POLICYQA_")]
            arguments = words[1 + len(name.split()) :]
            # Up to where the shell takes over.
            given = itertools.takewhile(lambda word: word not in {"<", ">"}, arguments)
            assert command.make_context(name, list(given)).command is command, line


def test_the_page_of_settings_is_up_to_date():
    page = (CHECKOUT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert page == settings_page(), "run: make docs"


def test_the_page_of_settings_holds_every_setting_with_its_meaning():
    rows = [line for line in settings_page().split("\n") if line.startswith("| `")]
    assert len(rows) == len(Settings.model_fields)
    for (name, field), row in zip(Settings.model_fields.items(), rows, strict=True):
        assert row.startswith(f"| `{PREFIX}{name.upper()}` | ")
        assert field.description in row


def test_the_page_of_settings_is_printed_by_its_module():
    done = subprocess.run(
        [sys.executable, "-m", "ui.settings_table"],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == settings_page()

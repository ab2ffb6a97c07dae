import ast
import inspect

import pytest
from conftest import CHECKOUT

from rag import errors
from rag.errors import ModelUnavailable, PolicyQAError

CLASSES = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, PolicyQAError)]


def test_message_and_fix_are_printed_in_two_lines():
    error = ModelUnavailable("No model 'x'.", fix="ollama pull x")
    assert str(error) == "No model 'x'.\nFix: ollama pull x"
    assert (error.message, error.fix) == ("No model 'x'.", "ollama pull x")


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_is_in_the_tree_of_the_docstring_and_says_what_it_is(kind):
    assert kind.__name__ in errors.__doc__
    assert kind.__doc__.endswith(".")


def test_the_tree_of_the_docstring_is_the_tree_of_the_classes():
    above = {0: "PolicyQAError"}
    for line in errors.__doc__.split("\n"):
        name = line.replace("│", " ").replace("├──", "   ").replace("└──", "   ")
        words = name.split()
        if "──" not in line:
            continue
        depth = (len(name) - len(name.lstrip())) // 4
        above[depth] = words[0]
        assert getattr(errors, words[0]).__base__.__name__ == above[depth - 1]


def test_the_fix_must_be_given():
    with pytest.raises(TypeError, match="fix"):
        PolicyQAError("broken")


TOLD_TO_ALL = {"NotFound", "QuestionError", "FilterError", "AccessRefused", "HostUnknown"}
"""What a person meets who only asks and reads, wherever it is raised."""
OF_PEOPLE = (
    "rag/account",
    "rag/backup",
    "rag/catalog",
    "rag/hit",
    "rag/record",
    "ui/account",
    "ui/api",
    "ui/web",
)
"""Where every error is met by such a person, or by whoever keeps accounts and files."""
IN_BOTH = {"SignInRefused", "KeyRefused"}
"""Have their words themselves."""
PASSED_ON = {"ui/web/files/accepting.py", "ui/web/files/reading.py"}
"""Raise again what the report of a run says; the page has its words in `ui.web.trouble`."""


def without_chinese(path):
    """Return the lines on which a file makes such an error without Chinese words."""
    name = path.relative_to(CHECKOUT).as_posix()
    kinds = {c.__name__ for c in CLASSES} - IN_BOTH if name.startswith(OF_PEOPLE) else TOLD_TO_ALL
    calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    return [
        f"{name}:{call.lineno}"
        for call in calls
        if getattr(call.func, "id", "") in kinds
        and "chinese" not in {k.arg for k in call.keywords}
        and not (name in PASSED_ON and len(call.args) == 2)
    ]


def test_what_people_are_told_is_told_in_chinese_too():
    files = [path for folder in ("rag", "ingest", "eval", "ui") for path in (CHECKOUT / folder).rglob("*.py")]
    assert [place for path in files for place in without_chinese(path)] == []

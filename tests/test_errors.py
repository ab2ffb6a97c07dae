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


IN_BOTH = {"SignInRefused", "KeyRefused"}
"""Have their words themselves."""


def is_error(name):
    """Tell whether a called class is one of ours, those that a front end adds included."""
    return name in {c.__name__ for c in CLASSES} - IN_BOTH | {"HostUnknown", "SlackRefused", "RequestRefused"}


def without_chinese(name, source):
    """Return the lines on which a file makes an error without Chinese words."""
    calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call)]
    kinds = {call: getattr(call.func, "id", getattr(call.func, "attr", "")) for call in calls}
    return [
        f"{name}:{call.lineno}"
        for call, kind in kinds.items()
        if is_error(kind) and "chinese" not in {k.arg for k in call.keywords}
    ]


def test_what_people_are_told_is_told_in_chinese_too():
    files = [
        path
        for folder in ("prompts", "rag", "ingest", "eval", "ui")
        for path in (CHECKOUT / folder).rglob("*.py")
    ]
    named = [(path.relative_to(CHECKOUT).as_posix(), path.read_text(encoding="utf-8")) for path in files]
    assert len(named) > 300
    assert [place for name, source in named for place in without_chinese(name, source)] == []


def test_an_error_without_chinese_words_is_seen_in_every_spelling():
    for made in ('DiskFull("a", fix="b")', 'errors.DiskFull("a", fix="b")', 'UnreadableFile("a", fix="b")'):
        assert without_chinese("rag/x.py", made) == ["rag/x.py:1"]
    assert without_chinese("rag/x.py", 'DiskFull("a", fix="b", chinese=("甲", "乙"))') == []
    assert without_chinese("ingest/x.py", 'UnreadableFile("a", fix="b")') == ["ingest/x.py:1"]

import inspect

import pytest

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

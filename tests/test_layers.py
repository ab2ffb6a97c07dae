"""The rules of the layout: imports point one way, files and functions stay short."""

import ast
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
MAY_IMPORT = {
    "prompts": set(),
    "rag": {"prompts"},
    "ingest": {"rag", "prompts"},
    "eval": {"rag", "prompts"},
    "ui": {"eval", "ingest", "rag", "prompts"},
}
FILES = sorted(path for folder in MAY_IMPORT for path in (PROJECT / folder).rglob("*.py"))
NAMES = [str(path.relative_to(PROJECT)) for path in FILES]
MAX_FILE_LINES = 250
MAX_FUNCTION_LINES = 60
USUAL_FUNCTION_LINES = 30
SHARE_OF_USUAL = 0.9


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path):
    """Top-level names of all packages that a file imports, also inside functions."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole path"
            found.add(str(node.module).split(".")[0])
    return found


def code_lines(function, lines):
    """Lines of a function without its docstring, comments and blank lines."""
    skipped = set()
    if ast.get_docstring(function) is not None:
        skipped = set(range(function.body[0].lineno, function.body[0].end_lineno + 1))
    own = range(function.lineno, function.end_lineno + 1)
    return sum(
        n not in skipped and bool(lines[n - 1].strip()) and not lines[n - 1].lstrip().startswith("#")
        for n in own
    )


def function_lengths(path):
    lines = path.read_text(encoding="utf-8").split("\n")
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {n.name: code_lines(n, lines) for n in ast.walk(tree(path)) if isinstance(n, kinds)}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_imports_point_one_way(path):
    folder = path.relative_to(PROJECT).parts[0]
    assert imported(path) & set(MAY_IMPORT) <= MAY_IMPORT[folder] | {folder}


def test_the_schema_imports_only_the_standard_library():
    for path in (PROJECT / "rag" / "schema").glob("*.py"):
        assert imported(path) - {"rag"} <= sys.stdlib_module_names
        assert all(name.startswith("rag.schema.") for name in _top_imports(path) if name.startswith("rag"))


def test_eval_is_never_imported_as_a_whole():
    whole = [
        name
        for path, name in zip(FILES, NAMES, strict=True)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import) and any(alias.name == "eval" for alias in node.names)
    ]
    assert whole == [], "it would hide the built-in function"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_file_has_at_most_250_lines(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_FILE_LINES


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_function_has_at_most_60_lines(path):
    assert {name: n for name, n in function_lengths(path).items() if n > MAX_FUNCTION_LINES} == {}


def test_nine_of_ten_functions_have_at_most_30_lines():
    lengths = [n for path in FILES for n in function_lengths(path).values()]
    assert sum(n <= USUAL_FUNCTION_LINES for n in lengths) / len(lengths) >= SHARE_OF_USUAL


@pytest.mark.parametrize("folder", sorted(MAY_IMPORT))
def test_the_door_of_a_package_is_only_a_docstring(folder):
    """Importing a package must not import what is heavy in it; `prompts` is one small file."""
    body = tree(PROJECT / folder / "__init__.py").body
    assert ast.get_docstring(tree(PROJECT / folder / "__init__.py"))
    if folder == "rag":
        # Libraries read their switches when they are imported: these are set wherever the product is entered.
        assert [ast.unparse(line) for line in body[1:]] == [
            "from rag.telemetry import switch_off",
            "switch_off()",
        ]
    elif folder != "prompts":
        assert len(body) == 1


def test_heavy_libraries_are_imported_only_where_they_are_used():
    heavy = {"torch", "sentence_transformers", "gradio"}
    at_top = [
        (name, heavy & {a.split(".")[0] for a in _top_imports(path)})
        for path, name in zip(FILES, NAMES, strict=True)
    ]
    used = ("ui/web", "rag/embedder_build/")
    assert [row for row in at_top if row[1] and not row[0].startswith(used)] == []


def _top_imports(path):
    for node in tree(path).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)

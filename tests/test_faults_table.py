"""The table of faults names tests that exist, the same ones in both languages."""

import ast
import re
from collections import Counter

from conftest import CHECKOUT

_TEST = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def named(page):
    return _TEST.findall((CHECKOUT / "docs" / page).read_text(encoding="utf-8"))


def test_each_named_test_exists():
    found = named("faults.md")
    assert len(found) > 40
    for file, name in found:
        tree = ast.parse((CHECKOUT / "tests" / file).read_text(encoding="utf-8"))
        assert name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}, f"{file}::{name}"


def test_every_line_of_the_table_names_a_test():
    lines = (CHECKOUT / "docs" / "faults.md").read_text(encoding="utf-8").splitlines()
    rows = [x for x in lines if x.startswith("| ") and not x.startswith(("| Fault", "| Limit", "| ---"))]
    assert rows
    assert [row for row in rows if not _TEST.search(row)] == []


def test_both_languages_name_the_same_tests():
    assert Counter(named("faults.md")) == Counter(named("faults.zh.md"))

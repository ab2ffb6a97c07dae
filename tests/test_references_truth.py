"""References, definitions and repeals against what was written by hand from the texts, both ways."""

from collections import Counter

import pytest
from fakes_references import collection, truth

TRUTH = truth()
ROWS = [row for rows in TRUTH.values() for row in rows]


def clause_at(key):
    source, title, locator = key
    return next(c for c in collection()[source, title] if c.locator == locator)


@pytest.mark.parametrize("key", TRUTH, ids=lambda k: f"{k[1][:16]} {k[2]}")
def test_all_references_of_a_clause_are_found_and_nothing_else(key):
    locators = {c.clause_id: c.locator for clauses in collection().values() for c in clauses}
    found = [
        (
            *r.span,
            r.target_title,
            r.target_locator,
            r.target_document_id is not None,
            locators.get(r.clause_id),
        )
        for r in clause_at(key).references
    ]
    assert found == [
        (*r["span"], r["target_title"], r["target_locator"], r["in_collection"], r["target"])
        for r in TRUTH[key]
        if r["kind"] not in ("definition", "repeal")
    ]


@pytest.mark.parametrize("key", TRUTH, ids=lambda k: f"{k[1][:16]} {k[2]}")
def test_all_definitions_and_repeals_of_a_clause_are_found_and_nothing_else(key):
    clause = clause_at(key)
    found = [("definition", *d.span, d.term) for d in clause.definitions]
    found += [("repeal", *r.span, r.target_title) for r in clause.repeals]
    assert found == [
        (r["kind"], *r["span"], r.get("term") or r.get("target_title"))
        for r in TRUTH[key]
        if r["kind"] in ("definition", "repeal")
    ]


def test_spans_are_the_printed_words():
    for row in ROWS:
        text = clause_at((row["source"], row["title"], row["locator"])).text
        assert text[slice(*row["span"])] == row["text"]


def test_the_list_is_long_enough_to_mean_something():
    kinds = Counter(row["kind"] for row in ROWS)
    assert sum(n for kind, n in kinds.items() if kind not in ("definition", "repeal")) >= 400
    assert kinds["definition"] >= 50
    assert kinds["repeal"] >= 25
    assert sum(not rows for rows in TRUTH.values()) >= 40

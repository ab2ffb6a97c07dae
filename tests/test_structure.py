"""The five bulletins against a truth made by hand: no document and no clause missing, invented or cut wrongly."""

from collections import Counter

import pytest
from fakes_ingest import ISSUES, bulletin

from eval.structure.bulletins import known_differences, truth
from rag.text import bare

DOCUMENTS = 41
CLAUSES = 1017
FIELDS = (
    "issuer", "region", "doc_number", "status", "effective_text", "origin", "effective_date", "expiry_date", "period",
    "column", "scheme", "start_line", "end_line", "subtitle", "source", "source_name", "issue_no", "issue_date",
)  # fmt: skip
KNOWN = {(k["title"], k["field"]): k["found"] for k in known_differences() if "field" in k}
CAPTIONS = {(k["title"], k["locator"]): k["caption"] for k in known_differences() if "caption" in k}
"""Captions at the end of a clause may be in or out: they are in the text, and out of the truth's last words."""


def _documents():
    for issue in ISSUES:
        wanted = [row for row in truth(issue) if row["type"] == "document"]
        _, parsed = bulletin(issue)
        yield from zip(wanted, (p.document for p in parsed), strict=True)


def _clauses(issue):
    return [row for row in truth(issue) if row["type"] == "clause"]


def _plain(text):
    return bare(text).replace("#", "").replace("**", "")


def test_the_truth_is_whole():
    kinds = Counter(row["type"] for issue in ISSUES for row in truth(issue))
    assert kinds == {"document": DOCUMENTS, "clause": CLAUSES}


@pytest.mark.parametrize("issue", ISSUES)
def test_no_document_is_missing_or_invented(issue):
    wanted = [row["title"] for row in truth(issue) if row["type"] == "document"]
    assert [p.document.title for p in bulletin(issue)[1]] == wanted


@pytest.mark.parametrize("issue", ISSUES)
def test_every_clause_has_its_locator_and_lines(issue):
    wanted = [(bare(r["title"]), bare(r["locator"]), r["start_line"], r["end_line"]) for r in _clauses(issue)]
    found = [
        (bare(c.title), bare(c.locator), c.start_line, c.end_line)
        for p in bulletin(issue)[1]
        for c in p.clauses
    ]
    missed, invented = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    assert (missed, invented) == (Counter(), Counter())
    assert found == wanted


@pytest.mark.parametrize("issue", ISSUES)
def test_every_clause_begins_and_ends_with_its_words(issue):
    wrong = []
    for row, found in zip(_clauses(issue), (c for p in bulletin(issue)[1] for c in p.clauses), strict=True):
        text = _plain(found.text)
        caption = CAPTIONS.get((row["title"], row["locator"]))
        if caption:
            assert text.endswith(bare(caption))
            fits = bare(row["tail"]) in text
        else:
            fits = text.endswith(bare(row["tail"]))
        if not (fits and text.startswith(bare(row["head"]))):
            wrong.append((row["title"], row["locator"]))
    assert wrong == []


@pytest.mark.parametrize("issue", ISSUES)
def test_a_label_is_the_last_part_of_its_locator_and_ids_are_unique(issue):
    clauses = [c for p in bulletin(issue)[1] for c in p.clauses]
    assert [c.label for c in clauses] == [c.locator.split("/")[-1] for c in clauses]
    assert len({c.clause_id for c in clauses}) == len(clauses)


@pytest.mark.parametrize("issue", ISSUES)
def test_lines_of_clauses_rise_and_stay_inside_their_document(issue):
    for parsed in bulletin(issue)[1]:
        document = parsed.document
        at = document.start_line
        for clause in parsed.clauses:
            assert at <= clause.start_line <= clause.end_line <= document.end_line, clause.clause_id
            at = clause.end_line + 1
        assert [c.ordinal for c in parsed.clauses] == list(range(len(parsed.clauses)))


def test_fields_are_those_of_the_truth_but_for_known_differences():
    different = {}
    for row, document in _documents():
        for name in FIELDS:
            if name in row and getattr(document, name) != row[name]:
                different[document.title, name] = getattr(document, name)
    assert different == KNOWN
    assert all(k["reason"] for k in known_differences())


def test_editors_notes_have_their_lines():
    found = {d.title: list(d.editor_note) if d.editor_note else None for _, d in _documents()}
    assert found == {row["title"]: row["editor_note"] for row, _ in _documents()}
    assert sum(note is not None for note in found.values()) > 20


def test_a_field_that_was_not_printed_is_named_as_inferred():
    for _, document in _documents():
        assert set(document.inferred) <= {"issuer", "region"}
        assert all(getattr(document, name) for name in document.inferred)


def test_masthead_pages_belong_to_no_document():
    for issue in ISSUES:
        source, parsed = bulletin(issue)
        assert source.source_name == "大数据发展动态"
        contents = next(n for n, line in enumerate(source.lines, 1) if "要目" in bare(line))
        assert parsed[0].document.start_line > contents

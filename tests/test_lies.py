"""Every known lie about the development cases against the check of single sentences, without retrieval or a model.

The sources of a case are its right clauses and some of other documents.
"""

import hashlib
import re
from collections import defaultdict

import pytest
from fakes_ingest import ISSUES, bulletin

from eval.cases import bundled_path, clause_key, load_cases
from eval.system.lies import LIES, Claim, Told, lies_of
from eval.system.wrong_words import pieces
from rag.citation.statement import statements
from rag.schema import Hit
from rag.verify import Known, doubts

FIGURES = {"number", "longer_number", "exchanged", "unit", "days", "date", "month", "limit", "article", "place", "reference"}  # fmt: skip
"""Lies after which a number, a date or the number of a clause is wrong."""
_OTHERS = 4
_SAMPLE = 5


class Teller:
    """Tells lies about cases and counts what is found."""

    def __init__(self):
        found = [parsed for issue in ISSUES for parsed in bulletin(issue)[1]]
        self.documents = {each.document.document_id: each.document for each in found}
        self.clauses = {clause_key(c.title, c.locator): c for each in found for c in each.clauses}
        self.cases = load_cases(bundled_path("dev"))

    def told(self, case):
        """Return what a lie about a case is made from, and the sources that are there."""
        others = [g for other in self.cases if other.document != case.document for g in other.gold]
        start = int(hashlib.sha256(case.id.encode()).hexdigest(), 16)
        beside = [others[(start + 31 * n) % len(others)] for n in range(_OTHERS)]
        keys = [*dict.fromkeys(gold.key for gold in (*case.gold, *case.nearest, *beside))]
        keys = [key for key in keys if key in self.clauses]
        number = {key: n for n, key in enumerate(keys, 1)}
        claims = tuple(
            Claim(gold.title, gold.locator, words, f"[{number[gold.key]}]")
            for gold in case.gold
            for words in pieces(gold.evidence)
        )
        return Told(case, claims, len(keys), tuple(others)), [Hit(self.clauses[key], 1.0) for key in keys]

    def doubts(self, text, case, sources):
        """Return what is doubted in an answer; markers without a source are dropped before, as in the product."""
        shown = re.sub(r"\[(\d+)\]", lambda m: m[0] if int(m[1]) <= len(sources) else "", text)
        asked = "\n".join([case.question, *(words for turn in case.history for words in turn)])
        known = Known(asked, self.documents, sources)
        return [
            doubt
            for statement in statements(shown)
            for doubt in doubts(statement.text, [sources[n - 1] for n in statement.numbers], known)
        ]

    def missed(self, pairs):
        """Return the lies that were told, and those in which nothing is doubted, by kind."""
        told, missed = defaultdict(list), defaultdict(list)
        for case, name in pairs:
            facts, sources = self.told(case)
            text = LIES[name].tell(facts)
            if text is not None:
                told[name].append(text)
                if not self.doubts(text, case, sources):
                    missed[name].append(text)
        return told, missed


@pytest.fixture(scope="module")
def teller():
    return Teller()


@pytest.fixture(scope="module")
def pairs(teller):
    """Every case with every lie that can be told to it."""
    return [(case, name) for case in teller.cases for name in lies_of(case)]


def check(teller, pairs):
    told, missed = teller.missed(pairs)
    count = sum(map(len, told.values()))
    assert count >= 300
    assert {name: texts for name, texts in missed.items() if name in FIGURES} == {}
    assert 1 - sum(map(len, missed.values())) / count >= 0.98, missed
    return told


def test_a_sample_of_the_lies_is_found(teller, pairs):
    check(teller, pairs[::_SAMPLE])


@pytest.mark.slow
def test_all_lies_are_found(teller, pairs):
    assert set(check(teller, pairs)) == set(LIES)


@pytest.mark.parametrize("quoted", [True, False])
def test_the_words_of_a_clause_are_never_doubted(teller, quoted):
    for case in teller.cases[::2]:
        facts, sources = teller.told(case)
        for claim in facts.claims:
            text = Claim(claim.title, claim.locator, claim.words, claim.marker, quoted).said()
            assert teller.doubts(text, case, sources) == [], text


def test_right_answers_in_other_words_are_seldom_doubted(teller):
    found = []
    for case in teller.cases:
        facts, sources = teller.told(case)
        markers = "".join(dict.fromkeys(claim.marker for claim in facts.claims))
        if markers:
            found += [
                (statement.text, doubted)
                for statement in statements(case.answer)
                for doubted in [teller.doubts(f"{statement.text.rstrip('。')}{markers}。", case, sources)]
            ]
    assert len(found) > 150
    wrong = [pair for pair in found if pair[1]]
    assert len(wrong) / len(found) <= 0.03, wrong

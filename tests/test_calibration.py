import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from fakes import make_document, make_hit

from eval.calibration.fit import MOST_REFUSED, calibrated, output_path, write
from eval.calibration.law_signals import LawSignals, keep, kept, kept_path
from eval.calibration.sample import written_path
from eval.calibration.weighed import Weighed
from eval.cases import bundled_path, load_cases
from rag.errors import EvaluationError
from rag.settings import Settings
from rag.text import bare
from rag.verdict.curve import curve_for, curves_from
from rag.verdict.signals import COSINES, Found, signals

ROWS = [json.loads(line) for line in written_path().read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def settings(collection):
    return Settings(data=collection)


STRUCTURES = sorted(Path(str(files("eval").joinpath("data", "structure"))).glob("structure-00?.jsonl"))


def names():
    question = "数据怎么登记？"
    return list(signals(Found(question, question, [make_hit(dense=0.8)], {"d1": make_document()})))


def weighed(count=300):
    """Return questions of which the near ones are answerable, with a little noise."""
    chance = np.random.default_rng(7)
    out = []
    for number in range(count):
        answerable = number % 3 > 0
        values = {name: float(chance.normal()) for name in names()}
        values["dense"] += 4.0 * answerable
        values["covered"] += 1.5 * answerable
        values["looked_up"] = values["nothing_fits"] = 0.0
        law = ("laws", str(number % 2), "answerable" if answerable else "unanswerable")
        part = law if number % 5 == 0 else ("dev",) if number % 2 else ("written",)
        out.append(Weighed(f"document {number % 40}", answerable, part, values))
    return out


def test_a_curve_refuses_few_of_the_answerable_and_most_of_the_others(settings):
    made = calibrated(weighed(), settings)
    for curve in made["curves"]:
        sets = [curve["figures"][name] for name in ("dev", "written", "laws")]
        assert all(figures["answerable_refused"] <= MOST_REFUSED for figures in (sets[0], sets[2]))
        assert sum(f["answerable"] + f["unanswerable"] for f in sets) == made["made"]["questions"]
    near, words = (curve["figures"]["dev"]["unanswerable_refused"] for curve in made["curves"])
    assert near > words > 0.1


def test_figures_are_given_for_each_set_and_each_size_of_a_collection_of_laws(settings):
    figures = calibrated(weighed(), settings)["curves"][0]["figures"]
    assert set(figures) == {"dev", "written", "laws", "laws 0", "laws 1"}


def test_a_set_counts_the_same_however_many_questions_it_has(settings):
    once = weighed()
    twice = [*once, *(one for one in once if one.is_in("laws"))]
    means = [calibrated(questions, settings)["curves"][0]["means"] for questions in (once, twice)]
    assert means[0] == pytest.approx(means[1], abs=1e-5)


def test_the_share_of_laws_questions_that_have_an_answer_does_not_count(settings):
    once = weighed()
    more = [*once, *(one for one in once if one.is_in("laws") and one.answerable)]
    means = [calibrated(questions, settings)["curves"][0]["means"] for questions in (once, more)]
    assert means[0] == pytest.approx(means[1], abs=1e-5)


def test_only_the_curve_for_one_embedder_has_cosines(settings):
    first, other = curves_from(calibrated(weighed(), settings))
    assert (first.embedder, other.embedder) == (settings.embedder, None)
    assert set(first.names) - set(other.names) == COSINES


def test_a_curve_is_the_same_each_time(settings, tmp_path):
    files = [tmp_path / name for name in ("one.json", "two.json")]
    for file in files:
        write(calibrated(weighed(), settings), file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_the_bundled_curves_know_every_signal():
    made = json.loads(output_path().read_text(encoding="utf-8"))
    for curve in curves_from(made):
        assert set(curve.names) <= set(names())
        assert 0 < curve.probability(dict.fromkeys(names(), 0.5)) < 1


def test_an_embedder_that_is_not_known_gets_the_curve_without_cosines():
    assert curve_for("some other model").embedder is None


def test_signals_of_laws_are_kept(tmp_path):
    found = weighed(6)
    keep(LawSignals("some model", tuple(found)), tmp_path / "laws.jsonl")
    read = kept(tmp_path / "laws.jsonl", "some model")
    assert [(one.group, one.answerable, one.part) for one in read] == [
        (one.group, one.answerable, one.part) for one in found
    ]
    assert read[0].signals == pytest.approx(found[0].signals, abs=1e-4)


def test_signals_of_laws_that_another_embedder_made_are_refused(tmp_path):
    keep(LawSignals("some model", tuple(weighed(6))), tmp_path / "laws.jsonl")
    with pytest.raises(EvaluationError, match="made with the embedder 'some model', not 'another'"):
        kept(tmp_path / "laws.jsonl", "another")


def test_the_bundled_signals_of_laws_are_those_of_the_program(settings):
    found = kept(kept_path(), settings.embedder)
    assert all(list(one.signals) == names() for one in found)
    assert {one.part[1] for one in found} == {"1", "5", "10", "50"}
    assert kept_path().stat().st_size < 1_000_000


def test_each_question_written_for_calibrating_is_a_new_one():
    questions = [row["question"] for row in ROWS]
    known = {case.question for name in ("dev", "test") for case in load_cases(bundled_path(name))}
    assert len(set(questions)) == len(questions)
    assert not known & set(questions)
    assert len({row["id"] for row in ROWS}) == len(ROWS)


def test_questions_written_for_calibrating_are_about_documents_of_the_dev_set():
    dev = {gold.title for case in load_cases(bundled_path("dev")) for gold in (*case.gold, *case.nearest)}
    assert {bare(row["title"]) for row in ROWS if row["title"]} <= {bare(title) for title in dev}


def documents():
    """Return title → text of the five bulletins' documents, from the hand-made structure."""
    texts = {}
    for path in STRUCTURES:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        lines = files("corpus").joinpath(rows[0]["source"]).read_text(encoding="utf-8").splitlines()
        for row in rows:
            if row["type"] == "clause":
                text = "\n".join(lines[row["start_line"] - 1 : row["end_line"]]).replace("**", "")
                title = bare(row["title"])
                texts[title] = texts.get(title, title) + bare(text)
    return texts


def test_evidence_stands_in_the_document_and_what_is_absent_does_not():
    texts = documents()
    everything = "".join(texts.values())
    for row in ROWS:
        text = texts[bare(row["title"])] if row["title"] else everything
        assert not row["answerable"] or bare(row["evidence"]) in text, row["question"]
        assert not [words for words in row["absent"] if bare(words) in text], row["question"]

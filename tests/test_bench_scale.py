"""`eval bench scale`: collections of any size made of a set of laws, and what is measured of them."""

import json
from itertools import chain

import numpy as np
import pytest
from fakes import fake_settings

import eval.bench.scale.vectors
import rag.assistant
from eval.bench.public import read_set
from eval.bench.scale import asking
from eval.bench.scale.laws import RepeatedLaws
from eval.bench.scale.vectors import COSINE, fill
from rag.catalog.vectors import VectorCache
from rag.chunk.parts import passages, passages_key

LAWS = {"登记办法": 70, "交易条例": 50, "罚款规定": 30}
DIGITS = "零一二三四五六七八九"


def numeral(number):
    tens, ones = divmod(number, 10)
    return (DIGITS[tens] * (tens > 1) + "十" * (tens > 0) + DIGITS[ones] * (ones > 0)) or "零"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A set of 150 articles, with two questions."""
    folder = tmp_path_factory.mktemp("sets") / "laws"
    folder.mkdir()
    rows = [
        {
            "id": f"中华人民共和国{law}第{numeral(n)}条",
            "text": f"国务院的{law}机关应当自受理之日起三十日内办理第{n}类事项。",
        }
        for law, count in LAWS.items()
        for n in range(1, count + 1)
    ]
    questions = [{"qid": str(n), "question": f"第{n}类事项几日内办理？", "split": "train"} for n in (3, 7)]
    for name, found in (("corpus", rows), ("queries", questions)):
        lines = (json.dumps(row, ensure_ascii=False) for row in found)
        (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    right = "".join(f"{n}\t0\t中华人民共和国登记办法第{numeral(n)}条\t1\n" for n in (3, 7))
    (folder / "qrels.tsv").write_text(right, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def public(folder):
    return read_set(folder)


def clauses_of(laws):
    return list(chain.from_iterable(clauses for _, clauses in laws))


@pytest.mark.parametrize("count", [1, 49, 150, 151, 400])
def test_there_are_as_many_clauses_as_are_asked_for(public, count):
    laws = RepeatedLaws(public, count)
    clauses = clauses_of(laws)
    assert len(clauses) == len({c.clause_id for c in clauses}) == count
    assert len({document.document_id for document, _ in laws}) == len(laws)
    origins = [each for n in range(len(laws)) for each in laws.origins(n)]
    assert [(o.copy, o.number) for o in origins] == [divmod(n, 150) for n in range(count)]


def test_a_repeated_law_has_another_name_and_other_numbers(public):
    laws = RepeatedLaws(public, 300)
    (first, articles), (again, changed) = laws[0], laws[3]
    assert again.title != first.title
    assert first.title.removeprefix("中华人民共和国")[:4] in again.title
    assert "三十日" in articles[0].text
    assert "三十日" not in changed[0].text
    assert "国务院" not in changed[0].text


def test_the_same_size_is_the_same_collection(public):
    assert clauses_of(RepeatedLaws(public, 200)) == clauses_of(RepeatedLaws(public, 200))


def test_originals_are_the_articles_of_the_set_itself(public):
    assert len(list(RepeatedLaws(public, 60).originals())) == 60
    assert set(RepeatedLaws(public, 400).originals()) == set(public.ids)


@pytest.fixture
def embedded(embedder, monkeypatch):
    monkeypatch.setattr(eval.bench.scale.vectors, "build_embedder", lambda settings: embedder)
    monkeypatch.setattr(rag.assistant, "build_embedder", lambda settings: embedder)
    return embedder


def filled(laws, tmp_path, most):
    settings = fake_settings(tmp_path / "data")
    settings.data.mkdir(exist_ok=True)
    made = fill(laws, settings, tmp_path / "embedded", most, lambda stage, done, total: None)
    cache = VectorCache(settings.data, settings.embedder)
    keys = [passages_key(passages(clause)) for clause in clauses_of(laws)]
    found = cache.get(keys)
    cache.close()
    return made, np.concatenate([found[key] for key in keys])


def test_what_is_not_embedded_gets_a_vector_of_unit_length_near_one_that_is(public, tmp_path, embedded):
    made, vectors = filled(RepeatedLaws(public, 300), tmp_path, 40)
    assert (made.embedded, made.shaken) == (40, 260)
    assert len(embedded._texts) == 40
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(300), abs=1e-5)
    nearest = (vectors[40:] @ vectors[:40].T).max(axis=1)
    assert nearest.min() > COSINE - 1e-5


def test_a_larger_size_embeds_only_what_no_smaller_one_has(public, tmp_path, embedded):
    filled(RepeatedLaws(public, 60), tmp_path, 40)
    embedded._texts.clear()
    made, _ = filled(RepeatedLaws(public, 300), tmp_path, 50)
    assert len(embedded._texts) == 10
    assert made.embedded_a_second > 0


@pytest.fixture
def bench(call, folder, tmp_path, embedded, monkeypatch):
    """The command, with everything in this process: another would not know the fake embedder."""
    monkeypatch.setattr(asking, "_apart", lambda work: work())
    monkeypatch.setattr("ui.commands.bench_scale._LOAD_S", 0.2)
    monkeypatch.setenv("POLICYQA_EMBED_MODEL", "fake")
    monkeypatch.setenv("POLICYQA_RERANK_MODEL", "none")

    def _bench(*arguments):
        return call("eval", "bench", "scale", "--dir", folder, "--data", tmp_path / "data", *arguments)

    return _bench


def test_two_sizes_are_measured_drawn_and_compared(bench, call, tmp_path):
    done = bench(
        "--clauses", 300, "--clauses", 120, "--load", 2, "--backup", "--json", "--plot", tmp_path / "charts"
    )
    assert done.status == 0, done.err
    small, large = done.json
    assert (small["clauses"], large["clauses"]) == (120, 300)
    assert small["chunks"] == 120
    assert small["asking"]["filtered"]["none"]["recall"] == 1
    assert small["load"]["times"]["questions"] >= 2
    assert set(large["disk_mb"]) == {"catalog", "vectors", "chroma", "keyword", "matrix"}
    assert large["added"]["seconds"] > 0
    assert min(large["saved"].values()) > 0
    assert not (tmp_path / "data" / "eval" / "bench" / "scale" / "saved").exists()
    filtered = large["asking"]["filtered"]
    assert filtered["none"]["clauses"] == 300
    assert {each["recall"] for each in filtered.values()} == {
        1 if each["clauses"] else None for each in filtered.values()
    }
    assert 0 < filtered["document"]["clauses"] < 80
    for chart in ("time", "memory", "start"):
        drawn = (tmp_path / "charts" / f"scale-{chart}.svg").read_text(encoding="utf-8")
        assert drawn.startswith("<svg xmlns=")
        assert '<path class="line line0"' in drawn
    kept = sorted((tmp_path / "data" / "eval" / "bench").glob("scale-*.json"))
    page = call("eval", "bench", "--compare", kept[0], kept[0], "--data", tmp_path / "data")
    assert "| first answer s |" in page.out
    assert "| backup s |" in page.out
    wrong = call("eval", "bench", "--compare", *kept, "--data", tmp_path / "data")
    assert wrong.status == 1
    assert "compare two of the same size" in wrong.err


def test_nothing_is_drawn_of_one_size(bench, tmp_path):
    done = bench("--plot", tmp_path / "charts")
    assert done.status == 1
    assert "two sizes at least" in done.err


def test_where_the_laws_are_must_be_said(call, tmp_path):
    done = call("eval", "bench", "scale", "--data", tmp_path / "data")
    assert done.status == 1
    assert "--dir" in done.err


def test_equally_near_chunks_count_as_each_other():
    right = [("a", 0.9), ("b", 0.5)]
    assert asking._share([("a", 0.9), ("c", 0.5)], right) == 1
    assert asking._share([("a", 0.9), ("c", 0.4)], right) == 0.5


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("sample", "--clauses", 1000), id="of scale"),
        pytest.param(("scale", "--filter", "region=湖南省"), id="not of scale"),
        pytest.param(("scale", "--clauses", 10), id="too few"),
    ],
)
def test_what_a_bench_does_not_take_is_refused(call, tmp_path, arguments):
    assert call("eval", "bench", *arguments, "--data", tmp_path / "data").status == 2

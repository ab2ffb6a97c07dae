"""Public test sets: how they are read, and that the measures are those of trec_eval."""

import json
import lzma
import math

import pytest

from eval.bench.measures import score
from eval.bench.public import read_set
from rag.errors import EvaluationError

CORPUS = [
    {"id": "甲法第一条", "text": "为了登记，制定本法。"},
    {"id": "甲法第二条", "text": "登记费三百元。"},
    {"id": "甲法第二条之一", "text": "减免登记费的情形。"},
    {"id": "甲法第二条", "text": "登记费四百元。"},
    {"id": "乙通知", "text": "全文很短。"},
]
QUERIES = [
    {"qid": 1, "question": "登记费多少？", "split": "dev"},
    {"qid": 2, "question": "通知说什么？", "split": "train"},
]
QRELS = "1\t0\t甲法第二条\t1\n1\t0\t甲法第二条之一\t1\n2\t0\t乙通知\t1\n2\t0\t甲法第一条\t0\n"


@pytest.fixture
def folder(tmp_path):
    return write_set(tmp_path / "mine")


def write_set(folder, corpus=CORPUS, queries=QUERIES, qrels=QRELS):
    folder.mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(as_lines(corpus), encoding="utf-8")
    with lzma.open(folder / "queries.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write(as_lines(queries))
    (folder / "qrels.tsv").write_text(qrels, encoding="utf-8")
    return folder


def as_lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_a_set_is_read_as_documents_and_clauses_that_know_their_own_id(folder):
    found = read_set(folder)
    assert [d.title for d in found.documents] == ["甲法", "乙通知"]
    law, notice = (found.clauses[d.document_id] for d in found.documents)
    assert [(c.locator, c.text) for c in law[:2]] == [
        ("第一条", "为了登记，制定本法。"),
        ("第二条", "登记费三百元。"),
    ]
    assert [found.ids[c.clause_id] for c in law] == [row["id"] for row in CORPUS[:4]]
    assert len({c.clause_id for c in (*law, *notice)}) == 5
    assert [c.locator for c in notice] == ["全文"]
    assert found.qrels == {"1": {"甲法第二条", "甲法第二条之一"}, "2": {"乙通知"}}


def test_a_split_holds_its_own_questions(folder):
    found = read_set(folder)
    assert [q.qid for q in found.split("dev")] == ["1"]
    assert [q.qid for q in found.split("all")] == ["1", "2"]
    with pytest.raises(EvaluationError, match="No question is in the split 'test'") as error:
        found.split("test")
    assert error.value.fix == "choose all or one of: dev, train"


@pytest.mark.parametrize(
    ("ranking", "expected"),
    [
        pytest.param([], {"recall@10": 0, "mrr@10": 0, "ndcg@10": 0, "map@100": 0}, id="nothing found"),
        pytest.param(["a", "b"], {"recall@1": 0.5, "recall@3": 1, "hit@1": 1, "ndcg@10": 1}, id="perfect"),
        pytest.param(
            ["x", "a", "a", "y", "b"],
            {
                "recall@1": 0,
                "recall@3": 0.5,
                "recall@5": 1,
                "hit@5": 1,
                "mrr@10": 1 / 2,
                "map@100": (1 / 2 + 2 / 4) / 2,
                "ndcg@10": (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3)),
            },
            id="of a repeated id the first place counts",
        ),
        pytest.param(
            [*map(str, range(10)), "a"],
            {"mrr@10": 0, "recall@10": 0, "recall@20": 0.5, "map@100": 1 / 11 / 2},
            id="eleventh",
        ),
    ],
)
def test_the_measures_are_those_of_their_definitions(ranking, expected):
    found = score({"q": ranking}, ["q"], {"q": frozenset("ab")})
    assert {name: found[name]["q"] for name in expected} == pytest.approx(expected)


def test_a_question_without_a_ranking_counts_nothing_and_is_there():
    qrels = {"q": frozenset("a"), "r": frozenset("b")}
    assert score({"q": ["a"]}, ["q", "r"], qrels)["recall@1"] == {"q": 1, "r": 0}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        pytest.param(lambda f: (f / "corpus.jsonl").unlink(), "corpus.jsonl is missing", id="no corpus"),
        pytest.param(lambda f: (f / "qrels.tsv").unlink(), "qrels.tsv is missing", id="no qrels"),
        pytest.param(
            lambda f: (f / "corpus.jsonl").write_text("{\n", encoding="utf-8"), ":1 is damaged", id="damaged"
        ),
        pytest.param(
            lambda f: (f / "corpus.jsonl").write_text('{"id": "甲"}\n', encoding="utf-8"),
            ":1 has no 'text'",
            id="no text",
        ),
        pytest.param(
            lambda f: (f / "qrels.tsv").write_text("1 甲\n", encoding="utf-8"),
            ":1 is no line of four columns",
            id="qrels of two columns",
        ),
    ],
)
def test_a_set_that_cannot_be_read_is_refused_with_its_place(folder, spoil, message):
    spoil(folder)
    with pytest.raises(EvaluationError, match=message):
        read_set(folder)

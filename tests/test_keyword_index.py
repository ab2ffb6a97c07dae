import math
import os
import random
import shutil
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from fakes import make_clause, make_document

from rag.chunk.parts import heading_of
from rag.errors import IndexDamaged
from rag.keyword_index import KeywordIndex, build
from rag.text import terms

OTHER = make_document("d2", "贵州省交易办法")
CLAUSES = [
    make_clause("第一条", "数据应当登记。"),
    make_clause("第二条", "登记证书的有效期为三年。", headings="续展"),
    make_clause("第一条", "数据商违反规定的，处五万元罚款。", document=OTHER),
    make_clause("第二条", "AI训练数据达到20TB的，备案。", document=OTHER),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    build(folder, CLAUSES)
    return KeywordIndex(folder)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        pytest.param("证书有效期多久", "d1:第二条", id="words of the text"),
        pytest.param("贵州罚款", "d2:第一条", id="words of the title and the text"),
        pytest.param("续展", "d1:第二条", id="words of a heading"),
        pytest.param("ai 20tb", "d2:第二条", id="Latin words in any case"),
    ],
)
def test_the_best_clause_comes_first(index, question, best):
    found = index.search(question, 3)
    assert found[0][0] == best
    assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)
    assert all(score > 0 for _, score in found)


@pytest.mark.parametrize("question", ["", "？", "zebra", "囍"])
def test_unknown_words_find_nothing(index, question):
    assert index.search(question, 5) == []


def test_the_index_knows_where_its_clauses_stand(tmp_path):
    # The ids of a document that has a label twice; its locators have no ~2.
    twice = [
        make_clause("第一条", "甲。"),
        make_clause("第一条", "乙。", clause_id="d1:第一条~2"),
        make_clause("图~2", "丙。"),
    ]
    build(tmp_path, [*twice, CLAUSES[3]])
    assert list(KeywordIndex(tmp_path).places()) == [
        ("d1:第一条", "d1", "第一条"),
        ("d1:第一条~2", "d1", "第一条"),
        ("d1:图~2", "d1", "图~2"),
        ("d2:第二条", "d2", "第二条"),
    ]


def test_the_frequency_of_words_is_that_of_all_of_them(index):
    assert index.frequency(["贵州"]) == 2
    assert index.frequency(["贵州", "罚款", "囍"]) == 3
    assert index.frequency([]) == 0


def test_terms_besides_count_by_their_weight(index):
    alone = dict(index.search("罚款", 5))
    both = dict(index.search("证书", 5, besides={"罚款": 0.5, "罚": 0.5, "款": 0.5, "囍": 1.0}))
    assert both["d2:第一条"] == pytest.approx(alone["d2:第一条"] / 2, rel=1e-5)
    assert both["d1:第二条"] == pytest.approx(dict(index.search("证书", 5))["d1:第二条"], rel=1e-5)


def test_limit_is_kept(index):
    assert len(index.search("数据", 1)) == 1


def test_only_the_documents_of_a_filter_are_found(index):
    assert {i.split(":")[0] for i, _ in index.search("数据登记罚款", 5, {"d2"})} == {"d2"}
    assert index.search("数据登记罚款", 5, set()) == []
    assert index.search("数据登记罚款", 5, {"没有"}) == []


def test_equal_clauses_keep_the_order_of_the_collection(tmp_path):
    same = [make_clause(f"第{n}条", "数据应当登记。") for n in "一二三四五六"]
    build(tmp_path, iter(same))
    first = KeywordIndex(tmp_path).search("应当登记", 4)
    assert [i for i, _ in first] == [c.clause_id for c in same[:4]]


def bm25(clauses, question):
    """The scores as the formula has them, clause by clause."""
    texts = [Counter(terms(f"{heading_of(c)}\n{c.text}")) for c in clauses]
    average = sum(t.total() for t in texts) / len(texts)
    scores = {}
    for clause, text in zip(clauses, texts, strict=True):
        for term in terms(question):
            having = sum(term in other for other in texts)
            if text[term]:
                rarity = math.log(1 + (len(texts) - having + 0.5) / (having + 0.5))
                part = rarity * text[term] / (text[term] + 1.2 * (0.25 + 0.75 * text.total() / average))
                scores[clause.clause_id] = scores.get(clause.clause_id, 0) + part
    return scores


@pytest.mark.parametrize("question", ["证书有效期", "数据数据登记", "ai 20tb 备案", "贵州省交易办法"])
def test_scores_are_those_of_the_formula(index, question):
    assert dict(index.search(question, 10)) == pytest.approx(bm25(CLAUSES, question), rel=1e-5)


def test_a_term_that_a_clause_has_very_often_counts_as_often_as_can_be_kept(tmp_path):
    build(tmp_path, [make_clause("第一条", "数 " * 70_000), CLAUSES[1]])
    assert KeywordIndex(tmp_path).search("数", 1)[0][0] == "d1:第一条"


WORDS = [
    *("数据登记证书有效期罚款", "备案交易场所", "主管部门", "AI", "API", "2024", "20TB"),
    *"甲乙丙丁戊己庚辛一二三四五六",
]
QUESTIONS = ["数据登记", "证书有效期", "甲乙", "AI 20TB", "主管部门罚款丁", "囍"]


def any_clauses(draw, count, start=0):
    return [
        make_clause(
            f"第{number}条",
            "".join(draw.choices(WORDS, k=draw.randrange(25))),
            document=make_document(f"d{number % 7}", "".join(draw.choices(WORDS, k=2))),
        )
        for number in range(start, start + count)
    ]


def assert_equal(first, second):
    one, other = KeywordIndex(first), KeywordIndex(second)
    assert (one.clause_ids, one.documents) == (other.clause_ids, other.documents)
    assert np.array_equal(one.postings.terms, other.postings.terms)
    assert np.array_equal(one.postings.lengths, other.postings.lengths)
    for question in QUESTIONS:
        for documents in (None, {"d1"}, {"d0", "d2", "d6"}):
            assert one.search(question, 20, documents) == other.search(question, 20, documents)


@pytest.mark.parametrize("seed", range(5))
def test_an_index_that_is_taken_over_again_and_again_is_that_of_all_clauses(tmp_path, seed):
    draw = random.Random(seed)
    clauses = any_clauses(draw, 60)
    build(tmp_path / "0", clauses)
    for step in range(1, 6):
        gone = set(draw.sample(range(len(clauses)), draw.randrange(12)))
        changed = {c.clause_id: c for c in draw.sample(clauses, draw.randrange(12))}
        changed = {key: replace(c, text=c.text + draw.choice(WORDS)) for key, c in changed.items()}
        clauses = [changed.get(c.clause_id, c) for number, c in enumerate(clauses) if number not in gone]
        new = any_clauses(draw, draw.randrange(12), start=1000 * step)
        clauses += new
        draw.shuffle(clauses)
        fresh = [c for c in clauses if c.clause_id in changed or c in new]
        draw.shuffle(fresh)
        build(
            tmp_path / str(step), fresh, before=tmp_path / str(step - 1), order=[c.clause_id for c in clauses]
        )
        build(tmp_path / f"{step}-anew", clauses)
        assert_equal(tmp_path / str(step), tmp_path / f"{step}-anew")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param(CLAUSES, [], id="to nothing"),
        pytest.param([], CLAUSES, id="from nothing"),
        pytest.param(CLAUSES[:2], CLAUSES[2:], id="to others"),
    ],
)
def test_an_index_may_be_taken_over_to_other_clauses(tmp_path, first, then):
    build(tmp_path / "0", first)
    build(tmp_path / "1", then, before=tmp_path / "0", order=[c.clause_id for c in then])
    build(tmp_path / "anew", then)
    assert_equal(tmp_path / "1", tmp_path / "anew")


def test_a_clause_that_neither_the_index_before_nor_the_run_has_is_an_error(tmp_path):
    build(tmp_path / "0", CLAUSES[:2])
    with pytest.raises(IndexDamaged, match="lacks clauses"):
        build(tmp_path / "1", [], before=tmp_path / "0", order=[c.clause_id for c in CLAUSES])


def test_an_index_of_nothing_finds_nothing(tmp_path):
    build(tmp_path, [])
    assert KeywordIndex(tmp_path).search("数据", 5) == []


def test_a_clause_without_words_does_no_harm(tmp_path):
    bare = make_clause("-", "……", document=make_document("d3", "——"))
    build(tmp_path, [bare, CLAUSES[0]])
    assert KeywordIndex(tmp_path).search("登记", 5)[0][0] == "d1:第一条"


def test_it_knows_its_clauses_in_the_order_of_the_collection(index):
    assert index.clause_ids == [c.clause_id for c in CLAUSES]


def test_an_open_index_outlives_its_folder(tmp_path):
    build(tmp_path, CLAUSES)
    opened = KeywordIndex(tmp_path)
    shutil.rmtree(tmp_path / "keyword")
    assert opened.search("证书有效期", 1)[0][0] == "d1:第二条"


def test_an_index_is_never_written_over(tmp_path):
    build(tmp_path, CLAUSES)
    with pytest.raises(FileExistsError):
        build(tmp_path, CLAUSES)


def damage_rows(folder):
    (folder / "keyword" / "clauses.json").write_text("{", encoding="utf-8")


def lose_scores(folder):
    for path in (folder / "keyword").glob("*.npy"):
        path.unlink()


def cut_scores(folder):
    for path in (folder / "keyword").glob("*.npy"):
        os.truncate(path, path.stat().st_size // 2)


def empty_scores(folder):
    for path in (folder / "keyword").glob("*.npy"):
        os.truncate(path, 0)


def damage_words(folder):
    (folder / "keyword" / "terms.npy").write_bytes(b"\xff{")


def damage_shape(folder):
    (folder / "keyword" / "clauses.json").write_text("[1]", encoding="utf-8")


@pytest.mark.parametrize(
    "damage", [damage_rows, lose_scores, cut_scores, empty_scores, damage_words, damage_shape]
)
def test_a_damaged_index_is_an_error_with_a_fix(tmp_path, damage):
    build(tmp_path, CLAUSES)
    damage(tmp_path)
    with pytest.raises(IndexDamaged) as caught:
        KeywordIndex(tmp_path)
    assert caught.value.fix == "policyqa rebuild"


def test_a_missing_index_is_an_error_with_a_fix(tmp_path):
    with pytest.raises(IndexDamaged, match="keyword"):
        KeywordIndex(tmp_path)

import os
import shutil

import pytest
from fakes import make_clause, make_document

from rag.errors import IndexDamaged
from rag.keyword_index import KeywordIndex, build

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
    next((folder / "keyword").glob("vocab*.json")).write_bytes(b"\xff{")


@pytest.mark.parametrize("damage", [damage_rows, lose_scores, cut_scores, empty_scores, damage_words])
def test_a_damaged_index_is_an_error_with_a_fix(tmp_path, damage):
    build(tmp_path, CLAUSES)
    damage(tmp_path)
    with pytest.raises(IndexDamaged) as caught:
        KeywordIndex(tmp_path)
    assert caught.value.fix == "policyqa rebuild"


def test_a_missing_index_is_an_error_with_a_fix(tmp_path):
    with pytest.raises(IndexDamaged, match="keyword"):
        KeywordIndex(tmp_path)

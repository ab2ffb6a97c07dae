"""Exact search within some documents."""

import os
from itertools import groupby

import numpy as np
import pytest

from rag.chunk.matrix import FOLDER, Matrix, write
from rag.errors import IndexDamaged

DIMENSION = 48


def rows(documents=12, seed=5):
    """(clause_id, document_id, vectors) of clauses with one to four chunks each."""
    draw = np.random.default_rng(seed)
    for document in range(documents):
        for clause in range(document % 5 + 1):
            vectors = draw.normal(size=(draw.integers(1, 5), DIMENSION)).astype(np.float32)
            yield f"d{document}:第{clause}条", f"d{document}", vectors


def by_document(clauses):
    """The same, a document at a time."""
    for document, group in groupby(clauses, key=lambda row: row[1]):
        found = [(clause_id, vectors) for clause_id, _, vectors in group]
        ids = [clause_id for clause_id, vectors in found for _ in vectors]
        yield document, ids, np.concatenate([vectors for _, vectors in found])


def question(seed=9):
    vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    return vector / np.linalg.norm(vector)


def one_by_one(vector, documents):
    """What an exact search must find, chunk by chunk."""
    found = [
        (clause_id, float(np.dot(chunk / np.linalg.norm(chunk), vector)))
        for clause_id, document_id, vectors in rows()
        if document_id in documents
        for chunk in vectors
    ]
    return sorted(found, key=lambda row: -row[1])


@pytest.fixture(scope="module")
def matrix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generation")
    assert write(folder, by_document(rows())) == sum(len(vectors) for _, _, vectors in rows())
    return Matrix(folder)


ALL = [f"d{n}" for n in range(12)]


def test_rows_of_another_matrix_are_written_as_they_are(matrix, tmp_path):
    assert set(matrix.documents) == set(ALL)
    write(tmp_path, ((d, *matrix.rows_of(d)) for d in ALL), unit=ALL)
    again = Matrix(tmp_path)
    for d in ALL:
        assert again.rows_of(d)[0] == matrix.rows_of(d)[0]
        assert np.array_equal(again.rows_of(d)[1], matrix.rows_of(d)[1])


@pytest.mark.parametrize(
    "documents",
    [
        pytest.param(["d7"], id="one"),
        pytest.param([d for d in ALL if d != "d7"], id="all but one"),
        pytest.param(ALL[::2], id="every other"),
        pytest.param(ALL, id="all"),
        pytest.param(["d3", "没有"], id="one that there is none of"),
    ],
)
@pytest.mark.parametrize("limit", [1, 10, 500])
def test_the_ranking_is_that_of_each_chunk_by_itself(matrix, documents, limit):
    found, expected = matrix.nearest(question(), limit, documents), one_by_one(question(), documents)
    assert [clause_id for clause_id, _ in found] == [clause_id for clause_id, _ in expected[:limit]]
    assert [cosine for _, cosine in found] == pytest.approx([c for _, c in expected[:limit]], abs=1e-6)


def test_a_filter_changes_no_digit_of_a_score(matrix):
    everything = dict(reversed(matrix.nearest(question(), 500, ALL)))
    for document in ALL:
        for clause_id, cosine in dict(reversed(matrix.nearest(question(), 500, [document]))).items():
            assert everything[clause_id] == cosine


@pytest.mark.parametrize(
    "documents", [["d1", "d2", "d7", "d9"], [f"d{n}" for n in range(12)]], ids=["some", "all"]
)
def test_several_threads_change_no_digit_and_no_order(matrix, monkeypatch, documents):
    whole = matrix.nearest(question(), 30, documents)
    monkeypatch.setattr("rag.chunk.scan._PIECE", 3)
    assert matrix.nearest(question(), 30, documents) == whole


def test_equal_chunks_keep_the_order_of_the_collection_at_the_limit_too(tmp_path):
    write(tmp_path, [("d1", [f"d1:{n}" for n in range(9)], np.ones((9, 4), np.float32))])
    found = Matrix(tmp_path).nearest([0.5, 0.5, 0.5, 0.5], 3, ["d1"])
    assert found == [(f"d1:{n}", pytest.approx(1)) for n in range(3)]


def test_no_document_finds_nothing(matrix, tmp_path):
    assert matrix.nearest(question(), 5, []) == []
    assert matrix.nearest(question(), 5, ["没有"]) == []
    assert write(tmp_path, []) == 0
    assert Matrix(tmp_path).nearest([], 5, ["d1"]) == []


def test_a_document_that_comes_twice_is_refused(tmp_path):
    one = np.ones((1, 4), np.float32)
    with pytest.raises(ValueError, match="'d1' comes twice"):
        write(tmp_path, [("d1", ["d1:1"], one), ("d2", ["d2:1"], one), ("d1", ["d1:2"], one)])


def test_another_dimension_is_an_error_with_a_fix(matrix):
    with pytest.raises(IndexDamaged, match="have 48 numbers, the question's 2") as caught:
        matrix.nearest([1.0, 0.0], 5, ["d1"])
    assert caught.value.fix == "policyqa rebuild"


def lose(path):
    path.unlink()


def halve(path):
    os.truncate(path, path.stat().st_size // 2)


def empty(path):
    os.truncate(path, 0)


@pytest.mark.parametrize("damage", [lose, halve, empty])
@pytest.mark.parametrize("name", ["vectors.f32", "rows.json"])
def test_a_damaged_file_is_an_error_with_a_fix(tmp_path, name, damage):
    write(tmp_path, by_document(rows()))
    damage(tmp_path / FOLDER / name)
    with pytest.raises(IndexDamaged, match=FOLDER) as caught:
        Matrix(tmp_path)
    assert caught.value.fix == "policyqa rebuild"

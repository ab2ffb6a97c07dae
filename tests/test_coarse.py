"""A first look at very many vectors finds what comparing each in full finds."""

import numpy as np
import pytest

from rag.chunk import coarse, matrix
from rag.chunk.matrix import Matrix
from rag.errors import IndexDamaged

DIMENSION, DOCUMENTS, EACH = 128, 30, 20


@pytest.fixture
def vectors():
    """Of texts in groups of like ones, as laws are."""
    dice = np.random.default_rng(3)
    groups = dice.normal(size=(DOCUMENTS, 1, DIMENSION))
    found = groups + 0.6 * dice.normal(size=(DOCUMENTS, EACH, DIMENSION))
    return (found / np.linalg.norm(found, axis=2, keepdims=True)).astype(np.float32)


@pytest.fixture
def small(monkeypatch):
    """Let a few hundred rows be many."""
    monkeypatch.setattr(coarse, "LEAST", 100)
    monkeypatch.setattr(coarse, "_KEPT", 60)
    monkeypatch.setattr(coarse, "_KEPT_A_HIT", 1)


def written(folder, vectors):
    names = [[f"d{n}:{i}" for i in range(EACH)] for n in range(DOCUMENTS)]
    matrix.write(folder, ((f"d{n}", names[n], vectors[n]) for n in range(DOCUMENTS)))
    return Matrix(folder)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("left", [DOCUMENTS, DOCUMENTS // 2], ids=["all", "half of the documents"])
def test_the_nearest_are_those_of_comparing_each(tmp_path, vectors, left):
    found, within = written(tmp_path, vectors), [f"d{n}" for n in range(left)]
    for asked in vectors[::3, 0]:
        one = found.nearest(asked, 10, within)
        assert one == found.nearest(asked, 10, within, in_full=True)
        assert len(one) == 10


@pytest.mark.usefixtures("small")
def test_only_what_comes_near_at_first_is_compared_in_full(tmp_path, vectors, monkeypatch):
    found, compared = written(tmp_path, vectors), []
    whole = Matrix._cosines
    monkeypatch.setattr(
        Matrix, "_cosines", lambda self, rows, asked: compared.append(len(rows)) or whole(self, rows, asked)
    )
    found.nearest(vectors[0, 0], 10, found.documents)
    found.nearest(vectors[0, 0], 10, ["d0"])
    assert compared == [60]


@pytest.mark.parametrize(("least", "is_there"), [(599, True), (600, False)], ids=["many", "few"])
def test_few_vectors_have_no_first_look(tmp_path, vectors, monkeypatch, least, is_there):
    monkeypatch.setattr(coarse, "LEAST", least)
    found = written(tmp_path, vectors)
    assert (tmp_path / matrix.FOLDER / "coarse.f32").exists() is is_there
    assert found.nearest(vectors[4, 2], 1, found.documents)[0][0] == "d4:2"


@pytest.mark.usefixtures("small")
def test_short_vectors_have_none(tmp_path, vectors):
    short = vectors[:, :, :64] / np.linalg.norm(vectors[:, :, :64], axis=2, keepdims=True)
    found = written(tmp_path, short)
    assert not (tmp_path / matrix.FOLDER / "coarse.f32").exists()
    assert found.nearest(short[4, 2], 1, found.documents)[0][0] == "d4:2"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", ["coarse.f32", "basis.f32"])
def test_one_that_is_cut_off_is_damage(tmp_path, vectors, name):
    written(tmp_path, vectors)
    path = tmp_path / matrix.FOLDER / name
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(IndexDamaged, match="cannot be read"):
        Matrix(tmp_path)

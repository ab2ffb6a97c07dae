import numpy as np
import pytest

from rag.chunk import matrix
from rag.chunk.matrix import Matrix
from rag.chunk.within import nearest_within
from rag.errors import ChromaUnavailable

VECTORS = np.random.default_rng(7).normal(size=(60, 8)).astype(np.float32)
VECTORS /= np.linalg.norm(VECTORS, axis=1, keepdims=True)
QUESTION = VECTORS[3]
NAMES = [f"d{row // 6}:第{row % 6 + 1}条" for row in range(60)]
NEAREST = sorted(zip(NAMES, (VECTORS @ QUESTION).tolist(), strict=True), key=lambda row: -row[1])


@pytest.fixture
def vectors(tmp_path):
    documents = ((f"d{n}", NAMES[n * 6 : n * 6 + 6], VECTORS[n * 6 : n * 6 + 6]) for n in range(10))
    matrix.write(tmp_path, documents)
    return Matrix(tmp_path)


class Graph:
    """Finds the nearest of all, as far as it can be asked."""

    def __init__(self, most=60, error=None):
        self.asked, self._most, self._error = [], most, error

    def __call__(self, vector, limit):
        self.asked.append(limit)
        if self._error:
            raise self._error
        return NEAREST[: min(limit, self._most)]


def right(documents, limit):
    return [row for row in NEAREST if row[0].split(":")[0] in documents][:limit]


def near(rows):
    return [(name, pytest.approx(cosine, abs=1e-5)) for name, cosine in rows]


@pytest.mark.parametrize(("wide", "asked"), [(30, []), (29, [16])], ids=["few", "many"])
def test_the_graph_is_asked_only_where_many_are_left(vectors, monkeypatch, wide, asked):
    monkeypatch.setattr("rag.chunk.within.WIDE", wide)
    graph, half = Graph(), {f"d{n}" for n in range(0, 10, 2)}
    assert nearest_within(vectors, QUESTION, 4, half, graph) == near(right(half, 4))
    assert graph.asked == asked


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param(Graph(most=3), id="it finds too few"),
        pytest.param(Graph(error=ChromaUnavailable("away", fix="-", chinese=("断开", "-"))), id="it is away"),
    ],
)
def test_without_the_graph_each_is_compared(vectors, monkeypatch, graph):
    monkeypatch.setattr("rag.chunk.within.WIDE", 1)
    most = {f"d{n}" for n in range(9)}
    assert nearest_within(vectors, QUESTION, 5, most, graph) == near(right(most, 5))
    assert graph.asked


def test_more_are_asked_for_the_fewer_are_left(vectors, monkeypatch):
    monkeypatch.setattr("rag.chunk.within.WIDE", 1)
    graph = Graph()
    for documents in ({"d1"}, {"d1", "d2"}, {f"d{n}" for n in range(10)}):
        nearest_within(vectors, QUESTION, 2, documents, graph)
    assert graph.asked == [40, 20, 4]


def test_unknown_documents_are_no_error(vectors):
    assert nearest_within(vectors, QUESTION, 2, {"没有"}, Graph()) == []

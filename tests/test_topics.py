from contextlib import closing

import numpy as np
import pytest

from eval.bench.public import read_set
from eval.calibration.topics import make_topics, write_topics
from ingest.records import store
from rag.catalog import Catalog
from rag.chunk.matrix import Matrix
from rag.generation import index_folder
from rag.settings import Settings
from rag.verdict.topics import Topics, packed, topics_for, unpacked

CORPUS = """{"id": "劳动法第一条", "text": "用人单位应当支付工资。"}
{"id": "劳动法第二条", "text": "劳动者享有休息的权利。"}
{"id": "商标法第一条", "text": "商标注册人享有专用权。"}
"""


@pytest.fixture
def public(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "corpus.jsonl").write_text(CORPUS, encoding="utf-8")
    (folder / "queries.jsonl").write_text(
        '{"qid": 1, "question": "工资谁付？", "split": "train"}\n', encoding="utf-8"
    )
    (folder / "qrels.tsv").write_text("1\t0\t劳动法第一条\t1\n", encoding="utf-8")
    return read_set(folder)


def test_topics_are_of_unit_length_and_leave_out_what_answers_a_question(public, tmp_path):
    settings = Settings(data=tmp_path / "data")
    store([(d, public.clauses[d.document_id]) for d in public.documents], settings, lambda *_: None)
    with closing(Catalog(settings.data)) as catalog:
        matrix = Matrix(index_folder(settings.data, catalog.generation))
    topics = make_topics(public, matrix, settings.embedder)
    assert topics.vectors.shape == (2, 384)
    assert np.linalg.norm(topics.vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)


def test_a_file_of_topics_gives_them_back(tmp_path):
    vectors = np.array([[0.6, 0.8], [1, 0], [0, -1]], np.float32)
    path = tmp_path / "topics.npz"
    write_topics(Topics("some model", vectors), path)
    with np.load(path) as arrays:
        read = unpacked(dict(arrays))
    assert read.embedder == "some model"
    assert read.vectors == pytest.approx(vectors, abs=0.01)
    assert packed(read)["vectors"].dtype == np.int8


def test_a_question_is_compared_with_each_topic():
    topics = Topics("some model", np.eye(3, dtype=np.float32))
    assert topics.cosines(np.array([0.6, 0.8, 0.0], np.float32)) == pytest.approx([0.6, 0.8, 0.0])


def test_nearness_to_topics_is_the_mean_of_the_nearest():
    topics = Topics("some model", np.eye(3, dtype=np.float32))
    assert topics.nearness(np.array([[0.6, 0.8, 0.0], [1, 0, 0]], np.float32)) == pytest.approx(0.9)
    assert topics.nearness(np.zeros((0, 3), np.float32)) == 0


def test_only_the_embedder_that_made_the_topics_is_compared_with_them():
    assert topics_for("some other model") is None
    bundled = topics_for(Settings().embedder)
    assert bundled is not None
    assert bundled.vectors.shape == (2048, 384)

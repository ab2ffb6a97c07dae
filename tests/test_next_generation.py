"""What a generation of the indexes takes over from the one before, and what it makes of its own."""

from contextlib import closing

import pytest
from fakes import GUIZHOU, fake_settings
from fakes_pipeline import LONG, write

from ingest.pipeline import ingest, rebuild
from rag import keyword_index
from rag.catalog import Catalog
from rag.generation import index_folder
from rag.keyword_index import KeywordIndex
from rag.vector_store import VectorStore


@pytest.fixture
def settings(tmp_path):
    return fake_settings(tmp_path / "data")


def test_the_vectors_for_filters_are_those_in_chroma(files, settings, embedder):
    ingest([files], settings)
    write(files / "长.md", LONG)
    write(files / "贵州.md", GUIZHOU.replace("三十年", "二十年"))
    (files / "深圳.md").unlink()
    ingest([files], settings)
    question = embedder.get_query_embedding("数据知识产权登记证书的有效期")
    with closing(Catalog(settings.data)) as catalog:
        documents = [d.document_id for d in catalog.documents()]
    with closing(VectorStore(index_folder(settings.data, 2))) as store:
        for left in (documents, documents[1:], documents[:1]):
            exact, chroma = (
                dict(store.search(question, 400, left)),
                dict(store._nearest(question, 400, left)[::-1]),
            )
            assert exact == pytest.approx(chroma, abs=1e-5)


def test_a_run_takes_over_the_words_of_clauses_that_stay(files, settings, embedder, monkeypatch):
    ingest([files], settings)
    write(files / "贵州.md", GUIZHOU.replace("三十年", "二十年"))
    counted = []
    monkeypatch.setattr(
        "rag.keyword_index.terms", lambda text, real=keyword_index.terms: counted.append(text) or real(text)
    )
    ingest([files], settings)
    assert ["二十年" in text for text in counted] == [True]
    monkeypatch.undo()
    folder = index_folder(settings.data, 2)
    with closing(Catalog(settings.data)) as catalog:
        keyword_index.build(settings.data / "anew", catalog.each_clause())
    followed, anew = KeywordIndex(folder), KeywordIndex(settings.data / "anew")
    assert followed.clause_ids == anew.clause_ids
    for question in ("登记证书的有效期", "二十年", "三十年", "贵州"):
        assert followed.search(question, 20) == anew.search(question, 20)


def test_a_run_takes_over_the_vectors_of_documents_that_stay(files, settings, embedder):
    ingest([files], settings)
    write(files / "贵州.md", GUIZHOU.replace("三十年", "二十年"))
    ingest([files], settings)
    followed = [
        (index_folder(settings.data, 2) / "matrix" / name).read_bytes()
        for name in ("rows.json", "vectors.f32")
    ]
    rebuild(settings, lambda stage, done, total: None)
    anew = [
        (index_folder(settings.data, 3) / "matrix" / name).read_bytes()
        for name in ("rows.json", "vectors.f32")
    ]
    assert followed == anew

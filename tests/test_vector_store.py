import shutil

import chromadb
import numpy as np
import pytest
from fakes import FakeEmbedder, make_clause, make_document
from fakes_pipeline import closes, open_below

from rag.chunk import matrix
from rag.chunk.nodes import chunk_nodes
from rag.errors import IndexDamaged
from rag.text import text_hash
from rag.vector_store import COLLECTION, VectorStore

DOCUMENT = make_document(
    source_name="大数据发展动态", issue_no=50, issue_date="2023-12-31", column="地方法规", issuer="甲市数据局",
    region="甲市", doc_number="甲数〔2023〕1号", status="试行", effective_date="2024-01-01", expiry_date="2025-12-31",
)  # fmt: skip
TEXTS = ["数据应当登记。", "登记证书的有效期为三年。", "数据商违反规定的，处五万元罚款。"]


def stored(folder, documents=(DOCUMENT,), texts=TEXTS):
    store, embedder = VectorStore(folder), FakeEmbedder()
    for document in documents:
        for number, text in enumerate(texts, 1):
            nodes = chunk_nodes(
                make_clause(f"第{number}条", text, document=document, ordinal=number), document
            )
            for node in nodes:
                node.embedding = embedder.get_text_embedding(node.get_content("embed"))
            store.add(nodes)
    return store, embedder


def raw(folder):
    return chromadb.PersistentClient(
        str(folder / "chroma"), chromadb.config.Settings(anonymized_telemetry=False)
    ).get_collection(COLLECTION)


def test_raw_chroma_has_every_known_key_and_our_document_id(tmp_path):
    store = VectorStore(tmp_path)
    clause = make_clause(
        "第二章/第三条",
        "数据应当登记。",
        document=DOCUMENT,
        headings="第二章 登记",
        page_first=4,
        page_last=5,
    )
    (node,) = chunk_nodes(clause, DOCUMENT)
    node.embedding = [0.0, 1.0]
    store.add([node])
    row = raw(tmp_path).get(include=["metadatas", "documents"])
    metadata = {k: v for k, v in row["metadatas"][0].items() if not k.startswith("_node")}
    assert row["documents"] == ["数据应当登记。"]
    assert metadata.pop("doc_id") == metadata.pop("ref_doc_id") == DOCUMENT.document_id
    assert metadata == {
        "source": "甲.txt", "source_name": "大数据发展动态", "issue_no": 50, "issue_date": "2023-12-31",
        "issue_day": 20231231, "column": "地方法规", "document_id": "d1", "clause_id": "d1:第二章/第三条",
        "title": "甲市数据管理办法", "issuer": "甲市数据局", "region": "甲市", "doc_number": "甲数〔2023〕1号",
        "status": "试行", "effective_date": "2024-01-01", "effective_day": 20240101, "expiry_date": "2025-12-31",
        "expiry_day": 20251231, "scheme": "articles", "chapter": "第二章 登记", "locator": "第二章/第三条",
        "label": "第三条", "ordinal": 0, "part": 0, "start_line": 2, "end_line": 3, "page_first": 4, "page_last": 5,
        "visibility": "public", "text_hash": text_hash("数据应当登记。"),
    }  # fmt: skip


def test_raw_chroma_lacks_every_unknown_key(tmp_path):
    stored(tmp_path, [make_document()], TEXTS[:1])
    metadata = raw(tmp_path).get(include=["metadatas"])["metadatas"][0]
    unknown = {
        "source_name",
        "issue_no",
        "issue_date",
        "issue_day",
        "column",
        "issuer",
        "region",
        "doc_number",
    }
    unknown |= {
        "status",
        "effective_date",
        "effective_day",
        "expiry_date",
        "chapter",
        "page_first",
        "page_last",
    }
    assert not unknown & set(metadata)
    assert not {key for key, value in metadata.items() if value in ("", "None", None)}


def test_scores_are_cosines(tmp_path):
    store, embedder = stored(tmp_path)
    question = embedder.get_query_embedding("登记证书有效期多久？")
    found = store.search(question, 10)
    passages = {f"d1:第{n}条": f"甲市数据管理办法 第{n}条\n{text}" for n, text in enumerate(TEXTS, 1)}
    exact = {i: float(np.dot(embedder.get_text_embedding(p), question)) for i, p in passages.items()}
    assert dict(found) == pytest.approx(exact, abs=1e-4)
    assert [i for i, _ in found] == sorted(exact, key=lambda i: -exact[i])


@pytest.mark.parametrize(("vector", "cosine"), [([1, 0], 1), ([0, 1], 0), ([-1, 0], -1), ([0.6, 0.8], 0.6)])
def test_cosine_of_known_vectors(tmp_path, vector, cosine):
    store = VectorStore(tmp_path)
    (node,) = chunk_nodes(make_clause(), make_document())
    node.embedding = [1.0, 0.0]
    store.add([node])
    assert store.search(vector, 1)[0][1] == pytest.approx(cosine, abs=1e-5)


def test_a_filter_leaves_only_clauses_of_the_documents(tmp_path):
    others = [make_document(f"e{i}", "乙省数据办法") for i in range(3)]
    store, embedder = stored(tmp_path, [DOCUMENT, *others])
    question = embedder.get_query_embedding("甲市数据管理办法登记证书")
    assert {i.split(":")[0] for i, _ in store.search(question, 12)} == {"d1", "e0", "e1", "e2"}
    assert {i.split(":")[0] for i, _ in store.search(question, 12, {"e1", "e2", "没有"})} == {"e1", "e2"}
    assert store.search(question, 12, set()) == []


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(["d9"], id="one document of ten"),
        pytest.param([f"d{n}" for n in range(1, 10)], id="all but one document"),
        pytest.param([f"d{n}" for n in range(10)], id="all"),
    ],
)
@pytest.mark.parametrize("with_matrix", [True, False], ids=["exact", "while it is filled"])
def test_a_filter_finds_what_comparing_each_chunk_finds(tmp_path, left, with_matrix):
    documents = [make_document(f"d{n}", f"{chr(0x7532 + n)}市数据管理办法") for n in range(10)]
    store, embedder = stored(tmp_path, documents)
    rows = {
        f"{d.document_id}:第{n}条": embedder.get_text_embedding(f"{d.title} 第{n}条\n{text}")
        for d in documents
        for n, text in enumerate(TEXTS, 1)
    }
    if with_matrix:
        store.close()
        by_document = {
            d.document_id: [i for i in rows if i.startswith(d.document_id + ":")] for d in documents
        }
        matrix.write(tmp_path, ((d, ids, np.array([rows[i] for i in ids])) for d, ids in by_document.items()))
        store = VectorStore(tmp_path)
    question = embedder.get_query_embedding("登记证书有效期多久？")
    exact = {i: float(np.dot(v, question)) for i, v in rows.items() if i.split(":")[0] in left}
    found = store.search(question, 7, left)
    assert [cosine for _, cosine in found] == pytest.approx(
        sorted(exact.values(), reverse=True)[:7], abs=1e-4
    )
    assert dict(found) == pytest.approx({i: exact[i] for i, _ in found}, abs=1e-4)


@pytest.mark.parametrize(("most", "asked"), [(3, False), (2, True)], ids=["small", "large"])
def test_only_a_large_collection_is_searched_through_the_graph(tmp_path, monkeypatch, most, asked):
    store, embedder = stored(tmp_path)
    vectors = [embedder.get_text_embedding(text) for text in TEXTS]
    ids = [f"d1:第{n}条" for n in (1, 2, 3)]
    matrix.write(tmp_path, [("d1", ids, np.array(vectors, dtype=np.float32))])
    store.close()
    monkeypatch.setattr("rag.vector_store.EXACT_MOST", most)
    questions = []
    query = chromadb.Collection.query
    monkeypatch.setattr(chromadb.Collection, "query", lambda *a, **k: questions.append(k) or query(*a, **k))
    found = VectorStore(tmp_path).search(vectors[1], 2)
    assert found[0][0] == "d1:第2条"
    assert len(found) == 2
    assert bool(questions) is asked


def test_what_is_changed_after_opening_counts_in_a_filter(tmp_path):
    matrix.write(tmp_path, [("d1", ["d1:第1条"], np.array([[1, 0]], dtype=np.float32))])
    store = VectorStore(tmp_path)
    assert store.search([1.0, 0.0], 5, ["d1"]) == [("d1:第1条", 1.0)]
    (node,) = chunk_nodes(make_clause(), make_document())
    node.embedding = [0.0, 1.0]
    store.add([node])
    assert store.search([0.0, 1.0], 5, ["d1"]) == [("d1:第一章/第一条", pytest.approx(1))]


def test_a_long_clause_is_found_once_by_its_best_part(tmp_path):
    text = "".join(f"第{i}项材料应当在受理之日前提交给登记机构。" for i in range(40))
    store, embedder = stored(tmp_path, texts=[text + "证书丢失的可以补发。"])
    assert store.count() > 3
    found = store.search(embedder.get_query_embedding("证书丢失的可以补发"), 10)
    assert [i for i, _ in found] == ["d1:第1条"]
    assert store.search(embedder.get_query_embedding("证书丢失的可以补发"), 1) == found


def test_adding_again_replaces(tmp_path):
    stored(tmp_path)
    store, _ = stored(tmp_path)
    assert store.count() == 3


def test_delete_takes_all_parts_of_a_clause(tmp_path):
    store, embedder = stored(tmp_path, texts=["数据应当登记，证书三年有效。" * 40, "其他。"])
    store.delete(["d1:第1条", "没有"])
    assert store.parts() == {"d1:第2条": (1, text_hash("其他。"))}
    assert [i for i, _ in store.search(embedder.get_query_embedding("数据登记"), 10)] == ["d1:第2条"]


def test_an_empty_store_finds_nothing_and_accepts_nothing(tmp_path):
    store = VectorStore(tmp_path)
    store.add([])
    store.delete([])
    assert (store.search([1.0, 0.0], 5), store.count(), store.parts()) == ([], 0, {})


def test_the_parts_of_each_clause_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("rag.vector_store._PAGE", 2)
    long = "数据应当登记，证书三年有效。" * 40
    store, _ = stored(tmp_path, texts=[long, "其他。"])
    assert store.parts() == {"d1:第1条": (3, text_hash(long)), "d1:第2条": (1, text_hash("其他。"))}


def test_a_closed_store_lets_go_of_its_files(tmp_path):
    store, _ = stored(tmp_path)
    assert open_below(tmp_path)
    store.close()
    assert closes(tmp_path)


def test_a_closed_store_makes_room_for_another_dimension(tmp_path):
    store, _ = stored(tmp_path)
    store.close()
    shutil.rmtree(tmp_path / "chroma")
    store = VectorStore(tmp_path)
    (node,) = chunk_nodes(make_clause(), make_document())
    node.embedding = [1.0, 0.0, 0.0]
    store.add([node])
    assert store.search([1.0, 0.0, 0.0], 5) == [("d1:第一章/第一条", pytest.approx(1))]


def test_another_dimension_is_an_error_with_a_fix(tmp_path):
    store, _ = stored(tmp_path)
    with pytest.raises(IndexDamaged, match="Chroma cannot search") as caught:
        store.search([1.0, 0.0], 5)
    assert caught.value.fix == "policyqa rebuild"


def test_a_damaged_file_is_an_error_with_a_fix(tmp_path):
    (tmp_path / "chroma").mkdir()
    (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 100)
    with pytest.raises(IndexDamaged, match="Chroma cannot open") as caught:
        VectorStore(tmp_path)
    assert caught.value.fix == "policyqa rebuild"


def test_the_store_is_one_of_llama_index(tmp_path):
    store, embedder = stored(tmp_path)
    from llama_index.core import VectorStoreIndex  # noqa: PLC0415

    index = VectorStoreIndex.from_vector_store(store.llama_index, embed_model=embedder)
    (best,) = index.as_retriever(similarity_top_k=1).retrieve("登记证书的有效期")
    assert best.node.metadata["clause_id"] == "d1:第2条"

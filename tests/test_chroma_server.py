"""The product with its vectors on a Chroma server: the same hits, switched by one setting, nothing mixed with others."""

import shutil

import pytest
from fakes import FILES, GUIZHOU, fake_settings, open_assistant
from fakes_pipeline import quiet, record, set_removed, state, write, write_files

from ingest.pipeline import ingest, rebuild, undo
from rag.backup.backup import back_up
from rag.backup.restoration import restore
from rag.catalog import Catalog
from rag.chroma_server.place import read_place
from rag.chroma_server.server import READ_S, ChromaServer
from rag.errors import AccessRefused, CollectionMismatch, SettingsError
from rag.generation import index_folder
from rag.schema import Question


def long(count):
    """A law of so many clauses, no two alike: the order of equal ones is nobody's."""
    clauses = (
        f"第{n}条 " + "".join(chr(0x4E00 + (n * 97 + k * 31) % 5000) for k in range(20))
        for n in range(1, count + 1)
    )
    return "# 某长条例\n\n" + "\n\n".join(clauses) + "\n"


QUESTIONS = (
    "登记证书的有效期是多久？",
    "数据开放有哪些要求",
    "某长条例第九条规定了什么",
    long(12)[-60:-45],
    "贵州",
)


@pytest.fixture
def files(tmp_path):
    folder = write_files(tmp_path / "files")
    write(folder / "长.md", long(12))
    return folder


@pytest.fixture
def here(tmp_path, files, monkeypatch):
    """Settings of a collection in its folder."""
    record(monkeypatch)
    made = fake_settings(tmp_path / "here")
    ingest([files], made)
    return made


@pytest.fixture
def there(tmp_path, files, monkeypatch, chroma):
    """Settings of a collection with its vectors on the server."""
    record(monkeypatch)
    made = fake_settings(tmp_path / "there", chroma_url=chroma.url)
    ingest([files], made)
    return made


@pytest.fixture
def server(chroma):
    """What the server itself says."""
    found = ChromaServer(fake_settings("none", chroma_url=chroma.url), READ_S)
    yield found
    found.close()


def names(server):
    return {one.name for one in server._api.list_collections()}


def place_of(settings):
    catalog = Catalog(settings.data)
    found = read_place(index_folder(settings.data, catalog.generation))
    catalog.close()
    return found


def hits(settings):
    """The best hits of each question; of equal ones, whose order is nobody's, all or none."""
    assistant = open_assistant(settings)
    found = []
    for text in QUESTIONS:
        rows = [(h.clause.clause_id, h.score) for h in assistant.search(Question(text), 30).hits]
        found.append(sorted((i, round(score, 3)) for i, score in rows if score > rows[10][1] + 0.001))
    assert all(found)
    return found


def test_the_hits_are_those_of_a_collection_in_its_folder(here, there, files):
    assert hits(there) == hits(here)
    # More clauses than a leg is asked for.
    write(files / "长.md", long(130))
    for settings in (here, there):
        ingest([files], settings)
    assert hits(there) == hits(here)
    write(files / "贵州.md", GUIZHOU.replace("数据", "数据资源"))
    for settings in (here, there):
        ingest([files], settings)
        set_removed(settings, "某长条例", True)
    assert hits(there) == hits(here)
    for settings in (here, there):
        undo(settings, quiet)
    assert hits(there) == hits(here)
    assert state(there).is_sound


def test_runs_change_one_collection_and_leave_nothing_behind(there, files, server):
    before = place_of(there)
    write(files / "长.md", long(12).replace("第2条 ", "第2条 首先，"))
    ingest([files], there)
    after = place_of(there)
    assert (after.collection, after.token == before.token) == (before.collection, False)
    found = server.collection(after.collection)
    catalog = Catalog(there.data)
    assert found.count() == sum(parts for parts, _ in catalog.parts().values())
    assert found.metadata["tokens"] == after.token
    assert not list(there.data.glob("index/*/chroma"))


def test_chunks_keep_the_metadata_that_others_read(there, server):
    found = server.collection(place_of(there).collection).get(include=["metadatas"])
    assert {row["clause_id"] for row in found["metadatas"]} == {i.rpartition("#")[0] for i in found["ids"]}
    assert {"title", "locator", "document_id", "visibility", "text_hash", "part"} <= found["metadatas"][
        0
    ].keys()


def test_it_is_switched_by_one_setting_and_rebuild(here, chroma, files):
    there = fake_settings(here.data, chroma_url=chroma.url)
    before = hits(here)
    for act in (lambda: open_assistant(there), lambda: ingest([files], there), lambda: state(there)):
        with pytest.raises(CollectionMismatch, match="POLICYQA_CHROMA_URL names a server") as told:
            act()
        assert told.value.fix.startswith("policyqa rebuild")
    assert hits(here) == before
    rebuild(there, quiet)
    assert (hits(there), state(there).is_sound) == (before, True)
    with pytest.raises(CollectionMismatch, match="POLICYQA_CHROMA_URL is not set"):
        open_assistant(here)
    rebuild(here, quiet)
    assert (hits(here), state(here).is_sound) == (before, True)


def test_rebuild_makes_a_new_collection_and_deletes_the_one_before(there, server):
    before = place_of(there).collection
    rebuild(there, quiet)
    assert place_of(there).collection in names(server)
    assert before not in names(server)


def test_collections_of_one_server_do_not_mix(there, chroma, tmp_path):
    other = fake_settings(tmp_path / "other", chroma_url=chroma.url)
    (tmp_path / "others").mkdir()
    write(tmp_path / "others" / "别.md", FILES["深圳.md"])
    ingest([tmp_path / "others"], other)
    assert place_of(other).collection != place_of(there).collection
    titles = {
        h.clause.title
        for question in QUESTIONS
        for h in open_assistant(other).search(Question(question), 50).hits
    }
    assert titles == {"深圳市公共数据开放管理办法"}
    rebuild(other, quiet)
    assert (state(there).is_sound, state(other).is_sound) == (True, True)


def test_a_copy_of_a_folder_reads_the_same_and_writes_to_a_collection_of_its_own(there, tmp_path, chroma):
    before = hits(there)
    shutil.copytree(there.data, tmp_path / "copy")
    copy = fake_settings(tmp_path / "copy", chroma_url=chroma.url)
    assert hits(copy) == before
    set_removed(copy, "某长条例", True)
    assert place_of(copy).collection != place_of(there).collection
    assert (state(there).is_sound, state(copy).is_sound, hits(there)) == (True, True, before)


def test_check_says_what_the_server_lacks_and_has_too_much(there, server):
    collection = server.collection(place_of(there).collection)
    ids = sorted(collection.get(include=[])["ids"])
    collection.delete(ids=ids[:2])
    collection.add(ids=["abc:第一条#0@123456789abc"], embeddings=[[1.0] * 256])
    found = state(there)
    assert found.missing == tuple(sorted({i.rpartition("#")[0] for i in ids[:2]}))
    assert found.extra == ("abc:第一条",)
    rebuild(there, quiet)
    assert state(there).is_sound


def test_a_backup_comes_back_whole_and_is_told_to_be_rebuilt(there, tmp_path, chroma):
    before = hits(there)
    made = back_up(there.data, tmp_path / "backup.tar", quiet)
    set_removed(there, "某长条例", True)
    done = restore(made.path, tmp_path / "back", quiet)
    assert done.on_server
    back = fake_settings(tmp_path / "back", chroma_url=chroma.url)
    # The server does not have that state any more: the vectors of the backup stand in.
    assert hits(back) == before
    rebuild(back, quiet)
    assert (hits(back), state(back).is_sound, state(there).is_sound) == (before, True, True)


def test_a_server_elsewhere_is_refused(there):
    far = there.model_copy(update={"chroma_url": "http://8.8.8.8:8000"})
    with pytest.raises(AccessRefused, match=r"The Chroma server http://8\.8\.8\.8:8000 is outside") as told:
        open_assistant(far)
    assert "POLICYQA_CHROMA_URL" in told.value.fix
    secret = there.model_copy(update={"chroma_url": "http://me:word@127.0.0.1:8000"})
    with pytest.raises(SettingsError, match="POLICYQA_CHROMA_URL is not an address") as told:
        open_assistant(secret)
    assert "word" not in str(told.value)


def test_a_token_is_sent_with_each_request():
    server = ChromaServer(fake_settings("x", chroma_url="http://127.0.0.1:1", chroma_token="t0k"), READ_S)
    assert server._session.headers["Authorization"] == "Bearer t0k"
    assert server._session.headers["X-Chroma-Token"] == "t0k"
    server.close()


def test_doctor_names_the_server_and_what_it_holds(there, call, monkeypatch):
    monkeypatch.setenv("POLICYQA_CHROMA_URL", there.chroma_url)
    monkeypatch.setenv("POLICYQA_LLM", "none")
    facts = call("doctor", "--json", "--data", there.data).json["facts"]["向量 vectors"]
    assert facts["kept by"].startswith(f"{there.chroma_url} (Chroma API 1")
    assert facts["collection"] == place_of(there).collection
    assert facts["chunks"] > 12

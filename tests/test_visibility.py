"""A document of a group exists for the group, and for whoever has the data folder at hand."""

import pytest
from fakes import BEIJING, BEIJING_TITLE, open_assistant
from fakes_pipeline import ids, write

from ingest.pipeline import ingest
from rag.catalog import Catalog
from rag.errors import NotFound
from rag.schema import Question, Viewer

OFFICE = Viewer(groups=frozenset({"法规处"}))
HIDDEN = 'visibility = "法规处"\n'


def visibility(settings):
    catalog = Catalog(settings.data)
    found = {d.title: d.visibility for d in catalog.documents()}
    catalog.close()
    return found[BEIJING_TITLE]


@pytest.mark.parametrize("how", ["sidecar", "--meta"])
def test_a_document_of_a_group_exists_for_the_group_and_the_owner_only(files, settings, how):
    if how == "sidecar":
        write(files / "北京.meta.toml", HIDDEN)
    ingest([files / "北京.md"], settings, meta={} if how == "sidecar" else {"visibility": "法规处"})
    assistant = open_assistant(settings)
    question = Question("北京市数据知识产权登记管理办法第四条登记证书的有效期是多久？")
    hidden = next(c for c in ids(settings) if c.endswith("第四条"))
    for viewer in (None, Viewer(), Viewer(groups=frozenset({"财务处"}))):
        assert BEIJING_TITLE not in {h.clause.title for h in assistant.search(question, 500, viewer).hits}
        answer = assistant.ask(question, viewer)
        assert BEIJING_TITLE not in {c.title for c in answer.citations}
        assert BEIJING_TITLE not in {h.clause.title for h in (*answer.nearest, *answer.retrieval.hits)}
        assert BEIJING_TITLE not in {d.title for d in assistant.documents(viewer)}
        for read in (assistant.clause, assistant.neighbours):
            with pytest.raises(NotFound):
                read(hidden, viewer)
        with pytest.raises(NotFound):
            assistant.document(hidden.split(":")[0], viewer)
    for viewer in (OFFICE, assistant.owner):
        assert assistant.search(question, 1, viewer).hits[0].clause.clause_id == hidden
        assert {c.title for c in assistant.ask(question, viewer).citations} == {BEIJING_TITLE}
        assert len(assistant.documents(viewer)) == 4
        assert assistant.clause(hidden, viewer).clause_id == hidden
        assert len(assistant.neighbours(hidden, viewer)) == 2


def test_an_open_assistant_hides_what_has_been_hidden_since(files, settings):
    assistant = open_assistant(settings)
    question = Question("北京登记证书的有效期是多久？")
    assert assistant.search(question, 1).hits[0].clause.title == BEIJING_TITLE
    write(files / "北京.meta.toml", HIDDEN)
    ingest([files], settings)
    assert BEIJING_TITLE not in {h.clause.title for h in assistant.search(question, 500).hits}


def test_what_its_own_file_hides_stays_hidden_in_a_file_that_holds_it_too(files, settings):
    write(files / "北京.meta.toml", HIDDEN)
    write(files / "抄本.md", BEIJING + "\n")
    ingest([files], settings)
    assert visibility(settings) == "法规处"


def test_a_hidden_file_stays_hidden_when_it_must_house_what_another_one_lost(files, settings):
    """The sidecar of a file holds for what it houses, and all else in it stays as hidden as it was."""
    write(files / "抄本.md", BEIJING + "\n")
    write(files / "抄本.meta.toml", HIDDEN)
    report = ingest([files], settings)
    assert [n.text for n in report.notices] == [
        f"《{BEIJING_TITLE}》 is kept from {files / '北京.md'}, word for word; what is set beside that file holds for it"
    ]
    assert visibility(settings) == "public"
    (files / "北京.md").unlink()
    ingest([files], settings)
    assert visibility(settings) == "法规处"


def test_a_document_stays_out_when_what_would_hide_it_cannot_be_read(files, settings):
    write(files / "抄本.md", BEIJING + "\n")
    write(files / "抄本.meta.toml", HIDDEN)
    ingest([files], settings)
    (files / "北京.md").unlink()
    write(files / "抄本.meta.toml", "visibility =")
    for _ in range(2):
        report = ingest([files], settings)
        assert "is not TOML" in report.failed[0].message
        assert BEIJING_TITLE not in {d.title for d in open_assistant(settings).documents(OFFICE)}
    write(files / "抄本.meta.toml", HIDDEN)
    assert ingest([files], settings).failed == ()
    assert visibility(settings) == "法规处"


def test_a_group_set_by_command_holds_for_what_the_file_has_in_common_with_another(files, settings):
    write(files / "抄本.md", BEIJING + "\n")
    ingest([files], settings)
    report = ingest([files / "抄本.md"], settings, meta={"visibility": "法规处"})
    assert (report.changed, visibility(settings)) == ((BEIJING_TITLE,), "法规处")


def test_a_run_with_a_group_hides_nothing_that_it_only_had_to_house(files, settings):
    write(files / "抄本.md", BEIJING + "\n")
    ingest([files], settings)
    other = files / "别处"
    other.mkdir()
    (files / "抄本.md").rename(files.parent / "抄本.md")
    ingest([files.parent / "抄本.md"], settings)
    (files / "北京.md").unlink()
    write(other / "丙.md", "# 丙市办法\n\n第一条 内容。\n")
    ingest([files], settings, meta={"visibility": "法规处"})
    assert visibility(settings) == "public"

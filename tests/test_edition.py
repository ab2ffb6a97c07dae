import pytest
from fakes import make_collection, open_assistant

from rag.errors import NotFound
from rag.schema import Viewer

BULLETIN = """### 编者按

近日，某市印发《数据办法》。

## 数据办法

第一条 为了规范数据，制定本办法。

第二条 本办法自印发之日起施行。
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    folder = tmp_path_factory.mktemp("collection")
    files = {
        "bulletin.md": BULLETIN,
        "secret.txt": "密件办法\n第一条 不得外传。\n第二条 保密。\n第三条 施行。\n",
    }
    return open_assistant(make_collection(folder, files, hidden={"secret.txt": "office"}))


def test_the_kept_file_is_the_one_that_was_put_in(assistant):
    document = next(d for d in assistant.documents() if d.source == "bulletin.md")
    kept = assistant.edition(document.document_id).original
    assert kept.name == "bulletin.md"
    assert kept.read_text(encoding="utf-8") == BULLETIN


def test_a_document_that_one_may_not_see_gives_nothing_away(assistant):
    office = Viewer(groups=frozenset({"office"}))
    hidden = next(d for d in assistant.documents(office) if d.visibility == "office")
    assert assistant.edition(hidden.document_id, office).original
    with pytest.raises(NotFound):
        assistant.edition(hidden.document_id)
    assert hidden.document_id not in assistant.clause_counts()


def test_clauses_are_counted_by_document(assistant):
    (document,) = assistant.documents()
    assert assistant.clause_counts() == {document.document_id: len(assistant.clauses(document.document_id))}

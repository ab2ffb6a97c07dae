"""Characters beyond the common ones, in names of places and people: read, found, quoted, exported and shown as they are printed."""

import zipfile

import pytest

PLACE, PERSON, BODY = "𠮷林市", "龚䶮", "㐂乐𪚥办公室"
TITLE = f"{PLACE}数据登记办法"
TEXT = f"{TITLE}\n\n第一条 为了规范{PLACE}的数据登记，制定本办法。\n\n第二条 登记由{BODY}办理，联系人为{PERSON}，登记证书的有效期为三年。\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("rare")


@pytest.fixture
def command(call, data):
    """A command over a collection with one such law, which is read once."""
    path = data / f"{TITLE}.txt"
    if not path.exists():
        path.write_text(TEXT, encoding="utf-8")
        assert call("ingest", path, "--data", data / "data").status == 0

    def run(*arguments):
        done = call(*arguments, "--data", data / "data")
        assert done.status == 0, done.err
        return done

    return run


def test_a_document_keeps_them(command):
    (document,) = command("documents", "--json").json
    assert document["title"] == TITLE
    assert f"登记由{BODY}办理，联系人为{PERSON}" in command("show", TITLE, "第二条").out


@pytest.mark.parametrize("words", [BODY, PERSON, f"{PLACE}登记证书的有效期"])
def test_they_are_found_by_their_own(command, words):
    assert command("search", words, "--json").json["hits"][0]["locator"] == "第二条"


def test_an_answer_quotes_them_and_is_exported_with_them(command, tmp_path):
    answer = command("ask", f"{PLACE}的登记由谁办理？", "--json").json
    assert answer["verdict"] == "answered"
    assert any(BODY in cited["quote"] for cited in answer["citations"])
    for ending in ("md", "docx"):
        command("ask", f"{PLACE}的登记由谁办理？", "--export", tmp_path / f"{PLACE}.{ending}")
    assert BODY in (tmp_path / f"{PLACE}.md").read_text(encoding="utf-8")
    with zipfile.ZipFile(tmp_path / f"{PLACE}.docx") as archive:
        written = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
    assert all(words in written for words in (TITLE, BODY))

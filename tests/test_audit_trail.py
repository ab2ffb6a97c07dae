"""What is saved, brought back, taken out or changed stands in the audit log; a backup that comes back lets nobody in by an old session."""

import asyncio
from contextlib import closing
from types import SimpleNamespace

import gradio as gr
import pytest
from fake_assistant import FakeAssistant
from fakes_accounts import HOME, PASSWORD, open_fake, with_people
from test_web_exports import visit
from test_web_files import rest

from rag.account.audit import AuditLog
from rag.accounts import has_accounts
from rag.catalog import Catalog
from rag.errors import DiskFull
from rag.schema import Viewer
from rag.settings import Settings
from ui.service import Service
from ui.web.chat.exports import ExportBar
from ui.web.files.desk import Desk, Given
from ui.web.files.keeping import Keeping
from ui.web.files.look import Look
from ui.web.files.section import Files
from ui.web.visitor import STATE, Visitor, visitor_of

QUESTION = "登记凭证的有效期是几年？"


@pytest.fixture
def office(own_collection):
    """A collection whose people have accounts, one of them signed in and one with a key."""
    with closing(with_people(open_fake(own_collection))) as accounts:
        token = accounts.sign_in("lihua", PASSWORD, address=HOME).token
        key = accounts.add_key(accounts.find("lihua"), frozenset({"ask"}), None)
    return SimpleNamespace(data=own_collection, token=token, key=key)


@pytest.fixture
def log(call):
    """Return (who, what, about, address) of the lines about anything but accounts."""

    def _log(data):
        lines = call("audit", "--json", "--data", data).json
        own = ("account_", "key_", "sign_", "sessions_")
        return [
            (x["who"], x["what"], x["about"], x["address"]) for x in lines if not x["what"].startswith(own)
        ]

    return _log


@pytest.fixture(autouse=True)
def _named(monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "root")


def whose(folder, text, *, key=False):
    """Return the name that a session or a key has now; None for nobody's."""
    with closing(open_fake(folder)) as accounts:
        found = accounts.key(text) if key else accounts.session(text)
        account = found[0] if key and found else found
        return account.name if account else None


def lihua():
    """A request of lihua's browser."""
    visitor = Visitor("user:2", Viewer(roles=frozenset({"editor"})), "lihua")
    scope = {"state": {STATE: visitor}}
    return SimpleNamespace(
        request=SimpleNamespace(scope=scope), client=SimpleNamespace(host=HOME), session_hash="s"
    )


def test_a_backup_and_a_restore_say_who_did_it_and_to_what(call, office, log, tmp_path):
    file = tmp_path / "b.zip"
    assert call("backup", file, "--data", office.data).status == 0
    assert log(office.data) == [("cli:root", "backup", str(file), "")]
    assert call("restore", file, "--data", tmp_path / "new").status == 0
    assert log(tmp_path / "new") == [("cli:root", "restored", str(file), "")]
    printed = call("audit", "--data", tmp_path / "new").out
    assert "恢复 restored from a backup" in printed


def test_a_restore_ends_all_sessions_and_says_that_keys_work_again(call, office, tmp_path):
    assert whose(office.data, office.token) == "lihua"
    call("backup", tmp_path / "b.zip", "--data", office.data)
    with closing(open_fake(office.data)) as accounts:
        accounts.sign_out(office.token)
        accounts.remove_key(accounts.keys()[0].key_id)
    shape = call("restore", tmp_path / "b.zip", "--force", "--json", "--data", office.data).json
    assert whose(office.data, office.token) is None
    assert whose(office.data, office.key, key=True) == "lihua"
    people, keys = (notice["message"] for notice in shape["notices"])
    assert "everybody has to sign in again" in people
    assert keys.endswith("1 keys work again, also those that were removed since the backup.")
    # What was moved aside, too.
    assert call("restore", shape["aside"], "--force", "--data", office.data).status == 0
    assert whose(office.data, office.token) is None


def test_a_restore_can_end_the_keys_as_well(call, office, log, tmp_path):
    call("backup", tmp_path / "b.zip", "--data", office.data)
    done = call("restore", tmp_path / "b.zip", "--end-keys", "--data", tmp_path / "new")
    assert "keys work again" not in done.err
    assert whose(tmp_path / "new", office.key, key=True) is None
    assert log(tmp_path / "new")[-1][2].endswith("b.zip; 1 keys ended")


def test_each_export_of_the_command_line_is_noted(call, office, log, tmp_path, monkeypatch):
    monkeypatch.setenv("POLICYQA_LLM", "none")
    there = ("--data", office.data)
    out = tmp_path / "a.md"
    assert call("ask", QUESTION, "--export", out, *there).status == 0
    answer = call("answers", "--json", *there).json[0]["id"]
    assert call("answers", "export", answer, *there).status == 0
    assert call("export", "--out", tmp_path / "c.jsonl", *there).status == 0
    assert log(office.data) == [
        ("cli:root", "export", f"answer {answer} → {out}", ""),
        ("cli:root", "export", f"answer {answer} → -", ""),
        ("cli:root", "export", f"collection → {tmp_path / 'c.jsonl'}", ""),
    ]
    assert QUESTION not in call("audit", *there).out


def test_each_change_of_the_command_line_is_noted(call, office, log, documents, titles):
    there = ("--data", office.data)
    new = documents / "新办法.md"
    new.write_text("# 测试市新办法\n\n第一条 本办法自2024年1月1日起施行。\n", encoding="utf-8")
    assert call("ingest", new, *there).status == 0
    assert call("remove", "测试市新办法", *there).status == 0
    assert call("undo", *there).status == 0
    assert [line[1:3] for line in log(office.data)] == [
        ("document_added", "1: 测试市新办法"),
        ("document_removed", "测试市新办法"),
        ("document_changed", "undo remove"),
    ]


def test_an_export_of_the_page_names_the_person_and_no_words(office, log):
    current = visit(QUESTION)
    bar = ExportBar(Service(FakeAssistant(), office.data), None)
    sent = bar.export(current, SimpleNamespace(_data={"which": "last", "format": "md"}), lihua())
    assert "content" in sent
    assert log(office.data) == [("lihua", "export", f"answer {current.turns[0].key} → md", HOME)]
    assert bar.export(current, SimpleNamespace(_data={"which": "9", "format": "md"}), lihua()) == ""
    assert len(log(office.data)) == 1


def test_files_of_the_page_name_the_editor(office, log, tmp_path):
    section = Files(Service(FakeAssistant(), office.data), None)
    desk = Desk(Settings(_env_file=None, data=office.data, llm="none"))
    given = tmp_path / "sent.md"
    given.write_text("# 测试市新办法\n\n第一条 本办法自2024年1月1日起施行。\n", encoding="utf-8")
    batch = desk.receive("s", [Given(given, "新办法.md")])
    rest(batch)
    assert batch.accept(note=section._note(lihua()))
    rest(batch)
    assert log(office.data) == [("lihua", "document_added", "新办法.md", HOME)]


def test_without_accounts_nothing_is_noted_and_no_file_is_made(call, own_collection, tmp_path):
    assert call("backup", tmp_path / "b.zip", "--data", own_collection).status == 0
    assert call("restore", tmp_path / "b.zip", "--data", tmp_path / "new").status == 0
    assert not has_accounts(own_collection)
    assert not has_accounts(tmp_path / "new")


def test_a_backup_is_made_although_the_audit_log_cannot_be_written(
    call, office, tmp_path, monkeypatch, caplog
):
    def full(*_):
        raise DiskFull("no room", fix="make room")

    monkeypatch.setattr(AuditLog, "add", full)
    assert call("backup", tmp_path / "b.zip", "--data", office.data).status == 0
    assert "not in the audit log: backup" in caplog.text


def test_the_list_of_files_notes_what_its_buttons_did(office, log):
    settings = Settings(_env_file=None, data=office.data, llm="none")

    async def lay_out():
        with gr.Blocks():
            return Keeping(Desk(settings), settings)

    # Gradio leaves a loop of its own open where there is none.
    keeping = asyncio.run(lay_out())
    request = lihua()
    note = Files(Service(FakeAssistant(), office.data), None)._note(request)
    with closing(Catalog(office.data)) as catalog:
        key = catalog.documents()[0].document_id
    list(keeping.act("remove", key, {}, visitor_of(request).viewer, Look(), "zh", note))
    assert log(office.data) == [("lihua", "document_removed", f"remove {key}", HOME)]

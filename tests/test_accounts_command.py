"""`user`, `key` and `audit`: accounts on the command line; a password is never an argument."""

import io
import sys
from contextlib import closing
from datetime import datetime, timedelta

import pexpect
import pytest
from conftest import CHECKOUT
from fakes_accounts import HOME, OTHER, PASSWORD

import rag.account.roster
from rag.account.password import Passwords
from rag.accounts import Accounts, has_accounts
from rag.errors import SignInRefused


@pytest.fixture(autouse=True)
def _fast(monkeypatch):
    from fakes_accounts import CountingHasher  # noqa: PLC0415

    monkeypatch.setattr(rag.account.roster, "Passwords", lambda hasher: Passwords(hasher or CountingHasher()))


@pytest.fixture
def do(call, tmp_path, monkeypatch):
    """Run a command over a data folder of its own; `typed` is what stdin holds."""

    def _do(*arguments, typed=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        return call(*arguments, "--data", tmp_path / "data")

    return _do


@pytest.fixture
def people(do):
    """An admin, and an editor of a group."""
    assert do("user", "add", "王芳", "--role", "admin", "--password-stdin", typed=PASSWORD + "\n").status == 0
    added = do(
        "user", "add", "lihua", "--role", "editor", "--group", "法规处", "--password-stdin", typed=PASSWORD + "\r\n"
    )  # fmt: skip
    assert added.status == 0
    return do


@pytest.fixture
def signs_in(tmp_path):
    def _signs_in(name, password):
        with closing(Accounts(tmp_path / "data")) as accounts:
            try:
                return accounts.sign_in(name, password, address=HOME).account.name
            except SignInRefused:
                return None

    return _signs_in


def test_an_account_is_added_with_a_password_of_stdin(people, signs_in):
    assert signs_in("lihua", PASSWORD) == "lihua"
    assert signs_in("lihua", PASSWORD + "\r") is None
    [lihua, _] = people("user", "list", "--json").json
    assert lihua.keys() == {
        "name", "role", "groups", "disabled", "external", "created_at", "signed_in_at", "id",
    }  # fmt: skip
    assert (lihua["name"], lihua["role"], lihua["groups"]) == ("lihua", "editor", ["法规处"])
    assert lihua["signed_in_at"]


def test_the_list_is_for_people(people):
    done = people("user", "list")
    assert done.out.splitlines() == [
        "lihua  编辑 editor  法规处  从未登录 never signed in",
        "王芳  管理员 admin  从未登录 never signed in",
        "2 个用户 accounts",
    ]


def test_without_accounts_lists_are_empty_and_no_file_is_made(do, tmp_path):
    assert do("user", "list", "--json").json == do("audit", "--json").json == []
    assert not has_accounts(tmp_path / "data")
    done = do("user", "remove", "a", "--yes")
    assert (done.status, done.err) == (
        1,
        "还没有任何用户。\nNobody has an account.\nFix: policyqa user add NAME --role admin\n",
    )
    assert not has_accounts(tmp_path / "data")


def test_the_first_account_is_an_admin(do):
    done = do("user", "add", "lihua", "--password-stdin", typed=PASSWORD)
    assert done.status == 1
    assert "Fix: policyqa user add lihua --role admin" in done.err


@pytest.mark.parametrize("typed", ["", "\n", "short\n", "password123\n"])
def test_a_weak_password_makes_no_account(people, typed):
    assert people("user", "add", "ann", "--password-stdin", typed=typed).status == 1
    assert len(people("user", "list", "--json").json) == 2


def test_without_a_terminal_the_password_is_not_asked_for(people):
    done = people("user", "add", "ann")
    assert done.status == 2
    assert "--password-stdin" in done.err


def test_a_password_is_no_argument(people):
    for arguments in (("user", "add", "ann", "--password", OTHER), ("user", "password", "lihua", OTHER)):
        assert people(*arguments).status == 2


def test_an_account_that_signs_in_elsewhere_needs_no_password(people):
    added = people("user", "add", "ann@example.org", "--external", "--json").json
    assert (added["external"], added["role"]) == (True, "reader")
    assert people("user", "add", "bob", "--external", "--password-stdin").status == 2


def test_an_account_is_changed(people):
    changed = people(
        "user", "change", "LIHUA", "--name", "李华", "--role", "reader", "--group", "办公室", "--json"
    ).json
    assert (changed["name"], changed["role"], changed["groups"]) == ("李华", "reader", ["办公室"])
    assert people("user", "change", "李华", "--no-groups", "--json").json["groups"] == []
    assert people("user", "change", "李华", "--disable", "--json").json["disabled"] is True
    assert "已停用 disabled" in people("user", "list").out
    assert people("user", "change", "李华", "--enable", "--json").json["disabled"] is False
    assert people("user", "change", "李华", "--external", "--json").json["external"] is True


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (("lihua",), 2, "say what to change"), (("lihua", "--group", "a", "--no-groups"), 2, "exclude"),
        (("nobody", "--disable"), 1, "There is no account 'nobody'"), (("lihua", "--role", "root"), 1, "There is no role"),
        (("lihua", "--group", "a b"), 1, "cannot be the name of a group"), (("王芳", "--disable"), 1, "is the last admin"),
        (("lihua", "--name", "王芳"), 1, "is taken"),
    ],
    ids=str,
)  # fmt: skip
def test_a_change_that_cannot_be_says_why(people, arguments, status, complaint):
    before = people("user", "list").out
    done = people("user", "change", *arguments)
    assert done.status == status
    assert complaint in done.err
    assert people("user", "list").out == before


def test_a_group_that_no_document_has_is_told_of(call, own_collection, documents):
    here = ("--data", own_collection)
    arguments = ("--external", "--group", "法规处", *here)
    assert "No document is limited to this group yet: 法规处" in call("user", "add", "a", *arguments).err
    [first, *_] = sorted(path for path in documents.iterdir() if path.is_file())
    assert call("ingest", first, "--meta", "visibility=法规处", *here).status == 0
    assert call("user", "add", "b", *arguments).err == ""
    assert call("user", "change", "b", "--group", "法规科", *here).err.endswith("yet: 法规科\n")


def test_a_new_password_ends_sessions(people, signs_in, tmp_path):
    with closing(Accounts(tmp_path / "data")) as accounts:
        token = accounts.sign_in("lihua", PASSWORD, address=HOME).token
        done = people("user", "password", "lihua", "--password-stdin", typed=OTHER)
        assert accounts.session(token) is None
    assert OTHER not in done.out + done.err
    assert (signs_in("lihua", OTHER), signs_in("lihua", PASSWORD)) == ("lihua", None)
    assert people("user", "password", "nobody").status == 1


def test_an_account_is_removed_when_that_is_confirmed(people):
    assert people("user", "remove", "lihua").status == 2
    assert people("user", "remove", "lihua", "--yes", "--json").json["name"] == "lihua"
    assert [a["name"] for a in people("user", "list", "--json").json] == ["王芳"]
    assert people("user", "remove", "王芳", "--yes").status == 1


def test_the_audit_log_is_printed_with_who_did_what(people, tmp_path):
    with closing(Accounts(tmp_path / "data")) as accounts:
        accounts.sign_in("lihua", PASSWORD, address=HOME)
        accounts.audit("lihua", "something new", HOME, about="\x1b[2J")
    lines = people("audit", "--json").json
    assert [line["what"] for line in lines] == ["account_added", "account_added", "sign_in", "something new"]
    assert all(line["who"].startswith("cli:") for line in lines[:2])
    assert [line["number"] for line in people("audit", "--who", "LiHua", "--json").json] == [3, 4]
    printed = people("audit").out
    assert f"lihua  登录 signed in  {HOME}" in printed
    assert "\x1b[2J" not in printed
    assert printed.endswith("4 行 lines\n")


def test_the_audit_log_is_chosen_by_day(people):
    tomorrow = (datetime.now().astimezone() + timedelta(days=1)).date().isoformat()
    assert people("audit", "--since", tomorrow, "--json").json == []
    assert len(people("audit", "--until", tomorrow, "--json").json) == 2
    assert people("audit", "--since", "gestern").status == 1


def test_a_person_at_a_real_terminal(environment, tmp_path):
    code = "import offline; offline.cut_off(); from ui.cli import main; main()"
    terminal = pexpect.spawn(
        sys.executable,
        ["-c", code, "user", "add", "王芳", "--role", "admin", "--data", str(tmp_path / "data")],
        env=environment | {"TERM": "xterm"},
        cwd=CHECKOUT,
        encoding="utf-8",
        dimensions=(50, 200),
        timeout=60,
    )
    typed = [
        ("new password", PASSWORD),
        ("again", "a mistake"),
        ("new password", PASSWORD),
        ("again", PASSWORD),
    ]
    seen = ""
    try:
        for prompt, line in typed:
            terminal.expect_exact(prompt)
            seen += terminal.before
            terminal.waitnoecho(timeout=30)
            terminal.sendline(line)
        terminal.expect(pexpect.EOF)
        seen += terminal.before
        assert terminal.wait() == 0
    finally:
        terminal.close(force=True)
    assert "两次输入不一致" in seen
    assert "已添加 added" in seen
    assert PASSWORD not in seen
    assert "a mistake" not in seen

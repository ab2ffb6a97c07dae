"""`policyqa key`: the text of a key is printed once, and never again."""

from contextlib import closing

import pytest
from fakes_accounts import CountingHasher
from fakes_api import client, service

import rag.account.roster
from rag.account.password import Passwords
from rag.accounts import Accounts, has_accounts
from rag.settings import load_settings
from ui.api.router import api
from ui.web.signing_in.layer import SignInLayer
from ui.web.signing_in.roll import Roll


@pytest.fixture(autouse=True)
def _fast(monkeypatch):
    monkeypatch.setattr(rag.account.roster, "Passwords", lambda hasher: Passwords(hasher or CountingHasher()))


@pytest.fixture
def do(call, tmp_path):
    """Run a command over a data folder of its own."""
    return lambda *arguments: call(*arguments, "--data", tmp_path / "data")


@pytest.fixture
def people(do):
    """An admin, and a reader of a group; neither has a password."""
    assert do("user", "add", "王芳", "--role", "admin", "--external").status == 0
    assert do("user", "add", "lihua", "--external", "--group", "法规处").status == 0
    return do


def test_a_key_is_printed_alone_on_stdout_and_opens_the_account(people, tmp_path):
    done = people("key", "add", "lihua", "--scope", "ask", "--scope", "search", "--label", "Open WebUI")
    assert done.status == 0
    [text] = done.out.splitlines()
    assert text.startswith("policyqa_")
    assert text not in done.err
    with closing(Accounts(tmp_path / "data")) as accounts:
        account, scopes = accounts.key(text)
    assert (account.name, scopes) == ("lihua", {"ask", "search"})


def test_a_list_tells_everything_but_the_text(people):
    made = people("key", "add", "lihua", "--scope", "read", "--expires", "2999-01-31", "--json").json
    people("key", "add", "王芳", "--scope", "admin")
    [first, second] = people("key", "list", "--json").json
    assert first == {key: value for key, value in made.items() if key != "key"}
    assert first.keys() == {"id", "account", "label", "scopes", "created_at", "expires_at", "used_at"}
    assert (first["account"], first["scopes"], first["used_at"]) == ("lihua", ["read"], None)
    assert first["expires_at"].startswith("2999-01-3")
    assert second["scopes"] == ["admin"]
    assert [key["id"] for key in people("key", "list", "lihua", "--json").json] == [first["id"]]
    printed = people("key", "list").out
    assert f"{first['id']}  lihua  read  到期 until 2999-01-31" in printed
    assert printed.endswith("2 个密钥 keys\n")
    assert made["key"] not in printed


def test_a_removed_key_opens_nothing(people, tmp_path):
    made = people("key", "add", "lihua", "--scope", "ask", "--json").json
    assert people("key", "remove", made["id"], "--json").json["id"] == made["id"]
    with closing(Accounts(tmp_path / "data")) as accounts:
        assert accounts.key(made["key"]) is None
    assert people("key", "list", "--json").json == []
    assert people("key", "remove", made["id"]).status == 1


def test_who_made_and_removed_it_stands_in_the_audit_log(people):
    made = people("key", "add", "lihua", "--scope", "ask", "--json").json
    people("key", "remove", made["id"])
    added, removed = people("audit", "--json").json[-2:]
    assert (added["what"], removed["what"]) == ("key_added", "key_removed")
    assert all(line["who"].startswith("cli:") and made["id"] in line["about"] for line in (added, removed))
    assert made["key"] not in people("audit").out


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (("lihua",), 2, "--scope"), (("lihua", "--scope", "write"), 1, "There is no scope 'write'"),
        (("nobody", "--scope", "ask"), 1, "There is no account 'nobody'"), (("lihua", "--scope", "admin"), 1, "is no admin"),
        (("lihua", "--scope", "ask", "--expires", "soon"), 1, "Not a date"),
        (("lihua", "--scope", "ask", "--expires", "2020-01-01"), 1, "would have expired on 2020-01-01"),
    ],
    ids=str,
)  # fmt: skip
def test_a_key_that_cannot_be_says_why(people, arguments, status, complaint):
    done = people("key", "add", *arguments)
    assert done.status == status
    assert complaint in done.err
    assert people("key", "list", "--json").json == []


def test_without_accounts_there_are_no_keys_and_no_file_is_made(do, tmp_path):
    assert do("key", "list", "--json").json == []
    assert do("key", "add", "lihua", "--scope", "ask").err == (
        "还没有任何用户。\nNobody has an account.\nFix: policyqa user add NAME --role admin\n"
    )
    assert do("key", "list", "lihua").status == 1
    assert not has_accounts(tmp_path / "data")


def test_a_key_opens_the_api_until_it_is_removed(people, tmp_path):
    http = client(SignInLayer(api(service()), Roll(load_settings(tmp_path / "data"))))
    made = people("key", "add", "lihua", "--scope", "search", "--json").json
    key = {"authorization": f"Bearer {made['key']}"}
    asked = {"question": "有效期"}
    assert http.post("/api/search", json=asked).status_code == 401
    assert http.post("/api/search", json=asked, headers=key).json()["hits"]
    assert http.post("/api/ask", json=asked, headers=key).status_code == 403
    assert http.get("/api/docs", headers=key).status_code == 200
    people("key", "remove", made["id"])
    assert http.post("/api/search", json=asked, headers=key).status_code == 401

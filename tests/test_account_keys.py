"""Keys of programs: shown once, with scopes and an end, gone with the account."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from fakes_accounts import HOME, OTHER, PASSWORD, Clock, open_fake, with_people

from rag.account.file import NAME
from rag.account.token import token_hash
from rag.accounts import key_id_of
from rag.errors import AccountError

ASK = frozenset({"ask"})


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def accounts(tmp_path, clock):
    with closing(with_people(open_fake(tmp_path, clock))) as opened:
        yield opened


@pytest.fixture
def add(accounts, clock):
    """Make a key."""

    def _add(name="lihua", scopes=ASK, days=None, label=""):
        until = None if days is None else datetime.fromtimestamp(clock.now, UTC) + timedelta(days=days)
        return accounts.add_key(accounts.find(name), frozenset(scopes), until, label=label)

    return _add


def test_a_key_is_good_for_its_account_and_scopes(accounts, add):
    text = add(scopes={"ask", "read"})
    account, scopes = accounts.key(text)
    assert (account.name, scopes) == ("lihua", {"ask", "read"})
    for wrong in (
        "",
        "x",
        text[:-1],
        text + "x",
        text.upper(),
        "policyqa_",
        "policyqa_" + "x" * 100_000,
        "\ud800",
    ):
        assert accounts.key(wrong) is None


def test_only_the_hash_of_a_key_is_kept(accounts, add, tmp_path):
    text = add()
    with closing(sqlite3.connect(tmp_path / NAME)) as db:
        assert db.execute("SELECT key_hash FROM keys").fetchall() == [(token_hash(text),)]
        assert not any(text.split("_")[2] in line for line in db.iterdump())
    assert len(text.split("_", 2)[2]) == 43


def test_the_id_in_a_key_is_that_of_the_list(accounts, add):
    text = add(label="备份脚本")
    [key] = accounts.keys()
    assert key.key_id == key_id_of(text)
    assert (key.account, key.label, key.scopes) == ("lihua", "备份脚本", ASK)
    assert key_id_of("something else") == ""


def test_a_key_ends_on_its_day(accounts, add, clock):
    text, other = add(days=30), add()
    clock.pass_by(30 * 86400 - 1)
    assert accounts.key(text)
    clock.pass_by(1)
    assert accounts.key(text) is None
    assert accounts.key(other)
    assert len(accounts.keys()) == 2


def test_the_last_use_is_kept_to_the_minute(accounts, add, clock):
    text = add()
    assert accounts.keys()[0].used_at is None
    first = clock.now
    accounts.key(text)
    clock.pass_by(30)
    accounts.key(text)
    assert accounts.keys()[0].used_at == first
    clock.pass_by(31)
    accounts.key(text)
    assert accounts.keys()[0].used_at == first + 61


def test_the_role_and_groups_are_those_of_the_account_when_it_is_used(accounts, add):
    accounts.change("lihua", role="admin")
    text = add(scopes={"admin", "read"})
    accounts.change("lihua", role="reader", groups=["办公室"])
    account, scopes = accounts.key(text)
    assert (account.role, account.groups, scopes) == ("reader", {"办公室"}, {"read"})


@pytest.mark.parametrize(
    ("how", "complaint"),
    [
        ({"scopes": ()}, "A key needs a scope"), ({"scopes": ("ask", "root")}, "There is no scope 'root'"),
        ({"scopes": {"admin"}}, "lihua is no admin"), ({"days": 0}, "would have expired"),
        ({"days": -1}, "would have expired"), ({"label": "x" * 101}, "cannot be the name"),
    ],
    ids=str,
)  # fmt: skip
def test_a_key_that_cannot_be_is_refused(accounts, add, how, complaint):
    with pytest.raises(AccountError, match=complaint):
        add(**how)
    assert accounts.keys() == []


def test_nobody_who_is_disabled_gets_a_key(accounts, add):
    accounts.change("lihua", disabled=True)
    with pytest.raises(AccountError, match="lihua is disabled"):
        add()


@pytest.mark.parametrize("end", [lambda a: a.change("lihua", disabled=True), lambda a: a.remove("lihua")])
def test_keys_end_at_once_and_for_good_with_the_account(accounts, add, tmp_path, clock, end):
    text, other = add(), add("王芳")
    with closing(open_fake(tmp_path, clock)) as process:
        assert process.key(text)
        end(accounts)
        assert process.key(text) is None
        if any(a.name == "lihua" for a in accounts.list()):
            accounts.change("lihua", disabled=False)
        assert process.key(text) is None
        assert process.key(other)


def test_a_removed_key_is_refused_from_then_on(accounts, add):
    text, other = add(), add()
    accounts.remove_key(key_id_of(text), by="王芳")
    assert accounts.key(text) is None
    assert accounts.key(other)
    with pytest.raises(AccountError, match="There is no key"):
        accounts.remove_key(key_id_of(text))


def test_keys_are_listed_by_account_oldest_first(accounts, add, clock):
    ids = []
    for name in ("lihua", "王芳", "lihua"):
        ids.append(key_id_of(add(name)))
        clock.pass_by(1)
    listed = accounts.keys()
    assert [key.key_id for key in listed] == ids
    assert [key.key_id for key in accounts.keys(accounts.find("lihua"))] == [ids[0], ids[2]]


def test_a_new_password_leaves_the_keys(accounts, add):
    text = add()
    accounts.set_password("lihua", OTHER)
    assert accounts.key(text)


def test_a_key_is_no_session_and_a_session_no_key(accounts, add):
    session = accounts.sign_in("lihua", PASSWORD, address=HOME)
    assert accounts.session(add()) is None
    assert accounts.key(session.token) is None

"""Accounts: names, roles, groups, passwords; an admin is always left; every change is in the audit log."""

import sqlite3
import stat
import threading
import unicodedata
from contextlib import closing, suppress
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest
from fakes_accounts import (
    AWAY,
    HOME,
    OTHER,
    PASSWORD,
    Clock,
    CountingHasher,
    die_in_change,
    disable_when_told,
    in_process,
    open_fake,
    with_people,
)

from rag.account.file import NAME
from rag.accounts import ROLES, Accounts, has_accounts, open_accounts
from rag.errors import AccountError, CollectionBusy, CollectionMismatch, SignInRefused
from rag.schema import Viewer
from rag.settings import Settings


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def accounts(tmp_path, clock):
    with closing(with_people(open_fake(tmp_path, clock))) as opened:
        yield opened


def signs_in(accounts, name, password=PASSWORD):
    try:
        return accounts.sign_in(name, password, address=HOME).account.name
    except SignInRefused:
        return None


def what(accounts):
    return [(line.who, line.what, line.about) for line in accounts.audit_log()]


def test_a_new_folder_has_no_accounts_and_a_file_for_its_owner_alone(tmp_path):
    assert not has_accounts(tmp_path)
    with closing(open_fake(tmp_path / "data")) as accounts:
        assert not accounts.any()
        assert accounts.list() == []
        accounts.add("王芳", role="admin", password=PASSWORD)
        assert accounts.any()
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "data").iterdir()}
    assert set(modes.values()) == {0o600}
    assert has_accounts(tmp_path / "data")


def test_what_was_added_is_still_there_for_the_next_process(accounts, tmp_path):
    with closing(open_fake(tmp_path)) as again:
        assert [(a.name, a.role, a.groups, a.external) for a in again.list()] == [
            ("lihua", "editor", {"法规处"}, False), ("sso", "reader", set(), True), ("王芳", "admin", set(), False),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "roles"),
    [("reader", {"reader"}), ("editor", {"reader", "editor"}), ("admin", {"reader", "editor", "admin"})],
)
def test_each_role_may_do_what_those_before_it_may(accounts, role, roles):
    account = accounts.add("p", role=role, groups=["办公室"], password=PASSWORD)
    assert account.viewer == Viewer(frozenset({"办公室"}), frozenset(roles))


def test_the_id_of_a_person_tells_no_name_and_stays_when_the_name_changes(accounts):
    before = accounts.find("lihua")
    after = accounts.change("lihua", new_name="李华")
    assert after.person == before.person
    assert after.person.startswith("user:")
    assert "lihua" not in after.person
    accounts.remove("李华")
    assert accounts.add("李华", password=PASSWORD).person != before.person


@pytest.mark.parametrize("written", ["LiHua", "ｌｉｈｕａ", " lihua ", "LIHUA\t"])
def test_a_name_is_found_however_it_is_written_and_taken_only_once(accounts, written):
    assert accounts.find(written).name == "lihua"
    assert signs_in(accounts, written) == "lihua"
    with pytest.raises(AccountError, match=r"is taken by 'lihua'"):
        accounts.add(written, password=PASSWORD)
    with pytest.raises(AccountError, match=r"is taken by 'lihua'"):
        accounts.change("sso", new_name=written)


def test_names_that_differ_in_composition_or_blanks_only_are_one(accounts):
    accounts.add(unicodedata.normalize("NFD", "Zoë  Straße"), password=PASSWORD)
    assert accounts.find("ZOË STRASSE").name == "Zoë Straße"


@pytest.mark.parametrize(
    "name",
    ["", "  ", "a\u200bb", "li\u202ehua", "a\x00b", "ab\x1b[31m", "x" * 101, "\u3164", "\ud800", "a\u00adb"],
    ids=ascii,
)
def test_what_cannot_be_seen_is_no_name(accounts, name):
    with pytest.raises(AccountError, match="cannot be the name of an account"):
        accounts.add(name, password=PASSWORD)
    with pytest.raises(AccountError, match="There is no account"):
        accounts.find(name)
    assert signs_in(accounts, name) is None


@pytest.mark.parametrize("group", ["public", "", "a b", "法规处/一科", "x" * 61])
def test_a_group_is_spelled_as_a_document_can_be_limited_to(accounts, group):
    with pytest.raises(AccountError, match="cannot be the name of a group"):
        accounts.add("p", groups=["法规处", group], password=PASSWORD)
    assert len(accounts.list()) == 3


def test_a_role_that_does_not_exist_is_refused_with_those_that_do(accounts):
    with pytest.raises(AccountError, match="There is no role 'root'") as refused:
        accounts.add("p", role="root", password=PASSWORD)
    assert refused.value.fix == f"use one of {', '.join(ROLES)}"
    assert refused.value.words("zh")[0] == "没有角色 'root'。"


def test_a_change_leaves_what_is_not_named(accounts):
    before = accounts.find("lihua")
    after = accounts.change("lihua", groups=["办公室", "法规处"])
    assert (after.role, after.groups) == (before.role, {"办公室", "法规处"})
    assert accounts.change("lihua", groups=()).groups == frozenset()
    assert accounts.change("lihua", role="admin").role == "admin"


def test_the_first_account_with_a_password_is_an_admin(tmp_path):
    with closing(open_fake(tmp_path)) as accounts:
        with pytest.raises(AccountError, match="The first account must be that of an admin"):
            accounts.add("p", password=PASSWORD)
        accounts.add("sso", password=None)
        with pytest.raises(AccountError, match="The first account must be that of an admin"):
            accounts.add("p", role="editor", password=PASSWORD)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda a: a.change("王芳", role="editor"), id="role"),
        pytest.param(lambda a: a.change("王芳", disabled=True), id="disabled"),
        pytest.param(lambda a: a.remove("王芳"), id="removed"),
    ],
)
def test_the_last_admin_stays(accounts, change):
    before, log = accounts.find("王芳"), what(accounts)
    with pytest.raises(AccountError, match="王芳 is the last admin"):
        change(accounts)
    assert accounts.find("王芳") == before
    assert what(accounts) == log
    # A disabled admin is none.
    accounts.add("b", role="admin", password=PASSWORD)
    accounts.change("b", disabled=True)
    with pytest.raises(AccountError, match="王芳 is the last admin"):
        change(accounts)
    accounts.change("b", disabled=False)
    change(accounts)
    assert signs_in(accounts, "b") == "b"


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("", "has 0 characters"), ("123456789", "has 9 characters"), ("长" * 9, "has 9 characters"), ("x" * 1001, "has 1001"),
        ("1234567890", "tried first"), ("Password123", "tried first"), ("ＱＷＥＲＴＹＵＩＯＰ", "tried first"),
        ("woaini1314520", "tried first"),
    ],
)  # fmt: skip
def test_a_weak_password_is_refused_and_not_repeated(accounts, password, complaint):
    for act in (
        lambda: accounts.add("p", password=password),
        lambda: accounts.set_password("lihua", password),
    ):
        with pytest.raises(AccountError, match=complaint) as refused:
            act()
        assert not password or password not in f"{refused.value}{refused.value.words('zh')}"
    assert signs_in(accounts, "lihua") == "lihua"


@pytest.mark.parametrize("password", ["aaaaaaaaab", "长长长长长长长长长长", "  ten blank ", "x" * 1000])
def test_there_is_no_other_rule_for_passwords(accounts, password):
    accounts.set_password("lihua", password)
    assert signs_in(accounts, "lihua", password) == "lihua"
    assert signs_in(accounts, "lihua", password + "x") is None
    assert signs_in(accounts, "lihua", password.strip() + "y" * 5000) is None


def test_each_of_the_commonest_is_one_that_somebody_could_choose():
    listed = files("rag").joinpath("account", "commonest.txt").read_text(encoding="utf-8").splitlines()
    assert len(listed) > 300
    assert [p for p in listed if len(p) < 10 or p != unicodedata.normalize("NFKC", p).casefold()] == []


def test_a_password_that_another_keyboard_composes_differently_is_the_same(accounts):
    accounts.set_password("lihua", "Überraschung!")
    assert signs_in(accounts, "lihua", unicodedata.normalize("NFD", "Überraschung!")) == "lihua"
    assert signs_in(accounts, "lihua", "überraschung!") is None


def test_of_a_password_only_an_argon2_hash_is_kept_with_the_advised_parameters(tmp_path):
    with closing(Accounts(tmp_path)) as accounts:
        accounts.add("王芳", role="admin", password=PASSWORD)
        token = accounts.sign_in("王芳", PASSWORD, address=HOME).token
        accounts.set_password("王芳", OTHER)
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert raw.count(b"$argon2id$v=19$m=65536,t=3,p=4$") == 1
    assert PASSWORD.encode() not in raw
    assert OTHER.encode() not in raw
    assert token.encode() not in raw


def test_a_password_is_hashed_anew_at_sign_in_when_the_parameters_have_changed(accounts, tmp_path):
    def kept():
        with closing(sqlite3.connect(tmp_path / NAME)) as db:
            return db.execute("SELECT password FROM accounts WHERE name = 'lihua'").fetchone()[0]

    old = kept()
    with closing(open_fake(tmp_path, hasher=CountingHasher(time_cost=2))) as stricter:
        assert signs_in(stricter, "lihua", "wrong") is None
        assert kept() == old
        assert signs_in(stricter, "lihua") == "lihua"
        new = kept()
        assert "t=2" in new
        assert signs_in(stricter, "lihua") == "lihua"
        assert kept() == new


def test_who_signs_in_elsewhere_has_no_password_here(accounts):
    assert signs_in(accounts, "sso") is None
    assert accounts.change("lihua", external=True).external
    assert signs_in(accounts, "lihua") is None
    assert not accounts.set_password("lihua", OTHER).external
    assert signs_in(accounts, "lihua", OTHER) == "lihua"


def test_single_sign_on_makes_a_reader_and_keeps_the_groups_that_it_tells(accounts):
    made = accounts.external("Ann@example.org", ["法规处", "public", "CN=All Staff"], address=HOME).account
    assert (made.role, made.groups, made.external) == ("reader", {"法规处"}, True)
    accounts.change("ann@example.org", role="editor")
    again = accounts.signed_on("ANN@example.org", ["办公室"])
    assert (again.account_id, again.role, again.groups) == (made.account_id, "editor", {"办公室"})
    assert accounts.signed_on("ann@example.org", None).groups == {"办公室"}
    assert accounts.signed_on("ann@example.org", None, role="admin").role == "admin"
    lines = len(what(accounts))
    accounts.signed_on("ann@example.org", ["办公室"], role="admin")
    assert len(what(accounts)) == lines, "nothing has changed"


def test_single_sign_on_neither_takes_over_a_password_account_nor_lets_in_a_disabled_one(accounts):
    with pytest.raises(AccountError, match="lihua signs in with a password here") as refused:
        accounts.external("lihua", [])
    accounts.change("sso", disabled=True)
    with pytest.raises(AccountError, match="The account sso is disabled"):
        accounts.external("sso", [])
    assert refused.value.fix == "policyqa user change lihua --external"


@pytest.mark.parametrize("end", [lambda a: a.change("sso", disabled=True), lambda a: a.remove("sso")])
def test_who_is_put_out_during_single_sign_on_does_not_get_in(accounts, monkeypatch, end):
    def late(*arguments, **how):
        account = Accounts.signed_on(accounts, *arguments, **how)
        end(accounts)
        return account

    monkeypatch.setattr(accounts, "signed_on", late)
    with pytest.raises(AccountError, match=r"The account sso is disabled|There is no account 'sso'"):
        accounts.external("sso", None)


def test_two_requests_of_a_new_person_make_one_account(tmp_path):
    found, start = [], threading.Barrier(8)
    with closing(open_fake(tmp_path)) as accounts:

        def visit():
            start.wait(timeout=30)
            found.append(accounts.signed_on("ann", ["a"]).account_id)

        threads = [threading.Thread(target=visit) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert len(found) == 8
        assert len(set(found)) == len(accounts.list()) == 1


def test_every_change_is_in_the_audit_log_with_who_did_it(accounts):
    accounts.change("lihua", role="reader", groups=["法规处", "办公室"], by="王芳", address=AWAY)
    accounts.set_password("lihua", OTHER, by="cli:root")
    key = accounts.add_key(accounts.find("lihua"), frozenset({"ask"}), None, by="王芳")
    [kept] = accounts.keys()
    accounts.remove_key(kept.key_id, by="王芳")
    accounts.remove("lihua", by="王芳")
    accounts.audit("王芳", "export", AWAY, about="docx")
    assert what(accounts)[3:] == [
        ("王芳", "account_changed", "lihua editor 法规处 → lihua reader 办公室 法规处"),
        ("cli:root", "password_changed", "lihua"),
        ("王芳", "key_added", f"{kept.key_id} lihua: ask"),
        ("王芳", "key_removed", f"{kept.key_id} lihua"),
        ("王芳", "account_removed", "lihua reader 办公室 法规处"),
        ("王芳", "export", "docx"),
    ]
    assert [line.address for line in accounts.audit_log() if line.address] == [AWAY, AWAY]
    assert key not in str(list(accounts.audit_log()))


def test_a_refusal_is_in_the_log_without_what_was_typed(accounts):
    signs_in(accounts, "lihua", "my secret word")
    signs_in(accounts, "my secret word", "lihua")
    refused = [line for line in accounts.audit_log() if line.what == "sign_in_refused"]
    assert [(line.who, line.about, line.address) for line in refused] == [("", "lihua", HOME), ("", "", HOME)]


def test_the_log_is_only_added_to(accounts, tmp_path):
    with closing(sqlite3.connect(tmp_path / NAME)) as db:
        for statement in (
            "UPDATE audit SET who = 'x'",
            "DELETE FROM audit",
            "DELETE FROM audit WHERE number = 1",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="only added to"):
                db.execute(statement)


def test_lines_of_the_log_are_kept_for_so_many_days(tmp_path, clock):
    with closing(with_people(open_fake(tmp_path, clock, keep_audit_days=30))) as accounts:
        clock.pass_by(20 * 86400)
        accounts.audit("a", "export")
        clock.pass_by(11 * 86400)
        accounts.audit("b", "export")
        assert [(line.number, line.who) for line in accounts.audit_log()] == [(4, "a"), (5, "b")]


@pytest.mark.parametrize(("days", "kept"), [(0, 0), (-1, 4)])
def test_the_log_can_be_kept_for_ever_or_not_at_all(tmp_path, clock, days, kept):
    with closing(with_people(open_fake(tmp_path, clock, keep_audit_days=days))) as accounts:
        clock.pass_by(1e9)
        accounts.audit("a", "export")
        assert len(list(accounts.audit_log())) == kept


def test_the_log_is_read_by_days_and_in_parts(accounts, clock):
    start = date.fromtimestamp(clock.now)
    for _ in range(600):
        accounts.audit("a", "export")
    clock.pass_by(3 * 86400)
    accounts.audit("b", "export")
    assert len(list(accounts.audit_log())) == 604
    assert len(list(accounts.audit_log(until=start))) == 603
    assert [line.who for line in accounts.audit_log(since=start + timedelta(days=1))] == ["b"]


def test_a_line_holds_no_more_than_300_characters_of_anything(accounts):
    accounts.audit("a", "export", about="x" * 5000 + "\ud800")
    assert [len(line.about) for line in accounts.audit_log()][-1] == 300


def test_the_settings_say_how_long_sessions_and_lines_last(tmp_path):
    settings = Settings(data=tmp_path, session_idle_hours=1, session_days=0.5, keep_audit_days=0)
    with closing(open_accounts(settings)) as accounts:
        accounts.add("sso", password=None)
        session = accounts.external("sso", None)
        assert 0 <= datetime.now(UTC).timestamp() + 43200 - session.expires_at < 60
        assert list(accounts.audit_log()) == []


@pytest.mark.parametrize(
    "content", [b"not a database at all, but a text" * 100, b"SQLite format 3\0" + b"x" * 4000]
)
def test_a_damaged_file_lets_nobody_in_and_is_not_made_anew(tmp_path, content):
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(CollectionMismatch, match="cannot be read as accounts") as refused:
        open_fake(tmp_path)
    assert "backup" in refused.value.fix
    assert (tmp_path / NAME).read_bytes() == content


def test_a_file_of_another_version_is_refused(accounts, tmp_path):
    with closing(sqlite3.connect(tmp_path / NAME)) as db:
        db.execute("UPDATE meta SET value = '9' WHERE key = 'format'")
        db.commit()
    with pytest.raises(CollectionMismatch, match="has format 9"):
        open_fake(tmp_path)


def test_another_process_that_writes_for_long_is_told_of(accounts, tmp_path):
    with (
        closing(open_fake(tmp_path, patience_s=0.1)) as second,
        closing(sqlite3.connect(tmp_path / NAME)) as db,
    ):
        session = second.external("sso", None)
        key = second.add_key(second.find("lihua"), frozenset({"ask"}), None)
        db.execute("BEGIN IMMEDIATE")
        with pytest.raises(CollectionBusy):
            second.change("lihua", role="reader")
        # Who is in stays in.
        assert second.session(session.token)
        assert second.key(key)


def test_a_folder_that_cannot_be_made_is_told_of(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CollectionMismatch, match="cannot be written to"):
        open_fake(tmp_path / "file")


def test_killed_within_a_change_all_is_as_it_was(accounts, tmp_path):
    session = accounts.sign_in("lihua", PASSWORD, address=HOME)
    before, log = accounts.find("lihua"), what(accounts)
    process, _ = in_process(die_in_change, tmp_path, "lihua")
    process.join(timeout=60)
    assert process.exitcode == -9
    with closing(open_fake(tmp_path)) as after:
        assert after.find("lihua") == before
        assert what(after) == log
        assert after.session(session.token)
        assert signs_in(after, "lihua", OTHER) is None
        after.set_password("lihua", OTHER)
        assert signs_in(after, "lihua", OTHER) == "lihua"


def test_two_processes_that_disable_the_last_two_admins_leave_one(accounts, tmp_path):
    accounts.add("b", role="admin", password=PASSWORD)
    started = [in_process(disable_when_told, tmp_path, name) for name in ("王芳", "b")]
    for _, connection in started:
        assert connection.recv() == "ready"
    for _, connection in started:
        connection.send("go")
    said = {connection.recv() for _, connection in started}
    for process, _ in started:
        process.join(timeout=60)
    assert len(said) == 2
    assert "disabled" in said
    assert [a.disabled for a in accounts.list() if a.role == "admin"].count(True) == 1


def test_many_threads_share_one_connection(accounts):
    failed, start = [], threading.Barrier(8)

    def work(number):
        start.wait(timeout=30)
        try:
            for _ in range(5):
                accounts.audit(f"t{number}", "export")
                accounts.change("lihua", role=ROLES[number % 2])
                accounts.find("lihua")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failed == []
    assert sum(line.what == "export" for line in accounts.audit_log()) == 40


def test_at_most_two_passwords_are_looked_at_at_a_time(tmp_path):
    class Slow(CountingHasher):
        def __init__(self):
            super().__init__()
            self.busy, self.most, self.lock = 0, 0, threading.Lock()

        def verify(self, kept, password):
            with self.lock:
                self.busy += 1
                self.most = max(self.most, self.busy)
            threading.Event().wait(0.02)
            with suppress(Exception):
                super().verify(kept, password)
            with self.lock:
                self.busy -= 1
            return True

    hasher = Slow()
    with closing(with_people(open_fake(tmp_path, hasher=hasher))) as accounts:
        threads = [threading.Thread(target=signs_in, args=(accounts, "lihua")) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
    assert hasher.most == 2

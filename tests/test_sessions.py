"""Signing in: delays that grow, by name and by address, and keep nobody out for good; sessions and how they end."""

import sqlite3
import threading
from contextlib import closing

import pytest
from fakes_accounts import (
    AWAY,
    HOME,
    OTHER,
    PASSWORD,
    Clock,
    CountingHasher,
    die_in_look,
    in_process,
    open_fake,
    refuse_when_told,
    with_people,
)

from rag.account.file import NAME
from rag.account.token import token_hash
from rag.errors import DiskFull, SignInRefused

HOUR, DAY = 3600, 24 * 3600
WRONG = "wrong wrong"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def hasher():
    return CountingHasher()


@pytest.fixture
def accounts(tmp_path, clock, hasher):
    with closing(with_people(open_fake(tmp_path, clock, hasher))) as opened:
        yield opened


@pytest.fixture
def refused(accounts):
    """Try to sign in, and return the refusal; None when it was none."""

    def _refused(name="lihua", password=WRONG, address=HOME, token=""):
        try:
            accounts.sign_in(name, password, address=address, token=token)
        except SignInRefused as error:
            return error
        return None

    return _refused


@pytest.fixture
def waits(refused, clock):
    """Fail again and again, each time as soon as it is looked at; return the waits after each failure."""

    def _waits(times, **how):
        found = []
        for _ in range(times):
            found.append(round(refused(**how).wait_s))
            clock.pass_by(found[-1])
        return found

    return _waits


def test_a_session_is_of_256_random_bits_and_only_its_hash_is_kept(accounts, tmp_path):
    tokens = {accounts.sign_in("lihua", PASSWORD, address=HOME).token for _ in range(3)}
    assert [len(token) for token in tokens] == [43, 43, 43]
    with closing(sqlite3.connect(tmp_path / NAME)) as db:
        assert {row[0] for row in db.execute("SELECT token_hash FROM sessions")} == set(
            map(token_hash, tokens)
        )
        assert not any(token in line for line in db.iterdump() for token in tokens)


def test_a_token_tells_whose_session_it_is_as_the_account_is_now(accounts):
    session = accounts.sign_in("lihua", PASSWORD, address=HOME)
    assert accounts.session(session.token).name == "lihua"
    accounts.change("lihua", role="reader", new_name="李华")
    assert (accounts.session(session.token).role, accounts.session(session.token).name) == ("reader", "李华")
    for wrong in ("", "x", session.token[:-1], session.token + "x", "\ud800", "x" * 100_000):
        assert accounts.session(wrong) is None


def test_the_time_of_the_last_sign_in_is_kept(accounts):
    assert accounts.find("lihua").signed_in_at is None
    accounts.sign_in("lihua", PASSWORD, address=HOME)
    accounts.external("sso", None)
    assert {a.signed_in_at for a in accounts.list()} == {None, "2023-11-14T22:13:20+00:00"}


def test_a_session_ends_when_it_is_idle_for_long(accounts, clock):
    session = accounts.sign_in("lihua", PASSWORD, address=HOME)
    for _ in range(3):
        clock.pass_by(11 * HOUR)
        assert accounts.session(session.token)
    clock.pass_by(12 * HOUR + 1)
    assert accounts.session(session.token) is None
    # Looking did not bring it back.
    assert accounts.session(session.token) is None


def test_a_session_ends_in_any_case_after_a_week(accounts, clock):
    session = accounts.sign_in("lihua", PASSWORD, address=HOME)
    assert session.expires_at == clock.now + 7 * DAY
    for _ in range(16):
        clock.pass_by(10 * HOUR)
        assert accounts.session(session.token)
    clock.pass_by(9 * HOUR)
    assert accounts.session(session.token) is None


def test_a_session_of_short_lifetime_stays_while_it_is_used(tmp_path, clock):
    with closing(with_people(open_fake(tmp_path, clock, idle_s=10, whole_s=100))) as accounts:
        session = accounts.sign_in("lihua", PASSWORD, address=HOME)
        for _ in range(10):
            clock.pass_by(9)
            assert accounts.session(session.token)
        clock.pass_by(11)
        assert accounts.session(session.token) is None


def test_a_clock_that_is_set_back_ends_no_session(accounts, clock):
    session = accounts.sign_in("lihua", PASSWORD, address=HOME)
    clock.pass_by(-300 * DAY)
    assert accounts.session(session.token)


def test_signing_out_ends_one_session_here_and_in_other_processes(accounts, tmp_path, clock):
    one, two = (accounts.sign_in("lihua", PASSWORD, address=HOME).token for _ in range(2))
    with closing(open_fake(tmp_path, clock)) as other:
        assert other.session(one)
        accounts.sign_out(one, address=HOME)
        assert other.session(one) is None
        assert other.session(two)
        other.sign_out(one)
        other.sign_out("nobody's")
    assert [line.who for line in accounts.audit_log() if line.what == "sign_out"] == ["lihua"]


def test_all_sessions_of_a_person_can_be_ended_but_one(accounts):
    tokens = [accounts.sign_in("lihua", PASSWORD, address=HOME).token for _ in range(3)]
    other = accounts.sign_in("王芳", PASSWORD, address=HOME).token
    assert accounts.sign_out_everywhere("lihua", keep=tokens[0], by="lihua") == 2
    assert [bool(accounts.session(token)) for token in [*tokens, other]] == [True, False, False, True]


def test_a_new_password_ends_all_sessions_but_that_of_who_changed_it(accounts):
    tokens = [accounts.sign_in("lihua", PASSWORD, address=HOME).token for _ in range(3)]
    accounts.set_password("lihua", OTHER, keep=tokens[1], by="lihua")
    assert [bool(accounts.session(token)) for token in tokens] == [False, True, False]
    accounts.set_password("lihua", PASSWORD, by="王芳")
    assert accounts.session(tokens[1]) is None


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda a: a.change("lihua", disabled=True), id="disabled"),
        pytest.param(lambda a: a.remove("lihua"), id="removed"),
        pytest.param(lambda a: a.change("lihua", external=True), id="signs in elsewhere"),
    ],
)
def test_sessions_end_at_once_and_for_good_with_the_account(accounts, tmp_path, clock, end):
    token = accounts.sign_in("lihua", PASSWORD, address=HOME).token
    with closing(open_fake(tmp_path, clock)) as other:
        assert other.session(token)
        end(accounts)
        assert other.session(token) is None
        if any(a.name == "lihua" for a in accounts.list()):
            accounts.change("lihua", disabled=False)
        assert other.session(token) is None


def test_a_password_is_looked_at_once_whether_or_not_there_is_such_a_person(accounts, hasher, refused):
    accounts.change("lihua", disabled=True)
    said = set()
    for name, password in (
        ("王芳", "wrong wrong"), ("nobody", PASSWORD), ("lihua", PASSWORD), ("sso", PASSWORD), ("", ""), ("\x00", "\ud800"),
        ("王芳", "x" * 100_000),
    ):  # fmt: skip
        before = hasher.verified
        error = refused(name, password, address=f"10.0.0.{len(said)}")
        said.add((str(error), *error.words("zh"), error.wait_s))
        assert hasher.verified == before + 1, name
    assert len(said) == 1


@pytest.mark.parametrize(
    "change",
    [lambda a: a.change("lihua", disabled=True), lambda a: a.set_password("lihua", OTHER)],
    ids=["disabled", "another password"],
)
def test_who_is_put_out_while_the_password_is_looked_at_does_not_get_in(tmp_path, clock, change):
    class Late(CountingHasher):
        def verify(self, kept, password):
            change(accounts)
            return super().verify(kept, password)

    accounts = with_people(open_fake(tmp_path, clock, Late()))
    with closing(accounts), pytest.raises(SignInRefused):
        accounts.sign_in("lihua", PASSWORD, address=HOME)


def test_three_mistakes_cost_nothing_and_then_each_doubles_the_wait_up_to_five_minutes(waits):
    assert waits(14) == [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_the_waits_for_a_name_that_nobody_has_are_the_same(waits):
    assert waits(14, name="nobody") == [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_an_attempt_that_comes_too_soon_is_not_looked_at_and_does_not_make_the_wait_longer(
    accounts, refused, waits, hasher, clock
):
    waits(5)
    last = refused()
    before = hasher.verified
    clock.pass_by(3)
    soon = [refused(password=PASSWORD) for _ in range(5)]
    assert hasher.verified == before
    assert {round(error.wait_s) for error in soon} == {round(last.wait_s) - 3}
    assert soon[0].words("en") == ("There were too many attempts.", "try again in 5 s")
    assert soon[0].words("zh") == ("尝试次数过多。", "请在 5 秒后再试")
    clock.pass_by(5)
    assert refused(password=PASSWORD) is None


def test_a_sign_in_forgets_the_mistakes_before_it(accounts, refused, waits):
    waits(6)
    assert refused(password=PASSWORD) is None
    assert waits(3) == [0, 0, 1]


def test_failures_are_forgotten_after_a_day(waits, clock):
    waits(12)
    clock.pass_by(DAY + 1)
    assert waits(3) == [0, 0, 1]


def test_one_who_tries_many_names_from_one_address_waits_too(waits, refused):
    found = [waits(1, name=f"name{number}")[0] for number in range(24)]
    assert found == [0] * 19 + [1, 2, 4, 8, 16]
    # Elsewhere nobody waits.
    assert refused(password=PASSWORD, address=AWAY) is None


def test_an_office_that_signs_in_from_one_address_does_not_wait(accounts, waits):
    for _ in range(30):
        accounts.sign_in("lihua", PASSWORD, address=HOME)
    assert waits(3) == [0, 0, 1]
    assert waits(1, name="王芳") == [0]


def test_a_network_of_ipv6_is_one_address(waits):
    found = [waits(1, name=f"name{number}", address=f"2001:db8::{number:x}")[0] for number in range(22)]
    assert found[-1] > 0
    assert waits(1, name="other", address="2001:db8:0:1::1") == [0]


def test_an_address_of_ipv4_is_the_same_in_the_form_of_ipv6(waits):
    waits(2)
    assert waits(2, address=f"::ffff:{HOME}") == [1, 2]


def test_many_addresses_that_try_one_name_wait_for_each_other_after_their_first_tries(waits):
    for number in range(4):
        waits(3, address=f"203.0.113.{number}")
    # 12 failures under this name, 2 beyond those that cost nothing.
    assert waits(3, address="203.0.113.200") == [0, 0, 2**5]


def test_a_stranger_cannot_keep_a_person_out_from_another_address(waits, refused, clock):
    for _ in range(200):
        waits(1, address=AWAY)
    assert refused(password=PASSWORD) is None
    assert refused(password="a mistake") is not None
    assert refused(password=PASSWORD) is None


def test_a_stranger_at_the_same_address_cannot_keep_a_known_browser_out(accounts, waits, refused):
    token = accounts.sign_in("lihua", PASSWORD, address=HOME).token
    accounts.sign_out(token)
    for _ in range(30):
        waits(1)
    refused()
    assert refused(password=PASSWORD).wait_s > 0
    assert refused(password=PASSWORD, token=token) is None


def test_a_known_browser_waits_after_its_own_failures(accounts, waits):
    token = accounts.sign_in("lihua", PASSWORD, address=HOME).token
    assert waits(5, token=token) == [0, 0, 1, 2, 4]
    # The token of one account says nothing about another.
    assert waits(1, name="王芳", token=token) == [0]


def test_a_browser_is_known_for_90_days_after_its_session(accounts, waits, clock):
    token = accounts.sign_in("lihua", PASSWORD, address=HOME).token
    clock.pass_by(98 * DAY)
    accounts.sign_in("王芳", PASSWORD, address=AWAY)
    waits(4)
    # Counted with the others of its address.
    assert waits(1, token=token) == [4]


def test_an_admin_who_gives_a_password_ends_the_wait_of_the_name(accounts, waits, refused):
    for number in range(6):
        waits(4, address=f"203.0.113.{number}")
    accounts.set_password("lihua", OTHER, by="王芳")
    assert waits(4, address="203.0.113.99") == [0, 0, 1, 2]


def test_a_clock_that_is_set_back_makes_nobody_wait(waits, clock, refused):
    waits(12)
    refused()
    clock.pass_by(-100 * DAY)
    assert refused(password=PASSWORD) is None


def test_many_attempts_at_once_are_looked_at_no_more_often_than_one_after_another(accounts, hasher, refused):
    before, start = hasher.verified, threading.Barrier(20)

    def attempt():
        start.wait(timeout=30)
        refused()

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert hasher.verified - before == 3


def test_processes_count_together(accounts, tmp_path):
    started = [in_process(refuse_when_told, tmp_path, "lihua", 10) for _ in range(2)]
    for _, connection in started:
        assert connection.recv() == "ready"
    for _, connection in started:
        connection.send("go")
    looked_at = [connection.recv() for _, connection in started]
    for process, _ in started:
        process.join(timeout=60)
    assert sum(looked_at) == 3


def test_an_attempt_of_a_process_that_was_killed_counts(accounts, tmp_path, waits):
    for _ in range(2):
        process, _ = in_process(die_in_look, tmp_path, "lihua")
        process.join(timeout=60)
        assert process.exitcode == -9
    assert waits(1) == [1]


def test_no_name_and_no_address_of_an_attempt_is_kept(refused, tmp_path):
    refused("my secret word")
    with closing(sqlite3.connect(tmp_path / NAME)) as db:
        text = "\n".join(line for line in db.iterdump() if "audit" not in line)
    assert "secret" not in text
    assert HOME not in text


def test_a_person_who_is_signed_in_confirms_with_the_password_under_the_same_delays(accounts, clock):
    account = accounts.find("lihua")
    accounts.confirm(account, PASSWORD, address=HOME)
    for wait in (0, 0, 1):
        with pytest.raises(SignInRefused) as error:
            accounts.confirm(account, "wrong wrong", address=HOME)
        assert error.value.wait_s == wait
    clock.pass_by(1)
    accounts.confirm(account, PASSWORD, address=HOME)


def test_a_full_disk_ends_no_session(accounts, clock, monkeypatch):
    token = accounts.sign_in("lihua", PASSWORD, address=HOME).token

    def full(*_, **__):
        raise DiskFull("full", fix="make room")

    monkeypatch.setattr(accounts._file, "writing", full)
    clock.pass_by(HOUR)
    assert accounts.session(token).name == "lihua"

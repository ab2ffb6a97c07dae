"""Accounts with a clock that stands still until it is moved and passwords that are hashed fast; processes that share them."""

import multiprocessing
import os
import signal

from argon2 import PasswordHasher

from rag.account.password import Passwords
from rag.account.people import People
from rag.accounts import Accounts
from rag.errors import PolicyQAError

PASSWORD = "eine lange Nacht"
OTHER = "ein kurzer Tag im Mai"
HOME, AWAY = "198.51.100.7", "203.0.113.9"


class Clock:
    """Seconds since 1970."""

    def __init__(self, now=1_700_000_000.0):
        self.now = now

    def __call__(self):
        return self.now

    def pass_by(self, seconds):
        self.now += seconds


class CountingHasher(PasswordHasher):
    """Fast, and counts what it was asked for."""

    def __init__(self, time_cost=1):
        super().__init__(time_cost=time_cost, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, kept, password):
        self.verified += 1
        return super().verify(kept, password)


def open_fake(folder, clock=None, hasher=None, **how):
    """Open the accounts of a folder."""
    return Accounts(folder, clock=clock or Clock(), hasher=hasher or CountingHasher(), **how)


def with_people(accounts):
    """Add an admin (王芳), an editor (lihua) and one who signs in elsewhere (sso)."""
    accounts.add("王芳", role="admin", password=PASSWORD)
    accounts.add("lihua", role="editor", groups=["法规处"], password=PASSWORD)
    accounts.add("sso", password=None)
    return accounts


def in_process(target, *arguments):
    """Start one of the functions below as a process of its own; returns it and a connection to it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def disable_when_told(connection, folder, name):
    """Disable an account when a word comes, and send what became of it."""
    accounts = open_fake(folder)
    connection.send("ready")
    connection.recv()
    try:
        accounts.change(name, disabled=True)
    except PolicyQAError as error:
        connection.send(error.message)
    else:
        connection.send("disabled")


def refuse_when_told(connection, folder, name, attempts):
    """Try a wrong password again and again when a word comes, and send how many were looked at."""
    hasher = CountingHasher()
    accounts = open_fake(folder, hasher=hasher)
    connection.send("ready")
    connection.recv()
    for _ in range(attempts):
        try:
            accounts.sign_in(name, "nothing like it", address=HOME)
        except PolicyQAError:
            continue
    connection.send(hasher.verified)


def die_in_change(connection, folder, name):
    """Be killed within the transaction that gives a person another password and ends their sessions."""
    accounts = open_fake(folder)
    real = People.set_password

    def dying(self, account, password):
        real(self, account, password)
        os.kill(os.getpid(), signal.SIGKILL)

    People.set_password = dying
    accounts.set_password(name, OTHER)


def die_in_look(connection, folder, name):
    """Be killed while a password is looked at."""
    accounts = open_fake(folder)
    Passwords.fits = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    accounts.sign_in(name, "nothing like it", address=HOME)

"""Passwords: which are good enough, and how they are kept."""

import threading
import unicodedata
from functools import cache, cached_property
from importlib.resources import files
from secrets import token_hex

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rag.errors import AccountError

MIN_CHARS = 10
MAX_CHARS = 1000
_AT_ONCE = 2
"""Passwords that one process looks at at a time: each takes 64 MiB."""


class Passwords:
    """Hashes passwords by argon2id with the parameters that its library advises."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Use a hasher; None for the library's own parameters."""
        self._hasher = hasher or PasswordHasher()
        self._turn = threading.BoundedSemaphore(_AT_ONCE)

    def hashed(self, password: str) -> str:
        """Return what is kept of a password: salt, parameters and hash; raises as `check_password`."""
        with self._turn:
            return self._hasher.hash(check_password(password))

    def fits(self, password: str, kept: str | None) -> bool:
        """Tell whether this is the password; takes the same time when there is none to compare it with.

        Args:
            password: As it was typed.
            kept: What `hashed` returned; None when nobody can sign in with any password.
        """
        nobody = self._nobody
        # Nobody's, and as slow: characters may be composed of several.
        typed = _plain(password if len(password) <= 4 * MAX_CHARS else "")
        with self._turn:
            try:
                self._hasher.verify(kept or nobody, typed)
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Tell whether it was hashed with other parameters than those of today."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _nobody(self) -> str:
        """The hash of a password that nobody has."""
        with self._turn:
            return self._hasher.hash(token_hex())


def check_password(password: str) -> bytes:
    """Return a password as it is hashed.

    Raises:
        AccountError: It is too short, too long, or one of the commonest. The password is not in the message.
    """
    plain = _plain(password)
    count = len(plain.decode("utf-8", "replace"))
    if not MIN_CHARS <= count <= MAX_CHARS:
        raise AccountError(
            f"The password has {count} characters.",
            fix=f"choose one of {MIN_CHARS} to {MAX_CHARS} characters; several words are easy to keep in mind",
            chinese=(
                f"密码有 {count} 个字符。",
                f"请用 {MIN_CHARS} 至 {MAX_CHARS} 个字符；几个词连在一起容易记住",
            ),
        )
    if plain.decode("utf-8", "replace").casefold() in _commonest():
        raise AccountError(
            "The password is one of those that are tried first.",
            fix="choose another; several words are easy to keep in mind",
            chinese=("这个密码太常见，会最先被人试出。", "请换一个；几个词连在一起容易记住"),
        )
    return plain


@cache
def _commonest() -> frozenset[str]:
    """Return the commonest passwords of ten characters and more, of keyboards, numbers and words; in lower case."""
    return frozenset(
        files("rag").joinpath("account", "commonest.txt").read_text(encoding="utf-8").split("\n")
    )


def _plain(password: str) -> bytes:
    # Keyboards compose characters differently; a terminal may hand on halves of characters.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")

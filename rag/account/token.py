"""Random texts that stand for a session or a key; only their hash is kept."""

from hashlib import sha256
from secrets import token_urlsafe

_BYTES = 32
_MOST_CHARS = 200


def new_token() -> str:
    """Return 256 random bits as 43 characters of A–Z, a–z, 0–9, - and _."""
    return token_urlsafe(_BYTES)


def token_hash(token: str) -> str:
    """Return what is kept of a token; no salt is needed, since nobody can guess 256 bits."""
    # A text of any length may come from outside, and it may hold halves of characters.
    return sha256(token[:_MOST_CHARS].encode("utf-8", "replace")).hexdigest()

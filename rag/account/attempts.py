"""Attempts to sign in: each failure makes the next one wait longer, without keeping anybody out for good.

Failures are counted for the name, for the address, and for both together. What others did to a name delays nobody at an
address from which there were few failures for it; and a browser in which the person was signed in before is counted by
itself. So a stranger can slow down guesses, but not keep a person from signing in.
"""

import ipaddress
import json
from collections.abc import Mapping
from hashlib import blake2b

from rag.account.file import AccountFile

MAX_WAIT_S = 300.0
_FORGOTTEN_S = 24 * 3600.0
_FREE_TOGETHER = 3
_FREE: Mapping[str, int] = {
    "name": 10,
    "address": 20,
    "both": _FREE_TOGETHER,
    "browser": _FREE_TOGETHER,
    "key": 20,
}
"""Failures that cost nothing: people mistype, and a whole office may share an address."""
_IPV6_NETWORK = 64


class Attempts:
    """What was tried within a day. No name, address or token is kept, only a keyed hash of each."""

    def __init__(self, file: AccountFile) -> None:
        """Count in the file of the accounts."""
        self._file = file
        [row] = file.rows("SELECT value FROM meta WHERE key = 'salt'")
        self._salt = bytes.fromhex(row["value"])

    def counters(self, name: str, address: str, browser: str | None) -> dict[str, str]:
        """Return what an attempt is counted under: kind → key.

        Args:
            name: The name, folded; it may belong to nobody.
            address: Of the visitor; empty when it is not known.
            browser: Hash of a token of this very account that the browser still has; None without one.
        """
        if browser is not None:
            return {"browser": self._key("browser", browser)}
        network = _network(address)
        found = {"name": self._key("name", name), "both": self._key("both", name, network)}
        return found | ({"address": self._key("address", network)} if network else {})

    def of_keys(self, address: str) -> dict[str, str]:
        """Return what keys that are none are counted under; a program with an old key keeps nobody from signing in."""
        return {"key": self._key("key", _network(address))}

    def begin(self, counters: Mapping[str, str]) -> float:
        """Count an attempt as a failure, before the password is looked at, so that many at once gain nothing.

        Returns:
            0 when the attempt may be looked at; else the seconds to wait, and nothing was counted.
        """
        with self._file.writing():
            now = self._file.now()
            self._file.change("DELETE FROM attempts WHERE at < ?", (now - _FORGOTTEN_S,))
            wait = self._wait(counters)
            if wait > 0:
                return wait
            for key in counters.values():
                self._file.change(
                    "INSERT INTO attempts VALUES (?, 1, ?) ON CONFLICT DO UPDATE SET failures = failures + 1, at = excluded.at",
                    (key, now),
                )
        return 0.0

    def wait(self, counters: Mapping[str, str]) -> float:
        """Return the seconds until the next attempt is looked at; 0 for none."""
        return self._wait(counters)

    def succeed(self, counters: Mapping[str, str]) -> None:
        """Take back what `begin` counted; failures of others stay. Only within a transaction of the file."""
        for kind, key in counters.items():
            if kind in ("browser", "both"):
                self._file.change("DELETE FROM attempts WHERE key = ?", (key,))
            else:
                self._file.change("UPDATE attempts SET failures = failures - 1 WHERE key = ?", (key,))

    def forget(self, name: str) -> None:
        """Forget what was counted under a name, for one whom an administrator helps. Only within a transaction."""
        self._file.change("DELETE FROM attempts WHERE key = ?", (self._key("name", name),))

    def _wait(self, counters: Mapping[str, str]) -> float:
        rows = self._file.rows(
            "SELECT * FROM attempts WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps([*counters.values()]),),
        )
        kept = {row["key"]: (int(row["failures"]), float(row["at"])) for row in rows}
        found = {kind: kept.get(key, (0, 0.0)) for kind, key in counters.items()}
        if "both" in found and found["both"][0] < _FREE_TOGETHER:
            found.pop("name")
        return max(self._left(kind, *count) for kind, count in found.items())

    def _left(self, kind: str, failures: int, at: float) -> float:
        over = failures - _FREE[kind]
        passed = self._file.now() - at
        # A clock that was set back would make somebody wait until it is there again.
        if over < 0 or passed < 0:
            return 0.0
        # Above this power it is longer in any case.
        return max(0.0, min(MAX_WAIT_S, 2.0 ** min(over, 30)) - passed)

    def _key(self, *parts: str) -> str:
        text = "\0".join(parts).encode("utf-8", "replace")
        return blake2b(text, key=self._salt, digest_size=16).hexdigest()


def _network(address: str) -> str:
    """Return whom an address stands for: who has one address of IPv6 has all of its network."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found.packed, _IPV6_NETWORK), strict=False))

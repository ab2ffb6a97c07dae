"""Addresses of clauses in the web reader, as Slack takes them."""

from urllib.parse import quote

from ui.address import clause_place

_LONGEST = 1000
"""Characters: a link stands in one section together with the words that it is put on."""
_SAFE = "!#$%'()*+,/:;=?@[]~"


def clause_url(web_url: str | None, clause_id: str) -> str:
    """Return the address of a clause; empty when the page has none, or when it would be too long.

    Args:
        web_url: Public address of the page; anything but http and https is none.
        clause_id: Of any spelling; nothing in it ends the link.
    """
    if not web_url or not web_url.startswith(("http://", "https://")):
        return ""
    url = f"{quote(web_url.strip().rstrip('/'), safe=_SAFE)}/{clause_place(clause_id).address}"
    return url if len(url) <= _LONGEST else ""

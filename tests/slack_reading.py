"""What Slack makes of a text in mrkdwn, as strictly as its spellings can be read: letters, links, bold words, or a fault."""

import re
import unicodedata
from dataclasses import dataclass

from fake_hostile import letters

from ui.slack.shape.mrkdwn import LIKENESS

_TOKEN = re.compile(r"<([^<>]*)>")
_BOLD = re.compile("\u200b\\*([^*\n]+)\\*\u200b")
_CALLS = {
    "an address": re.compile(r"://|www\.[^\s\u200b]|[\w.]@[\w.]|mailto:[^\s\u200b]", re.IGNORECASE),
    "a name": re.compile(r"[@#][^\s\u200b\[]"),
    "an emoji": re.compile(r":[^\s:\u200b\[]+:"),
    "a quotation": re.compile(r"(?m)^\s*(?:&gt;|＞)"),
    "code": re.compile(r"[`｀]"),
    "an entity": re.compile(r"&(?!(?:amp|lt|gt);)"),
}
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_SAME = str.maketrans({**LIKENESS, "|": "｜"})


@dataclass(frozen=True)
class Read:
    """A text as Slack shows it."""

    letters: str
    """Without blanks, unseen characters and the marks of quotations; see `same`."""
    links: tuple[tuple[str, str], ...]
    """Address and label."""
    bold: tuple[str, ...]
    faults: tuple[str, ...]
    """What would be markup of a text's own."""


def same(text: str) -> str:
    """Return a text's letters, with marks of mrkdwn as what stands in for them."""
    return letters(text).translate(_SAME)


def read_mrkdwn(text: str) -> Read:
    """Read a text."""
    links: list[tuple[str, str]] = []

    def label(token: re.Match[str]) -> str:
        url, _, words = token[1].partition("|")
        links.append((url.replace("&amp;", "&"), words))
        return words

    own = re.sub(r"(?m)^> ", "", text)
    shown = _TOKEN.sub(label, own)
    bold = tuple(_BOLD.findall(shown))
    rest = _BOLD.sub(r"\1", shown)
    faults = [f"{name}: {found[0]!r}" for name, call in _CALLS.items() if (found := call.search(rest))]
    faults += [f"a bracket: {text!r}" for _ in re.findall("[<>]", rest)]
    faults += [f"a mark: {found!r}" for found in _marks(rest)]
    faults += [f"a character: {c!r}" for c in rest if _is_command(c)]
    plain = rest
    for entity, character in _ENTITIES:
        plain = plain.replace(entity, character)
    return Read(same(plain), tuple(links), bold, tuple(faults))


def _marks(text: str) -> list[str]:
    """Return marks that stand neither inside a word nor between blanks."""
    found = []
    for mark in re.finditer(r"[*＊_＿~]", text):
        beside = (text[: mark.start()][-1:], text[mark.end() :][:1])
        if not all(map(str.isalnum, beside)) and any(map(str.strip, beside)):
            found.append(text[max(mark.start() - 5, 0) : mark.end() + 5])
    return found


def _is_command(character: str) -> bool:
    turns = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return character in turns or (unicodedata.category(character) in ("Cc", "Cs") and character != "\n")

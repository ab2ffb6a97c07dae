"""Words of others in a prompt: they stay data, whatever they say.

Each line of them is indented, so that no line of theirs can be one of the prompt's own: a heading `[2]《…》`, `资料：`, `问题：`.
What a chat template takes for the beginning or end of a turn is broken by a blank, a number in brackets gets brackets
that no marker has, and what nobody sees is left out. Apart from blanks and those brackets the words stay as they are,
since what a model quotes is compared with the clause.
"""

import re
import unicodedata

INDENT = "  "
_TOKEN = re.compile(r"<(?=[|｜/!?_A-Za-z\u2581<])|\[(?=/?[A-Z_]{3,}\])")
"""Opens what a template or a page may read as its own: <|im_start|>, </s>, <start_of_turn>, <think>, <<SYS>>, [INST]."""
_TOKEN_END = re.compile(r"(?<=[|｜])>")
_NUMBER = re.compile(r"[\[【［](\s*\^?\s*\d{1,3}\s*)[\]】］]")
"""Would be taken for the number of a source: a note in a report, or the forged heading of a clause."""
_FORGED = re.compile(r"(?m)^([\s>*#-]*)[\[【［](\s*\d{1,3}\s*)[\]】］](?=\s*[《:：])")
_UNSEEN = frozenset({"Cf", "Cc", "Cs", "Cn"})
_SELECTORS = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def fenced(text: str) -> str:
    """Return the text of a source as it goes into a prompt: every line indented, nothing in it a token or a marker."""
    return INDENT + indented(_NUMBER.sub(r"〔\1〕", defused(text)))


def indented(text: str) -> str:
    """Return a text that begins in a line of the prompt, with all other lines indented; its outer blanks are left out."""
    return f"\n{INDENT}".join(text.strip().splitlines())


def one_line(text: str) -> str:
    """Return a name or title of a source for a heading of the prompt: on one line, nothing in it a token or a marker."""
    return " ".join(_NUMBER.sub(r"〔\1〕", defused(text)).split())


def turned(text: str) -> str:
    """Return what a person or an earlier answer said: no tokens, and no heading of a clause at the beginning of a line."""
    return _FORGED.sub(r"\1〔\2〕", defused(text))


def defused(text: str) -> str:
    """Return a text without invisible characters, and with a blank inside what a chat template could take for a token."""
    seen = "".join(c for c in _SELECTORS.sub("", text) if c in "\n\t" or _is_seen(c))
    return _TOKEN_END.sub(" >", _TOKEN.sub(lambda match: f"{match[0]} ", seen))


def _is_seen(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in _UNSEEN

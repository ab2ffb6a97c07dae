"""A long text without numbers and headings, cut into groups of its paragraphs, which a person can count."""

from collections.abc import Sequence

from ingest.clause.joins import Paragraph

_LONG = 1200
"""Characters up to which such a text stays whole."""
_GROUP = 400


def passages_of(paragraphs: Sequence[Paragraph]) -> list[tuple[str, list[Paragraph]]]:
    """Group the paragraphs of a long text.

    Returns:
        Label (第3段, 第4—6段) and paragraphs of each group, counted from 1: paragraphs of up to 400 characters together, a
        longer one alone. Empty for a text of up to 1,200 characters or of one paragraph, which stays whole.
    """
    if len(paragraphs) < 2 or sum(len(p.text) for p in paragraphs) <= _LONG:
        return []
    groups: list[list[Paragraph]] = []
    room = 0
    for paragraph in paragraphs:
        if groups and len(paragraph.text) <= room:
            groups[-1].append(paragraph)
        else:
            groups.append([paragraph])
            room = _GROUP
        room -= len(paragraph.text)
    found: list[tuple[str, list[Paragraph]]] = []
    count = 0
    for group in groups:
        first, count = count + 1, count + len(group)
        found.append((f"第{first}段" if first == count else f"第{first}—{count}段", group))
    return found

"""Every character of a document is in exactly one place: a clause, a heading, a field, a leftover or a join duplicate.

The lines of the file are counted again here; of the parser's own records only clauses, fields and leftovers are used.
"""

import re
from collections import Counter
from itertools import groupby, product

from rag.text import bare

MARKS = frozenset("、.:,-—–")
"""What may stand between a label and its text, after NFKC."""
COUNTED = re.compile(r"引言|第\d+(—\d+)?段|第\d+问")
"""Labels that need not be printed."""
FRONT = re.compile(
    r".*\d{4}年.*|.*(发布|公布|颁布|通过|批准|修正|修订|施行|实施|印发)[》)。;,]*|[〈<].*|.{2,30}[部委局厅院办府会署]"
)
"""Lines under a title that say who passed a text and when."""
_MARKUP = re.compile(r"^\s*(#{1,6}\s+|[-*+]\s+(?=\S))")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"


def printed(lines):
    """The characters of some lines without markup, blanks and widths."""
    return bare(
        "".join(_MARKUP.sub("", x.strip().strip(_INVISIBLE).strip()).replace("**", "") for x in lines)
    )


def unexplained(source, parsed):
    """Say of each line or clause of a document what is lost in it or stands twice; empty when all is in its place."""
    document, problems = parsed.document, []
    owner = Counter()
    for group in _groups(parsed.clauses):
        lines = range(group[0].start_line, group[-1].end_line + 1)
        owner.update(lines)
        kept = [x.text for x in parsed.leftovers if x.line in lines]
        problems += _problems(group, source.lines[lines.start - 1 : lines.stop - 1], kept)
    problems += [f"line {n} is in {k} clauses" for n, k in owner.items() if k > 1]
    headings = [bare(c.headings) for c in parsed.clauses]
    traces = {x.line for x in parsed.leftovers if x.kind == "leftover"}
    note = range(document.editor_note[0], document.editor_note[1] + 1) if document.editor_note else ()
    first = parsed.clauses[0].start_line if parsed.clauses else document.end_line + 1
    for number in range(document.start_line, document.end_line + 1):
        line = printed(source.lines[number - 1 : number])
        if not line or owner[number] or number in traces or number in note:
            continue
        is_field = any(line in w for w in _field_words(document)) or line.startswith("(来源")
        is_front = number < first and FRONT.fullmatch(line) is not None
        if not (is_field or is_front or any(line in h for h in headings)):
            problems.append(f"line {number} is nowhere: {line}")
    return problems


def _field_words(document):
    words = (document.title, document.subtitle, document.doc_number, document.origin)
    return [bare(w) for w in words if w]


def _groups(clauses):
    """Clauses that share a line, as when a copied law has lost its line ends, come together."""
    numbered, group = [], 0
    for at, c in enumerate(clauses):
        group += bool(at) and clauses[at - 1].end_line < c.start_line
        numbered.append((group, c))
    return [[c for _, c in found] for _, found in groupby(numbered, key=lambda x: x[0])]


def _problems(group, lines, kept):
    """Try each number of marks after each label: the label's own, or the first characters of the text."""
    whole = printed(lines)
    options = []
    for c in group:
        label = bare(c.label)
        if COUNTED.fullmatch(label) and not (label == "引言" and whole.startswith("引言")):
            label = ""
        first = printed(lines[c.start_line - group[0].start_line :][:1])
        marks = _marks(first.partition(label)[2]) if label else ""
        options.append([label + marks[:size] + bare(c.text) for size in range(len(marks), -1, -1)])
    wrong = [_difference("".join(said), whole, kept) for said in product(*options)]
    return [] if "" in wrong else [f"{group[0].locator}: {wrong[0]}"]


def _difference(said, whole, kept):
    rest = iter(whole)
    if not all(c in rest for c in said):
        return "the text is not what is printed"
    lost = Counter(whole)
    lost.subtract(said + bare("".join(kept)))
    wrong = {character: n for character, n in lost.items() if n}
    return f"lost or twice {wrong}" if wrong else ""


def _marks(text):
    return text[: next((i for i, c in enumerate(text[:2]) if c not in MARKS), min(2, len(text)))]

"""An answer as text for a terminal, and what all screens say of it in the same words.

Questions, clauses and a model's words are data: nothing in them is taken for a terminal command.
"""

import re

from rag.schema import Answer, Notice
from rag.text import Lang
from ui.labels import filter_name, is_note, label, named
from ui.place import place

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What commands a terminal, or turns the direction of what stands around it."""


def terminal(answer: Answer, lang: Lang = "zh") -> str:
    """Return the answer with its markers, then its citations, warnings and, where it lacks, the nearest clauses.

    No line ends with a line break; control characters of the texts are dropped.
    """
    blocks = [answer.text]
    if answer.verdict == "partial":
        blocks.insert(0, label("partial", lang))
    if answer.citations:
        lines = [f"[{cited.n}] {place(cited, lang)} “{one_line(cited.quote)}”" for cited in answer.citations]
        blocks.append("\n".join([named("citations", "", lang), *lines]))
    if answer.warnings:
        blocks.append(
            "\n".join(named("warnings", one_line(warning.text), lang) for warning in answer.warnings)
        )
    if answer.nearest:
        lines = [f"- 《{hit.clause.title}》 {hit.clause.locator}" for hit in answer.nearest]
        blocks.append("\n".join([named("nearest", "", lang), *lines]))
    if limits := limits_line(answer, lang):
        blocks.append(limits)
    return CONTROL.sub("", "\n\n".join(blocks))


def limits_line(answer: Answer, lang: Lang = "zh") -> str:
    """Return one line on what the search was limited to and preferred, and how the question was read; empty without.

    A document is called by its title, as far as the answer knows it.
    """
    filters = answer.retrieval.filters
    titles = {h.clause.document_id: h.clause.title for h in (*answer.retrieval.hits, *answer.nearest)}
    preferred = {key: value for key, value in filters.inferred.items() if not is_note(key)}
    lines = [named(f"note_{key}", value, lang) for key, value in filters.inferred.items() if is_note(key)]
    for kind, chosen in (("limited", filters.explicit), ("preferred", preferred)):
        parts = [
            f"{filter_name(key, lang)} {f'《{titles[value]}》' if key == 'document_id' and value in titles else value}"
            for key, value in chosen.items()
        ]
        if parts:
            lines.append(named(kind, label("between", lang).join(parts), lang))
    return label("between", lang).join(lines)


def of_the_answer(answer: Answer) -> list[Notice]:
    """Return the warnings without the one on the missing model: the page says it once, at the top."""
    return [warning for warning in answer.warnings if warning.code != "no_model"]


def one_line(text: str) -> str:
    """Return a text with one blank for each run of blanks and line breaks."""
    return " ".join(text.split())

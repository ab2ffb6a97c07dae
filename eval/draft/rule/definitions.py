"""Questions for the meaning of a word that a document defines."""

import re
from collections.abc import Iterator
from random import Random

from eval.draft.proposal import Proposal, propose
from eval.draft.shelf import Shelf, gold
from eval.draft.wording import is_vague, parts_of, plain
from rag.schema import Clause, Definition, Document

_SAID = re.compile(
    r"(?P<means>(?:是|系)指(?!导)(?:的是)?|(?:^|[，,：:\s])\s*即?指(?!导))|[，,：:]?(?:主要)?(?P<holds>包括)"
)
_SOMEBODY = re.compile(r"(?:机构|组织|企业|单位|法人|自然人|主体|部门|个人|公民|人员|事业单位)$")
_LEAST_CHARS, _MOST_CHARS = 12, 220


def definition(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask what a word means in the document."""
    for clause in shelf.of(document):
        for found in clause.definitions:
            made = _asked(shelf, document, clause, found, luck)
            if made:
                yield made


def _asked(
    shelf: Shelf, document: Document, clause: Clause, found: Definition, luck: Random
) -> Proposal | None:
    sentence = plain(clause.text[slice(*found.span)].split("\n")[0]).split("。")[0]
    said = _SAID.search(sentence)
    if said is None:
        return None
    body = sentence[said.end() :].strip(" ，,：:；;")
    facts = parts_of(body, 2, shortest=4, longest=18)
    if (
        not _LEAST_CHARS <= len(body) <= _MOST_CHARS
        or "下列" in body
        or "以下" in body
        or "“" in body
        or not facts
    ):
        return None
    somebody = _SOMEBODY.search(body) is not None
    question = luck.choice(
        _forms(found.term, shelf.name(document), somebody, shelf.only_in(document, found.term))
    )
    return propose(
        "definition", "definition", question, f"{found.term}{'是指' if said['means'] else '包括'}{body}。",
        [gold(clause, sentence)], [[fact] for fact in facts], difficulty="easy" if len(facts) == 1 else "medium",
    )  # fmt: skip


def _forms(term: str, name: str, somebody: bool, unnamed: bool) -> tuple[str, ...]:
    """Return ways to ask; a word that no other document uses needs no document's name."""
    if unnamed:
        return (
            (f"“{term}”是什么人、什么单位？",)
            if somebody
            else (f"“{term}”到底怎么理解？", f"怎样才算“{term}”？")
        )
    if is_vague(term):
        return (f"{name}里“{term}”到底怎么理解？",)
    if somebody:
        return (f"{name}里说的“{term}”是什么人、什么单位？", f"什么样的才算{name}里的“{term}”？")
    return (
        f"{name}里“{term}”这个词到底怎么理解？",
        f"{name}把什么叫做“{term}”？",
        f"怎样才算“{term}”？看{name}怎么说。",
    )

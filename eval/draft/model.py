"""Proposals that a language model writes, each checked by code: what does not stand is thrown away and counted."""

import json
import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from random import Random
from typing import Any, cast, get_args

from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.llms.llm import LLM

import prompts
from eval.cases import CaseType, Difficulty
from eval.draft.cells import DIFFICULTIES, TYPES
from eval.draft.own import problems_of
from eval.draft.proposal import Proposal, propose
from eval.draft.shelf import Shelf, gold
from rag.schema import Clause, Document
from rag.text import bare

_NAMES = {"问题": "question", "答案": "answer", "回答": "answer", "原文": "evidence", "证据": "evidence", "依据": "evidence", "要点": "key_facts", "类型": "type", "难度": "difficulty"}  # fmt: skip
_LEAST_CHARS, _MOST_CHARS = 20, 3000
_COPIED_CHARS, _COPIED_SHARE = 10, 0.5
_POINTING = re.compile(r"本(?:办法|条例|规定|条|款|文件)|该(?:条|办法|文件)|上述|文中")
_A_CLAUSE = 2


@dataclass(slots=True)
class ByModel:
    """A model that is asked clause by clause."""

    shelf: Shelf
    llm: LLM
    thrown_away: Counter[str] = field(default_factory=Counter)
    """Reason → how many proposals were not sound; filled while iterating."""

    def proposals(
        self, seed: int, known: Container[str] = (), documents: Container[str] | None = None
    ) -> Iterator[Proposal]:
        """Yield sound proposals, a clause of each document in turn.

        Args:
            seed: Decides the order of the clauses; the model decides the rest.
            known: Keys of proposals that are not made again.
            documents: Ids of the only documents to ask about; None for all.

        Raises:
            ModelUnavailable: The model's server is gone.
            ModelBroke: It stopped in the middle.
        """
        for document, clause in _in_turn(self.shelf, seed, documents):
            made: list[Proposal] = []
            for entry in self._asked(document, clause):
                proposal = self._checked(entry, clause)
                if proposal and proposal.key not in known and proposal.key not in {p.key for p in made}:
                    made.append(proposal)
            yield from made

    def _asked(self, document: Document, clause: Clause) -> list[Any]:
        prompt = prompts.render(
            "draft/question_zh", count=str(_A_CLAUSE), title=document.title, called=self.shelf.name(document),
            locator=clause.locator, text=clause.text[:_MOST_CHARS],
        )  # fmt: skip
        reply = ""
        for part in self.llm.stream_chat([ChatMessage(content=prompt, role=MessageRole.USER)]):
            reply = part.message.content or ""
        found = entries_in(reply)
        if not found:
            self.thrown_away["没有可读的 JSON no JSON that can be read"] += 1
        return found

    def _checked(self, entry: Any, clause: Clause) -> Proposal | None:
        fields = _fields(entry)
        if fields is None:
            self.thrown_away["缺少问题、答案或原文 lacks question, answer or evidence"] += 1
            return None
        made = propose(
            "model", _known(fields.get("type"), TYPES, get_args(CaseType), "lookup"), fields["question"], fields["answer"],
            [gold(clause, fields["evidence"])], fields["key_facts"],
            difficulty=cast("Difficulty", _known(fields.get("difficulty"), DIFFICULTIES, get_args(Difficulty), "medium")),
        )  # fmt: skip
        reason = self._reason_against(made)
        if reason:
            self.thrown_away[reason] += 1
            return None
        return made

    def _reason_against(self, made: Proposal) -> str:
        case = made.case
        if bare(case.gold[0].evidence) not in bare(self.shelf.texts[case.gold[0].key]):
            return "原文不是逐字照抄 evidence is not verbatim"
        if _POINTING.search(case.question):
            return "问题离开条文看不懂 question needs the text before it"
        if _is_copied(case.question, self.shelf.texts[case.gold[0].key]):
            return "问题照抄条文 question is copied from the clause"
        problems = problems_of(case, self.shelf.texts)
        return f"核对不通过 {re.sub(chr(39) + '.*?' + chr(39), '…', problems[0])}" if problems else ""


def _is_copied(question: str, text: str) -> bool:
    """Tell whether more than half of a question is one run of words of the clause."""
    asked = bare(question)
    run = SequenceMatcher(None, asked, bare(text), autojunk=False).find_longest_match().size
    return run >= _COPIED_CHARS and run > _COPIED_SHARE * len(asked)


def entries_in(reply: str) -> list[Any]:
    """Return the objects of a model's reply, whatever it says around them.

    Code fences, words before and after, a single object, an object that holds the list, and a list that breaks off are
    all understood.

    Returns:
        Empty when there is no JSON object.
    """
    decoder = json.JSONDecoder(strict=False)
    found: list[Any] = []
    at = 0
    while (start := reply.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(reply, start)
        except (json.JSONDecodeError, RecursionError):
            at = start + 1
            continue
        found += _flat(value)
    return found


def _flat(value: dict[str, Any]) -> list[Any]:
    """Return the objects of a list inside an object, or the object itself when it is a question."""
    if "question" in value or "问题" in value:
        return [value]
    inner = [v for v in value.values() if isinstance(v, list) and any(isinstance(x, dict) for x in v)]
    return [row for row in inner[0] if isinstance(row, dict)] if inner else [value]


def _fields(entry: Any) -> dict[str, Any] | None:
    if not isinstance(entry, dict):
        return None
    named = {_NAMES.get(str(key).strip(), str(key).strip().lower()): value for key, value in entry.items()}
    texts = {name: named.get(name) for name in ("question", "answer", "evidence")}
    if not all(isinstance(text, str) and text.strip() for text in texts.values()):
        return None
    facts = named.get("key_facts", named.get("facts"))
    rows = facts if isinstance(facts, list) else [facts] if isinstance(facts, str) else []
    cleaned = {name: str(text).strip() for name, text in texts.items()}
    return {**named, **cleaned, "key_facts": [_wordings(row) for row in rows if _wordings(row)]}


def _wordings(row: Any) -> list[str]:
    return [
        str(x).strip()
        for x in (row if isinstance(row, list) else [row])
        if isinstance(x, str | int | float) and str(x).strip()
    ]


def _known(value: Any, names: Mapping[str, str], allowed: tuple[str, ...], otherwise: str) -> Any:
    said = str(value or "").strip()
    found = names.get(said, said.lower())
    # What needs an earlier turn or has no clause is not what was asked for.
    return found if found in allowed and found not in ("followup", "unanswerable") else otherwise


def _in_turn(shelf: Shelf, seed: int, documents: Container[str] | None) -> Iterator[tuple[Document, Clause]]:
    luck = Random(seed)  # noqa: S311 - it guards nothing
    chosen = [d for d in shelf.documents if documents is None or d.document_id in documents]
    luck.shuffle(chosen)
    left = {d.document_id: [c for c in shelf.of(d) if len(c.text) >= _LEAST_CHARS] for d in chosen}
    for clauses in left.values():
        luck.shuffle(clauses)
    while any(left.values()):
        yield from ((d, left[d.document_id].pop()) for d in chosen if left[d.document_id])

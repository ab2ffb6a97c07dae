"""One question of a table: its cells, in both directions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast, get_args

from eval.cases import Case, CaseType, ClauseKey, Difficulty, Gold, clause_key
from rag.text import bare, loose, sentences

TYPES: dict[str, CaseType] = {
    "查找": "lookup", "数字": "numeric", "列举": "list", "定义": "definition", "程序": "procedure", "义务": "obligation",
    "时效": "date_status", "多条": "multi_clause", "跨文件": "cross_doc", "按条号": "by_number", "追问": "followup",
    "无答案": "unanswerable", "前提错误": "false_premise", "英文": "english",
}  # fmt: skip
DIFFICULTIES: dict[str, Difficulty] = {
    "易": "easy",
    "中": "medium",
    "难": "hard",
    "简单": "easy",
    "中等": "medium",
    "困难": "hard",
}
ROLES = {
    "right": "gold",
    "also right": "also_right",
    "near": "nearest",
    "正确": "gold",
    "也对": "also_right",
    "相近": "nearest",
}
_ROLE_NAMES = {"gold": "right", "also_right": "also right", "nearest": "near"}
_CLAUSE = ("title", "locator", "evidence", "clause_is")
_SPEAKERS = re.compile(r"^(问|答|Q|A)[:：]", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table by column."""

    line: int
    cells: dict[str, str]
    further: tuple[dict[str, str], ...] = field(default=())
    """Clauses of the same question, from the rows below it."""


def merged(row: Row, below: Row) -> Row:
    """Return a row with the clause of a row below it; other cells of that row must be empty."""
    return Row(row.line, row.cells, (*row.further, below.cells))


def case_of(row: Row, texts: Mapping[ClauseKey, str], titles: Mapping[ClauseKey, Gold]) -> Case:
    """Return the case that a row describes.

    Args:
        row: With the rows below it.
        texts: Text of every clause, by `clause_key`.
        titles: The same clauses by the same keys, with their names as printed.

    Raises:
        ValueError: The row is no case; its message says why.
    """
    cells = row.cells
    if not cells.get("question"):
        raise ValueError("there is no question above this row")
    for below in row.further:
        extra = sorted(name for name, cell in below.items() if cell and name not in _CLAUSE)
        if extra:
            raise ValueError(
                f"a row without a question names a clause only, and has {extra[0]} {below[extra[0]]!r}"
            )
    facts = facts_from(cells.get("key_facts", ""))
    history = _history(cells.get("history", ""))
    named: dict[str, list[Gold]] = {"gold": [], "also_right": [], "nearest": []}
    kind = _choice(cells.get("type", ""), TYPES, get_args(CaseType), "type")
    for clause in (cells, *row.further):
        if clause.get("title") or clause.get("locator"):
            role = _role(clause.get("clause_is", ""), kind)
            named[role].append(_gold(clause, role, facts, texts, titles))
    kind = kind or ("followup" if history else "lookup" if named["gold"] else "unanswerable")
    return Case(
        id=cells.get("id", ""),
        type=cast("CaseType", kind),
        question=cells["question"],
        history=history,
        gold=tuple(named["gold"]),
        also_right=tuple(named["also_right"]),
        key_facts=facts,
        answer=cells.get("answer", ""),
        difficulty=cast("Difficulty", _choice(cells.get("difficulty", ""), DIFFICULTIES, get_args(Difficulty), "difficulty") or "medium"),
        nearest=tuple(named["nearest"]),
        as_of=cells.get("as_of") or None,
        warnings=tuple(x for x in re.split(r"[|,;，；、\s]+", cells.get("warnings", "")) if x),
    )  # fmt: skip


def cells_of(case: Case) -> Iterator[dict[str, str]]:
    """Yield the rows of a case: the first with all its cells, one more for each further clause."""
    clauses = [
        {"title": g.title, "locator": g.locator, "evidence": g.evidence, "clause_is": _ROLE_NAMES[role]}
        for role in _ROLE_NAMES
        for g in getattr(case, role)
    ]
    said = "\n".join(f"问：{user}\n答：{answer}" for user, answer in case.history)
    yield (clauses[0] if clauses else {}) | {
        "id": case.id, "question": case.question, "answer": case.answer, "key_facts": facts_as_text(case.key_facts),
        "type": case.type, "difficulty": case.difficulty, "history": said, "as_of": case.as_of or "",
        "warnings": " ".join(case.warnings),
    }  # fmt: skip
    yield from clauses[1:]


def facts_from(text: str) -> tuple[tuple[str, ...], ...]:
    r"""Read facts parted by |, alternatives by /; \| and \/ are the signs themselves. Empty parts go."""
    split = ([part.strip() for part in _split(fact, "/")] for fact in _split(text.replace("｜", "|"), "|"))
    facts = (tuple(_unescaped(part) for part in fact if part) for fact in split)
    return tuple(fact for fact in facts if fact)


def facts_as_text(facts: tuple[tuple[str, ...], ...]) -> str:
    """Return facts in the form that `facts_from` reads."""
    return " | ".join(" / ".join(re.sub(r"([\\|/])", r"\\\1", wording) for wording in fact) for fact in facts)


def _split(text: str, sign: str) -> list[str]:
    return re.split(rf"(?<!\\){re.escape(sign)}", text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\|/])", r"\1", text)


def _choice(cell: str, names: Mapping[str, str], allowed: tuple[str, ...], column: str) -> str:
    value = names.get(cell, cell.lower())
    if value and value not in allowed:
        raise ValueError(f"{column} {cell!r} is none of {', '.join(allowed)}")
    return value


def _role(cell: str, kind: str) -> str:
    if not cell:
        return "nearest" if kind == "unanswerable" else "gold"
    if cell.lower() not in ROLES:
        raise ValueError(f"clause_is {cell!r} is none of {', '.join(_ROLE_NAMES.values())}")
    return ROLES[cell.lower()]


def _gold(
    cells: Mapping[str, str],
    role: str,
    facts: tuple[tuple[str, ...], ...],
    texts: Mapping[ClauseKey, str],
    titles: Mapping[ClauseKey, Gold],
) -> Gold:
    clause = find_clause(cells.get("title", ""), cells.get("locator", ""), titles)
    evidence = cells.get("evidence", "")
    if not evidence and role != "nearest":
        evidence = _sentence_with(facts, texts[clause.key])
    return Gold(clause.title, clause.locator, evidence)


def find_clause(title: str, locator: str, titles: Mapping[ClauseKey, Gold]) -> Gold:
    """Return the clause of a title, or part of one, and a locator, or the last part of one.

    Raises:
        ValueError: There is none, or more than one.
    """
    exact = titles.get(clause_key(title, locator))
    if exact:
        return exact
    wanted, place = loose(title), bare(locator)
    whole = {g.title for g in titles.values() if loose(g.title) == wanted}
    near = whole or {g.title for g in titles.values() if wanted and wanted in loose(g.title)}
    if len(near) != 1:
        raise ValueError(f"{len(near) or 'no'} documents are called {title!r}")
    (found,) = near
    clauses = [
        g
        for g in titles.values()
        if g.title == found and (g.key[1] == place or g.key[1].split("/")[-1] == place)
    ]
    if len(clauses) != 1:
        raise ValueError(f"《{found}》 has {len(clauses) or 'no'} clauses {locator!r}")
    return clauses[0]


def _sentence_with(facts: tuple[tuple[str, ...], ...], text: str) -> str:
    """Return the words of a clause from the first to the last sentence with a fact; for a table that gives no evidence."""
    wordings = [bare(wording) for fact in facts for wording in fact]
    spans = [(a, b) for a, b in sentences(text) if any(w in bare(text[a:b]) for w in wordings)]
    if not spans:
        raise ValueError("evidence is empty, and no sentence of the clause has a key fact")
    return text[spans[0][0] : spans[-1][1]]


def _history(cell: str) -> tuple[tuple[str, str], ...]:
    """Read earlier turns written as 问：… 答：…, each on a line of its own."""
    if not cell:
        return ()
    parts = _SPEAKERS.split(cell)[1:]
    said = [(parts[i].upper(), parts[i + 1].strip()) for i in range(0, len(parts), 2)]
    asked, answered = said[::2], said[1::2]
    good = (
        said
        and len(asked) == len(answered)
        and all(s in "问Q" for s, _ in asked)
        and all(s in "答A" for s, _ in answered)
    )
    if not good:
        raise ValueError("history is not written as 问：… 答：…, each on a line of its own")
    return tuple((question, answer) for (_, question), (_, answer) in zip(asked, answered, strict=True))

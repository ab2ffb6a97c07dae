"""How well national laws are divided, against public records of their articles (the STARD collection)."""

import json
import lzma
import re
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.catalog import Parsed
from rag.errors import EvaluationError
from rag.locator.numerals import NUMERAL, to_int
from rag.schema import Clause
from rag.text import bare

RECORDS, LAWS = "corpus.jsonl.xz", "laws_md.tar.xz"
_ARTICLE = re.compile(rf"第({NUMERAL}+)条(?:之({NUMERAL}+))?$")


@dataclass(frozen=True, slots=True)
class Record:
    """One article as the public collection has it."""

    id: str
    """Title of the law and number of the article: 中华人民共和国刑法第一条."""
    text: str
    src: str
    """The file that it is from."""


@dataclass(frozen=True, slots=True)
class LawsScore:
    """What of the laws was found as the records have it."""

    files: int
    """Files that the records name."""
    records: int
    found: int
    """With title and number."""
    equal: int
    """Of these, with the same text after NFKC without blanks."""
    known: int
    """Exceptions that are written down with a reason."""
    invented: int
    """Articles that no record has, the known ones left out."""
    older: int
    """Files that the records do not name: older versions, amendments, texts without articles."""
    rising: int
    """Of these, files whose article numbers rise strictly."""
    wrong: tuple[str, ...]
    """Each difference that is not known, in words."""
    stale: tuple[str, ...]
    """Known exceptions that no longer are any."""


def read_records(bench: Path) -> list[Record]:
    """Return all records, in the order of the collection.

    Raises:
        EvaluationError: The folder does not hold them.
    """
    with lzma.open(_member(bench, RECORDS), "rt", encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines)
        return [Record(row["id"], row["text"], row["src"]) for row in rows]


def read_laws(bench: Path) -> dict[str, tuple[str, ...]]:
    """Return the name of each law's file with its lines, as `Record.src` names it.

    Raises:
        EvaluationError: The folder does not hold them.
    """
    found: dict[str, tuple[str, ...]] = {}
    with tarfile.open(_member(bench, LAWS), "r:xz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".md") else None
            if file is not None:
                text = file.read().decode("utf-8")
                found[member.name.partition("/")[2]] = tuple(text.replace("\r\n", "\n").split("\n"))
    return dict(sorted(found.items()))


def _member(bench: Path, name: str) -> Path:
    path = bench / "stard" / name
    if not path.is_file():
        raise EvaluationError(
            f"{path} is missing.",
            fix="set POLICYQA_BENCH to the folder that holds stard/",
            chinese=(f"缺少 {path}。", "把 POLICYQA_BENCH 设为含有 stard/ 的文件夹"),
        )
    return path


def score_laws(
    records: Sequence[Record], parsed: Mapping[str, Sequence[Parsed]], exceptions: Iterable[Mapping[str, Any]]
) -> LawsScore:
    """Compare laws as they were divided with the records.

    Args:
        records: All of them.
        parsed: Documents of each file.
        exceptions: Records (src, id, reason) whose text differs from the printed one, and articles that they lack.
    """
    wanted: dict[str, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        wanted[record.src][_key(record.id)].append(record)
    known = {(row["src"], _key(row["id"])): str(row["id"]) for row in exceptions}
    used: set[tuple[str, str]] = set()
    ids = {_key(record.id) for record in records}
    found = equal = invented = 0
    wrong: list[str] = []
    for src, by_key in wanted.items():
        articles = _articles(parsed.get(src, ()))
        for key, rows in by_key.items():
            texts = [bare(c.text) for c in articles.get(key, ())]
            for row in rows:
                found += bool(texts)
                same = bare(row.text) in texts
                equal += same
                if not same and (src, key) in known:
                    used.add((src, key))
                elif not same:
                    wrong.append(f"{'text' if texts else 'missed'}: {row.id} of {src}")
        for key, clauses in articles.items():
            # An article whose record is another version's is no invention.
            more = len(clauses) - len(by_key[key]) if key in by_key else 0 if key in ids else len(clauses)
            if more > 0 and (src, key) in known:
                used.add((src, key))
            elif more > 0:
                invented += more
                wrong.append(f"invented: {clauses[-1].title} {clauses[-1].locator} of {src}")
    older = [src for src in parsed if src not in wanted]
    falling = [src for src in older if not all(map(_rise, parsed[src]))]
    return LawsScore(
        files=len(wanted),
        records=len(records),
        found=found,
        equal=equal,
        known=len(used),
        invented=invented,
        older=len(older),
        rising=len(older) - len(falling),
        wrong=(*wrong, *(f"numbers that do not rise: {src}" for src in falling)),
        stale=tuple(name for key, name in known.items() if key not in used),
    )


def _key(words: str) -> str:
    """Return title and number in the form in which they are compared: the name of the state is left out."""
    return re.sub("中华人民共和国|、", "", bare(words))


def _articles(parsed: Sequence[Parsed]) -> dict[str, list[Clause]]:
    found: dict[str, list[Clause]] = defaultdict(list)
    for one in parsed:
        for c in one.clauses:
            if _ARTICLE.fullmatch(bare(c.label)):
                found[_key(c.title + c.label)].append(c)
    return found


def _rise(parsed: Parsed) -> bool:
    """Tell whether the articles of a text and of each of its appendices rise."""
    last: dict[str, tuple[int, int]] = {}
    for c in parsed.clauses:
        number = _ARTICLE.fullmatch(bare(c.label))
        if number is None:
            continue
        part = c.locator.split("/")[0] if c.locator.startswith("附") else ""
        own = (to_int(number.group(1)), to_int(number.group(2)) if number.group(2) else 0)
        if own <= last.get(part, (0, 0)):
            return False
        last[part] = own
    return True

"""The set of a collection's own: where it is, how it is read, checked and changed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from filelock import FileLock, Timeout

from eval.cases import Case, ClauseKey, bundled_path, load_cases
from eval.rows import replace_file
from eval.validation import validate
from rag.catalog.disk import unwritable
from rag.errors import CollectionBusy, EvaluationError

OWN = "own"
"""The name under which `--set` knows it."""
_WAIT_S = 10


def own_path(data: Path) -> Path:
    """Return where a collection's own set is kept; it may not be there yet."""
    return data / "eval" / "own.jsonl"


def set_path(name: str, data: Path) -> Path:
    """Return the file that `--set NAME` means: dev, test, own, or the path of a file.

    Raises:
        EvaluationError: The collection has no set of its own yet.
    """
    if name in ("dev", "test"):
        return bundled_path(name)
    if name != OWN:
        return Path(name)
    if not own_path(data).is_file():
        raise EvaluationError(
            f"The collection in {data} has no set of its own yet.",
            fix="policyqa eval draft, which proposes questions",
            chinese=(f"{data} 中的库还没有自己的题集。", "policyqa eval draft 会提出问题"),
        )
    return own_path(data)


class OwnSet:
    """The questions of one collection that a person has accepted."""

    def __init__(self, data: Path, texts: Mapping[ClauseKey, str]) -> None:
        """Take the data folder, and the text of every clause, by `clause_key`, against which cases are checked."""
        self._data, self._texts = data, texts

    def cases(self) -> list[Case]:
        """Return what was accepted, in that order; empty when nothing was.

        Raises:
            EvaluationError: The file is damaged.
        """
        path = own_path(self._data)
        return load_cases(path) if path.is_file() and path.stat().st_size else []

    def problems(self, case: Case) -> list[str]:
        """Say what speaks against a case, one sentence each; empty when it can be kept."""
        return problems_of(case, self._texts)

    def append(self, cases: Sequence[Case]) -> list[Case]:
        """Add cases at the end, all or none.

        Returns:
            The same cases with the ids that they got: `own-1`, `own-2`, … A number is never given twice.

        Raises:
            EvaluationError: One is not sound; nothing is written.
            DiskFull: There is no room; the set is as it was.
        """
        self._check(cases)
        with self._writing():
            known = self.cases()
            first = self._next_number(known)
            added = [replace(case, id=f"{OWN}-{first + i}") for i, case in enumerate(cases)]
            self._write([*known, *added], first + len(added))
        return added

    def replace(self, case: Case) -> None:
        """Put a case in the place of the one with its id.

        Raises:
            EvaluationError: There is none of that id, or the case is not sound.
            DiskFull: There is no room; the set is as it was.
        """
        self._check([case])
        with self._writing():
            known = self.cases()
            self._among(case.id, known)
            self._write([case if old.id == case.id else old for old in known])

    def drop(self, case_id: str) -> Case:
        """Take a case out and return it.

        Raises:
            EvaluationError: There is none of that id.
            DiskFull: There is no room; the set is as it was.
        """
        with self._writing():
            known = self.cases()
            gone = self._among(case_id, known)
            self._write([case for case in known if case.id != case_id], self._next_number(known))
        return gone

    def _check(self, cases: Sequence[Case]) -> None:
        for case in cases:
            problems = self.problems(case)
            if problems:
                raise EvaluationError(
                    f"{case.question!r} cannot be kept: {'; '.join(problems)}.",
                    fix="correct it and accept it again",
                    chinese=(f"{case.question!r} 不能保存：{'；'.join(problems)}。", "更正后再次接受"),
                )

    def _among(self, case_id: str, known: Sequence[Case]) -> Case:
        for case in known:
            if case.id == case_id:
                return case
        raise EvaluationError(
            f"The own set has no case {case_id!r}.",
            fix="policyqa eval draft --list",
            chinese=(f"自己的题集中没有题目 {case_id!r}。", "policyqa eval draft --list"),
        )

    def _next_number(self, known: Sequence[Case]) -> int:
        """Return the next free number; those of dropped cases are remembered, since old runs still name them."""
        counter = own_path(self._data).with_suffix(".next")
        kept = int(counter.read_text(encoding="utf-8")) if counter.is_file() else 1
        used = [int(tail) for case in known if (tail := case.id.removeprefix(f"{OWN}-")).isdecimal()]
        return max([kept, *(number + 1 for number in used)])

    def _write(self, cases: Sequence[Case], following: int | None = None) -> None:
        path = own_path(self._data)
        try:
            if following is not None:
                replace_file(path.with_suffix(".next"), f"{following}\n")
            replace_file(path, as_lines(cases))
        except OSError as error:
            raise unwritable(path.parent, error) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        folder = own_path(self._data).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / "own.lock")
            lock.acquire(timeout=_WAIT_S)
        except Timeout as error:
            raise CollectionBusy(
                f"Another policyqa is writing to {own_path(self._data)}.",
                fix="wait until it has finished, then run the command again",
                chinese=(f"另一个 policyqa 正在写入 {own_path(self._data)}。", "等它结束后再运行一次"),
            ) from error
        except OSError as error:
            raise unwritable(folder, error) from error
        try:
            yield
        finally:
            lock.release()


def as_lines(cases: Sequence[Case]) -> str:
    """Return cases as a set is stored, one JSON object a line with every key; empty for none."""
    return "".join(json.dumps(asdict(case), ensure_ascii=False) + "\n" for case in cases)


def problems_of(case: Case, texts: Mapping[ClauseKey, str]) -> list[str]:
    """Say what speaks against a case, without its id; empty when it is sound."""
    named = {g.key: texts[g.key] for g in (*case.gold, *case.also_right, *case.nearest) if g.key in texts}
    return [problem.removeprefix(f"{case.id}: ") for problem in validate([case], named)]

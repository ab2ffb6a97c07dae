"""The clauses that cases name, as a collection has them."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from eval.cases import Case, ClauseKey, clause_key
from rag.catalog import Catalog


def clause_texts(data: Path, cases: Sequence[Case]) -> dict[ClauseKey, str]:
    """Return the text of every clause that a case names, for those that are shown although nothing found them.

    Args:
        data: Folder of the collection.
        cases: Whose gold, also right and nearest clauses are looked up.

    Returns:
        By `clause_key`; clauses that are not there are missing, those of one name come after each other, parted by a line break.

    Raises:
        EmptyCollection: There is no collection.
        CollectionMismatch: It was written in another format.
    """
    named = {gold.key for case in cases for gold in (*case.gold, *case.also_right, *case.nearest)}
    found: dict[ClauseKey, str] = {}
    with closing(Catalog(data)) as catalog:
        for clause in catalog.each_clause():
            key = clause_key(clause.title, clause.locator)
            if key in named:
                found[key] = f"{found[key]}\n{clause.text}" if key in found else clause.text
    return found

"""Which questions about laws are asked of which laws: each of some that answer it, and of some that do not.

Labels are as good as the set's: a law that answers a question, but is not named there, would count as one that does not.
So a question is asked of no collection without its laws that has a doubtful one: one whose title names, or is named by,
theirs; one that answers another question together with the same part of its law; one with an article much like theirs.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from eval.bench.public import PublicSet
from rag.chunk.matrix import Matrix
from rag.chunk.parts import passages
from rag.embed import Embedder
from rag.locator.numerals import NUMERAL, to_int
from rag.schema import Clause

_SHELVES = ((1, 1, 8), (5, 1, 8), (10, 2, 7), (50, 10, 4), (50, 10, 4))
"""Laws of a collection, those of them that questions are about, and most questions of each."""
_SEED = "laws"
_NEAR, _COMPARED = 60, 400
"""Chunks whose laws are near to a question; chunks that are compared with an article."""
_ALIKE = 0.72
"""Cosine from which on two articles may answer the same question. Of 30 pairs that were read, most from .76 on did."""
_GROUP = 200
"""Articles of one group: the parts of a code are as far apart as laws."""
_CODE, _OF_CODE = 1000, 3
"""Clauses from which on a law is a code, and how many times as many questions are about it."""
_LEAST_QUESTIONS, _LEAST_CLAUSES = 3, 15
"""Of a law that questions are about; of one that stands beside by chance."""
_COUNTRY = "中华人民共和国"
_ARTICLE = re.compile(rf"第({NUMERAL}+)条")


@dataclass(frozen=True, slots=True)
class LawQuestion:
    """A question, and the laws that answer it by their ids."""

    text: str
    home: str
    """The law with most of the articles that answer it."""
    group: str
    """That law, or the part of a code."""
    laws: frozenset[str]
    """All that answer it."""
    doubtful: frozenset[str]
    """These, and others that may."""
    near: tuple[str, ...]
    """Those that speak of such things, nearest first."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A collection of laws, and what is asked of it."""

    size: int
    laws: frozenset[str]
    """Their ids."""
    answered: tuple[LawQuestion, ...]
    """All laws that answer these are in it."""
    visiting: tuple[LawQuestion, ...]
    """About other laws than those that the collection was made for."""
    near: tuple[LawQuestion, ...]
    """About laws in whose place it has the nearest others."""


def law_questions(
    public: PublicSet, matrix: Matrix, embedder: Embedder, progress: Callable[[int, int], None]
) -> list[LawQuestion]:
    """Return the training questions of a set.

    Args:
        public: The set.
        matrix: Vectors of its articles.
        embedder: That made them.
        progress: Called with how many questions are done, and how many there are.
    """
    clauses = {public.ids[c.clause_id]: c for row in public.clauses.values() for c in row}
    titles = {d.document_id: d.title for d in public.documents}
    queries = public.split("train")
    golds = {q.qid: [clauses[name] for name in sorted(public.qrels[q.qid])] for q in queries}
    together: dict[str, set[str]] = defaultdict(set)
    for own in golds.values():
        for gold in own:
            together[_group(gold)] |= {other.document_id for other in own}
    found = []
    for done, query in enumerate(queries, 1):
        own = golds[query.qid]
        counted = Counter(gold.document_id for gold in own)
        home = min(counted, key=lambda law: (-counted[law], law))
        doubtful = set(counted) | _named([titles[law] for law in counted], titles)
        for gold in own:
            doubtful |= together[_group(gold)] | _alike(gold, matrix, embedder, titles)
        chunks = matrix.nearest(embedder.get_query_embedding(query.question), _NEAR, titles)
        near = tuple(dict.fromkeys(_law(clause_id) for clause_id, _ in chunks))
        group = next(_group(gold) for gold in own if gold.document_id == home)
        found.append(LawQuestion(query.question, home, group, frozenset(counted), frozenset(doubtful), near))
        progress(done, len(queries))
    return found


def _law(clause_id: str) -> str:
    return clause_id.partition(":")[0]


def _group(clause: Clause) -> str:
    number = _ARTICLE.match(clause.label)
    return f"{clause.title} {to_int(number[1]) // _GROUP if number else 0}"


def _named(names: Sequence[str], titles: Mapping[str, str]) -> set[str]:
    """Return the laws whose title has one of these in it, or is in one: 商标法 and 商标法实施条例."""
    short = [name.removeprefix(_COUNTRY) for name in names]
    return {
        law
        for law, title in titles.items()
        if any(name in title or title.removeprefix(_COUNTRY) in name for name in short)
    }


def _alike(gold: Clause, matrix: Matrix, embedder: Embedder, laws: Collection[str]) -> set[str]:
    vectors = embedder.get_text_embedding_batch(passages(gold))
    rows = [row for vector in vectors for row in matrix.nearest(vector, _COMPARED, laws)]
    return {_law(clause_id) for clause_id, cosine in rows if cosine >= _ALIKE}


def drawn(questions: Sequence[LawQuestion], clauses: Mapping[str, int]) -> Iterator[Asking]:
    """Yield collections of laws with what is asked of each; the same for the same questions.

    Args:
        questions: All that may be asked.
        clauses: How many clauses each law has, by its id.
    """
    chance = Random(_SEED)  # noqa: S311 - it guards nothing
    homes: dict[str, list[LawQuestion]] = defaultdict(list)
    for question in questions:
        homes[question.home].append(question)
    names = sorted(law for law, own in homes.items() if len(own) >= _LEAST_QUESTIONS)
    others = sorted(law for law, count in clauses.items() if count >= _LEAST_CLAUSES)
    for size, many, most in _SHELVES:
        order = chance.sample(names, len(names))
        for start in range(0, len(order), many):
            chosen = order[start : start + many]
            asked = [
                question
                for law in chosen
                for question in chance.sample(
                    homes[law], min(most * (_OF_CODE if clauses[law] > _CODE else 1), len(homes[law]))
                )
            ]
            beside = chance.sample(others, len(others))
            with_them = _with(size, chosen, asked, beside)
            visitors = [q for q in questions if not q.doubtful & with_them.laws]
            wanted = min(max(1, len(with_them.answered) // 2), len(visitors))
            yield Asking(size, with_them.laws, with_them.answered, tuple(chance.sample(visitors, wanted)), ())
            yield from _without(size, chosen, asked, beside)


def _with(size: int, homes: Sequence[str], asked: Sequence[LawQuestion], beside: Sequence[str]) -> Asking:
    """Return a collection with the laws that questions are about."""
    needed = sorted({law for question in asked for law in question.laws} - set(homes))
    laws = _filled([*homes, *needed], [law for law in _near(asked) if law not in homes], beside, size)
    return Asking(size, laws, tuple(q for q in asked if q.laws <= laws), (), ())


def _without(
    size: int, homes: Sequence[str], asked: Sequence[LawQuestion], beside: Sequence[str]
) -> Iterator[Asking]:
    """Yield collections with others in their place."""
    if size == 1:
        # Hardly a law is near to all questions about one.
        for question in asked:
            law = next((law for law in question.near if law not in question.doubtful), None)
            if law:
                yield Asking(size, frozenset({law}), (), (), (question,))
        return
    gone = set(homes).union(*(question.laws for question in asked))
    laws = _filled(
        (), [law for law in _near(asked) if law not in gone], [law for law in beside if law not in gone], size
    )
    yield Asking(size, laws, (), (), tuple(q for q in asked if not q.doubtful & laws))


def _near(asked: Sequence[LawQuestion]) -> list[str]:
    """Return the laws that are near to most questions first."""
    return [law for law, _ in Counter(law for question in asked for law in question.near).most_common()]


def _filled(first: Sequence[str], near: Sequence[str], beside: Sequence[str], size: int) -> frozenset[str]:
    """Return so many laws: the first ones, near ones for half of the rest, then any."""
    found = dict.fromkeys(first[:size])
    half = len(found) + (size - len(found) + 1) // 2
    for laws, limit in ((near, half), (beside, size)):
        for law in laws:
            if len(found) < limit:
                found.setdefault(law)
    return frozenset(found)

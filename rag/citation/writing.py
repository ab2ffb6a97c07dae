"""A model's answer, checked sentence by sentence while it is written."""

from collections.abc import Iterator, Mapping, Sequence

from rag.citation.marker import MarkerStream
from rag.citation.statement import Statement, StatementStream, statement_of
from rag.citation.trail import MARKER
from rag.doubt.doubt import mark_of, notice_of
from rag.doubt.entailment import Entailment
from rag.doubt.repair import repaired
from rag.doubt.source import Known
from rag.schema import Check, Delta, Hit, Notice, Settled
from rag.text import Lang
from rag.trace import step
from rag.verdict.evidence import Written
from rag.verify import doubts

_REPAIRS = 3
"""Most sentences of an answer that a clause's own sentence takes the place of."""
_REPLACED: Mapping[Lang, str] = {
    "zh": "模型写的 {} 句话与所引条款不符，已换成条款原文。",
    "en": "Sentences of the model that its sources do not bear out, replaced by the clause's own words: {}.",
}


class Writing:
    """Takes a model's words as they come; each finished sentence is confirmed, replaced or marked."""

    def __init__(self, known: Known, lang: Lang, entailment: Entailment | None = None) -> None:
        """Begin an answer.

        Args:
            known: Its sources are in the order of their numbers in the prompt.
            lang: Of the marks and notices.
            entailment: Looks again at sentences in which code finds nothing wrong.
        """
        self._known, self._lang, self._entailment = known, lang, entailment
        self._markers = MarkerStream(len(known.sources))
        self._sentences = StatementStream()
        self._settled: list[str] = []
        self._notices: dict[Notice, None] = {}
        self.raw = ""
        """As the model wrote it."""
        self.checks: list[Check] = []
        """Of the sentences that state or cite something."""

    def finished(self) -> tuple[str, list[Hit]]:
        """Return the verified text and the clauses of its markers [1], [2] and so on.

        Numbers that went with a sentence which was replaced leave no gap.
        """
        text, cited = "".join(self._settled).strip(), self._cited
        order = list(dict.fromkeys(map(int, MARKER.findall(text))))
        renumbered = MARKER.sub(lambda m: f"[{order.index(int(m[1])) + 1}]", text)
        return renumbered, [cited[number - 1] for number in order]

    @property
    def _cited(self) -> list[Hit]:
        return [self._known.sources[i] for i in self._markers.order]

    @property
    def notices(self) -> list[Notice]:
        """What was not found, in the order of the sentences, and how many sentences were replaced."""
        replaced = self._replaced
        told = [Notice("replaced", _REPLACED[self._lang].format(replaced))] if replaced else []
        return [*self._notices, *told]

    @property
    def written(self) -> Written:
        """How many sentences state something, and how many of them are found in what they cite, or were replaced by it."""
        return Written(len(self.checks), sum(check.outcome != "marked" for check in self.checks))

    @property
    def _replaced(self) -> int:
        return sum(check.outcome == "replaced" for check in self.checks)

    def feed(self, piece: str) -> Iterator[Delta | Settled]:
        """Take the next words; yield what can be shown, and the sentences that they end."""
        self.raw += piece
        yield from self._shown(self._markers.feed(piece))

    def close(self) -> Iterator[Delta | Settled]:
        """Yield the rest; the text has ended."""
        yield from self._shown(self._markers.close())
        for sentence in self._sentences.close():
            yield self._settle(sentence)

    def _shown(self, words: str) -> Iterator[Delta | Settled]:
        if words:
            yield Delta(words)
        for sentence in self._sentences.feed(words):
            yield self._settle(sentence)

    def _settle(self, sentence: str) -> Settled:
        statement = statement_of(sentence)
        # Markers without words would show no citation.
        text = self._checked(sentence, statement) if statement else MARKER.sub("", sentence)
        self._settled.append(text)
        return Settled(text)

    @step("verification")
    def _checked(self, sentence: str, statement: Statement) -> str:
        """Return the sentence as it may be shown, with the blanks around it."""
        cited = [self._cited[number - 1] for number in statement.numbers]
        found = doubts(statement.text, cited, self._known)
        if not found and self._entailment:
            found = list(self._entailment.doubts(statement.text, cited))
        if not found:
            if cited:
                self.checks.append(Check(sentence.strip(), (), "confirmed"))
            return sentence
        notices = [notice_of(doubt, self._lang) for doubt in found]
        codes = tuple(dict.fromkeys(notice.code for notice in notices))
        replacement = self._replacement(statement, cited)
        self.checks.append(Check(sentence.strip(), codes, "replaced" if replacement else "marked"))
        if replacement:
            return _in_place_of(sentence, replacement)
        self._notices.update(dict.fromkeys(notices))
        return _in_place_of(sentence, sentence.strip() + mark_of(found, self._lang))

    def _replacement(self, statement: Statement, cited: Sequence[Hit]) -> str | None:
        if self._replaced == _REPAIRS:
            return None
        repair = repaired(statement.text, cited, self._known)
        if repair is None:
            return None
        return repair.said(self._number(repair.hit), statement.text)

    def _number(self, hit: Hit) -> int:
        """Return the number of a source, the next one when nothing has cited it yet."""
        source = next(i for i, known in enumerate(self._known.sources) if known is hit)
        if source not in self._markers.order:
            self._markers.order.append(source)
        return self._markers.order.index(source) + 1


def _in_place_of(sentence: str, text: str) -> str:
    """Return a text between the blanks that a sentence stood between."""
    start = len(sentence) - len(sentence.lstrip())
    return sentence[:start] + text + sentence[len(sentence.rstrip()) :]

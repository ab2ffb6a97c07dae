"""Questions for the day from which a document counts and the day until which it does."""

import re
from collections.abc import Iterator
from random import Random

from eval.draft.proposal import Proposal, propose
from eval.draft.shelf import Shelf, gold
from eval.draft.wording import alternatives
from rag.schema import Clause, Document
from rag.text import sentences
from rag.validity import is_draft

_FROM = re.compile(
    r"自(?P<day>\d{4}年\d{1,2}月\d{1,2}日|(?:印发|发布|公布|颁布|批准)之日)起(?:施行|试行|实施|执行|生效)"
)
_BLANK_DAY = re.compile(r"自(?:\d{4}年)?月日起施行")
_UNTIL = re.compile(
    r"(?P<what>有效期至|试行期|有效期为?|实施期为?)(?P<value>\d{4}年\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月[—至-]\d{4}年\d{1,2}月|[一二三四五六七八九十两]+年|\d{1,2}年)"
)
_OWN = re.compile(r"本(?:办法|条例|规定|细则|实施细则|通知|意见|方案|法|决定|措施)")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def date_status(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask from when the document is in force, until when, or whether it is at all."""
    for clause, sentence in _own_sentences(shelf, document):
        name = shelf.name(document)
        if m := _FROM.search(sentence):
            question = luck.choice(
                (f"{name}从哪天开始算数？", f"{name}什么时候生效？", f"{name}是从什么时候起开始执行的？")
            )
            yield propose("force", "date_status", question, f"自{m['day']}起施行。", [gold(clause, sentence)], [alternatives(m["day"])], difficulty="easy")  # fmt: skip
        if m := _UNTIL.search(sentence):
            question = luck.choice((f"{name}能管到什么时候？", f"{name}是长期有效的吗？管多久？"))
            until = f"，到{_in_words(document.expiry_date)}为止" if document.expiry_date else ""
            yield propose("force", "date_status", question, f"{m['what']}{m['value']}{until}。", [gold(clause, sentence)], [_forms(m["value"])])  # fmt: skip
        if _BLANK_DAY.search(sentence) and is_draft(document):
            question = luck.choice((f"{name}正式施行了吗？", f"{name}现在能拿来当依据吗？"))
            answer = f"还不能。这是{document.status}，施行日期还空着。"
            yield propose("force", "date_status", question, answer, [gold(clause, sentence)], [[str(document.status), "草案", "征求意见"]], warnings=["draft"])  # fmt: skip


def english(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask in English when the document takes effect: the one question whose answer needs no translation."""
    for clause, sentence in _own_sentences(shelf, document):
        m = re.search(r"自(\d{4})年(\d{1,2})月(\d{1,2})日起", sentence)
        if m is None:
            continue
        year, month, day = map(int, m.groups())
        written = f"{_MONTHS[month - 1]} {day}, {year}"
        question = luck.choice(("When does 《{}》 take effect?", "From which date does 《{}》 apply?"))
        forms = [
            f"{day} {_MONTHS[month - 1]} {year}",
            f"{year}-{month:02}-{day:02}",
            f"{year}年{month}月{day}日",
        ]
        yield propose(
            "force", "english", question.format(document.title), f"It takes effect on {written} ({forms[-1]}).",
            [gold(clause, sentence)], [[written, *forms]],
        )  # fmt: skip


def _own_sentences(shelf: Shelf, document: Document) -> Iterator[tuple[Clause, str]]:
    """Yield the sentences in which a document speaks of itself, without blanks."""
    for clause in shelf.of(document):
        for start, end in sentences(clause.text):
            sentence = re.sub(r"\s", "", clause.text[start:end])
            if _OWN.search(sentence) or (
                clause.ordinal >= len(shelf.of(document)) - 1 and sentence.startswith("自")
            ):
                yield clause, sentence


def _forms(value: str) -> list[str]:
    months = re.fullmatch(r"(.+月)[—至-](.+月)", value)
    return [value, "至".join(months.groups()), months[2]] if months else alternatives(value)


def _in_words(day: str | None) -> str:
    year, month, date = map(int, str(day).split("-"))
    return f"{year}年{month}月{date}日"

"""Follow-ups: what a question leaves out, taken from the turns before it by rules: documents, places, subject."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.hit.turn import TITLE, Turn, read_turn, says_enough, without_asking
from rag.locator.numerals import to_chinese, to_int
from rag.text import loose, terms

_TURNS = 4
_USER_CHARS = 400
_ANSWER_CHARS = 4000
_LONGEST_CARRIED = 300
_TOLD = 0.4
"""Share of a turn's pairs of characters that the turns before it have, with their answers, when it goes on with their topic."""
_CITED = re.compile(
    rf"(?:^|\n)《({TITLE})》([^：\n《》]{{1,100}})：|《({TITLE})》\s?((?:第[^：，。；\n]{{1,12}}[编章节])*第[^：，。；\n]{{1,12}}条)"
)
_ARTICLE = re.compile(r"第[零〇一二三四五六七八九十百千\d]{1,9}条(?:之[一二三四五六七八九十\d]{1,3})?")
_NEIGHBOUR = re.compile(r"(上|前|下|后)(?:一|面(?:一|那)?)?条(?![件例款约])")
_SAME = re.compile(r"(?:这|那|该|本|此|上述|前述)一?条(?![件例款约线路龙街河])(?:规定|款)?")
_BARE_PLACE = re.compile(
    # 第二款呢 is a place of the article before; 第二项任务 and 第三条第二款 are not.
    r"^(?P<lead>(?:那么?|还有|以及|[，,、 ])*)(?=第?\s*[（(]?[〇零一二三四五六七八九十\d]{1,3}[）)]?\s*[款项](?:[呢吗的里中第（(，,？?]|怎么|如何|规定|说|讲|是什么|有|$))"
)
_ATTRIBUTE = re.compile(
    r"(?:[有公][效示])?(?:期限?|时间|时限|年限|费用?|标准|条件|材料|流程|程序|机构|部门|主体)(?:是|为|有)?\s*[年天月日个]?$"
)
"""What is asked of a subject: the next turn asks something else of it."""
_SHIFTS = {"上": -1, "前": -1, "下": 1, "后": 1}


@dataclass(frozen=True, slots=True)
class Topic:
    """What a conversation is about after some turns."""

    places: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    """Of the documents that the person has named."""
    cited: str = ""
    """Title of the document that the last answer with a citation cites first; empty without one."""
    subject: tuple[str, ...] = ()
    """The words of the last question that stands alone, and of the last one that leans on it."""
    article: str = ""
    """第十六条 that was asked about or is cited first; empty without one."""
    said: str = ""
    """The questions since the last one that stands alone, with their answers."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A turn with what it leaves out."""

    text: str
    """The turn, with 这一条 and 下一条 replaced by the number that they mean; `full` when it is about nothing by itself."""
    full: str
    """What is searched for."""
    carried: str
    """Words of earlier turns in it, parted by blanks; empty when the turn stands alone."""


def completed(text: str, history: Sequence[tuple[str, str]]) -> Completion:
    """Complete a turn from those before it.

    Args:
        text: The present turn.
        history: Earlier turns (user, assistant), oldest first; the last four count.

    Returns:
        A place or document that the turn names itself takes the place of the earlier one; a turn that is complete by
        itself carries nothing.
    """
    topic = _topic_of(history[-_TURNS:])
    text = _with_number(text, topic.article)
    turn = read_turn(text)
    goes_on = _goes_on(topic, turn)
    if not history or (turn.stands_alone and not goes_on):
        return Completion(text, text, "")
    topic = _narrowed(topic, turn)
    of_another = turn.content and not turn.leans
    of_document = turn.articles or turn.of_document or of_another or not topic.places
    titles = topic.titles or ((topic.cited,) if of_document else ())
    # 公示期几天 after a question about certificates asks the document spoken of, not about certificates.
    is_enough = goes_on or (titles and (turn.articles or (of_another and not turn.asks)))
    subject = () if is_enough else _carried_subject(topic, turn)
    said = loose(text)
    words = dict.fromkeys((*topic.places, *(f"《{t}》" for t in titles), *subject))
    carried = " ".join(word for word in words if word and loose(word) not in said)
    carried = carried[:_LONGEST_CARRIED].strip()
    # 那贵阳呢？ asks the same of another place: nothing of it but the name is to be found.
    names = " ".join((*turn.places, *(f"《{title}》" for title in turn.titles)))
    own = text if turn.content or turn.articles else names or text
    full = f"{carried} {own}".strip() or text
    return Completion(text if turn.asks or turn.content else full, full, carried)


def _goes_on(topic: Topic, turn: Turn) -> bool:
    """Tell whether a turn that could stand alone speaks of what was said before, and so of its place or document."""
    if not turn.stands_alone or turn.places or turn.titles:
        return False
    own = _pairs(without_asking(turn.subject))
    return len(own & _pairs(topic.said)) >= _TOLD * max(1, len(own))


def _pairs(text: str) -> set[str]:
    return {term for term in terms(text) if len(term) > 1}


def _carried_subject(topic: Topic, turn: Turn) -> tuple[str, ...]:
    """Return what of the subject belongs to a turn: all of it, or only its nouns when the turn asks something itself."""
    if not turn.asks:
        own = _ATTRIBUTE.search(turn.subject) is not None
        return tuple(_ATTRIBUTE.sub("", without_asking(w)) for w in topic.subject) if own else topic.subject
    last = topic.subject[-1:]
    words = last if last and says_enough(last[0]) else topic.subject
    return tuple(without_asking(w) for w in words)


def _topic_of(history: Sequence[tuple[str, str]]) -> Topic:
    topic = Topic()
    for user, answer in history:
        turn = read_turn(user[:_USER_CHARS])
        topic = _after(topic, turn, answer[:_ANSWER_CHARS])
        topic = replace(topic, said=f"{topic.said}\n{user[:_USER_CHARS]}\n{answer[:_ANSWER_CHARS]}")
    return topic


def _after(topic: Topic, turn: Turn, answer: str) -> Topic:
    """Return the topic after one more turn and its answer."""
    if _goes_on(topic, turn):
        topic = replace(topic, subject=(turn.subject,))
    elif turn.stands_alone:
        topic = Topic(turn.places, turn.titles, subject=(turn.subject,))
    else:
        narrowed = _narrowed(topic, turn)
        own = (turn.subject,) if turn.content else ()
        topic = replace(
            narrowed,
            places=turn.places or narrowed.places,
            titles=turn.titles or narrowed.titles,
            subject=(*topic.subject[:1], *(own or topic.subject[1:])),
        )
    cited = _CITED.search(answer)
    named = _ARTICLE.search(cited[2] or cited[4] if cited else answer)
    title = (cited[1] or cited[3]) if cited else topic.cited
    asked = turn.articles[0] if turn.articles else ""
    return replace(topic, cited=title, article=asked or (named[0] if named else ""))


def _narrowed(topic: Topic, turn: Turn) -> Topic:
    """Drop from the topic what the turn names anew."""
    if turn.titles:
        return replace(topic, places=(), titles=(), cited="")
    if turn.places:
        return replace(topic, places=(), titles=(), cited="")
    return topic


def _with_number(text: str, article: str) -> str:
    """Write the number for 这一条, 上一条 and 下一条, and before 第二款, if an article was spoken of."""
    if not article:
        return text
    text = _BARE_PLACE.sub(rf"\g<lead>{article}", _SAME.sub(article, text))
    shift = _NEIGHBOUR.search(text)
    if shift is None:
        return text
    number = to_int(re.sub(r"之.*|[第条]", "", article)) + _SHIFTS[shift[1]]
    return _NEIGHBOUR.sub(f"第{to_chinese(number)}条", text) if 0 < number < 10_000 else text

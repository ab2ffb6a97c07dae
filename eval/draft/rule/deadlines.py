"""Terms within which somebody has to act: 自受理之日起三十个工作日内出具审查意见."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eval.draft.wording import is_vague, spoken

_WITHIN = re.compile(
    r"(?P<figure>(?:\d+|[一二三四五六七八九十百两]+)(?P<unit>个?工作日|个?自然日|日|天|个?月|年|小时))(?:以内|之内|内)"
)
_STARTS = re.compile(
    r"之日起|之时起|次日起|(?<=[收接]到)起|之日|以后|之后|(?<![此事今先落])后(?=[，,]|$|[^续来果台])"
)
_MODAL = r"(?:应当|应该|应|须|必须|需|要|可以|可)"
_WHO_FIRST = re.compile(
    rf"^(?P<who>[^自于]{{2,18}}?){_MODAL}?(?:自|从|于|在)(?=[\u4e00-\u9fff]{{2}})(?P<event>.{{2,}})$"
)
_PREPOSITION = re.compile(rf"^{_MODAL}?(?:自|从|在|于)")
_BEFORE_TERM = re.compile(rf"^[，,]|{_MODAL}?(?:自|在|于|按规定)?$")
_ENDS = re.compile(r"[，,。；;]|并(?=[\u4e00-\u9fff]{2})")
_OPENS = re.compile(rf"^{_MODAL}?(?:通过[^，。；]{{2,18}}?(?:平台|系统|网站|机构))?")
_NO_ACT = re.compile("^[不未没]|有效$|[的时]$")
# Nobody says 工作日 when asking; an answer that says 天 lacks the fact all the same.
_UNITS = {"年": "年", "小时": "小时", "月": "个月", "个月": "个月"}
_LONGEST_ACT, _LONGEST_EVENT, _LONGEST_CONDITION = 26, 32, 24


@dataclass(frozen=True, slots=True)
class Deadline:
    """One term, ready to be asked for."""

    figure: str
    act: str
    """What has to be done, as it is said."""
    ask: str
    claim: str
    """With {} for the figure."""


def deadlines_in(sentence: str) -> Iterator[Deadline]:
    """Yield the terms of a sentence without blanks whose beginning and act can be named."""
    for m in _WITHIN.finditer(sentence):
        left = sentence[: m.start()]
        act = spoken(_OPENS.sub("", _ENDS.split(sentence[m.end() :])[0]))
        start = _start_of(left)
        if start is None or not 2 <= len(act) <= _LONGEST_ACT or is_vague(act) or _NO_ACT.search(act):
            continue
        who, event = start
        unit = _UNITS.get(m["unit"], "天")
        yield Deadline(
            m["figure"], act, f"{event}，{who}最迟几{unit}之内要{act}？", f"{event}，{who}要在{{}}内{act}"
        )


def _start_of(left: str) -> tuple[str, str] | None:
    """Return who has to act (may be empty) and what sets the clock off, as they are said."""
    if left.endswith("前"):
        return None
    pieces = re.split("[，,；;]", left)
    marks = [(i, m) for i, piece in enumerate(pieces) for m in _STARTS.finditer(piece)]
    if marks:
        at, mark = marks[-1]
        who, event = _who_and_event(pieces[at][: mark.start()])
        rest = _BEFORE_TERM.sub("", pieces[-1] if at < len(pieces) - 1 else pieces[at][mark.end() :])
        who = rest if len(rest) > 1 else who
        before = pieces[at - 1] if at else ""
        said = f"{spoken(event)}以后"
        said = f"要是{_condition(before)}，{said}" if _is_condition(before) else said
    elif len(pieces) > 1 and _is_condition(pieces[-2]):
        who, event = _BEFORE_TERM.sub("", pieces[-1]), _condition(pieces[-2])
        said = f"要是{event}"
    else:
        return None
    if not 2 <= len(event) <= _LONGEST_EVENT or is_vague(event + who) or len(who) > _LONGEST_ACT:
        return None
    return spoken(who.removeprefix("原则上")), said


def _who_and_event(text: str) -> tuple[str, str]:
    text = text.removeprefix("并")
    named = _WHO_FIRST.match(text)
    if named:
        return re.sub(f"{_MODAL}$", "", named["who"]), named["event"]
    return "", _PREPOSITION.sub("", text)


def _is_condition(text: str) -> bool:
    return text.endswith(("的", "时")) and 4 <= len(text) <= _LONGEST_CONDITION + 12 and not is_vague(text)


def _condition(text: str) -> str:
    return spoken(text.removesuffix("的").removesuffix("时"))

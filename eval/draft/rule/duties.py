"""Questions for what somebody must do in a case, and for what nobody may do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from eval.cases import CaseType
from eval.draft.proposal import Proposal, propose
from eval.draft.shelf import Shelf, gold
from eval.draft.wording import is_vague, parts_of, plain, spoken
from rag.schema import Clause, Document
from rag.text import sentences

_MUST = re.compile(
    r"^(?P<when>[^。；;：\n]{6,44}?)的[，,](?P<who>[^，,。；;]{0,20}?)(?:应当|(?<![相对适响反供感])应(?![用对急变收届])|必须|须)(?P<act>[^。；;：:]{4,90})[。；;]?$"
)
_MAY_NOT = re.compile(
    r"(?:^|[，,；;])(?P<who>[^，,。；;不]{2,22}?)(?:，|,)?(?:一律)?(?:不得|严禁|禁止)(?P<act>[^，,。；;：]{3,34})"
)
_NO_WHO = re.compile(
    r"^(?:终身|期间|.{0,6}年内|确保|保证|坚持|推动|加强|规范|落实|做好|防止|做到|并|且|但|而|或|以|对|为|在|由|按|经|凡|如|同时|严格|除|依法)|^(?:合同|协议)?$|应当?|保密"
)
_NO_ACT = re.compile("下列|以下|^(?:少|低|高|多|早|晚|迟)于|^超过")
_APPLIES = re.compile(r"应当|下列|以下|不符合本|违反本|本(?:办法|条例|规定|法)")
_TO_DO = re.compile("申请|提交|提出|办理|报送|备案|审查|审核|公示|告知")
_NEGATIONS = ("不得", "不能", "不可以", "禁止", "严禁", "不允许")


@dataclass(frozen=True, slots=True)
class Provided:
    """A case that a sentence provides for, as it is said."""

    when: str
    who: str
    """Who has to act; may be empty."""
    act: str
    """As printed."""
    sentence: str


def cases_in(clause: Clause) -> Iterator[Provided]:
    """Yield the cases for which a clause says what somebody must do, as …的，某机构应当…… does."""
    for sentence in _sentences(clause):
        m = _MUST.match(sentence)
        if (
            m
            and not is_vague(m["when"] + m["who"])
            and not _APPLIES.search(m["when"])
            and m["who"] not in _NOBODY
        ):
            when = spoken(re.sub(r"^对于?(?=.{6})", "", m["when"]))
            yield Provided(when, m["who"], m["act"].rstrip("，,"), sentence)


def needs_steps(case: Provided) -> bool:
    """Tell whether what is to be done goes through an office: somebody applies, files, examines."""
    return _TO_DO.search(case.act) is not None


def duty(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask what is to be done in a case that the document provides for."""
    for clause in shelf.of(document):
        for case in cases_in(clause):
            facts = parts_of(case.act, 2, shortest=4, longest=18)
            if not facts:
                continue
            who = spoken(case.who)
            question = shelf.by(document, luck, case.when) + luck.choice(
                (
                    f"要是{case.when}，{who}该怎么办？",
                    f"碰到{case.when}的情况，{who}要做什么？",
                    f"{case.when}，{who}得办哪些事？",
                )
            )
            kind: CaseType = "procedure" if needs_steps(case) else "obligation"
            answer = f"{case.who}应当{case.act}。"
            yield propose(
                "duty", kind, question, answer, [gold(clause, case.sentence)], [[fact] for fact in facts]
            )


def ban(shelf: Shelf, document: Document, luck: Random) -> Iterator[Proposal]:
    """Ask whether something is allowed that the document forbids, or take for granted that it is."""
    for clause, sentence in ((c, x) for c in shelf.of(document) for x in _sentences(c)):
        for m in _MAY_NOT.finditer(sentence):
            who, act = m["who"].removeprefix("原则上"), m["act"]
            if (
                _NO_WHO.search(who)
                or is_vague(who + act)
                or act.endswith(("的", "用于", "将", "以"))
                or _NO_ACT.search(act)
            ):
                continue
            said, done = spoken(who), spoken(act)
            trusting = luck.random() < _TRUSTING
            by = shelf.by(document, luck, act)
            free, trusted = (
                (f"{by}{said}能不能{done}？", f"{by}{said}可以{done}吗？"),
                (f"听说{by}{said}可以{done}，是这样吗？", f"{by}{said}可以{done}，对吧？"),
            )
            question = luck.choice(trusted if trusting else free)
            facts = [_forbidding(sentence), *([part] for part in parts_of(act, 1, shortest=4, longest=20))]
            kind: CaseType = "false_premise" if trusting else "obligation"
            yield propose(
                "ban", kind, question, f"不能。{who}{facts[0][0]}{act}。", [gold(clause, sentence)], facts
            )


_NOBODY = ("还", "也", "都", "即", "并", "均", "同时", "原则上")
_TRUSTING = 0.35
"""How often a question about what is forbidden takes for granted that it is allowed."""


def _forbidding(sentence: str) -> list[str]:
    printed = next(word for word in _NEGATIONS if word in sentence)
    return [printed, *(word for word in _NEGATIONS if word != printed)]


def _sentences(clause: Clause) -> Iterator[str]:
    for start, end in sentences(clause.text):
        yield plain(clause.text[start:end])

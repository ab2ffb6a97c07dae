"""From when on a document holds, until when, and what it does not print of that."""

import re
from collections.abc import Mapping, Sequence

from rag.context.context import Context
from rag.hit.regions import holds_in
from rag.quote.extract import Extract
from rag.quote.named import documents_named, in_order
from rag.quote.quoted import Quoted, Quotes, name_of
from rag.quote.tree import as_hit
from rag.schema import Clause, Document
from rag.text import Lang, sentences
from rag.validity import is_draft

_DOCUMENT = r"(?:办法|条例|规定|细则|规则|方案|意见|计划|措施|通知|文件|规章|法规|草案|送审稿|征求意见稿|新规|法|》|这套|这部|这份|那部|那份)"
_WHEN = r"(?:什么时候|啥时候|何时|几时|什么时间|哪一?[天日年月]|几月几[日号]|多会儿|多久|多长时间)"
_HOLDS = r"(?:施行|实施|生效|试行|执行|管用|作数|算数|起效|开始算|失效|废止|作废|到期|过期|终止|截止)"
_ASKS = re.compile(
    rf"{_DOCUMENT}.{{0,14}}{_WHEN}.{{0,10}}{_HOLDS}|{_DOCUMENT}.{{0,12}}{_HOLDS}.{{0,6}}{_WHEN}|{_WHEN}.{{0,8}}{_HOLDS}.{{0,4}}{_DOCUMENT}"
    rf"|{_DOCUMENT}.{{0,8}}(?:施行日期|生效日期|实施日期|生效时间|施行时间|实施时间|有效期|实施期|试行期|现在有效|还有效|仍然?有效|是否有效|有没有效|是否生效|生效了|生效没|废止了|过期了|失效了)"
    rf"|{_DOCUMENT}.{{0,8}}(?:19|20)\d{{2}}.{{0,14}}(?:有效(?!期)|生效|管用|作数|算数|能用|可以用|(?:施行|实施|执行)(?=了?[吗么没不？?]))"
    r"|(?:when|what date).{0,60}(?:take effect|takes effect|took effect|come into (?:force|effect)|comes into (?:force|effect)|enter into force|effective|in force|expire|repealed)"
    r"|(?:effective date|date of entry into force|still (?:in force|valid|effective))",
    re.IGNORECASE,
)
_OTHER_THING = re.compile(
    r"(?:证书?|凭证|执照|许可证?|合同|协议|登记|判决|决议|保单|授权)的?(?:有效期|生效|到期|失效|过期|多久|多长)|\bcertificate|\bcontract|\blicen[cs]e",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"(?:自|从|于).{0,30}(?:日|起|后).{0,6}(?:施行|试行|实施|执行|生效)|(?:有效期|实施期|试行期|试行期限)(?:为|至|自|限|[一二三四五六七八九十\d])|(?:同时|予以|即行|自行)废止"
    r"|(?:take|takes|come|comes|enter|enters) (?:into )?(?:effect|force)|shall be effective|is effective|remain(?:s)? in force|repealed",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"失效|废止|作废|到期|过期|终止|截止|有效期|实施期|试行期|多久|多长|有效|expire|repeal|valid|in force",
    re.IGNORECASE,
)
_FROM_ISSUE = re.compile(r"自.{0,6}(?:发布|印发|公布|颁布|下发)之日")
_LAST = 8
"""Clauses at the end of a document among which its dates are looked for; else anywhere."""
_UNKNOWN: Mapping[Lang, Mapping[str, str]] = {
    "zh": {
        "start": "《{}》没有写明从哪天起施行。",
        "draft": "《{}》是{}，尚未生效。",
        "issue": "文中没有印出发布（印发）日期，具体从哪一天起施行无法确定。",
        "blank": "文中的施行日期没有填写完整，具体哪一天无法确定。",
        "end": "《{}》没有写明有效期或废止日期。",
        "repealed": "《{}》已被废止{}：",
    },
    "en": {
        "start": "《{}》 does not say from when on it is in force.",
        "draft": "《{}》 is a draft ({}) and not in force.",
        "issue": "The text prints no date of issue, so the day on which it takes effect cannot be told.",
        "blank": "The date is not filled in completely, so the day on which it takes effect cannot be told.",
        "end": "《{}》 prints no end of its validity.",
        "repealed": "《{}》 has been repealed{}:",
    },
}


def in_force(
    context: Context, inferred: Mapping[str, str], places: Sequence[str], lang: Lang
) -> Quoted | None:
    """Quote the clause that says from when on a document holds, and say what it leaves open.

    Returns:
        None when the question is not about the force of a document. Of several named documents each is told.
    """
    asked = context.asked
    if not _ASKS.search(asked) or (_OTHER_THING.search(asked) and not re.search("施行|实施日期", asked)):
        return None
    documents = _documents(context, inferred, places)
    quotes = Quotes()
    blocks: list[str] = []
    missing: list[str] = []
    for document in documents:
        block, found = _told(document, context, quotes, lang, asks_end=_ENDS.search(asked) is not None)
        blocks.append(block)
        if not found:
            missing.append(f"《{document.title}》")
    return quotes.quoted("\n\n".join(blocks), tuple(missing)) if documents else None


def _documents(context: Context, inferred: Mapping[str, str], places: Sequence[str]) -> list[Document]:
    """Return the documents that are named; else that of the best hit, or of each place."""
    if named := documents_named(context, inferred):
        return named
    found = in_order(context)
    if len(places) > 1:
        best = [
            next((d for d in found if place in d.title or holds_in(d.region, place)), None)
            for place in places
        ]
        return list({d.document_id: d for d in best if d}.values())
    fitting = [
        d
        for d in found
        if not places or places[0] in f"{d.title}{d.region}{d.issuer}" or holds_in(d.region, places[0])
    ]
    return (fitting or found)[:1]


def _told(
    document: Document, context: Context, quotes: Quotes, lang: Lang, *, asks_end: bool
) -> tuple[str, bool]:
    """Return what is known of one document, and whether anything is."""
    words = _UNKNOWN[lang]
    lines: list[str] = []
    passages = _saying(context.clauses_of(document.document_id))
    for clause_id in dict.fromkeys(p.hit.clause.clause_id for p in passages):
        group = [p for p in passages if p.hit.clause.clause_id == clause_id]
        lines.append(f"{name_of(group[0].hit.clause)}：{quotes.joined(group)}")
    said = "".join(p.text for p in passages)
    if is_draft(document):
        lines.append(words["draft"].format(document.title, document.status))
    if not said:
        lines.append(words["start"].format(document.title))
    elif not document.effective_date and _FROM_ISSUE.search(said):
        lines.append(words["issue"])
    elif not document.effective_date and re.search(r"\d{4}\s*年\s*月|年\s*月\s*日起", said):
        lines.append(words["blank"])
    if repeal := _repeal(document, context, quotes, lang):
        lines.append(repeal)
    elif (
        asks_end
        and said
        and not document.expiry_date
        and not re.search("有效期|实施期|试行期|至.{0,12}止", said)
    ):
        lines.append(words["end"].format(document.title))
    return "\n".join(lines), bool(said)


def _saying(clauses: Sequence[Clause]) -> list[Extract]:
    """Return the sentences that tell a document's force: those of its last clauses, else of all."""
    for some in (clauses[-_LAST:], clauses):
        found = [
            Extract(as_hit(clause), start, end)
            for clause in some
            for start, end in sentences(clause.text)
            if _SAYS.search(clause.text[start:end]) and _is_own(clause.text[start:end])
        ]
        if found:
            return found[-3:]
    return []


def _is_own(sentence: str) -> bool:
    """Tell whether a sentence speaks of the document itself, not of a certificate in it."""
    return re.search(
        r"本\S{0,8}|废止|施行|试行|this|these", sentence, re.IGNORECASE
    ) is not None and not re.search(
        r"证书|凭证|许可|合同|协议|certificate|licen[cs]e|contract", sentence, re.IGNORECASE
    )


def _repeal(document: Document, context: Context, quotes: Quotes, lang: Lang) -> str:
    """Return what repeals a document, quoted; empty for none that is known."""
    if not document.repealed_by:
        return ""
    after = {"zh": f"（自{document.repealed_on}起）", "en": f" from {document.repealed_on} on"}[lang]
    head = _UNKNOWN[lang]["repealed"].format(document.title, after if document.repealed_on else "")
    other = document.repealed_by.split(":")[0]
    # Of a document that this person may not see nothing is quoted.
    seen = context.clauses_of(other) if other in context.documents else ()
    clause = next((c for c in seen if c.clause_id == document.repealed_by), None)
    if clause is None:
        return head.rstrip("：:") + {"zh": "。", "en": "."}[lang]
    spans = [(r.span[0], r.span[1]) for r in clause.repeals if r.target_document_id == document.document_id]
    start, end = next(
        ((a, b) for a, b in sentences(clause.text) if any(a <= s < b for s, _ in spans)),
        (0, len(clause.text)),
    )
    return f"{head}{name_of(clause)}：{quotes.words(Extract(as_hit(clause), start, end))}"

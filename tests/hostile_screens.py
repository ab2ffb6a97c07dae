"""Every function of the library, the search, the files, the filters, the evaluation and the setup that makes HTML of texts.

Each is named with what makes its HTML of one text, and with the first letters of the fields that it shows; see `fake_hostile`.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock

from fake_hostile import STRINGS, HostileAssistant, answer, clause, document

from rag.catalog.history import Change
from rag.conversations import Conversation
from rag.errors import PolicyQAError
from rag.schema import Filters, Hit, Leftover, LegScore, Remark, Viewer
from rag.settings import Settings
from ui.address import Place
from ui.diagnosis import Diagnosis
from ui.service import Service
from ui.web.chat.history import Line, Tab, history_html
from ui.web.evaluation.job import Progress
from ui.web.evaluation.state import state_line
from ui.web.files.batch import Batch
from ui.web.files.cards import cards
from ui.web.files.form import form
from ui.web.files.held import Held, LastChange
from ui.web.files.listing import Wanted as WantedFiles
from ui.web.files.listing import last_change, listing
from ui.web.files.since import Entry, Touched
from ui.web.files.timeline import timeline
from ui.web.files.upload import Draft, Upload
from ui.web.filters.chips import chosen_chips
from ui.web.filters.chosen import Chosen
from ui.web.filters.inferred import inferred_chips
from ui.web.reader.clauses import clause_list
from ui.web.reader.comparison import Pair
from ui.web.reader.head import editor_note, head
from ui.web.reader.pairs import pairs
from ui.web.reader.shelf import shelf
from ui.web.reader.tree import tree
from ui.web.reader.view import View, crumbs, view_of
from ui.web.search.blank import blank
from ui.web.search.found import Found, Wanted
from ui.web.search.results import results, said
from ui.web.setup.facts import facts_page
from ui.web.setup.outcome import outcome
from ui.web.trouble import trouble_line

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def _whole_document(text: str) -> str:
    place = Place(f"x{STRINGS.index(text) + 1}")
    return view_of(HostileAssistant(), place, "zh", Viewer()).html


def _two_documents(text: str) -> str:
    left, right = document(text, 1), document(text, 2)
    rows = [Pair(clause(text, 1), clause(text + "尾", 2), 0.9), Pair(clause(text, 1, 1), None)]
    return pairs(left, right, rows, "zh")


def _way_back(text: str) -> str:
    return crumbs(View(Place("x1", other=""), word=f"词{text}", beside=document(text)), "en")


def _search(text: str) -> str:
    hits = (Hit(clause(text), 1.0, {"keyword": LegScore(1, 1.0)}),)
    return results(Found(hits, {"x1": document(text)}, Filters()), Wanted(text[:200], Chosen()))


def _uploads(text: str) -> str:
    draft = Draft(
        document(text), [clause(text)], [Leftover(1, "leftover", f"余{text}")], f"员{text}", "new", {"region": f"地{text}"}
    )  # fmt: skip
    shown = Upload("k", f"名{text}", Path("x"), 1, "found", None, [draft], [Remark(f"告{text}", f"告{text}")])
    error = PolicyQAError(f"误{text}", fix=f"法{text}")
    batch = Batch(Settings(), Lock())
    batch.uploads = [shown, Upload("l", f"名{text}", Path("x"), 1, "failed", error)]
    return cards(batch, "en")


def _correcting(text: str) -> str:
    shown = replace(document(text), title="甲", issuer="乙", doc_number="丙", status="丁")
    return form(f"键{text}", shown, document(text), "zh")


def _sources(text: str) -> str:
    one = Held(
        f"名{text}", NOON, (document(text),), (document(text, 2),), (document(text, 3),), {"x1": 1}, True
    )
    return listing([one], WantedFiles(chosen=one.name), "zh")


def _changes(text: str) -> str:
    changed = Change(NOON.isoformat(), f"令{text}", "changed", "x1", f"x1:位{text}", f"题{text}", f"位{text}")
    touched = Touched("x1", f"题{text}", "changed", (changed,), True)
    return timeline([Entry(NOON, f"令{text}", (touched, touched))], "zh")


def _limits(text: str) -> str:
    chosen = Chosen({"title": f"限{text}", "document_id": "x1"}, None, frozenset({"region"}))
    return chosen_chips("chat", chosen, lambda _: f"题{text}", "zh")


def _conversations(text: str) -> str:
    line = Line(Conversation("c", f"谈{text}", NOON.isoformat()), True, True)
    tab = Tab(deleted=Conversation("d", f"删{text}", NOON.isoformat()), trouble=f"误{text}")
    return history_html([line], tab, date(2024, 5, 1))


def _diagnosis(text: str) -> str:
    facts = {"设置 settings": {f"名{text}": f"值{text}", "list": [f"列{text}"]}}
    return facts_page(Diagnosis(facts, [f"处{text}"], [(f"误{text}", f"法{text}")]), "zh")


SCREENS = [
    ("reader.view_of", _whole_document, "题机号地效划刊源状条文章"),
    ("reader.head", lambda s: head(document(s), [document(s, 2)], [], "zh", has_original=True), "题机号地效划刊源状"),
    ("reader.editor_note", lambda s: editor_note([f"注{s}"], "zh"), "注"),
    ("reader.clause_list", lambda s: clause_list(document(s), [clause(s)], {"x1"}, "zh", with_pages=True), "条文章"),
    ("reader.tree", lambda s: tree([clause(s)]), "条章"),
    ("reader.shelf", lambda s: shelf([document(s)], {"x1": 1}, "zh", beside=document(s, 2)), "题机号状刊"),
    ("reader.pairs", _two_documents, "题条文章"),
    ("reader.crumbs", _way_back, "词题"),
    ("search.blank", lambda s: blank(Service(HostileAssistant()), [f"查{s}"], "zh"), "查"),
    ("search.results", _search, "题位机状"),
    ("search.said", lambda s: said(Found(filters=answer([s]).retrieval.filters), Wanted("问")), "承"),
    ("search.said of trouble", lambda s: said(Found(trouble=f"词{s}"), Wanted("问")), "词"),
    ("files.cards", _uploads, "名题告员机号状地条章误法"),
    ("files.form", _correcting, "题机号状"),
    ("files.listing", _sources, "名题机号状地"),
    ("files.last_change", lambda s: last_change(LastChange(f"键{s}", f"令{s}", (f"题{s}",)), "zh"), "令题"),
    ("files.timeline", _changes, "令题位"),
    ("filters.chosen_chips", _limits, "限题"),
    ("filters.inferred_chips", lambda s: inferred_chips(Filters({}, {"note_history": f"承{s}"}), "en", "chat"), "承"),
    ("chat.history_html", _conversations, "误"),
    ("evaluation.state_line", lambda s: state_line(Progress("failed", 1, 2, said=f"印{s}"), "zh"), "印"),
    ("setup.facts_page", _diagnosis, "名值列处误法"),
    ("setup.outcome", lambda s: outcome(answer([s]), "zh"), "答型"),
    ("trouble_line", lambda s: trouble_line(PolicyQAError(f"误{s}", fix=f"法{s}"), "zh"), "误法"),
]  # fmt: skip

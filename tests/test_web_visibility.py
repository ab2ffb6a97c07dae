"""A document of a group exists for nobody outside it, at whatever door of the page one asks."""

import asyncio
import json
import re
import shutil
from types import SimpleNamespace

import gradio as gr
import pytest
from starlette.requests import Request

from rag.assistant import build_assistant
from rag.errors import AccessRefused
from rag.record.recorder import Recorder
from rag.schema import Viewer
from rag.settings import load_settings
from ui.service import Service
from ui.web.chat.exports import FORMATS, exported
from ui.web.chat.section import Chat
from ui.web.evaluation import kept
from ui.web.evaluation.section import Evaluation
from ui.web.files.held import set_fields
from ui.web.files.section import Files
from ui.web.filters.chosen import Chosen
from ui.web.frame import Frame
from ui.web.page import build
from ui.web.reader.section import Reader
from ui.web.search.found import Wanted
from ui.web.search.section import Search
from ui.web.setup.section import Setup
from ui.web.visitor import STATE, Visitor

SECRET, WORDS = "青岛市数据流通管理办法", "青岛市数据流通管理办法第三条的主管部门是谁？"
GROUP = "法规处"
LISTED = ["", "", "", "", "", "", "bulletin", 50]


def request(groups=(), role="reader", person="user:1"):
    roles = {"reader": ["reader"], "editor": ["reader", "editor"], "admin": ["reader", "editor", "admin"]}[
        role
    ]
    visitor = Visitor(person, Viewer(frozenset(groups), frozenset(roles)), "lihua", "x")
    scope = {
        "type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": [], "client": ("127.0.0.1", 1),
        "state": {STATE: visitor},
    }  # fmt: skip
    return gr.Request(request=Request(scope), session_hash="tab")


OUTSIDE, INSIDE = request(["人事处"], "admin", "user:2"), request([GROUP])


@pytest.fixture(scope="module")
def service(collection, tmp_path_factory):
    """A collection in which one document is limited to a group."""
    data = tmp_path_factory.mktemp("grouped") / "data"
    shutil.copytree(collection, data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICYQA_LLM", "none")
        settings = load_settings(data)
        found = next(d for d in build_assistant(settings).documents() if d.title.startswith(SECRET))
        set_fields(settings, found.document_id, {"visibility": GROUP}, Viewer())
        yield Service(build_assistant(settings), data, Recorder(settings, "web"))


@pytest.fixture(scope="module")
def secret(service):
    [found] = [
        d for d in service.assistant.documents(Viewer(frozenset([GROUP]))) if d.title.startswith(SECRET)
    ]
    return found


@pytest.fixture(scope="module")
def sections(service):
    """The sections of a page, by name, with their widgets."""
    made = SimpleNamespace()

    # Outside of a running loop Gradio makes loops of its own, which nobody closes.
    async def lay_out():
        with gr.Blocks():
            lang, opened, asked = gr.Radio(["zh", "en"], value="zh"), gr.HTML(), gr.HTML()
            with gr.Tabs() as tabs:
                frame = Frame(lang, tabs, opened, asked)
                for kind in (Chat, Search, Reader, Files, Evaluation, Setup):
                    with gr.Tab(kind.key, id=kind.key):
                        section = kind(service, frame)
                        section.build()
                    setattr(made, kind.key, section)
            for section in vars(made).values():
                section.wire()

    asyncio.run(lay_out())
    return made


def shown(updates):
    """Everything that a handler sends to the browser."""
    return " ".join(repr(value) for key, value in updates.items() if not isinstance(key, gr.State))


def asked_in_chat(sections, who):
    tab = sections.chat.tab.value.__class__()
    said = "".join(shown(u) for u in sections.chat.arrive("", "zh", tab, who))
    said += "".join(shown(u) for u in sections.chat.ask(WORDS, tab, "zh", Chosen(), who))
    files = [exported(tab.visit, "all", ending) for ending in FORMATS if ending != "docx"]
    return tab, said + "".join(file.content.decode() for file in files)


def test_asking_suggesting_and_exporting(sections):
    tab, said = asked_in_chat(sections, OUTSIDE)
    # What was asked may be said again.
    hits = [hit.clause.title for hit in tab.visit.turns[0].answer.retrieval.hits]
    assert not [title for title in hits if title.startswith(SECRET)]
    assert not [text for text in tab.visit.turns[0].suggested if SECRET in text]
    assert SECRET not in said.replace(WORDS, "")
    inside, heard = asked_in_chat(sections, INSIDE)
    assert [hit for hit in inside.visit.turns[0].answer.retrieval.hits if hit.clause.title.startswith(SECRET)]
    assert SECRET in heard.replace(WORDS, "")


def test_every_message_of_a_stream_has_the_same_widgets_and_properties(sections):
    # Gradio's page applies differences to values that may still wait to be shown: what a message leaves out would be lost.
    tab = sections.chat.tab.value.__class__()
    for messages in (
        list(sections.chat.arrive("", "zh", tab, INSIDE)),
        list(sections.chat.ask(WORDS, tab, "zh", Chosen(), INSIDE)),
        list(sections.chat.answer_again(tab, "zh", Chosen(), INSIDE)),
    ):
        kinds = [{w: sorted(v) if isinstance(v, dict) else "" for w, v in sent.items()} for sent in messages]
        assert len(kinds) >= 1
        assert all(kind == kinds[0] for kind in kinds)
    marks = [sent[sections.chat.layout.mark] for sent in messages]
    assert marks == sorted(marks)
    assert WORDS in marks[0]


def test_a_page_that_shows_an_older_picture_gets_the_last_one(sections):
    def looked(tab, mark):
        return sections.chat.check(tab, "zh", SimpleNamespace(mark=mark), INSIDE)

    tab = sections.chat.tab.value.__class__()
    *_, last = sections.chat.ask(WORDS, tab, "zh", Chosen(), INSIDE)
    mark = re.search(r'data-mark="(\d+)"', last[sections.chat.layout.mark])[1]
    assert looked(tab, mark) == gr.skip()
    assert WORDS in shown(looked(tab, "5"))
    # The server was started anew: the conversation on the screen is not wiped.
    assert looked(sections.chat.tab.value.__class__(), mark) == gr.skip()


def test_a_kept_conversation_opens_for_its_own_person_alone(sections):
    tab, _ = asked_in_chat(sections, INSIDE)
    key = tab.visit.conversation
    assert sections.chat.history.open("user:2", key, Viewer()) is None
    other = sections.chat.tab.value.__class__()
    [*_, last] = sections.chat.act(
        other, "zh", SimpleNamespace(do="open", id=key, _data={}), request([GROUP], person="user:3")
    )
    assert SECRET not in shown(last)


def test_searching_and_its_examples(sections, service):
    state = SimpleNamespace(target=None)

    def search(text, who):
        return shown(sections.search.search(text, Chosen(), Wanted(), [], "zh", state, who))

    for text in (SECRET[:5], f"{SECRET}第三条", "数据流通", ""):
        assert SECRET not in search(text, OUTSIDE).replace(text, "")
    assert SECRET in search("数据流通", INSIDE)


def test_filters_offer_only_what_one_may_see(sections, secret):
    def offered(who):
        return shown(sections.search.bar._unfold(False, Chosen(), "zh", who))

    assert secret.document_id not in offered(OUTSIDE)
    assert SECRET not in offered(OUTSIDE)
    assert secret.document_id in offered(INSIDE)
    limits = Chosen().limited("document_id", secret.document_id)
    assert SECRET not in sections.search.bar._show(limits, "zh", OUTSIDE)
    assert SECRET in sections.search.bar._show(limits, "zh", INSIDE)


def test_library_reader_pictures_and_originals(sections, secret):
    reader = sections.reader
    place = reader.place.value
    values = [*LISTED, place, 0, "zh"]
    followed = SimpleNamespace(_data={"doc": secret.document_id, "loc": ""})
    for who, sees in ((OUTSIDE, False), (INSIDE, True)):
        assert (SECRET in shown(reader.find(who, *values))) is sees
        assert (SECRET in shown(reader.find_more(who, *values))) is sees
        assert (SECRET in shown(reader.follow(followed, who, *values))) is sees
        assert (SECRET in shown(reader.translate("zh", who, *values[:-1]))) is sees
        assert (reader._original()(secret.document_id, who) is not None) is sees
        assert reader._page()({"doc": secret.document_id, "page": 1}, who) is None


def test_the_clauses_beside_a_cited_one(sections, service, secret):
    clauses = service.assistant.clauses(secret.document_id, Viewer(frozenset([GROUP])))
    wanted = {"clause": clauses[1].clause_id, "step": "after", "lang": "zh"}
    [neighbouring] = [
        getattr(sections.chat.layout.pane.cards, name)
        for name in dir(sections.chat.layout.pane.cards)
        if name == "neighbouring"
    ]
    assert neighbouring(wanted, OUTSIDE) == {"html": "", "clause": ""}
    assert neighbouring(wanted, INSIDE)["html"]


def test_files_and_what_has_changed(sections):
    files = sections.files
    look = files.look.value
    editor = request([GROUP], "editor")
    assert SECRET not in shown(files.list_sources(look, "zh", OUTSIDE))
    assert SECRET in shown(files.list_sources(look, "zh", editor))
    assert SECRET not in shown(files.list_changes(None, "zh", OUTSIDE))


def test_what_needs_a_role_is_refused_to_others_in_words(sections):
    reader = request()
    denied = shown(sections.setup.translate("zh", reader, ""))
    assert "只有管理员" in denied
    for act in (
        lambda: sections.setup.examine("zh", reader),
        lambda: sections.setup.trial(WORDS, "zh", reader),
        lambda: sections.files.list_sources(sections.files.look.value, "zh", reader),
        lambda: sections.setup.examine("zh", request(role="editor")),
    ):
        with pytest.raises(AccessRefused):
            act()
    answered = sections.setup.trial(WORDS, "zh", OUTSIDE)
    assert SECRET not in shown(answered).replace(WORDS, "")


def test_reports_of_an_evaluation_quote_it_only_to_who_may_see_every_document(sections, monkeypatch):
    evaluation, started = sections.evaluation, []
    monkeypatch.setattr(kept, "report", lambda *_: f"<html>{SECRET}</html>")
    monkeypatch.setattr(kept, "comparison", lambda *_: f"<html>{SECRET}</html>")
    monkeypatch.setattr(evaluation.job, "start", lambda *_: started.append(1))
    inside = request([GROUP, "人事处"], "admin")
    for who, sees in ((OUTSIDE, False), (inside, True)):
        for other in (None, "another"):
            said = shown(evaluation.read("run", other, "zh", who))
            assert (SECRET in said) is sees
            assert ("不在其中某个组里" in said) is not sees
        begun = shown(evaluation.begin("dev", 20, "en", who))
        assert ("you are not in all of them" in begun) is not sees
    assert started == [1]


def test_what_is_in_force_names_no_document(sections):
    assert SECRET not in shown(sections.setup.examine("zh", OUTSIDE))


def test_two_documents_side_by_side(sections, service, secret):
    reader = sections.reader
    other = next(d.document_id for d in service.assistant.documents() if d.document_id != secret.document_id)
    values = [*LISTED, reader.place.value, 0, "zh"]
    for pair in ({"doc": other, "with": secret.document_id}, {"doc": secret.document_id, "with": other}):
        followed = SimpleNamespace(_data=pair)
        assert SECRET not in shown(reader.follow(followed, OUTSIDE, *values))
        assert SECRET in shown(reader.follow(followed, INSIDE, *values))


def test_the_page_as_it_is_sent_to_everybody(service):
    async def laid_out():
        blocks, _ = build(service)
        return blocks.get_config_file()

    config = json.dumps(asyncio.run(laid_out()), ensure_ascii=False, default=str)
    assert SECRET not in config

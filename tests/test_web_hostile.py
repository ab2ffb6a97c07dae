"""Whatever a text holds is shown letter by letter, in every place of the page and of an exported file where texts appear."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import pytest
from fake_hostile import STRINGS, HostileAssistant, answer, clause, document, letters, loose
from hostile_screens import SCREENS
from lxml import etree, html
from markdown_it import MarkdownIt

from rag.conversations import Conversation
from rag.record.kept import Circumstances, KeptAnswer, kept_answer
from rag.schema import Question, Viewer
from ui.export.docx import export_docx
from ui.export.markdown import export_markdown
from ui.export.page import export_page
from ui.render import CONTROL
from ui.web.chat.bubble import bubble, growing, plain_markdown
from ui.web.chat.history import Line, Tab, history_html
from ui.web.chat.mark import Mark
from ui.web.chat.quotes import quote_notes
from ui.web.chat.turn import Turn, Visit
from ui.web.evaluation.kept import framed
from ui.web.signing_in.badge import badge
from ui.web.signing_in.sheet import password_sheet, sign_in_sheet
from ui.web.sources.cards import folded, hit_list, source_cards
from ui.web.sources.neighbours import neighbour_html
from ui.web.sources.turns import conversation_sources
from ui.web.visitor import Visitor

_TAGS = """
a article b blockquote body br button code datalist dd del details div dl dt form h1 h2 h3 h4 h5 head header html i iframe
input ins label li main mark meta nav ol option p path pre progress q s section small span strong style summary sup svg table
tbody td th thead time title tr ul
"""
_ATTRIBUTES = """
action aria-current aria-expanded aria-hidden aria-label aria-pressed autocomplete charset class colspan content d data-act
data-address data-base data-cite data-clause data-do data-doc data-done data-id data-key data-locator data-mark data-pages data-pq-ask data-pq-bar
data-pq-chip data-pq-copy data-pq-doc data-pq-end data-pq-export data-pq-forget data-pq-from data-pq-key data-pq-link
data-pq-near data-pq-only data-pq-original data-pq-page data-pq-quote-clause data-pq-search data-pq-which data-shown
data-taken data-title href http-equiv id lang list max maxlength name open role sandbox scope srcdoc start tabindex title type value
viewbox
"""
TAGS, ATTRIBUTES = set(_TAGS.split()), set(_ATTRIBUTES.split())
CARD = "题机号状效划位章文款警"
"""The first letters of the fields that a card shows; see `fake_hostile`."""


@dataclass(frozen=True)
class Producer:
    """One function that makes HTML or Markdown of texts."""

    name: str
    make: Callable[[str], str]
    fields: str
    """First letters of the fields that it shows."""
    is_markdown: bool = False
    letters: Callable[[str], str] = letters
    """`loose` where an answer's lists, headings and tables mean something."""


def asked(text: str) -> Question:
    return Question(f"问{text}", history=((f"前{text}", f"答{text}"),), filters={"title": f"限{text}"})


def kept(text: str) -> KeptAnswer:
    around = Circumstances(document=lambda _: document(text))
    return kept_answer(f"录{text}", "", asked(text), answer([text]), around)


def visited(text: str) -> Visit:
    turns = [
        Turn(f"问{text}", asked(text), answer=answer([text]), documents={"x1": document(text)}) for _ in "12"
    ]
    return Visit(turns)


def as_paragraphs(markdown: str) -> str:
    """Return Markdown whose footnotes, which CommonMark does not know, are paragraphs."""
    return re.sub(r"(?m)^ {4}|^\[\^\d+\]: ", "", markdown)


PRODUCERS = [
    Producer("plain_markdown", plain_markdown, "", is_markdown=True, letters=loose),
    Producer("bubble", lambda s: bubble(answer([s])), "答警总", is_markdown=True, letters=loose),
    Producer("growing", lambda s: growing(f"稳{s}", f"变{s}"), "稳变", is_markdown=True, letters=loose),
    Producer("source_cards", lambda s: source_cards(answer([s]), {"x1": document(s)}), f"{CARD}总限推承型"),
    Producer("conversation_sources", lambda s: conversation_sources(visited(s), "en"), f"{CARD}问"),
    Producer(
        "hit_list", lambda s: hit_list(answer([s]).retrieval.hits, "reading", {"x1": document(s)}), "题位文机"
    ),
    Producer("folded", lambda s: folded(clause(s), document(s)), "题位文机号状"),
    Producer("neighbour_html", lambda s: neighbour_html(clause(s), "zh"), "位文"),
    Producer("quote_notes", lambda s: quote_notes(visited(s), "zh"), "题位款"),
    Producer("export_page", lambda s: export_page(kept(s)), "问前题机号状位款警总限型版录", letters=loose),
    Producer(
        "export_markdown", lambda s: as_paragraphs(export_markdown(kept(s))), "问前题机号状位款警总限型版录",
        is_markdown=True, letters=loose,
    ),
    Producer("export_page of a chat", lambda s: export_page(kept(s), kept(s)), "问题", letters=loose),
    Producer(
        "export_markdown of a chat", lambda s: as_paragraphs(export_markdown(kept(s), kept(s))), "问题", is_markdown=True, letters=loose
    ),
    *(Producer(*screen) for screen in SCREENS),
]  # fmt: skip
"""Every function that makes HTML or Markdown of texts; a new one is a line here."""


def test_there_are_enough_of_them():
    assert len(set(STRINGS)) >= 60


@pytest.mark.parametrize("producer", PRODUCERS, ids=lambda producer: producer.name)
def test_hostile_texts_stay_texts(producer: Producer):
    for text in STRINGS:
        made = producer.make(text)
        if producer.is_markdown:
            made = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(made)
        root = html.fromstring(f"<div>{made}</div>" if "<html" not in made else made)
        shown = producer.letters("".join(root.itertext()))
        for field in producer.fields or [""]:
            assert producer.letters(field + text) in shown, (field, text)
        check_markup(root, text)


def check_markup(root: html.HtmlElement, text: str) -> None:
    for element in root.iter():
        assert element.tag in TAGS, (element.tag, text)
        assert set(element.attrib) <= ATTRIBUTES, (dict(element.attrib), text)
        assert element.get("href", "#").startswith(("#", "?doc=")), text
        assert element.get("sandbox", "allow-scripts") == "allow-scripts"
        assert element.get("type", "text") in ("button", "date", "submit", "text", "1"), element.get("type")
        assert not any(CONTROL.search(shown) for shown in (element.text or "", *element.attrib.values())), (
            text
        )
        if element.tag == "style":
            assert "evil" not in element.text
        if element.tag == "meta":
            assert element.get("http-equiv", "Content-Security-Policy") == "Content-Security-Policy"


def test_a_report_stands_in_a_frame_that_reaches_nothing_of_the_page():
    for text in STRINGS:
        text = CONTROL.sub("", text)
        [frame] = html.fromstring(f"<div>{framed(text, text, 'en')}</div>")
        assert frame.attrib == {
            "class": "pq-report",
            "name": "en",
            "sandbox": "allow-scripts",
            "title": text,
            "srcdoc": text,
        }


def test_names_of_conversations_stay_texts_however_they_are_cut():
    for text in STRINGS:
        # A longer name is cut off in the list.
        name = f"谈{text[:60]}"
        line = Line(Conversation("c", name, "2024-05-01T12:00:00"), True, True)
        tab = Tab(deleted=Conversation("d", name, "2024-05-01T12:00:00"))
        root = html.fromstring(f"<div>{history_html([line], tab, date(2024, 5, 1))}</div>")
        assert "".join(map(letters, root.itertext())).count(letters(name)) == 2, text
        check_markup(root, text)


@pytest.mark.parametrize(
    ("make", "fields"),
    [
        (lambda s: badge(Visitor("user:1", Viewer(), f"名{s}", f"符{s}"), "en"), "名"),
        (lambda s: sign_in_sheet("zh", f"符{s}", to=f"/{s}", name=f"名{s}", trouble=f"误{s}", sign_on=True), "误"),
        (lambda s: password_sheet("en", f"符{s}", f"名{s}", trouble=f"误{s}"), "误"),
    ],
    ids=["badge", "sign_in_sheet", "password_sheet"],
)  # fmt: skip
def test_what_a_person_is_called_and_typed_stays_text_in_the_forms(make, fields):
    # No name of an account has one of those.
    for text in (CONTROL.sub("", each) for each in STRINGS):
        root = html.fromstring(f"<div>{make(text)}</div>")
        shown = letters("".join(root.itertext()))
        assert all(letters(field + text) in shown for field in fields), text
        assert {element.tag for element in root.iter()} <= TAGS | {"link"}, text
        assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")], text
        assert all(element.get("href", "/").startswith(("/", "?")) for element in root.iter()), text


def test_the_question_that_was_taken_stays_in_its_attribute():
    for text in STRINGS:
        text = CONTROL.sub("", text)
        mark = Mark()
        mark.done(text)
        with mark.drawing() as made:
            assert html.fromstring(made).get("data-taken") == text


def test_a_word_file_shows_them_letter_by_letter_and_leads_nowhere():
    with zipfile.ZipFile(BytesIO(export_docx(*map(kept, STRINGS)))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    links = [link for name in parts if name.endswith(".rels") for link in etree.fromstring(parts[name])]
    assert not [link for link in links if link.get("TargetMode") == "External"]
    written = (etree.fromstring(parts[f"word/{part}.xml"]) for part in ("document", "footnotes"))
    shown = loose("".join("".join(part.itertext()) for part in written))
    for text in STRINGS:
        for field in "问款":
            assert loose(field + text) in shown, (field, text)


def test_marks_that_turn_the_direction_of_a_line_are_not_shown():
    shown = source_cards(answer(["\u202e甲\u2066乙\u200f"]), {"x1": document("\u202e")})
    assert not set("\u202e\u2066\u200f") & set(shown)


def test_the_hostile_assistant_finds_what_stands_around_a_clause():
    assistant = HostileAssistant()
    first = answer(STRINGS).citations[0]
    assert [c.ordinal for c in assistant.neighbours(first.clause_id)] == [1]

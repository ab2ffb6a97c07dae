"""Who may ask the Slack bot, how often, and what they see."""

import threading
from dataclasses import replace

import pytest
from fakes import make_document

from rag.assistant import build_assistant
from rag.catalog import Catalog
from rag.schema import Question
from rag.settings import Settings
from ui.frequency import Frequency
from ui.labels import label
from ui.slack.access.access import Access
from ui.slack.access.rules import Rules
from ui.slack.inquiry import Inquiry

ASKED = Inquiry("T1", "C1", "U1", "登记凭证的有效期是几年？", "mention", "1.1")
DIRECT = replace(ASKED, channel="D1", way="direct")
COMMAND = replace(ASKED, way="command")


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def access(clock=None, home="", **rules):
    return Access(Rules.model_validate(rules), clock=clock or Clock(), home=home)


def words(key, lang="zh", **values):
    return label(f"slack.{key}", lang).format(**values)


@pytest.mark.parametrize("inquiry", [ASKED, DIRECT, COMMAND, replace(ASKED, way="shortcut"), replace(ASKED, way="edit")], ids=lambda i: f"{i.way} {i.channel}")  # fmt: skip
def test_without_rules_everyone_is_admitted(inquiry):
    assert access().refusal(inquiry) is None


@pytest.mark.parametrize(
    ("rules", "inquiry", "word"),
    [
        pytest.param({"denied_users": ["U1"]}, ASKED, "refused_user", id="denied"),
        pytest.param({"allowed_users": ["U2"]}, DIRECT, "refused_user", id="not among those allowed"),
        pytest.param({"allowed_channels": ["C2"]}, ASKED, "refused_channel_direct", id="another channel"),
        pytest.param({"allowed_channels": ["C2"]}, COMMAND, "refused_channel_direct", id="the command in another channel"),
        pytest.param({"allowed_channels": ["C2"], "direct_messages": False}, ASKED, "refused_channel", id="another channel, and no direct messages"),
        pytest.param({"direct_messages": False}, DIRECT, "refused_direct", id="direct messages are off"),
        pytest.param({"direct_messages": False}, replace(DIRECT, way="edit"), "refused_direct", id="an edited direct message"),
        pytest.param({"command": False}, COMMAND, "refused_command", id="the command is off"),
    ],
)  # fmt: skip
def test_a_refusal_says_why_in_the_language_of_the_question(rules, inquiry, word):
    assert access(**rules).refusal(inquiry) == words(word)
    assert access(**rules).refusal(replace(inquiry, text="How long?")) == words(word, "en")


@pytest.mark.parametrize(
    ("rules", "inquiry"),
    [
        pytest.param({"allowed_channels": []}, DIRECT, id="a direct message is in no channel"),
        pytest.param({"direct_messages": False}, replace(COMMAND, channel="D9"), id="the command is no direct message"),
        pytest.param({"command": False}, ASKED, id="a mention is no command"),
        pytest.param({"allowed_channels": ["C1"]}, ASKED, id="an allowed channel"),
    ],
)  # fmt: skip
def test_what_one_rule_closes_is_open_for_the_others(rules, inquiry):
    assert access(**rules).refusal(inquiry) is None


@pytest.mark.parametrize(
    ("rules", "home", "team", "said"),
    [
        ({}, "", "T9", None),
        ({}, "T1", "T1", None),
        ({}, "T1", "T9", ""),
        ({"allowed_workspaces": ["T9"]}, "T1", "T9", None),
        ({"allowed_workspaces": ["T9"]}, "T1", "T1", ""),
    ],
)
def test_another_workspace_is_ignored_in_silence(rules, home, team, said):
    assert access(home=home, **rules).refusal(replace(ASKED, team=team)) == said


def test_a_person_who_asks_too_much_is_told_when_to_ask_again():
    clock = Clock()
    gate = access(clock, limits={"user_per_minute": 2})
    assert gate.refusal(ASKED) is None
    clock.now += 20.5
    assert gate.refusal(replace(ASKED, channel="C2")) is None
    assert gate.refusal(ASKED) == words("slow_user", n=2, s=40)
    assert gate.refusal(replace(ASKED, user="U2")) is None
    clock.now += 39.5
    assert gate.refusal(ASKED) is None


def test_what_is_refused_does_not_count():
    clock = Clock()
    gate = access(clock, limits={"user_per_minute": 1})
    gate.refusal(ASKED)
    for _ in range(5):
        clock.now += 10
        gate.refusal(ASKED)
    clock.now += 10
    assert gate.refusal(ASKED) is None


def test_a_channel_has_a_limit_of_its_own_and_direct_messages_have_none():
    gate = access(limits={"channel_per_minute": 2})
    people = [replace(ASKED, user=f"U{n}") for n in range(3)]
    assert [gate.refusal(p) for p in people] == [None, None, words("slow_channel", n=2, s=60)]
    assert gate.refusal(replace(people[2], channel="C2")) is None
    assert [gate.refusal(replace(DIRECT, user=f"U{n}")) for n in range(3, 9)] == [None] * 6


def test_the_limit_of_one_channel_comes_before_that_of_all():
    gate = access(channels={"C1": {"channel_per_minute": 1}})
    assert gate.refusal(ASKED) is None
    assert gate.refusal(replace(ASKED, user="U2")) == words("slow_channel", n=1, s=60)
    assert gate.refusal(replace(ASKED, user="U2", channel="C2")) is None


def test_a_flood_of_questions_is_told_so_a_few_times_and_then_dropped():
    clock = Clock()
    gate = access(clock, denied_users=["U1"])
    said = [gate.refusal(ASKED) for _ in range(10)]
    assert [bool(text) for text in said] == [True] * 3 + [False] * 7
    assert None not in said
    clock.now += 61
    assert gate.refusal(ASKED) == words("refused_user")


def test_many_threads_at_once_are_counted_one_by_one():
    gate = access(limits={"user_per_minute": 100, "channel_per_minute": 100})
    admitted = []

    def ask():
        admitted.extend(gate.refusal(replace(ASKED, user=f"U{n}")) is None for n in range(50))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sum(admitted) == 100


def test_those_who_asked_long_ago_are_forgotten():
    clock = Clock()
    pace = Frequency(clock)
    for n in range(1000):
        pace.count(str(n))
    clock.now += 61
    pace.count("last")
    assert list(pace._times) == ["last"]
    assert pace.wait_s("0", 1) == 0


# What they see.

PUBLIC = make_document("a" * 12, "甲办法", source="甲.txt")
SECRET = make_document("b" * 12, "乙方案", source="乙.txt", visibility="法规处")
OTHER = make_document("c" * 12, "丙规定", source="丙.txt", visibility="人事处")
ALL = (PUBLIC, SECRET, OTHER)


def seen(inquiry, **own):
    viewer = access(channels={"C1": own}).viewer(inquiry)
    return "".join(d.title[0] for d in ALL if viewer.sees(d))


@pytest.mark.parametrize(
    ("own", "titles"),
    [
        pytest.param({}, "甲", id="public documents only"),
        pytest.param({"groups": ["法规处"]}, "甲乙", id="and those of the channel's group"),
        pytest.param({"groups": ["法规处"], "public": False}, "乙", id="those of the group alone"),
        pytest.param({"documents": ["《甲办法》", "乙方案"]}, "甲", id="a named document that is not public stays hidden"),
        pytest.param({"documents": ["b" * 12], "groups": ["法规处"]}, "乙", id="a document by its id"),
        pytest.param({"documents": ["没有的"]}, "", id="a title that no document has"),
        pytest.param({"sources": [PUBLIC.source]}, "甲", id="the documents of a file"),
        pytest.param({"sources": ["other.txt"], "documents": ["甲办法"]}, "甲", id="a file or a document"),
    ],
)  # fmt: skip
def test_a_channel_sees_what_it_was_given(own, titles):
    assert seen(ASKED, **own) == titles
    assert seen(COMMAND, **own) == titles


def test_direct_messages_and_other_channels_see_public_documents_only():
    assert seen(DIRECT, groups=["法规处"]) == "甲"
    assert seen(replace(ASKED, channel="C2"), groups=["法规处"]) == "甲"


def test_nobody_in_slack_may_do_more_than_read():
    assert access().viewer(ASKED).roles == {"reader"}


def test_the_filters_of_a_channel_are_its_own():
    gate = access(channels={"C1": {"filters": {"region": "贵州省"}}})
    assert gate.filters(ASKED) == {"region": "贵州省"}
    assert gate.filters(replace(ASKED, channel="C2")) == gate.filters(DIRECT) == {}


def test_the_person_to_ask_is_the_channels_own_or_that_of_all():
    gate = access(person_group="S1", channels={"C1": {"person_group": "S2"}, "C2": {}})
    assert [gate.group_to_ask(c) for c in ("C1", "C2", "C3")] == ["S2", "S1", "S1"]
    assert access().group_to_ask("C1") is None


def test_nobody_is_called_into_a_direct_message_that_they_cannot_read():
    assert access(person_group="S1").group_to_ask("D1") is None


@pytest.mark.parametrize("keyed", ["title", "document_id"])
def test_an_answer_cites_only_what_the_channel_was_given(collection, keyed):
    documents = Catalog(collection).documents()
    assistant = build_assistant(Settings(_env_file=None, llm="none", data=collection))
    free = assistant.ask(Question(ASKED.text))
    cited = {c.clause_id.split(":")[0] for c in free.citations}
    assert cited
    given = next(d for d in documents if d.document_id not in cited)
    gate = access(channels={"C1": {"documents": [getattr(given, keyed)]}})
    bound = assistant.search(Question(ASKED.text, filters=gate.filters(ASKED)), viewer=gate.viewer(ASKED))
    assert {h.clause.clause_id.split(":")[0] for h in bound.hits} == {given.document_id}
    assert [d.title for d in assistant.documents(gate.viewer(ASKED))] == [given.title]

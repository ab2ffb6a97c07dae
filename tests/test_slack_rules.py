"""The file of rules of the Slack bot: what it may say, and how a slip in it is told."""

import re

import pytest
from conftest import CHECKOUT

from rag.errors import SettingsError
from ui.slack.access.rules import ChannelRules, Limits, Rules, load_rules

PAGES = ["slack.md", "slack.zh.md"]


@pytest.fixture
def load(tmp_path):
    """Read rules from a file."""

    def _load(text):
        path = tmp_path / "slack.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_rules(path)

    return _load


def test_without_a_file_every_channel_and_everyone_may_ask():
    rules = load_rules(None)
    assert rules == Rules()
    assert rules.allows_channel("C1")
    assert rules.allows_user("U1")
    assert (rules.direct_messages, rules.command, rules.person_group) == (True, True, None)
    assert rules.channel("C1") == ChannelRules()
    assert (rules.limits.user_per_minute, rules.limits.channel_per_minute) == (10, 30)


def test_an_empty_file_is_no_file(load):
    assert load("") == load("\ufeff# nothing yet\n") == Rules()


def test_everything_that_can_be_said_is_read(load):
    rules = load(
        """
        allowed_workspaces = ["T1"]
        allowed_channels = ["C1", "G2"]
        allowed_users = ["U1", "W2"]
        denied_users = ["U3"]
        direct_messages = false
        command = false
        person_group = "S1"
        [limits]
        user_per_minute = 3
        channel_per_minute = 7
        [channels.C1]
        filters = { region = "贵州省", issue_no = 3, since = 2024-01-31 }
        documents = ["长春市数据交易管理办法"]
        sources = ["2024-01.txt"]
        groups = ["法规处"]
        public = false
        person_group = "S2"
        channel_per_minute = 1
        """
    )
    assert rules.allowed_channels == ("C1", "G2")
    assert rules.limits == Limits(user_per_minute=3, channel_per_minute=7)
    own = rules.channel("C1")
    assert own.filters == {"region": "贵州省", "issue_no": "3", "since": "2024-01-31"}
    assert (own.documents, own.sources) == (("长春市数据交易管理办法",), ("2024-01.txt",))
    assert (own.groups, own.public, own.person_group, own.channel_per_minute) == (("法规处",), False, "S2", 1)
    assert rules.channel("G2") == ChannelRules()


def test_a_list_of_channels_closes_all_others_and_an_empty_one_closes_all(load):
    assert not load('allowed_channels = ["C1"]').allows_channel("C2")
    assert not load("allowed_channels = []").allows_channel("C1")


@pytest.mark.parametrize(
    ("text", "user", "allowed"),
    [
        ('allowed_users = ["U1"]', "U1", True),
        ('allowed_users = ["U1"]', "U2", False),
        ('denied_users = ["U1"]', "U1", False),
        ('denied_users = ["U1"]', "U2", True),
        ('allowed_users = ["U1"]\ndenied_users = ["U1"]', "U1", False),
    ],
)
def test_a_denied_person_may_not_ask_although_allowed(load, text, user, allowed):
    assert load(text).allows_user(user) is allowed


@pytest.mark.parametrize(
    ("text", "line", "said", "fix"),
    [
        pytest.param('\nalowed_users = ["U1"]', 2, "unknown key alowed_users", "did you mean allowed_users?", id="a slip on top"),
        pytest.param("[limits]\n\nuser_per_minut = 3", 3, "unknown key limits.user_per_minut", "did you mean user_per_minute?", id="a slip in a table"),
        pytest.param("[limit]\nuser_per_minute = 3", 1, "unknown key limit", "did you mean limits?", id="a slip in a header"),
        pytest.param('[channels.C1]\ngroups = ["甲"]\n[channels.C2]\ngroup = ["乙"]', 4, "unknown key channels.C2.group", "did you mean groups?", id="a slip in the second channel"),
        pytest.param("xyz = 1", 1, "unknown key xyz", "use one of allowed_channels,", id="nothing like it"),
        pytest.param('[channels.C1]\nfilters = { regoin = "贵州省" }', 2, "No filter 'regoin'", "did you mean region?", id="a slip in a filter"),
        pytest.param('[channels.C1.filters]\nregion = "a"\nsince = "gestern"', 3, "Not a date: since='gestern'", "since=2024-01-31", id="no date"),
        pytest.param('[channels.C1]\nfilters = { region = " " }', 2, "region has no value", "leave out region", id="an empty filter"),
        pytest.param('[channels.C1]\nfilters = { region = ["a"] }', 2, "channels.C1.filters.region: ['a'] is no text", "in quotes", id="two values for a filter"),
        pytest.param('[channels.C1]\nfilters = { issue_no = true }', 2, "filters.issue_no: True is no text", "in quotes", id="no value of a filter"),
        pytest.param('allowed_channels = ["#general"]', 1, "'#general' is not the id of a channel", "begins with C or G: click the channel's name", id="a channel by name"),
        pytest.param('allowed_channels = ["D1"]', 1, "'D1' is not the id of a channel", "begins with C or G", id="a direct message"),
        pytest.param('allowed_users = ["@li"]', 1, "'@li' is not the id of a user", "Copy member ID", id="a person by name"),
        pytest.param('person_group = "@experts"', 1, "'@experts' is not the id of a user group", "begins with S", id="a user group by name"),
        pytest.param('allowed_workspaces = ["acme"]', 1, "'acme' is not the id of a workspace", "begins with T or E", id="a workspace by name"),
        pytest.param('[channels."#general"]', 1, "#general' is not the id of a channel", "begins with C or G", id="a table by name"),
        pytest.param('allowed_channels = "C1"', 1, "'C1' is no list", '["…"]', id="no list"),
        pytest.param("allowed_users = []", 1, "[] is empty, so nobody could ask", "leave the key out", id="nobody"),
        pytest.param('command = "yes"', 1, "'yes' is neither true nor false", "without quotes", id="a switch in quotes"),
        pytest.param("command = 1", 1, "1 is neither true nor false", "without quotes", id="a switch in numbers"),
        pytest.param("[limits]\nuser_per_minute = 0", 2, "0 is out of range", "from 1 to 10000", id="no question at all"),
        pytest.param("[limits]\nuser_per_minute = 2.5", 2, "2.5 is no whole number", "without quotes", id="half a question"),
        pytest.param("limits = 3", 1, "limits: 3 is no table", "docs/slack.md", id="no table"),
        pytest.param('[channels.C1]\ngroups = ["public"]', 2, "'public' is no group", "public = false", id="the public as a group"),
        pytest.param('[channels.C1]\ngroups = ["法规 处"]', 2, "'法规 处' is not the name of a group", "visibility", id="no name of a group"),
        pytest.param("[channels.C1]\npublic = false", 1, "public is false and there are no groups", 'add groups = ["…"]', id="nothing to show"),
        pytest.param('[channels.C1]\ndocuments = [""]', 2, "'' names nothing", "write a title", id="a title without words"),
        pytest.param('allowed_channels = ["C2"]\n\n[channels.C1]', 3, "[channels.C1] has no effect", 'add "C1" to allowed_channels', id="rules of a closed channel"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_line_key_and_fix(load, tmp_path, text, line, said, fix):
    with pytest.raises(SettingsError) as caught:
        load(text)
    assert caught.value.message.startswith(f"{tmp_path / 'slack.toml'}, line {line}: ")
    assert said in caught.value.message
    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("text", "said", "fix"),
    [
        pytest.param("command = ja", "is not TOML: Invalid value (at line 1", "write lines such as", id="no TOML"),
        pytest.param("person_group = '法'".encode("gbk"), "is not UTF-8 text", "save", id="another encoding"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused(load, text, said, fix):
    with pytest.raises(SettingsError) as caught:
        load(text)
    assert said in caught.value.message
    assert fix in caught.value.fix


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="There is no file") as caught:
        load_rules(tmp_path / "none.toml")
    assert "unset POLICYQA_SLACK_RULES" in caught.value.fix
    with pytest.raises(SettingsError, match="cannot be read"):
        load_rules(tmp_path)


@pytest.mark.parametrize("page", PAGES)
def test_the_example_of_the_page_is_read_and_names_every_key(load, page):
    text = (CHECKOUT / "docs" / page).read_text(encoding="utf-8")
    [example] = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    load(example)
    for model in (Rules, Limits, ChannelRules):
        assert [name for name in model.model_fields if name not in example] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_page_has_a_row_for_every_key(page):
    text = (CHECKOUT / "docs" / page).read_text(encoding="utf-8")
    names = {name for model in (Rules, Limits, ChannelRules) for name in model.model_fields}
    assert [name for name in sorted(names) if not re.search(rf"^\| [^|]*`{name}`", text, re.MULTILINE)] == []

"""`doctor --slack` against a Slack of our own."""

import pytest
from fake_slack import APP_TOKEN, BOT_TOKEN, SECRET, slack

from rag.catalog import Catalog
from rag.settings import Settings
from ui.diagnosis import diagnose
from ui.slack.setup.check import check_slack
from ui.slack.setup.scopes import EVENTS, bot_scopes
from ui.slack.setup.tokens import calling, find_workspace, web_client
from ui.web.setup.facts import facts_page

__all__ = ["slack"]
RULES = """
allowed_channels = ["C1", "C2"]
[channels.C1]
filters = { title = "数据" }
"""


@pytest.fixture
def settings(slack, collection, tmp_path):
    """Settings of a bot that is set up well; what is given changes them, and rules are written to a file."""
    slack.api.scopes = set(bot_scopes())

    def _settings(rules=None, **changed):
        if rules is not None:
            (tmp_path / "slack.toml").write_text(rules, encoding="utf-8")
            changed["slack_rules"] = tmp_path / "slack.toml"
        sound = {
            "slack_bot_token": BOT_TOKEN,
            "slack_app_token": APP_TOKEN,
            "slack_url": slack.url,
            "data": collection,
        }
        return Settings(_env_file=None, llm="none", **(sound | changed))

    return _settings


def test_a_bot_that_is_set_up_well_has_no_problem(settings, slack):
    found = check_slack(settings(RULES, web_url="https://policy.example.com"))
    assert found.problems == []
    assert found.facts["mode"] == "Socket Mode"
    assert found.facts["workspace"] == "Example (T1)"
    assert found.facts["bot"] == "@policyqa"
    assert found.facts["Socket Mode"] == "opens"
    assert found.facts["channels of the rules"] == "the bot is in 2"
    assert found.facts["links to clauses"] == "https://policy.example.com"
    assert "scopes beyond need" not in found.facts
    assert "10 questions a minute" in found.facts["rules"]


def test_no_message_of_a_channel_is_read(settings, slack):
    ts = slack.store.add("C1", user="U1", text="机密")["ts"]
    check_slack(settings(RULES))
    asked = slack.called("conversations.history")
    assert [a["channel"] for a in asked] == ["C1", "C2"]
    assert all(float(a["oldest"]) > float(ts) for a in asked)


def test_what_slack_does_not_tell_is_to_be_looked_at_by_hand(settings):
    steps = "\n".join(check_slack(settings()).by_hand)
    assert all(event in steps for event in EVENTS)
    assert "pq_check" in steps
    assert "/policy" in steps
    assert "Messages Tab" in steps


@pytest.mark.parametrize("scope", sorted(bot_scopes()))
def test_each_missing_scope_is_a_problem_that_says_what_does_not_work(settings, slack, scope):
    slack.api.scopes.discard(scope)
    problems = check_slack(settings()).problems
    assert len(problems) == 1
    assert f"no scope {scope}, without which" in problems[0][0]
    assert "Reinstall" in problems[0][1]


def test_scopes_beyond_need_are_named_and_are_no_problem(settings, slack):
    slack.api.scopes |= {"users:read", "files:read"}
    found = check_slack(settings())
    assert found.problems == []
    assert found.facts["scopes beyond need"].startswith("files:read, users:read")


@pytest.mark.parametrize(
    ("changed", "message", "fix"),
    [
        pytest.param({"slack_bot_token": None}, "POLICYQA_SLACK_BOT_TOKEN is not set", "Bot User OAuth Token", id="no bot token"),
        pytest.param({"slack_app_token": None}, "POLICYQA_SLACK_APP_TOKEN is not set", "App-Level Tokens", id="no app token"),
        pytest.param({"slack_bot_token": APP_TOKEN}, "BOT_TOKEN is not what it should be, which begins with xoxb-", "copy it again", id="exchanged"),
        pytest.param({"slack_bot_token": "xoxp-1-geheim"}, "begins with xoxb-", "copy it again", id="token of a person"),
        pytest.param({"slack_bot_token": "xoxe.xoxb-1-geheim"}, "a token that expires", "without token rotation", id="token rotation"),
        pytest.param({"slack_app_token": BOT_TOKEN}, "APP_TOKEN is not what it should be", "copy it again", id="app token exchanged"),
        pytest.param({"slack_bot_token": "xoxb-geheim"}, "Slack refused auth.test: invalid_auth", "copy the token again", id="not a token of Slack's"),
        pytest.param({"slack_app_token": "xapp-geheim"}, "refused apps.connections.open: invalid_auth", "copy the token again", id="not an app token of Slack's"),
        pytest.param({"slack_url": "http://127.0.0.1:9/api/", "slack_app_token": None, "slack_signing_secret": SECRET}, "No Slack answers at http://127.0.0.1:9/api/", "HTTPS_PROXY", id="nobody there"),
        pytest.param({"web_url": "http://127.0.0.1:7860"}, "to their own machine", "POLICYQA_WEB_URL", id="links to nowhere"),
        pytest.param({"slack_signing_secret": APP_TOKEN}, "SIGNING_SECRET is not what it should be", "Signing Secret", id="a token for the secret, beside Socket Mode"),
        pytest.param({"slack_app_token": None, "slack_signing_secret": BOT_TOKEN}, "SIGNING_SECRET is not what it should be", "Signing Secret", id="a token for the secret"),
    ],
)  # fmt: skip
def test_each_problem_comes_with_its_fix_and_without_the_token(settings, changed, message, fix):
    found = check_slack(settings(**changed))
    [problem] = found.problems
    assert message in problem[0]
    assert fix in problem[1]
    assert "geheim" not in f"{found}"
    assert BOT_TOKEN not in f"{found}"
    assert APP_TOKEN not in f"{found}"


def test_http_mode_is_judged_when_only_a_signing_secret_is_there(settings, slack):
    found = check_slack(settings(slack_app_token=None, slack_signing_secret=SECRET))
    assert found.problems == []
    assert found.facts["mode"] == "HTTP"
    assert "Request URL" in found.by_hand[0]
    assert slack.called("apps.connections.open") == []


def test_socket_mode_that_is_off_is_a_problem(settings, slack):
    slack.fail("apps.connections.open", "socket_mode_not_enabled")
    [problem] = check_slack(settings()).problems
    assert problem == (
        "Slack refused apps.connections.open: socket_mode_not_enabled.",
        "see the table at the end of docs/slack.md",
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_setup_page_names_slack_as_a_place_outside(settings, lang):
    page = facts_page(diagnose(settings(slack_url="https://slack.com/api/")), lang)
    assert '<ul class="pq-outside"><li>https://slack.com/api/' in page
    assert BOT_TOKEN not in page


@pytest.mark.parametrize(
    ("how", "message"), [(429, "ratelimited"), (500, "HTTP 500"), ("drop", "No Slack answers")]
)
def test_a_slack_that_is_ill_is_told_in_words(settings, slack, how, message):
    slack.fail("auth.test", how, times=9)
    assert message in check_slack(settings()).problems[0][0]


@pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found"])
def test_a_channel_without_the_bot_is_a_problem(settings, slack, error):
    slack.fail("conversations.history", error)
    found = check_slack(settings(RULES))
    [problem] = found.problems
    assert "not in channel C1" in problem[0]
    assert "/invite @policyqa" in problem[1]
    assert found.facts["channels of the rules"] == "the bot is in 1"


def test_a_channel_that_cannot_be_looked_at_is_not_called_absent(settings, slack):
    slack.fail("conversations.history", 429, retry_after=1)
    found = check_slack(settings(RULES))
    assert found.problems == []
    assert "the rest is unknown" in found.facts["channels of the rules"]


@pytest.mark.parametrize(
    ("rules", "message", "fix"),
    [
        pytest.param("alowed_users = []", "unknown key alowed_users", "did you mean allowed_users?", id="a slip"),
        pytest.param('allowed_workspaces = ["T9"]', "does not name T1", 'add "T1"', id="another workspace"),
        pytest.param('[channels.C1]\ngroups = ["法规处"]', "groups names '法规处'", "visibility", id="a group without documents"),
        pytest.param('[channels.C1]\ndocuments = ["没有的办法"]\nsources = ["policy.txt"]', "documents names '没有的办法'", "policyqa documents", id="a title that is not there"),
        pytest.param('[channels.C1]\nfilters = { region = "火星" }', "No document is shown in channel C1", "policyqa documents", id="filters that nothing meets"),
    ],
)  # fmt: skip
def test_rules_that_shut_everyone_out_or_name_nothing_are_problems(settings, rules, message, fix):
    problems = check_slack(settings(rules)).problems
    assert any(message in m and fix in f for m, f in problems), problems


def test_a_sub_collection_of_documents_that_are_there_is_sound(settings, collection):
    first, second, _ = Catalog(collection).documents()
    rules = f'[channels.C1]\ndocuments = ["《{first.title}》"]\nsources = ["{second.source}"]\n'
    assert check_slack(settings(rules)).problems == []


def test_the_workspace_of_an_organisation_is_not_one_workspace(settings, slack):
    class Client:
        def auth_test(self):
            answer = {"team_id": "T7", "team": "Grid", "user": "policyqa", "is_enterprise_install": True}
            return type("Answer", (dict,), {"headers": {"X-OAuth-Scopes": "chat:write, commands"}})(answer)

    found = find_workspace(settings(), lambda token: Client())
    assert (found.team, found.name) == ("", "Grid")
    assert found.scopes == {"chat:write", "commands"}


def test_a_mistake_of_ours_is_not_taken_for_a_failure_of_slack(settings):
    with pytest.raises(KeyError), calling("auth.test", settings()):
        raise KeyError("team")


def test_a_client_is_one_of_the_slack_that_the_settings_name(settings, slack):
    assert web_client(settings())("xoxb-1").base_url == slack.url


def test_doctor_shows_what_it_found_in_slack(call, given):
    given()
    done = call("doctor", "--slack", "--json")
    assert (done.status, done.json["problems"]) == (0, [])
    assert done.json["facts"]["机器人 Slack"]["bot"] == "@policyqa"
    assert BOT_TOKEN not in done.out
    assert APP_TOKEN not in done.out


def test_doctor_asks_slack_only_when_told(call, given, slack):
    given()
    assert "机器人 Slack" not in call("doctor", "--json").json["facts"]
    assert slack.log == []


def test_problems_of_slack_make_doctor_fail(call, given):
    given(slack_bot_token=None)
    done = call("doctor", "--slack")
    assert done.status == 1
    assert "POLICYQA_SLACK_BOT_TOKEN is not set" in done.out
    assert "Messages Tab" in done.out


def test_slack_is_named_as_a_destination_as_soon_as_a_token_is_there(call, given):
    given(slack_url="https://slack.com/api/")
    [place] = call("doctor", "--json").json["destinations"]
    assert place.startswith("https://slack.com/api/")
    given(slack_url="https://slack.com/api/", slack_bot_token=None)
    assert call("doctor", "--json").json["destinations"] == []

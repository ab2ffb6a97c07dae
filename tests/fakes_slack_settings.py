"""The settings of a sound bot, for tests that change some of them."""

import pytest
from fake_slack import APP_TOKEN, BOT_TOKEN

from rag.settings import PREFIX
from ui.slack.setup.scopes import bot_scopes


@pytest.fixture
def given(monkeypatch, slack, collection):
    """Set these besides what a sound bot has."""
    slack.api.scopes = set(bot_scopes())

    def _given(**changed):
        sound = {
            "slack_bot_token": BOT_TOKEN,
            "slack_app_token": APP_TOKEN,
            "slack_url": slack.url,
            "data": collection,
            "llm": "none",
        }
        for name, value in (sound | changed).items():
            if value is None:
                monkeypatch.delenv(PREFIX + name.upper(), raising=False)
            else:
                monkeypatch.setenv(PREFIX + name.upper(), str(value))

    return _given

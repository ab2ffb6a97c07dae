"""Forty answers as they are sent to Slack, compared with what was looked at once.

After a change that is meant: RENEW_GOLDEN=1 .venv/bin/python -m pytest tests/test_slack_golden.py, then read the difference.
"""

import json
import os
from pathlib import Path

import pytest
from fakes_slack_answers import Shown, shown

from ui.slack.shape.answer import answer_messages, closing_messages, stream_text

GOLDEN = Path(__file__).parent / "data" / "slack"
ANSWERS = shown()


def rendered(answer: Shown) -> str:
    messages = answer_messages(answer.kept, answer.lang, web_url=answer.web_url, unkept=answer.unkept)
    closing = closing_messages(answer.kept, answer.lang, web_url=answer.web_url)
    made = {
        "messages": [message.blocks for message in messages],
        "streamed": stream_text(answer.kept.text),
        "below": [message.blocks for message in closing],
    }
    written = json.dumps(made, ensure_ascii=False, indent=1)
    # So that a person who compares them sees what is unseen in Slack.
    return written.replace("\u200b", "\\u200b").replace("\u00ad", "\\u00ad") + "\n"


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_looks_as_it_did(name):
    path = GOLDEN / f"{name}.json"
    now = rendered(ANSWERS[name])
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(now, encoding="utf-8")
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    assert json.loads(now) == json.loads(before or "{}"), (
        f"{name} looks different; if it should: RENEW_GOLDEN=1 .venv/bin/python -m pytest {Path(__file__).name}"
    )


def test_there_are_forty_and_no_file_without_an_answer():
    assert len(ANSWERS) >= 40
    assert {path.stem for path in GOLDEN.iterdir()} == set(ANSWERS)

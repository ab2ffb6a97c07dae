"""The page about the API: each of its commands works, and both languages have the same ones."""

import json
import re
import shlex
from urllib.parse import quote, urlsplit

import pytest
from conftest import CHECKOUT
from fake_assistant import BEIJING, CLAUSES
from fakes_api import client, service

from ui.api.route import BODY_BYTES
from ui.api.router import api
from ui.api.running import AT_ONCE
from ui.web.chat.visits import RUNNING_EACH

PAGES = {name: (CHECKOUT / "docs" / name).read_text(encoding="utf-8") for name in ("api.md", "api.zh.md")}
_ID = re.compile(r"[0-9a-f]{12}(?::\S+)?")


def commands(page):
    """Return the words of each curl command."""
    blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").split("\n")
    return [shlex.split(line) for line in lines if line.strip()]


def test_both_languages_have_the_same_commands():
    english, chinese = (commands(page) for page in PAGES.values())
    assert english == chinese
    assert len(english) == 8


def test_each_route_is_shown():
    shown = {
        _ID.sub("ID", urlsplit(word).path) for c in commands(PAGES["api.md"]) for word in c if "://" in word
    }
    paths = client(api(service())).get("/api/openapi.json").json()["paths"]
    assert shown == {re.sub(r"\{.*\}", "ID", path) for path in paths}


@pytest.mark.parametrize(
    "words", commands(PAGES["api.md"]), ids=lambda words: urlsplit(words[-1])[2][:30] or words[-1][:30]
)
def test_each_command_works(words):
    [address] = [word for word in words if "://" in word]
    headers = dict(word.split(": ") for word in words if re.match(r"[A-Z]\S+: ", word))
    path = urlsplit(address).path
    # The ids of the page are those of a real collection.
    path = _ID.sub(quote(CLAUSES[0].clause_id if ":" in path else BEIJING.document_id), path)
    query = [words[i + 1].split("=") for i, word in enumerate(words) if word == "--data-urlencode"]
    http = client(api(service()))
    body = words[words.index("-d") + 1] if "-d" in words else None
    said = http.post(path, content=body.encode(), headers=headers) if body else http.get(path, params=query)
    assert said.status_code == 200, said.text
    assert "event-stream" in said.headers["content-type"] or json.loads(said.text) is not None


def test_the_limits_are_those_of_the_code():
    for page in PAGES.values():
        assert f"{BODY_BYTES // 1024**2} MiB" in page
        assert re.search(rf"{RUNNING_EACH} (?:for a person, |个，总共 ){AT_ONCE}", page)

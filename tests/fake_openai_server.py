"""A server with OpenAI's routes on a loopback port: vLLM, llama.cpp or any other."""

import json
from typing import Any

from fake_ollama import FakeOllama, recorded, reply

UNKNOWN = recorded("refusals", "unknown path")


class FakeOpenAI(FakeOllama):
    """Answers as a program does that has one model; `routes` replace what it says."""

    chat = "/v1/chat/completions"

    def __init__(self, routes: dict[str, dict[str, Any]], *, listed: dict[str, Any] | None = None, **how):
        entry = {"id": "small", "object": "model", "owned_by": "someone"} | (listed or {})
        super().__init__(
            {"/api/version": UNKNOWN, "/api/tags": UNKNOWN, "/api/show": UNKNOWN, "/v1/models": models(entry)}
            | routes,
            **how,
        )


def models(*entries: dict[str, Any]) -> dict[str, Any]:
    return said({"object": "list", "data": list(entries)})


def said(body: Any, status: int = 200) -> dict[str, Any]:
    return reply(json.dumps(body, ensure_ascii=False), status=status, content_type="application/json")


def stream(*events: Any, done: bool = True) -> dict[str, Any]:
    lines = [f"data: {json.dumps(event, ensure_ascii=False)}\n\n" for event in events]
    return reply(*lines, *(["data: [DONE]\n\n"] if done else []), content_type="text/event-stream")


def delta(text: str | None = None, finish: str | None = None, **fields: Any) -> dict[str, Any]:
    return _event([{"index": 0, "delta": {"content": text} | fields, "finish_reason": finish}])


def usage(prompt: int, answer: int) -> dict[str, Any]:
    counts = {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
    return _event([]) | {"usage": counts}


def _event(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "small", "choices": choices}

"""What decided the answers of a run, so that two runs can be told apart: settings, prompts, models, index, code, machine."""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import SecretStr

import prompts
from eval.machine import machine
from rag.catalog import Catalog
from rag.errors import EvaluationError
from rag.settings import Settings

NOT_DECISIVE = frozenset(
    {
        "data", "chroma_url", "chroma_token", "llm_url", "llm_key", "llm_timeout_s", "keep_originals", "keep_answers_days", "keep_audit_days", "session_days", "session_idle_hours", "keep_alive", "allow_remote", "slack_bot_token",
        "slack_app_token", "slack_signing_secret", "slack_rules", "slack_url", "web_url", "bench",
        "questions_a_minute",
        "oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_scopes", "oidc_name_claim", "oidc_groups_claim",
        "proxy_user_header", "proxy_groups_header", "proxy_trusted", "sign_on_admin_group", "sign_on_editor_group",
        "log_format", "log_level", "log_questions", "otel_url",
    }
)  # fmt: skip
"""Settings that change no answer; any other counts, so that a new one is never forgotten."""
_CODE = ("rag", "prompts", "eval")
"""Packages that a run goes through; what `ingest` did is in the index, and `ui` only shows."""
_CODE_ENDINGS = (".py", ".md", ".json", ".npz")
_NOT_CODE = (
    "prompts/*.md",
    "prompts/judge",
    "prompts/draft",
    "eval/data",
    "eval/report",
    "eval/judge",
    "eval/draft",
)
"""Prompts and sets are told apart; the others only read what a run has written, or make what it will ask."""
_DOCUMENT_FIELDS_LEFT_OUT = frozenset({"source", "start_line", "end_line", "editor_note"})
"""Where a document was read from; no answer depends on it."""


def provenance(settings: Settings, model: str | None = None) -> dict[str, object]:
    """Return everything that decides the answers of a system over a collection, as JSON without secrets.

    Args:
        settings: Of the collection and its models.
        model: `scripted:NAME` or `gguf:PATH`, when such a model writes; None for the one of the settings.

    Raises:
        EmptyCollection: There is no collection.
        ModelUnavailable: The model is not there.
        EvaluationError: The file of a model cannot be read.
    """
    embedder = _embedder(settings)
    return {
        "settings": decisive_settings(settings),
        "prompts": _prompts(),
        "model": _model(settings, model),
        "embedder": embedder,
        "reranker": _reranker(settings, embedder),
        "index": index_facts(settings.data),
        "code": code_facts(),
        "checkout": checkout(),
        "machine": machine(settings.threads),
    }


def decisive_settings(settings: Settings) -> dict[str, object]:
    """Return the settings that can change an answer."""
    values = ((name, getattr(settings, name)) for name in type(settings).model_fields)
    return {
        name: value if isinstance(value, bool | int | float | None) else str(value)
        for name, value in values
        if name not in NOT_DECISIVE and not isinstance(value, SecretStr)
    }


def index_facts(data: Path) -> dict[str, object]:
    """Return how many documents and clauses a collection holds, how they were made, and a hash of all that counts of them.

    The hash is the same after the same files are taken in anew, wherever they lie.

    Raises:
        EmptyCollection: There is no collection.
        CollectionMismatch: It was written in another format.
    """
    with closing(Catalog(data)) as catalog:
        parsers = sorted({state.parser for state in catalog.files().values()})
        made = {"template": catalog.get("template"), "parser": ", ".join(parsers)}
        documents = sorted(catalog.documents(), key=lambda document: document.document_id)
        found = hashlib.sha256(_line(made))
        clauses = 0
        for document in documents:
            fields = {
                name: getattr(document, name)
                for name in type(document).__dataclass_fields__
                if name not in _DOCUMENT_FIELDS_LEFT_OUT
            }
            found.update(_line(fields))
            for clause in catalog.each_clause(document.document_id):
                # The text itself, not only its `text_hash`: paragraphs decide pinpoints.
                found.update(_line([clause.clause_id, clause.headings, clause.text]))
                clauses += 1
    return {"hash": found.hexdigest()[:16], "documents": len(documents), "clauses": clauses, **made}


@cache
def code_facts() -> dict[str, str]:
    """Return the distribution's version and a hash of the sources that a run goes through, prompts and sets left out."""
    found = hashlib.sha256()
    for package in _CODE:
        for name, file in sorted(_sources(files(package), package)):
            found.update(f"{name}\0".encode() + file.read_bytes() + b"\0")
    try:
        distribution = version("policyqa")
    except PackageNotFoundError:
        distribution = "not installed"
    return {"version": distribution, "hash": found.hexdigest()[:16]}


@cache
def checkout() -> dict[str, object] | None:
    """Return the commit of the sources and whether they differ from it; None when they lie in no checkout of their own."""
    root = Path(str(files("eval"))).parent
    top = _git(root, "rev-parse", "--show-toplevel")
    # An environment may lie inside a checkout of something else.
    if top is None or Path(top) != root.resolve():
        return None
    changed = _git(root, "status", "--porcelain", "--", *_CODE, "ingest", "ui")
    return {"commit": _git(root, "rev-parse", "HEAD"), "dirty": changed is None or changed != ""}


def _prompts() -> dict[str, object]:
    found = sorted((p.name, p.read_bytes()) for p in files("prompts").iterdir() if p.name.endswith(".md"))
    return {
        "version": prompts.version(),
        "files": {name: hashlib.sha256(text).hexdigest()[:12] for name, text in found},
    }


def _model(settings: Settings, model: str | None) -> dict[str, object]:
    from rag.llm import choose_llm, ollama_status  # noqa: PLC0415

    if model is not None:
        kind, _, path = model.partition(":")
        if kind == "gguf":
            return {"name": f"gguf:{Path(path).name}", "digest": _file_digest(Path(path))}
        return {"name": model, "digest": None}
    name = choose_llm(settings).name
    served = name.partition("ollama:")[2]
    return {"name": name, "digest": ollama_status(settings).digest(served) if served else None}


def _embedder(settings: Settings) -> dict[str, object]:
    name = settings.embed_model
    if name == "bundled":
        return {"name": name, "digest": _bundled("clause_embed")}
    if name.startswith("ollama:"):
        from rag.llm import ollama_status  # noqa: PLC0415

        return {"name": name, "digest": ollama_status(settings).digest(name.removeprefix("ollama:"))}
    return {"name": name, "digest": None}


def _reranker(settings: Settings, embedder: dict[str, object]) -> dict[str, object]:
    """The bundled one has no weights of its own: it looks at single sentences with the embedder."""
    name = settings.rerank_model
    return {"name": name, "digest": embedder["digest"] if name == "bundled" else None}


@cache
def _bundled(folder: str) -> str:
    found = hashlib.sha256()
    for file in sorted(files("rag").joinpath("models", folder).iterdir(), key=lambda file: file.name):
        found.update(f"{file.name}\0".encode() + file.read_bytes())
    return found.hexdigest()


@cache
def _file_digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EvaluationError(
            f"Cannot read the model {path}: {error}",
            fix="correct --model gguf:PATH",
            chinese=(f"无法读取模型 {path}：{error}", "更正 --model gguf:PATH"),
        ) from error


def _sources(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        path = f"{name}/{entry.name}"
        if any(Path(path).match(pattern) for pattern in _NOT_CODE) or entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from _sources(entry, path)
        elif entry.name.endswith(_CODE_ENDINGS):
            yield path, entry


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git prints; None when there is no git or it refuses."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            ["git", *arguments],  # noqa: S607 - git as its user installed it
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()

"""What `doctor` finds."""

import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from ingest.comparison import compare
from rag.catalog import Catalog
from rag.errors import EmptyCollection, ModelError, PolicyQAError
from rag.llm import choose_llm
from rag.server.destination import is_near
from rag.settings import PREFIX, Settings
from ui.account.facts import account_facts, provider_outside
from ui.model_facts import model_facts
from ui.observation.receiver import check_receiver
from ui.observation.resources import disk, memory
from ui.record.health import answer_facts
from ui.vector_facts import vector_facts

_GB = 1e9
_MIN_DISK_GB = 1.0
_MIN_MEMORY_GB = 0.5
_SERVED = ("ollama:", "openai:")


@dataclass
class Diagnosis:
    """Facts by section, servers outside this machine, and problems with their fixes."""

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    destinations: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


def diagnose(settings: Settings) -> Diagnosis:
    """Look at everything that an administrator can set or mend; never raises for what it finds."""
    found = Diagnosis()
    found.facts["程序 program"] = {"policyqa": _version(), "python": sys.version.split()[0]}
    found.facts["设置 settings"] = {
        f"{PREFIX}{k.upper()}": _shown(v) for k, v in settings.model_dump().items() if v is not None
    }
    _model(settings, found)
    _destinations(settings, found)
    _collection(settings, found)
    _vectors(settings, found)
    _answers(settings, found)
    _accounts(settings, found)
    _memory(found)
    _disk(settings, found)
    return found


def _version() -> str:
    try:
        return version("policyqa")
    except PackageNotFoundError:
        return "not installed (checkout)"


def _shown(value: Any) -> str:
    return "****" if isinstance(value, SecretStr) else str(value)


def _model(settings: Settings, found: Diagnosis) -> None:
    facts: dict[str, Any] = {}
    found.facts["模型 model"] = facts
    try:
        facts |= model_facts(settings)
        choice = choose_llm(settings)
        facts["answers by"] = choice.name
        if choice.llm is not None:
            facts["context in use"] = f"{choice.llm.metadata.context_window} tokens"
        if choice.notice:
            facts["notice"] = choice.notice
    except PolicyQAError as error:
        if isinstance(error, ModelError):
            facts["answers by"] = "extracts, on the page and in Slack, until the model is there"
        found.problems.append((error.message, error.fix))


def _destinations(settings: Settings, found: Diagnosis) -> None:
    """Name each server outside this machine that questions or clauses go to, or that models come from."""
    models = {
        name
        for name in (settings.embed_model, settings.rerank_model)
        if name not in ("bundled", "none") and not name.startswith(_SERVED) and not Path(name).exists()
    }
    try:
        asks_server = settings.llm != "none" or settings.embed_model.startswith(_SERVED)
        if asks_server and settings.allow_remote and not is_near(settings.llm_url):
            found.destinations.append(f"{settings.llm_url} (questions and clauses)")
    except PolicyQAError as error:
        if (error.message, error.fix) not in found.problems:
            found.problems.append((error.message, error.fix))
    if settings.chroma_url and settings.allow_remote and not is_near(settings.chroma_url):
        found.destinations.append(f"{settings.chroma_url} (clauses, and the vectors of questions)")
    if provider := provider_outside(settings):
        found.destinations.append(provider)
    # An address with http:// is on this machine, or the setting would not take it.
    if settings.slack_bot_token is not None and settings.slack_url.startswith("https://"):
        found.destinations.append(
            f"{settings.slack_url} (by policyqa slack: answers to questions asked there, with what they quote)"
        )
    try:
        check_receiver(settings)
        if settings.otel_url is not None and not is_near(settings.otel_url):
            words = "with questions" if settings.log_questions else "without questions"
            found.destinations.append(f"{settings.otel_url} (traces of answers, {words})")
    except PolicyQAError as error:
        found.problems.append((error.message, error.fix))
    found.destinations.extend(f"https://huggingface.co (download of {name}, once)" for name in sorted(models))


def _answers(settings: Settings, found: Diagnosis) -> None:
    try:
        found.facts["回答 answers"] = answer_facts(settings)
    except PolicyQAError as error:
        found.facts["回答 answers"] = {}
        found.problems.append((error.message, error.fix))


def _accounts(settings: Settings, found: Diagnosis) -> None:
    facts: dict[str, Any] = {}
    found.facts["用户 accounts"] = facts
    try:
        account_facts(settings, facts)
    except PolicyQAError as error:
        found.problems.append((error.message, error.fix))


def _memory(found: Diagnosis) -> None:
    """Tell what this process, its container and the machine have; nothing where the system does not say it."""
    now = memory()
    facts: dict[str, Any] = {}
    found.facts["内存 memory"] = facts
    for name, value in (
        ("machine", now.machine),
        ("container limit", now.limit),
        ("container uses", now.used),
        ("free", now.free),
    ):
        if value is not None:
            facts[name] = f"{value / _GB:.1f} GB"
    if now.free is not None and now.free < _MIN_MEMORY_GB * _GB:
        found.problems.append(
            (
                f"Only {now.free / _GB:.1f} GB of memory are free; a page needs {_MIN_MEMORY_GB} GB.",
                "end other programs, or raise the limit of the container (APP_MEMORY in .env) or unit (MemoryMax)",
            )
        )


def _disk(settings: Settings, found: Diagnosis) -> None:
    now = disk(settings.data)
    found.facts["磁盘 disk"] = {"size": f"{now.total / _GB:.1f} GB", "free": f"{now.free / _GB:.1f} GB"}
    if now.free < _MIN_DISK_GB * _GB:
        found.problems.append(
            (
                f"Only {now.free / _GB:.1f} GB are free.",
                "make room on the disk, or move the data folder with --data",
            )
        )


def _vectors(settings: Settings, found: Diagnosis) -> None:
    """Say where the vectors are."""
    try:
        found.facts["向量 vectors"], problem = vector_facts(settings)
    except PolicyQAError as error:
        found.facts["向量 vectors"], problem = {}, (error.message, error.fix)
    if problem and problem not in found.problems:
        found.problems.append(problem)


def _collection(settings: Settings, found: Diagnosis) -> None:
    facts: dict[str, Any] = {"folder": str(settings.data.absolute())}
    found.facts["文件库 collection"] = facts
    try:
        catalog = Catalog(settings.data)
        facts["documents"] = len(catalog.documents())
        facts["clauses"] = catalog.count_clauses()
        facts["embedder"] = f"{catalog.get('embed_model')} ({catalog.get('dimension')})"
        if not facts["documents"]:
            raise EmptyCollection(
                "The collection holds no document.",
                fix="policyqa ingest PATH",
                chinese=("库中没有文件。", "policyqa ingest PATH"),
            )
        catalog.check_embedder(settings.embedder)
        state = compare(catalog, settings)
        facts["index"] = "sound" if state.is_sound else "differs from the catalog"
        if not state.is_sound:
            found.problems.append(("The indexes differ from the catalog.", "policyqa rebuild"))
    except PolicyQAError as error:
        found.problems.append((error.message, error.fix))

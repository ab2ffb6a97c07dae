"""Whether the collection can be searched, and whether the model's server answers: asked by whoever sends questions here."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.catalog import Catalog
from rag.errors import CollectionError, IndexDamaged, ModelError, PolicyQAError
from rag.schema import Question
from rag.settings import Settings
from ui.service import Assistant

_log = logging.getLogger(__name__)
_FRESH_S = 5.0
"""For so long a look holds: anybody may ask, and a look is a search."""
_HANGS_S = 30.0
"""A look that takes longer will not end: so do the questions of everybody."""
_MODEL_FRESH_S = 15.0
_MODEL_WAIT_S = 1.0
_ASKED = Question("数据")
Part = Literal["catalog", "index", "embedder", "search"]
Model = Literal["up", "down", "none"]


@dataclass(frozen=True, slots=True)
class State:
    """What a look found."""

    fault: Part | None
    """What cannot be used; None when the collection can be searched."""
    model: Model
    """`none` when answers are quoted without one; without its server they are refused or quoted, and searches go on."""


class Readiness:
    """Looks at an assistant now and then; may be asked by several threads."""

    def __init__(
        self,
        assistant: Assistant,
        settings: Settings | None,
        data: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Look at nothing yet.

        Args:
            assistant: As it is, not counted.
            settings: Name the model's server; None for none.
            data: The data folder, whose catalog is opened anew: a file that is gone can be read as long as it was open.
            clock: Counts seconds.
        """
        self._assistant, self._data, self._clock = assistant, data, clock
        self._looking = threading.Lock()
        self._looked: float | None = None
        self._since: float | None = None
        self._fault: Part | None = None
        self._model = _ModelWatch(settings, clock)

    def state(self) -> State:
        """Return what was found at most five seconds ago; nobody waits for a look of another's but the first time."""
        if self._looking.acquire(timeout=_HANGS_S if self._looked is None else 0):
            try:
                if self._looked is None or self._clock() - self._looked >= _FRESH_S:
                    self._since = self._clock()
                    self._note(_fault(self._assistant, self._data))
            finally:
                self._since = None
                self._looking.release()
        elif self._since is not None and self._clock() - self._since >= _HANGS_S:
            return State("search", "none")
        writes = self._assistant.notice("en") is None
        return State(self._fault, self._model.state() if writes else "none")

    def _note(self, found: tuple[Part, Exception] | None) -> None:
        fault = found[0] if found else None
        if found and fault != self._fault:
            why = f"{found[1].message} {found[1].fix}" if isinstance(found[1], PolicyQAError) else ""
            _log.error("not ready", extra={"fields": {"part": fault, "why": why or type(found[1]).__name__}})
        elif self._fault and not found:
            _log.info("ready again")
        self._fault, self._looked = fault, self._clock()


def _fault(assistant: Assistant, data: Path | None) -> tuple[Part, Exception] | None:
    """Read the catalog and search once; return what does not work, with the reason."""
    try:
        if data is not None:
            with closing(Catalog(data)) as catalog:
                _ = catalog.is_empty
        assistant.search(_ASKED, 1)
    except IndexDamaged as error:
        return "index", error
    except (CollectionError, sqlite3.Error, OSError) as error:
        return "catalog", error
    except ModelError as error:
        return "embedder", error
    except Exception as error:  # whatever it is, nobody can search
        return "search", error
    return None


class _ModelWatch:
    """Asks the model's server now and then, in a thread of its own."""

    def __init__(self, settings: Settings | None, clock: Callable[[], float]) -> None:
        self._settings, self._clock = settings, clock
        self._lock = threading.Lock()
        self._known = threading.Event()
        self._asked: float | None = None
        self._model: Model = "down"

    def state(self) -> Model:
        """Return what was found last; the first call waits a second for it at most."""
        settings = self._settings
        if settings is None or settings.llm == "none":
            return "none"
        with self._lock:
            if self._asked is None or self._clock() - self._asked >= _MODEL_FRESH_S:
                self._asked = self._clock()
                threading.Thread(target=self._look, args=(settings,), daemon=True, name="model watch").start()
        self._known.wait(_MODEL_WAIT_S)
        return self._model

    def _look(self, settings: Settings) -> None:
        from rag.llm import ollama_status, openai_server  # noqa: PLC0415 - LlamaIndex takes a second to import

        try:
            if settings.llm.startswith("openai:"):
                openai_server(settings)
                self._model = "up"
            else:
                self._model = "up" if ollama_status(settings).reachable else "down"
        except PolicyQAError:
            self._model = "down"
        finally:
            self._known.set()

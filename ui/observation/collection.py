"""Figures that are looked up whenever somebody reads the metrics: the collection, its index, the records, memory and disk."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from rag.catalog import Catalog
from rag.errors import PolicyQAError
from rag.generation import index_folder
from rag.record.recorder import product_version
from rag.records import Records, has_records
from ui.observation.readiness import Readiness
from ui.observation.resources import disk, memory


class CollectionFigures(Collector):
    """Looks them up; what cannot be read is left out."""

    def __init__(self, readiness: Readiness, data: Path | None) -> None:
        """Take what is looked at.

        Args:
            readiness: Of the assistant.
            data: The data folder; None for a page that keeps nothing.
        """
        self._readiness, self._data = readiness, data

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand: that would look everything up."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the figures."""
        about = GaugeMetricFamily("policyqa_info", "Always 1.", labels=["version"])
        about.add_metric([product_version()], 1)
        yield about
        state = self._readiness.state()
        yield _gauge("policyqa_ready", "1 when the collection can be searched.", float(state.fault is None))
        if state.model != "none":
            yield _gauge(
                "policyqa_model_up", "1 when the model's server answers.", float(state.model == "up")
            )
        yield from _memory()
        if self._data is not None:
            yield from _disk(self._data)
            with suppress(PolicyQAError, sqlite3.Error, OSError):
                yield from _catalog(self._data)
            with suppress(PolicyQAError, sqlite3.Error, OSError):
                yield from _records(self._data)


def _catalog(data: Path) -> Iterator[Metric]:
    with closing(Catalog(data)) as catalog:
        counts = catalog.clause_counts()
        newest = index_folder(data, catalog.generation)
    yield _gauge("policyqa_documents", "Documents of the collection.", len(counts))
    yield _gauge("policyqa_clauses", "Clauses of the collection.", sum(counts.values()))
    made = newest.stat().st_mtime
    yield _gauge(
        "policyqa_index_age_seconds",
        "Seconds since the newest indexes were made.",
        max(0.0, time.time() - made),
    )


def _records(data: Path) -> Iterator[Metric]:
    kept = 0
    if has_records(data):
        with closing(Records(data, patience_s=1.0)) as records:
            kept = records.count()
    yield _gauge("policyqa_answers_kept", "Answers among the records.", kept)


def _memory() -> Iterator[Metric]:
    found = memory()
    for name, text, value in (
        ("policyqa_memory_limit_bytes", "Of the container or unit.", found.limit),
        ("policyqa_memory_used_bytes", "Of that limit.", found.used),
        ("policyqa_memory_available_bytes", "What this process can still have.", found.free),
    ):
        if value is not None:
            yield _gauge(name, text, value)


def _disk(data: Path) -> Iterator[Metric]:
    with suppress(OSError):
        found = disk(data)
        yield _gauge("policyqa_disk_bytes", "Size of the file system of the data folder.", found.total)
        yield _gauge("policyqa_disk_free_bytes", "Free on the file system of the data folder.", found.free)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)

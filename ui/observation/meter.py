"""What is counted: Prometheus metrics of one process. No label holds anything that a person typed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from rag.errors import (
    AccessRefused,
    CollectionError,
    FilterError,
    ModelBroke,
    ModelError,
    PromptTooLong,
    QuestionError,
)
from rag.schema import Answer, Verdict

Way = Literal["web", "slack", "api", "mcp", "cli"]
Reason = Literal["question", "collection", "prompt_too_long", "model_broke", "model", "access", "bug"]
_REASONS: tuple[tuple[type[BaseException], Reason], ...] = (
    (QuestionError, "question"),
    (FilterError, "question"),
    (CollectionError, "collection"),
    (PromptTooLong, "prompt_too_long"),
    (ModelBroke, "model_broke"),
    (ModelError, "model"),
    (AccessRefused, "access"),
)
# Otherwise as many series again say when each figure began.
disable_created_metrics()  # type: ignore[no-untyped-call]
_BUCKETS_S = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320)
STAGES = ("search", "first_token", "whole")


def reason_of(error: BaseException) -> Reason:
    """Return which kind of failure an error is; `bug` for what nobody expected."""
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), "bug")


class Meter:
    """The figures of one process; may be used by several threads."""

    def __init__(self) -> None:
        """Begin at zero, in a registry of its own."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._asked = Counter(
            "policyqa_questions", "Questions that were begun to be answered.", ["way"], registry=self.registry
        )
        self._answers = Counter(
            "policyqa_answers", "Answers by verdict.", ["way", "verdict"], registry=self.registry
        )
        self._failed = Counter(
            "policyqa_questions_failed", "Questions without an answer, by why.", ["way", "reason"], registry=self.registry
        )  # fmt: skip
        self._stopped = Counter(
            "policyqa_questions_stopped",
            "Questions given up by whoever asked, or by the end of the process.",
            ["way"],
            registry=self.registry,
        )
        self._searches = Counter(
            "policyqa_searches", "Searches without an answer.", ["way"], registry=self.registry
        )
        self._seconds = Histogram(
            "policyqa_stage_seconds", "Seconds from the question on until a stage of an answer was reached; search: of the search alone.",
            ["stage", "writer"], buckets=_BUCKETS_S, registry=self.registry,
        )  # fmt: skip
        self._tokens = Counter(
            "policyqa_tokens", "Tokens that the model's server counted.", ["kind"], registry=self.registry
        )
        self._running = Gauge(
            "policyqa_answers_running", "Answers in the making.", ["way"], registry=self.registry
        )

    def begin(self, way: Way) -> None:
        """Show the figures of a way from now on, at zero: a figure that appears with its first failure is no rise to Prometheus."""
        for counter in (self._asked, self._stopped, self._searches, self._running):
            counter.labels(way)
        for verdict in get_args(Verdict):
            self._answers.labels(way, verdict)
        for reason in get_args(Reason):
            self._failed.labels(way, reason)

    def page(self) -> bytes:
        """Return all figures in Prometheus' text format."""
        return generate_latest(self.registry)

    @property
    def running(self) -> int:
        """How many answers are in the making."""
        return sum(int(sample.value) for metric in self._running.collect() for sample in metric.samples)

    @contextmanager
    def answering(self, way: Way) -> Iterator[None]:
        """Count a question, and that it is being answered as long as the block runs."""
        self._asked.labels(way).inc()
        with self._running.labels(way).track_inprogress():
            yield

    def answered(self, way: Way, answer: Answer) -> None:
        """Count an answer with its verdict, times and tokens."""
        self._answers.labels(way, answer.verdict).inc()
        writer = "extractive" if answer.usage is None else "model"
        for stage in STAGES:
            if stage in answer.seconds:
                self._seconds.labels(stage, writer).observe(answer.seconds[stage])
        if answer.usage:
            self._tokens.labels("prompt").inc(answer.usage.prompt_tokens or 0)
            self._tokens.labels("answer").inc(answer.usage.answer_tokens or 0)

    def failed(self, way: Way, error: BaseException) -> None:
        """Count a question that could not be answered."""
        self._failed.labels(way, reason_of(error)).inc()

    def stopped(self, way: Way) -> None:
        """Count a question that was given up."""
        self._stopped.labels(way).inc()

    def searched(self, way: Way) -> None:
        """Count a search."""
        self._searches.labels(way).inc()

    def waiting(self, count: Callable[[], int]) -> None:
        """Show how many questions wait for their turn; to be called once.

        Args:
            count: Asked whenever the figures are read.
        """
        Gauge(
            "policyqa_questions_waiting", "Questions that wait for their turn.", registry=self.registry
        ).set_function(count)

"""The register of what is measured: name → function of a case and an outcome.

Each gives a value with its reason, or None where it does not apply, which is not the same as 0. Values are shares in [0, 1],
except `answer_length`. A system that only finds has no verdict; then every metric that is not in `RETRIEVAL_METRICS` gives None.
"""

from collections.abc import Callable

from eval.cases import Case
from eval.metric.citation import citation_precision, citation_recall, quotations_verbatim, quotes_verbatim
from eval.metric.cost import answer_length
from eval.metric.facts import key_facts
from eval.metric.figures import numbers_right
from eval.metric.lists import list_complete
from eval.metric.notices import warnings_shown
from eval.metric.refusal import refusal_right
from eval.metric.retrieval import hit_at, mrr_at_10, ndcg_at_10, recall_at
from eval.metric.score import Score
from eval.metric.sentences import relevant_sentences
from eval.outcome import Outcome

Metric = Callable[[Case, Outcome], Score | None]

RETRIEVAL_METRICS: dict[str, Metric] = {
    "hit@1": hit_at(1),
    "hit@5": hit_at(5),
    "hit@10": hit_at(10),
    "recall@5": recall_at(5),
    "recall@10": recall_at(10),
    "mrr@10": mrr_at_10,
    "ndcg@10": ndcg_at_10,
}
"""Those that need only what was found."""

METRICS: dict[str, Metric] = {
    **RETRIEVAL_METRICS,
    "citation_recall": citation_recall,
    "citation_precision": citation_precision,
    "quotes_verbatim": quotes_verbatim,
    "quotations_verbatim": quotations_verbatim,
    "key_facts": key_facts,
    "relevant_sentences": relevant_sentences,
    "numbers_right": numbers_right,
    "list_complete": list_complete,
    "refusal_right": refusal_right,
    "warnings_shown": warnings_shown,
    "answer_length": answer_length,
}

"""The measures of a ranking of passages, computed by ir_measures (trec_eval's definitions)."""

from collections.abc import Mapping, Sequence

Scores = dict[str, dict[str, float]]
"""measure → id of the question → value in [0, 1]."""
RECALL_AT = (1, 3, 5, 10, 20, 30, 50, 100)
HIT_AT = (1, 5, 10)
DEPTH = 100
"""Most passages of one ranking that count."""


def score(
    rankings: Mapping[str, Sequence[str]], asked: Sequence[str], qrels: Mapping[str, frozenset[str]]
) -> Scores:
    """Score rankings by trec_eval's definitions.

    Args:
        rankings: qid → ids of passages, best first; of an id that comes twice the first counts. A question without a
            ranking counts 0.
        asked: qids that are averaged over; each has a passage that answers it.
        qrels: qid → ids of the right passages.

    Returns:
        measure → qid → value in [0, 1], for recall@k, hit@k (one right passage among the first k), mrr@10, ndcg@10 (binary
        gains) and map@100.
    """
    import ir_measures  # noqa: PLC0415
    from ir_measures import AP, RR, R, Success, nDCG  # noqa: PLC0415

    measures = {
        **{f"recall@{k}": R @ k for k in RECALL_AT},
        **{f"hit@{k}": Success @ k for k in HIT_AT},
        "mrr@10": RR @ 10,
        "ndcg@10": nDCG @ 10,
        "map@100": AP @ DEPTH,
    }
    names = {str(measure): name for name, measure in measures.items()}
    out: Scores = {name: dict.fromkeys(asked, 0.0) for name in measures}
    right = {qid: dict.fromkeys(qrels[qid], 1) for qid in asked}
    # trec_eval sorts by score, so the rank is given as one.
    run = {
        qid: {name: -float(rank) for rank, name in enumerate(dict.fromkeys(rankings.get(qid, ())))}
        for qid in asked
    }
    run = {qid: ranking for qid, ranking in run.items() if ranking}
    for value in ir_measures.iter_calc(list(measures.values()), right, run) if run else ():
        out[names[str(value.measure)]][value.query_id] = float(value.value)
    return out

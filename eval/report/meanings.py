"""What each metric means, in Chinese and English."""

METRIC_WORDS: dict[str, tuple[str, str, str]] = {
    "hit@1": ("首条命中", "第一条命中就是正确条款的题目比例。", "Share of questions whose first hit is a right clause."),
    "hit@5": ("前五命中", "前五条命中里有正确条款的题目比例。", "Share of questions with a right clause among the first five hits."),
    "hit@10": ("前十命中", "前十条命中里有正确条款的题目比例。", "Share of questions with a right clause among the first ten hits."),
    "recall@5": ("前五召回", "共同构成答案的条款，有多大比例在前五条命中里。", "Share of the clauses that answer together among the first five hits."),
    "recall@10": ("前十召回", "共同构成答案的条款，有多大比例在前十条命中里。", "Share of the clauses that answer together among the first ten hits."),
    "mrr@10": ("首个正确名次", "第一个正确条款名次的倒数；前十没有则为 0。", "One divided by the rank of the first right clause; 0 when it is not among the first ten."),
    "ndcg@10": ("排序质量", "前十条命中的排序质量，正确条款越靠前越高。", "How early the right clauses come among the first ten hits; 1 when all come first."),
    "citation_recall": ("引用召回", "应引条款中被回答引用的比例。", "Share of the right clauses that the answer cites."),
    "citation_precision": ("引用准确", "所引条款中正确的比例。", "Share of the cited clauses that are right."),
    "quotes_verbatim": ("引文逐字", "引文在所引条款中逐字存在的比例。", "Share of the citations whose quote stands letter by letter in its clause."),
    "quotations_verbatim": ("行文引语逐字", "回答正文里引号中的话在所引条款中逐字存在的比例。", "Share of the quotations in the answer's own text that stand in what it cites."),
    "key_facts": ("要点覆盖", "答案必须说到的要点，说到了多大比例。", "Share of the facts a right answer must state that it states."),
    "numbers_right": ("数字有据", "回答中的数字在所引条款中存在的比例。", "Share of the figures in the answer that stand in what it cites."),
    "relevant_sentences": ("切题句子", "有出处的句子中，出自正确条款或说出要点的比例。", "Of the sentences with a source, those from a right clause or with a key fact."),
    "list_complete": ("列举完整", "列举题中各项是否列全。", "For questions that ask for a list: the share of its items that the answer gives."),
    "refusal_right": ("拒答得当", "无答案的题拒答、有答案的题不拒答，即为 1。", "1 when an unanswerable question is refused, or an answerable one is not."),
    "warnings_shown": ("提示到位", "应给出的提示（草案、已失效等）给出的比例。", "Share of the warnings that are due (draft, expired, …) which the answer shows."),
    "answer_length": ("回答长度", "回答的字数，不含空白。", "Characters of the answer without blanks."),
    "seconds": ("整个回答", "整个回答的用时，越少越好。", "Seconds for the whole answer; less is better."),
    "first_seconds": ("第一个字", "出现第一个字的用时，越少越好。", "Seconds until the first word; less is better."),
    "prompt_tokens": ("提示词元", "模型读入的词元数。", "Tokens that the model read."),
    "answer_tokens": ("回答词元", "模型写出的词元数。", "Tokens that the model wrote."),
}  # fmt: skip
"""Chinese name, Chinese meaning and English meaning; in English a metric goes by its own name."""

"""Answers without a model, one file a kind of question: clauses whole, force, summaries, lists, comparisons."""

"""Finding clauses without a model, while the question is being typed."""

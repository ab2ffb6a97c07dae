"""What a model reads: the clauses that were found, what belongs to them, and the prompt around them."""

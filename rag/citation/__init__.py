"""Which words of the clauses go into an answer or a prompt."""

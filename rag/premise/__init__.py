"""What a question takes for granted, and the clauses contradict."""

"""What in a sentence of an answer does not stand in the clauses that it cites."""

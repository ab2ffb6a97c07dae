"""A document's lines into clauses: labels, torn lines, schemes, units."""

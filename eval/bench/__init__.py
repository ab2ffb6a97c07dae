"""How well clauses are found: the product's search and its parts over questions whose right clauses are known."""

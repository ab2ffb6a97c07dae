"""From files to documents and clauses in the collection."""

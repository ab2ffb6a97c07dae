"""What a clause says of other clauses and documents, and how the words are read."""

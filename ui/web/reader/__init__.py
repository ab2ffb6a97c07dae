"""The library: the collection's documents, one of them clause by clause, and two of them side by side."""

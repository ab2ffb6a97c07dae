"""Retrieval and answering over a collection of policy clauses."""

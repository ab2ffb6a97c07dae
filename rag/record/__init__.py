"""The parts of `rag.records`: what is kept of an answer, how it is stored, chosen, compared and forgotten."""

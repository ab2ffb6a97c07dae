"""The line in which questions wait, and what became of each."""

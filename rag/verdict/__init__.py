"""Whether what was found answers the question."""

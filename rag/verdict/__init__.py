"""Whether the evidence answers the question, and whether it is in force."""

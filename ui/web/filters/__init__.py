"""What a visitor limits questions and searches to, and what of the reading of a question is left alone."""

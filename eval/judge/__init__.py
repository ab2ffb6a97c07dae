"""Judges: language models that mark answers by a written rubric, kept apart from the metrics, and how far to trust their marks."""

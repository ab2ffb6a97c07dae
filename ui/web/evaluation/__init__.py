"""Runs of the question sets, on the page."""

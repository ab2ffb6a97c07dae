"""Answers that need no search: to small talk, and about the collection itself."""

"""A kept answer as a file for others: Markdown and Word, with a footnote for each source."""

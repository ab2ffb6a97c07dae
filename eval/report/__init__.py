"""What a person or a program reads about a run: figures, Markdown, JSON and one HTML page."""

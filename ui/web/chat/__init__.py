"""Questions, answers and what becomes of them on the page."""

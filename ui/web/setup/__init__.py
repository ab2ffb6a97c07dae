"""What is in force, on the page."""

"""Questions proposed for one's own set, decided one by one at a terminal."""

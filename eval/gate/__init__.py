"""Whether answers have become worse than a committed baseline, question by question."""

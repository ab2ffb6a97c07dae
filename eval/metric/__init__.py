"""What is measured: pure functions of a case and an outcome, one file a subject."""

"""The markers of an answer, the statements that they stand in, and an answer that is checked while it is written."""

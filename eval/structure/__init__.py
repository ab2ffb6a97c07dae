"""How well texts are divided, against truth that was made by hand and public records."""

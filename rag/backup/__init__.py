"""A collection in one file, taken while it is in use, and brought back."""

"""Documents in .zip files."""

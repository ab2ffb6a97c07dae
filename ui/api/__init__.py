"""The HTTP API, by which other front ends and programs ask, search and read."""

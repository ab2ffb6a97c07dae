"""A set of one's own: questions proposed from a collection, tables, feedback, and where the set is kept."""

"""The tab on which editors keep the collection: files to add, sources that are in it, and what has changed."""

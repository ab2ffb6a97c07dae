"""The inside of a web page: its charset, its blocks of text, and which of them are the document."""

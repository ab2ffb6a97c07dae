"""The inside of a .docx file: its parts, styles, generated numbers, and the text in print order."""

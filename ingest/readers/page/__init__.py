"""A page as positioned pieces of text, whatever they came from, and how pages become paragraphs.

`glyphs` and `ocr` make pieces; `furniture` takes running heads out, `columns` finds the reading order, `flow` the
paragraphs. Lengths are in points or pixels, always of the page's own unit; y grows downwards.
"""

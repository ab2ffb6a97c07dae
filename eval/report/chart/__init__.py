"""Small charts as SVG inside a page."""

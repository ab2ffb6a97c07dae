"""A vector compared with many rows, whichever of them a filter leaves."""

import numpy as np

from rag.chunk import scan


def test_the_short_spans_that_a_filter_leaves_are_gone_through_in_few_pieces():
    spans = [(start, start + 40) for start in range(0, 100_000, 50)]
    pieces = list(scan._pieces(spans))
    rows = [sum(last - first for first, last in piece) for piece in pieces]
    assert rows == [scan._PIECE, scan._PIECE, 80_000 - 2 * scan._PIECE]
    assert np.array_equal(scan.rows_of(span for piece in pieces for span in piece), scan.rows_of(spans))


def test_every_product_is_the_same_in_whatever_spans_its_row_stands():
    rng = np.random.default_rng(7)
    vectors, asked = (rng.standard_normal(shape, np.float32) for shape in ((70_000, 32), 32))
    whole = scan.products(vectors, asked, [(0, 70_000)])
    spans = [(start, start + 7) for start in range(0, 69_990, 10)]
    assert np.array_equal(scan.products(vectors, asked, spans), whole[scan.rows_of(spans)])

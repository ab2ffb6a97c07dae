"""The parts that readers of pages share: characters into lines, widths of punctuation, names of pages."""

import pytest

from ingest.readers.page.columns import Block
from ingest.readers.page.furniture import without_furniture
from ingest.readers.page.glyphs import Glyph, pieces_of, readable, share_unreadable
from ingest.readers.page.grids import Box, grid_of
from ingest.readers.page.margins import placed
from ingest.readers.page.sheet import Line, Piece, Sheet, joined, units
from ingest.readers.page.widths import wide_punctuation
from ingest.readers.remarks import on_pages


def glyphs(text, size=10.0, gap=0.0, y=100.0):
    """Characters side by side, blanks as wide as half a character, with an extra gap before each |."""
    found, x = [], 50.0
    for character in text:
        if character == "|":
            x += gap * size
            continue
        width = size * units(character)
        found.append(Glyph(character, x, x + width, y, size))
        x += width
    return found


@pytest.mark.parametrize(
    ("text", "gap", "expected"),
    [
        pytest.param("数据资源", 0, ["数据资源"], id="Chinese"),
        pytest.param("数|据", 0.15, ["数据"], id="a justified line"),
        pytest.param("数|据", 0.6, ["数 据"], id="a gap that is printed"),
        pytest.param("第一条|为了", 1.0, ["第一条", "为了"], id="a gap as wide as a character"),
        pytest.param("第一章 总则", 0, ["第一章 总则"], id="a blank in Chinese"),
        pytest.param("2024|年", 0.25, ["2024年"], id="Chinese and Latin set apart by the program"),
        pytest.param("data governance", 0, ["data governance"], id="Latin with a blank"),
        pytest.param("data|governance", 0.3, ["data governance"], id="Latin with a gap only"),
    ],
)
def test_a_blank_is_kept_where_it_is_printed(text, gap, expected):
    assert [piece.text for piece in pieces_of(glyphs(text, gap=gap))] == expected


def test_lines_are_parted_by_their_baselines_and_a_raised_mark_stays_on_its_line():
    raised = Glyph("①", 91, 96, 96, 6.0)
    pieces = pieces_of([*glyphs("数据资源", y=100), *glyphs("目录", y=118), raised])
    assert [piece.text for piece in pieces] == ["数据资源①", "目录"]


@pytest.mark.parametrize(
    ("character", "expected"),
    [
        ("⻓", "长"),
        ("⼈", "人"),
        ("⼾", "户"),
        ("ﬁ", "fi"),
        ("\uf06c", "•"),
        ("(cid:12)", "\ufffd"),
        ("，", "，"),
        ("Ａ", "Ａ"),
    ],
)
def test_a_character_is_read_as_it_looks(character, expected):
    assert readable(character) == expected


@pytest.mark.parametrize(
    ("texts", "least", "most"),
    [
        pytest.param(list("数据资源 "), 0, 0, id="text"),
        pytest.param(["(cid:1)", "(cid:2)", "据", " "], 0.6, 0.7, id="codes"),
        pytest.param(list("ÖÐ»ªÈËÃñ¹²ºÍ¹ú"), 0.9, 1, id="bytes of GBK taken for Latin"),
        pytest.param(list("25°C ± 2"), 0, 0, id="signs"),
        pytest.param([], 0, 0, id="nothing"),
    ],
)
def test_text_without_meaning_is_found(texts, least, most):
    assert least <= share_unreadable(texts) <= most


@pytest.mark.parametrize(
    ("seen", "printed"),
    [
        ("数据,包括:个人;企业", "数据，包括：个人；企业"),
        ("第一条(试行)", "第一条（试行）"),
        ("（一)数据", "（一）数据"),
        ("不少于1,000个,上午10:30", "不少于1,000个，上午10:30"),
        ("GB/T(2020)", "GB/T(2020)"),
        ("according to law, data", "according to law, data"),
        ("目的;", "目的；"),
        ("《数据安全法》,制定", "《数据安全法》，制定"),
    ],
)
def test_recognised_punctuation_is_wide_beside_chinese(seen, printed):
    assert wide_punctuation([seen]) == [printed]


def test_a_page_that_shows_only_half_width_brackets_keeps_them():
    lines = [f"({n})数据，包括：个人数据;" for n in "一二三四五六"]
    assert wide_punctuation(lines) == [line.replace(";", "；") for line in lines]


def test_one_full_width_bracket_tells_that_all_are():
    lines = [f"({n})数据" for n in "一二三四五六"]
    assert wide_punctuation([*lines, "（七）数据"])[0] == "（一）数据"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("公共数", "据资源", "公共数据资源"),
        ("data gover-", "nance", "data governance"),
        ("GB/T 35273-", "2020", "GB/T 35273-2020"),
        ("personal", "information", "personal information"),
        ("2024", "年", "2024年"),
    ],
)
def test_lines_are_joined_as_words_need(before, after, expected):
    assert joined(before, after) == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([3], ("page 3: torn", "第3页：破损")),
        ([3, 4, 5, 9], ("pages 3-5, 9: torn", "第3-5、9页：破损")),
        ([1, 3], ("pages 1, 3: torn", "第1、3页：破损")),
    ],
)
def test_pages_are_named_shortly(numbers, expected):
    remark = on_pages(numbers, "torn", "破损")
    assert (remark.en, remark.zh) == expected


def row(text, y, size=10.0, x=100.0):
    return Piece(text, x, x + size * units(text), y, y + size, size)


def page(number, *rows):
    body = [row("为了规范公共数据的管理，制定本办法，" * 2, 100 + 18 * i) for i in range(30)]
    return Sheet(number, 595, 842, (*rows, *body))


def left_over(*sheets):
    kept, words = without_furniture(sheets)
    body = page(0).pieces[0].text
    return [p.text for sheet in kept for p in sheet.pieces if p.text != body], words


def test_a_recognised_head_may_differ_in_letters_from_page_to_page():
    heads = [
        "某市人民政府公报2024年",
        "某市人民政府公报2024年",
        "某巿人民政府公报2024年",
        "某市入民政府公报2024年",
    ]
    sheets = [page(n, row(head, 40, 9)) for n, head in enumerate(heads, 1)]
    recognised = [Sheet(s.number, s.width, s.height, s.pieces, recognised=True) for s in sheets]
    assert left_over(*recognised)[0] == []


def test_small_print_far_up_on_a_single_page_is_a_head():
    assert left_over(page(1, row("某市人民政府公报", 40, 8))) == ([], ("某市人民政府公报",))


def test_the_only_line_of_a_page_is_no_head():
    last = Sheet(2, 595, 842, (row("用本办法。", 40, 8),))
    assert left_over(page(1), last)[0] == ["用本办法。"]


def test_a_large_line_far_up_on_a_single_page_is_no_head():
    assert left_over(page(1, row("某市公共数据管理办法", 40, 16)))[0] == ["某市公共数据管理办法"]


def test_a_number_that_is_no_page_number_stays():
    sheets = [page(n, row(year, 100 + 18 * 30)) for n, year in ((1, "2021"), (2, "1998"))]
    assert left_over(*sheets)[0] == ["2021", "1998"]


def test_an_article_at_the_same_place_of_two_pages_stays():
    sheets = [page(n, row(f"第{n}条 略", 60)) for n in (1, 2, 3)]
    assert left_over(*sheets)[0] == ["第1条 略", "第2条 略", "第3条 略"]


def boxes(*rows):
    return [
        Box(100 * c, 100 * c + 100 * wide, 20 * r, 20 * r + 20 * tall, (row(text, 20 * r + 5, x=100 * c + 5),) if text else ())
        for r, cells in enumerate(rows)
        for c, text, wide, tall in cells
    ]  # fmt: skip


def test_a_merged_cell_stands_once_and_leaves_an_empty_one_in_the_rows_that_it_reaches_into():
    grid = grid_of(
        boxes([(0, "类别", 1, 2), (1, "方式", 2, 1)], [(1, "接口", 1, 1), (2, "文件", 1, 1)]), tolerance=3
    )
    assert [[cell.text for cell in row] for row in grid.rows] == [["类别", "方式"], ["", "接口", "文件"]]


def test_a_frame_round_text_is_no_table():
    assert (
        grid_of(boxes([(0, "为了规范公共数据的管理", 1, 1)], [(0, "制定本办法", 1, 1)]), tolerance=3) is None
    )


def _block(*places):
    lines = (Line("字", x0, x1, 100 + 24 * n, 114 + 24 * n, 14) for n, (x0, x1) in enumerate(places))
    return Block(tuple(lines), page=1)


def test_the_margins_of_a_block_of_first_lines_are_those_of_a_block_with_other_lines():
    text = _block((108, 508), (78, 388), (108, 216), (108, 300), (108, 216), (78, 204))
    firsts = _block((108, 216), (108, 473), (108, 228), (108, 441))
    other = _block((300, 420), (300, 410))
    found = placed([text, firsts, other], {1: 595})
    assert (found[1][0].left, found[1][0].right) == (78, 517)
    assert not found[1][1].reaches_margin_before("二")
    # Further in than a first line: a column of its own.
    assert found[2][0].left == 300


def test_a_block_alone_keeps_its_own_left_margin():
    (found,) = placed([_block((108, 216), (108, 473))], {1: 595})
    assert found[0].left == 108

"""Scans and pictures: the same clauses as from markdown; turned, transparent, long and broken pictures."""

import importlib.util
import io

import pytest
from fakes_print import HEIGHT, LAW, TITLE, Press, markdown, pdf, pictures
from PIL import Image
from pypdfium2 import PdfDocument
from remarks_of import remarks_of

from ingest.documents import parse
from ingest.readers.image import read
from ingest.readers.page import ocr
from ingest.readers.pdf import read as read_pdf
from rag.errors import UnreadableFile
from rag.schema import Source
from rag.text import bare

SHORT = [
    ("text", "第一条　为了规范公共数据管理，制定本办法。"),
    ("text", "第二条　本办法自2024年5月1日起施行。"),
]
SHORT_LINES = ["第一条为了规范公共数据管理,制定本办法。", "第二条本办法自2024年5月1日起施行。"]


def clauses(lines, name="办法.pdf"):
    _, documents = parse(Source(name=name, sha256="0", lines=tuple(lines), whole_paragraphs=True))
    return {c.locator: bare(c.text) for d in documents for c in d.clauses}


def mistakes(expected, found):
    """The number of characters to insert, leave out or change."""
    row = list(range(len(found) + 1))
    for at, a in enumerate(expected, 1):
        before, row[0] = row[0], at
        for i, b in enumerate(found, 1):
            before, row[i] = row[i], min(row[i] + 1, row[i - 1] + 1, before + (a != b))
    return row[-1]


def slip(dpi=100):
    """A picture of two short articles."""
    page = pictures(Press(left=40, top=20).law(SHORT), dpi)[0]
    return page.crop((0, 0, page.width, round(110 * dpi / 72)))


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """A law of two pages, scanned at 150 dpi, a little askew, with noise, as a PDF without text."""
    pages = pictures(Press().law().margins("某市人民政府公报"), dpi=150, degrees=0.6, noise=8)
    path = tmp_path_factory.mktemp("scan") / "办法.pdf"
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=150, quality=70)
    return read_pdf(path)


def test_a_scanned_law_has_the_clauses_of_its_markdown(scanned):
    expected, found = clauses(markdown(), "办法.md"), clauses(scanned.lines)
    assert list(found) == list(expected)
    wrong = sum(mistakes(text, found[locator]) for locator, text in expected.items())
    assert wrong <= 0.02 * sum(map(len, expected.values()))


def test_a_scan_says_which_pages_were_recognised_and_what_was_left_out(scanned):
    assert remarks_of(scanned) == ("pages 1-2: read by OCR", "left out as running heads: “某市人民政府公报”")
    assert scanned.lines[0] == f"# {TITLE}"
    assert scanned.pages[0] == (1, 1)
    assert scanned.pages[-1] == (2, 2)
    assert scanned.whole_paragraphs


def test_a_paragraph_goes_on_from_a_page_with_text_to_a_scanned_one(tmp_path):
    press = Press(top=40, bottom=HEIGHT - 140).law(LAW[3:5])  # Four lines a page.
    text, scan = press.pages[0], pictures(press, 100)[1]
    press.pages = [text]
    pdf(press, tmp_path / "甲.pdf")
    scan.save(tmp_path / "乙.pdf", resolution=100)
    with PdfDocument(tmp_path / "甲.pdf") as both, PdfDocument(tmp_path / "乙.pdf") as second:
        both.import_pages(second)
        both.save(tmp_path / "合.pdf")
    found = read_pdf(tmp_path / "合.pdf")
    assert [bare(line) for line in found.lines] == [bare(text) for _, text in LAW[3:5]]
    assert found.pages == ((1, 1), (1, 2))
    assert remarks_of(found) == ("page 2: read by OCR",)


def test_the_drawn_table_of_a_scan_becomes_rows(scanned):
    rows = [line for line in scanned.lines if line.startswith("|")]
    printed = next(text for kind, text in LAW if kind == "table")
    assert rows[:3] == ["| " + " | ".join(row) + " |" for row in printed[:3]]


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".webp", ".jpg"])
def test_a_picture_is_read(tmp_path, suffix):
    slip().save(tmp_path / f"条{suffix}")
    found = read(tmp_path / f"条{suffix}")
    assert [bare(line) for line in found.lines] == SHORT_LINES
    assert (found.encoding, found.pages, remarks_of(found)) == (
        "ocr",
        ((1, 1), (1, 1)),
        ("page 1: read by OCR",),
    )


def test_the_pages_of_a_tiff_are_pages(tmp_path):
    slip().save(tmp_path / "条.tif", save_all=True, append_images=[slip().convert("1")])
    found = read(tmp_path / "条.tif")
    assert [bare(line) for line in found.lines] == SHORT_LINES * 2
    assert found.pages == ((1, 1), (1, 1), (2, 2), (2, 2))


def test_a_photograph_is_turned_as_its_camera_noted(tmp_path):
    turned = slip().rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.save(tmp_path / "条.jpg", exif=exif)
    assert [bare(line) for line in read(tmp_path / "条.jpg").lines] == SHORT_LINES


@pytest.mark.parametrize("degrees", [90, 180])
def test_a_page_that_lies_on_its_side_or_head_is_turned(tmp_path, degrees):
    slip().rotate(degrees, expand=True).save(tmp_path / "条.png")
    assert [bare(line) for line in read(tmp_path / "条.png").lines] == SHORT_LINES


def test_black_on_transparent_is_read_on_white(tmp_path):
    ink = slip().point(lambda grey: 255 - grey)
    layered = Image.new("RGBA", ink.size, (0, 0, 0, 0))
    layered.putalpha(ink)
    layered.save(tmp_path / "条.png")
    assert [bare(line) for line in read(tmp_path / "条.png").lines] == SHORT_LINES


def test_a_scan_in_65536_greys_keeps_them_apart(tmp_path):
    deep = slip().convert("I").point(lambda grey: grey * 257)
    deep.convert("I;16").save(tmp_path / "条.tif")
    assert [bare(line) for line in read(tmp_path / "条.tif").lines] == SHORT_LINES


def test_a_picture_without_text_is_refused(tmp_path):
    Image.new("L", (300, 200), 255).save(tmp_path / "空.png")
    with pytest.raises(UnreadableFile, match=r"空\.png has no text that can be read") as caught:
        read(tmp_path / "空.png")
    assert caught.value.fix


def png():
    data = io.BytesIO()
    slip().save(data, "PNG")
    return data.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"hello" * 50, id="no picture"),
        pytest.param(png()[:2000], id="cut off"),
        pytest.param(png()[:60] + bytes(200) + png()[260:], id="overwritten"),
    ],
)
def test_a_damaged_picture_is_refused(tmp_path, data):
    (tmp_path / "坏.png").write_bytes(data)
    with pytest.raises(UnreadableFile, match=r"坏\.png is no picture, or damaged"):
        read(tmp_path / "坏.png")


@pytest.mark.parametrize("most", [1_000, 10_000], ids=["an error of Pillow", "a warning of Pillow"])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(tmp_path, monkeypatch, most):
    Image.new("L", (150, 100)).save(tmp_path / "大.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", most)
    with pytest.raises(UnreadableFile, match=r"大\.png has more than .* million pixels"):
        read(tmp_path / "大.png")


def test_without_ocr_a_picture_is_refused_with_the_command_that_installs_it(tmp_path, monkeypatch):
    slip().save(tmp_path / "条.png")
    monkeypatch.setattr(ocr, "find_spec", lambda name: None)
    with pytest.raises(UnreadableFile, match="OCR, which is not installed") as caught:
        read(tmp_path / "条.png")
    assert caught.value.fix == "pip install 'policyqa[ocr]'"


def test_models_come_from_the_package_and_are_never_downloaded(tmp_path, monkeypatch):
    assert importlib.util.find_spec("rapidocr") is not None
    monkeypatch.setattr(ocr, "files", lambda package: tmp_path)
    (tmp_path / "models").mkdir()
    with pytest.raises(UnreadableFile, match="rapidocr is installed without its model 'det'"):
        ocr.Recogniser()

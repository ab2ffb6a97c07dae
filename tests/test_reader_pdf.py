"""PDFs with a text layer: the same text as from markdown, whatever the layout; what is no text is left out."""

import logging

import pytest
from fakes_print import HEIGHT, LAW, TITLE, WIDTH, Press, canvas_of, markdown, pdf, wrapped
from PIL import Image
from remarks_of import remarks_of
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader

from ingest.documents import parse
from ingest.readers import pdf as reader
from ingest.readers.pdf import read
from rag.errors import UnreadableFile
from rag.schema import Source
from rag.text import bare

TORN = (
    "市大数据主管部门应当会同有关部门建立公共数据质量管理制度，定期对数据质量进行检查和评估，并将结果向社会公布。"
    * 3
)
LONG = LAW[:3] + [("text", f"第{n}条　{TORN}") for n in "一二三四五六七八九"]
SCAN_TEXT = "第一条　为了规范公共数据的管理，制定本办法。" * 8


def clauses(lines, name="办法.pdf"):
    _, documents = parse(Source(name=name, sha256="0", lines=tuple(lines), whole_paragraphs=True))
    return [(c.locator, bare(c.text)) for d in documents for c in d.clauses]


def lines_of(press, tmp_path, **options):
    return read(pdf(press, tmp_path / "办法.pdf", **options)).lines


@pytest.mark.parametrize(
    "press",
    [
        pytest.param(Press().law(), id="as offices set it"),
        pytest.param(Press(size=10.5, leading=14, left=100).law(), id="small print"),
        pytest.param(Press(size=16, leading=28, indent=0).law(), id="no indents"),
        pytest.param(Press(size=22, leading=38, left=60).law(), id="five pages"),
    ],
)
def test_a_law_from_pdf_has_the_clauses_of_its_markdown(tmp_path, press):
    lines = lines_of(press.margins("某市人民政府公报"), tmp_path)
    assert clauses(lines) == clauses(markdown(), "办法.md")


def test_text_in_two_columns_is_read_down_the_columns_under_its_title(tmp_path):
    press = Press(size=10.5, leading=18, left=70)
    press.law(LAW[:2]).into_columns(2)
    lines = lines_of(press.law(LAW[2:]).margins("某市人民政府公报"), tmp_path)
    assert clauses(lines) == clauses(markdown(), "办法.md")
    assert lines[0] == f"# {TITLE}"


def test_a_paragraph_torn_by_a_page_break_is_one_line_with_both_pages(tmp_path):
    found = read(pdf(Press(leading=30).law(LONG).margins(), tmp_path / "办法.pdf"))
    assert [bare(x) for x in found.lines] == [bare(x) for x in markdown(LONG[:1]) + [t for _, t in LONG[1:]]]
    assert found.whole_paragraphs
    assert found.encoding == "pdf"
    assert {(1, 1), (1, 2), (2, 2)} <= set(found.pages)


@pytest.mark.parametrize(
    "number", ["— {} —", "- {} -", "第 {} 页 共 2 页", "{}", "{}/2", "第{}页", "Page {} of 2", "·{}·"]
)
def test_page_numbers_of_two_pages_are_left_out(tmp_path, number):
    with_numbers = lines_of(Press().law(LONG).margins(number=number), tmp_path)
    assert with_numbers == lines_of(Press().law(LONG), tmp_path)


def test_running_heads_are_left_out_with_a_notice_also_where_pages_differ(tmp_path):
    press = Press(leading=30).law(LONG + [("text", f"第十{n}条　{TORN}") for n in "一二三四五六七"])
    assert len(press.pages) >= 5
    for at in range(1, len(press.pages)):
        press.words("网络数据文件汇编" if at % 2 else f"某市人民政府公报 2024年第{at}期", 250, 50, 9, page=at)
    found = read(pdf(press, tmp_path / "办法.pdf"))
    assert not [x for x in found.lines if "公报" in x or "汇编" in x]
    assert remarks_of(found) == (
        "left out as running heads: “网络数据文件汇编”, “某市人民政府公报 2024年第2期”",
    )


def test_text_that_only_repeats_at_the_top_of_pages_stays(tmp_path):
    press = Press(indent=0)
    for _ in range(3):
        press.paragraph("填表说明见本办法附件")
        for _ in range(3):
            press.paragraph(TORN)
        press.turn()
    lines = lines_of(press, tmp_path)
    assert sum("填表说明见本办法附件" in x for x in lines) == 3


def test_a_footnote_follows_the_paragraph_that_goes_on_over_the_page(tmp_path):
    press = Press(leading=30, bottom=140).law(LONG)
    press.pages[0].rules.append((80, HEIGHT - 130, 200, HEIGHT - 130))
    press.words("① 见《某市数据条例》第三条的规定。", 80, HEIGHT - 115, 9)
    press.words("② 见本市统计年鉴。", 80, HEIGHT - 100, 9)
    found = read(pdf(press, tmp_path / "办法.pdf"))
    notes = [i for i, x in enumerate(found.lines) if x.startswith(("①", "②"))]
    assert found.lines[notes[0]] == "① 见《某市数据条例》第三条的规定。"
    assert notes == [notes[0], notes[0] + 1]
    assert found.pages[notes[0] - 1] == (1, 2)
    assert found.lines[notes[0] - 1].endswith("向社会公布。")


def test_a_table_over_two_pages_goes_on_and_its_repeated_head_counts_once(tmp_path):
    press = Press()
    rows = [("序号", "任务", "单位")] + [(str(n), f"建设第{n}个平台", "市大数据局") for n in range(1, 9)]
    press.paragraph("任务分工如下：")
    press.table(rows[:5])
    press.turn()
    press.table([rows[0], *rows[5:]])
    press.paragraph("本表自印发之日起执行。")
    found = read(pdf(press.margins(), tmp_path / "分工.pdf"))
    table = ["| " + " | ".join(row) + " |" for row in rows]
    assert list(found.lines) == ["任务分工如下：", *table, "本表自印发之日起执行。"]
    assert found.pages[5:7] == ((1, 1), (2, 2))


def test_text_in_a_frame_is_text(tmp_path):
    press = Press()
    press.law(LAW[:6])
    press.page.rules.extend([(60, 70, 540, 70), (60, 780, 540, 780), (60, 70, 60, 780), (540, 70, 540, 780)])
    assert lines_of(press, tmp_path)[3].startswith("第一条 为了规范公共数据的管理")


def test_a_watermark_across_the_text_is_left_out_with_a_notice(tmp_path):
    found = read(pdf(Press().law(), tmp_path / "办法.pdf", watermark="内部资料"))
    assert clauses(found.lines) == clauses(markdown(), "办法.md")
    assert remarks_of(found) == ("pages 1-2: words across the text were left out: 内部资料",)


def overprinted(path, word, over_text):
    paper = canvas_of(path)
    for page in Press().law().pages:
        paper.setFillGray(0.8)
        paper.setFont("STSong-Light", 60)
        paper.drawString(180, HEIGHT - 400 if over_text else 20, word)
        paper.setFillGray(0)
        for printed in page.words:
            paper.setFont("STSong-Light", printed.size)
            paper.drawString(printed.x, HEIGHT - printed.y, printed.text)
        paper.showPage()
    paper.save()
    return read(path)


def test_large_light_words_behind_the_text_are_left_out_with_a_notice(tmp_path):
    found = overprinted(tmp_path / "办法.pdf", "内部资料", over_text=True)
    assert "内部资料" not in "".join(found.lines)
    assert remarks_of(found) == ("pages 1-2: words across the text were left out: 内部资料",)


def test_large_light_words_beside_the_text_stay(tmp_path):
    assert "内部资料" in "".join(overprinted(tmp_path / "办法.pdf", "内部资料", over_text=False).lines)


def test_the_filled_fields_of_a_form_are_noticed(tmp_path):
    paper = canvas_of(tmp_path / "表.pdf")
    paper.drawString(100, 700, "Name of the applicant")
    paper.acroForm.textfield(name="name", value="Wang", x=300, y=700, width=100, height=20)
    paper.save()
    assert remarks_of(read(tmp_path / "表.pdf")) == (
        "page 1: what was filled into forms or typed over the text was not read",
    )


def test_a_centred_title_of_two_lines_is_one_heading(tmp_path):
    press = Press()
    for line in ("某市人民政府办公厅关于印发", "某市公共数据管理办法的通知"):
        press.centred(line, 22)
    press.law(LAW[3:])
    lines = lines_of(press, tmp_path)
    assert lines[0] == "# 某市人民政府办公厅关于印发某市公共数据管理办法的通知"


def test_the_lines_of_a_hanging_list_belong_to_its_items(tmp_path):
    press = Press(left=90)
    press.law(LAW[3:7])
    items = ["1. " + TORN[:60] + "；", "2. 加强监督管理；", "● " + TORN[:50] + "。"]
    for item in items:
        for at, line in enumerate(wrapped(item, 29, 27)):
            press.line(line, shift=1.5 * press.size if at else 0)
    assert [bare(x) for x in lines_of(press, tmp_path)[-3:]] == [bare(x) for x in items]


def test_a_page_whose_text_lies_on_its_side_is_turned(tmp_path):
    paper = canvas_of(tmp_path / "横.pdf")
    paper.rotate(90)
    paper.setFont("STSong-Light", 12)
    for at, text in enumerate(("第一条　为了规范管理，制定本办法。", "第二条　本办法自发布之日起施行。")):
        paper.drawString(100, -100 - 20 * at, text)
    paper.save()
    assert read(tmp_path / "横.pdf").lines == (
        "第一条 为了规范管理，制定本办法。",
        "第二条 本办法自发布之日起施行。",
    )


def test_latin_words_keep_their_blanks_and_lose_the_hyphens_of_line_ends(tmp_path):
    press = Press(left=100)
    press.line("The characterization of interoperability, with the exact re-")
    press.line("quirements, is described in GB/T 35273-2020 and the standards")
    press.line("that it names.")
    assert lines_of(press, tmp_path) == (
        "The characterization of interoperability, with the exact requirements, is described in GB/T 35273-2020 and "
        "the standards that it names.",
    )


def test_characters_printed_twice_to_look_bold_count_once(tmp_path):
    press = Press()
    press.words("第一条　为了规范管理", 100, 100).words("第一条　为了规范管理", 100.4, 100.2)
    assert lines_of(press, tmp_path) == ("第一条 为了规范管理",)


def test_pdfminer_says_nothing(tmp_path, caplog):
    with caplog.at_level(logging.DEBUG):
        lines_of(Press().law(LAW[:4]), tmp_path)
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]


def raw(objects, trailer=b""):
    """A PDF of these objects, numbered from 1, the first of which is the catalog."""
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = trailer.replace(b"SELF", b"%d" % start)
    return out + b"trailer<</Size %d/Root 1 0 R %b>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        trailer,
        start,
    )


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>"
DEEP = [CATALOG, *(b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % n for n in range(3, 3003)), PAGE]
MANY = [CATALOG, b"<</Type/Pages/Kids[" + b"3 0 R " * 4000 + b"]/Count 4000>>", PAGE]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "is no PDF, or too damaged", id="empty"),
        pytest.param(b"hello" * 100, "is no PDF, or too damaged", id="no PDF"),
        pytest.param(
            raw([CATALOG, b"<</Type/Pages/Kids[]/Count 0>>"]), "is no PDF, or too damaged", id="no pages"
        ),
        pytest.param(
            raw([CATALOG, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"]), "has no pages", id="its own child"
        ),
        pytest.param(
            raw([CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"]),
            "has no pages",
            id="pages in a circle",
        ),
        pytest.param(
            raw([CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", PAGE], b"/Prev SELF"),
            "has no text that can be read",
            id="tables of objects in a circle",
        ),
        pytest.param(raw(DEEP), "is damaged: RecursionError", id="too deep"),
        pytest.param(raw(MANY), "has 4000 pages; a PDF may have 3000", id="too many pages"),
    ],
)
def test_a_damaged_pdf_is_refused_with_its_reason(tmp_path, data, message):
    path = tmp_path / "坏.pdf"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=f"坏.pdf {message}") as caught:
        read(path)
    assert caught.value.fix


def test_a_pdf_that_opens_only_with_its_password_is_refused(tmp_path):
    locked = StandardEncryption("password", "owner", strength=128)
    path = pdf(Press().law(LAW[:4]), tmp_path / "密.pdf", encrypt=locked)
    with pytest.raises(UnreadableFile, match=r"密\.pdf is encrypted and opens only with its password"):
        read(path)


def test_a_pdf_that_only_forbids_printing_and_copying_is_read(tmp_path):
    closed = StandardEncryption("", "owner", strength=128, canPrint=0, canCopy=0)
    paper = canvas_of(tmp_path / "a.pdf", encrypt=closed)
    paper.drawString(100, 700, "Measures for the Administration of Public Data")
    paper.save()
    assert read(tmp_path / "a.pdf").lines == ("Measures for the Administration of Public Data",)


def scan(path, hidden="", plain=""):
    """A page that is all picture, with hidden text under it, and a page of plain text after it."""
    paper = canvas_of(path)
    paper.drawImage(ImageReader(Image.new("L", (60, 84), 200)), 0, 0, WIDTH, HEIGHT)
    for mode, text in ((3, hidden), (0, plain)):
        words = paper.beginText(50, 700)
        words.setFont("STSong-Light", 12)
        words.setTextRenderMode(mode)
        for start in range(0, len(text), 40):
            words.textLine(text[start : start + 40])
        paper.drawText(words)
        if mode and plain:
            paper.showPage()
    paper.save()
    return path


def test_a_scan_without_ocr_is_refused_with_the_command_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "is_installed", lambda: False)
    with pytest.raises(UnreadableFile, match="has no text layer") as caught:
        read(scan(tmp_path / "扫描.pdf"))
    assert caught.value.fix == "pip install 'policyqa[ocr]'"


def test_scanned_pages_between_others_are_named_when_ocr_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "is_installed", lambda: False)
    found = read(scan(tmp_path / "扫描.pdf", plain=SCAN_TEXT))
    assert bare("".join(found.lines)) == bare(SCAN_TEXT)
    assert found.pages[0] == (2, 2)
    assert remarks_of(found) == (
        "page 1: no usable text layer, left out; to read them: pip install 'policyqa[ocr]'",
    )


def test_the_hidden_text_of_a_scan_is_used(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "is_installed", lambda: False)
    found = read(scan(tmp_path / "扫描.pdf", hidden=SCAN_TEXT))
    assert bare("".join(found.lines)) == bare(SCAN_TEXT)
    assert remarks_of(found) == ("page 1: scans with the text that another program recognised",)


def test_a_font_without_meaning_is_no_text(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "is_installed", lambda: False)
    content = b"BT /F 12 Tf 50 700 Td <" + b"".join(b"%04x" % n for n in range(0x100, 0x160)) + b"> Tj ET"
    font = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>"
    path = tmp_path / "乱码.pdf"
    path.write_bytes(
        raw(
            [
                CATALOG,
                b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
                b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
                b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]>>",
                font,
            ]
        )
    )
    with pytest.raises(UnreadableFile, match="has no text layer"):
        read(path)


def test_a_document_number_is_no_part_of_the_title_above_it(tmp_path):
    press = Press()
    press.centred("某市人民政府关于加强数据管理的通知", 22)
    press.centred("某政发〔2024〕5号", 22)
    for _ in range(3):
        press.paragraph(TORN)
    lines = lines_of(press, tmp_path)
    assert [x.lstrip("# ") for x in lines[:2]] == ["某市人民政府关于加强数据管理的通知", "某政发〔2024〕5号"]

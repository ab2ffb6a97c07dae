"""A small printing press: a law as pages of placed words, put on paper as PDF or as a picture.

It sets type as Chinese offices do: A4, first lines indented by two characters, no mark of punctuation at the start of
a line, running head and page number in the margins, paragraphs torn by page breaks wherever they come.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

WIDTH, HEIGHT = 595.0, 842.0
NOT_FIRST = "，。、；：？！）》”"
FONTS = Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/noto-cjk"), Path("/usr/share/fonts")

TITLE = "某市公共数据管理办法"
LAW = [
    ("title", TITLE),
    ("centred", "（2024年3月1日某市人民政府第12次常务会议通过）"),
    ("heading", "第一章　总则"),
    ("text", "第一条　为了规范公共数据的管理，促进公共数据的共享和开放，根据《中华人民共和国数据安全法》等法律、法规，结合本市实际，制定本办法。"),
    ("text", "第二条　本市行政区域内公共数据的归集、共享、开放和利用，适用本办法。"),
    ("text", "涉及国家秘密的公共数据，按照保守国家秘密的法律、法规执行。"),
    ("text", "第三条　市大数据主管部门负责统筹、指导和监督全市公共数据管理工作，履行下列职责："),
    ("text", "（一）拟定公共数据管理的政策和规划，经市人民政府批准后组织实施；"),
    ("text", "（二）建设和管理全市统一的公共数据平台，为各部门提供不少于1000个接口；"),
    ("text", "（三）法律、法规规定的其他职责。"),
    ("heading", "第二章　归集和共享"),
    ("text", "第四条　公共管理和服务机构应当按照公共数据目录，将本机构在依法履行职责过程中收集和产生的数据归集到市公共数据平台，并对数据的真实性、完整性和及时性负责；发现数据有误的，应当自发现之日起5个工作日内更正。"),
    ("text", "第五条　公共数据按照共享属性分为无条件共享、有条件共享和不予共享三类，各类数据的提供方式如下表所示："),
    ("table", [("类别", "提供方式", "办理时限"), ("无条件共享", "通过平台接口直接提供", "即时"), ("有条件共享", "经提供机构审核同意后提供", "5个工作日"), ("不予共享", "不提供，并说明法律依据", "—")]),
    ("text", "第六条　申请有条件共享数据的，提供机构应当自收到申请之日起5个工作日内答复；不同意的，应当说明理由和依据。"),
    ("text", "第七条　公共管理和服务机构通过共享获得的数据，应当按照申请的目的和范围使用，不得擅自扩大使用范围，不得用于商业目的，也不得提供给第三方。"),
    ("heading", "第三章　开放和利用"),
    ("text", "第八条　公共数据开放应当遵循需求导向、安全可控、分级分类的原则，优先开放与民生保障、城市治理和产业发展密切相关的数据。"),
    ("text", "第九条　鼓励自然人、法人和其他组织利用开放数据开展科学研究、产品开发和数据加工，依法享有由此产生的收益。"),
    ("text", "第十条　市大数据主管部门可以通过购买服务、举办大赛等方式，引导社会力量参与公共数据的开发利用。"),
    ("heading", "第四章　附则"),
    ("text", "第十一条　违反本办法第七条规定的，由市大数据主管部门责令改正；情节严重的，对直接负责的主管人员和其他直接责任人员依法给予处分。"),
    ("text", "第十二条　本办法自2024年5月1日起施行。"),
]  # fmt: skip


def markdown(law=LAW):
    """The lines of the law as a file of markdown."""
    lines = []
    for kind, text in law:
        if kind == "table":
            lines.extend("| " + " | ".join(row) + " |" for row in text)
        else:
            lines.append({"title": "# ", "heading": "## "}.get(kind, "") + text)
    return lines


@dataclass
class Word:
    x: float
    y: float
    """Of the baseline, from the top."""
    text: str
    size: float


@dataclass
class Page:
    words: list[Word] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)


def em(text):
    """The width of a text in characters."""
    return sum(0.5 if c.isascii() else 1 for c in text)


def wrapped(text, first, rest):
    """Break a text into lines of so many characters; numbers are not broken."""
    lines, line, room = [], "", first
    tokens = re.findall(r"[0-9A-Za-z]+|.", text)
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        need = em(token) + (1 if following and following in NOT_FIRST else 0)
        if line and em(line) + need > room and token not in NOT_FIRST:
            lines.append(line)
            line, room = "", rest
        line += token
    return [*lines, line]


class Press:
    """Sets paragraphs on pages; `columns` side by side."""

    def __init__(self, size=14.0, leading=24.0, top=90.0, bottom=90.0, left=80.0, indent=2):
        self.size, self.leading, self.left, self.indent = size, leading, left, indent
        self.top, self.bottom = top, HEIGHT - bottom
        self.pages = [Page()]
        self.y = top
        self.columns, self.column, self.column_top = 1, 0, top
        self.gutter = 2 * size

    @property
    def page(self):
        return self.pages[-1]

    @property
    def width(self):
        return (WIDTH - 2 * self.left - (self.columns - 1) * self.gutter) / self.columns

    @property
    def x(self):
        return self.left + self.column * (self.width + self.gutter)

    def turn(self):
        """Begin the next column, or the next page."""
        if self.column + 1 < self.columns:
            self.column, self.y = self.column + 1, self.column_top
            return
        self.pages.append(Page())
        self.column, self.y, self.column_top = 0, self.top, self.top

    def into_columns(self, count):
        self.columns, self.column, self.column_top = count, 0, self.y

    def line(self, text, shift=0.0, size=None):
        if self.y + self.leading > self.bottom + 0.1:
            self.turn()
        self.y += self.leading
        self.page.words.append(Word(self.x + shift, self.y, text, size or self.size))

    def paragraph(self, text):
        characters = int(self.width / self.size)
        for at, line in enumerate(wrapped(text, characters - self.indent, characters)):
            self.line(line, 0 if at else self.indent * self.size)

    def centred(self, text, size=None):
        size = size or self.size
        self.line(text, (self.width - em(text) * size) / 2, size)

    def table(self, rows):
        cell = self.width / len(rows[0])
        if self.y + (len(rows) + 1) * self.leading > self.bottom:
            self.turn()
        top = self.y + 0.5 * self.leading
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                y = top + (at + 0.7) * self.leading
                small = min(0.75 * self.size, (cell - 8) / 12)
                self.page.words.append(Word(self.x + column * cell + 4, y, text, small))
        end = top + len(rows) * self.leading
        for at in range(len(rows) + 1):
            y = top + at * self.leading
            self.page.rules.append((self.x, y, self.x + self.width, y))
        for at in range(len(rows[0]) + 1):
            self.page.rules.append((self.x + at * cell, top, self.x + at * cell, end))
        self.y = end

    def law(self, law=LAW):
        for kind, text in law:
            if kind == "title":
                self.y += self.leading
                self.centred(text, 1.5 * self.size)
                self.y += 0.5 * self.leading
            elif kind == "table":
                self.table(text)
            elif kind == "text":
                self.paragraph(text)
            else:
                self.centred(text)
        return self

    def margins(self, head="", number="— {} —"):
        """Print the running head and the number of every page."""
        for at, page in enumerate(self.pages, 1):
            if head:
                page.words.append(Word((WIDTH - em(head) * 9) / 2, 50, head, 9))
            if number:
                text = number.format(at)
                page.words.append(Word((WIDTH - em(text) * 10) / 2, HEIGHT - 50, text, 10))
        return self

    def words(self, text, x, y, size=None, page=0):
        """Print words at a place."""
        self.pages[page].words.append(Word(x, y, text, size or self.size))
        return self


def canvas_of(path, encrypt=None):
    """An empty PDF that can print Chinese, with a text layer, without any font file."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return canvas.Canvas(str(path), pagesize=(WIDTH, HEIGHT), encrypt=encrypt)


def pdf(press, path, watermark="", encrypt=None):
    """Print the pages into a PDF with a text layer."""
    paper = canvas_of(path, encrypt)
    for page in press.pages:
        for word in page.words:
            paper.setFont("STSong-Light", word.size)
            paper.drawString(word.x, HEIGHT - word.y, word.text)
        for x0, y0, x1, y1 in page.rules:
            paper.line(x0, HEIGHT - y0, x1, HEIGHT - y1)
        if watermark:
            paper.saveState()
            paper.translate(200, 300)
            paper.rotate(45)
            paper.setFillGray(0.8)
            paper.setFont("STSong-Light", 80)
            paper.drawString(0, 0, watermark)
            paper.restoreState()
        paper.showPage()
    paper.save()
    return path


def chinese_font():
    """The path of a font with Chinese characters; the test fails without one."""
    for folder in FONTS:
        found = sorted(folder.rglob("NotoS*CJK*Regular*.tt?")) + sorted(
            folder.rglob("NotoS*CJK*Regular*.otf")
        )
        if found:
            return found[0]
    pytest.fail("no Chinese font to print scans with; apt-get install fonts-noto-cjk")


def pictures(press, dpi=150, degrees=0.0, noise=0):
    """Print the pages as grey pictures, as a scanner sees them."""
    font, scale = str(chinese_font()), dpi / 72
    index = 2 if font.endswith(".ttc") else 0  # Simplified Chinese.
    found = []
    for page in press.pages:
        picture = Image.new("L", (round(WIDTH * scale), round(HEIGHT * scale)), 255)
        paper = ImageDraw.Draw(picture)
        for word in page.words:
            shape = ImageFont.truetype(font, round(word.size * scale), index=index)
            paper.text((word.x * scale, word.y * scale), word.text, fill=20, font=shape, anchor="ls")
        for rule in page.rules:
            paper.line([x * scale for x in rule], fill=30, width=2)
        picture = picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
        if noise:
            grain = np.random.default_rng(1).normal(0, noise, (picture.height, picture.width))
            grey = np.asarray(picture, dtype=np.float32) * 0.9 + 15 + grain
            picture = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
        found.append(picture)
    return found

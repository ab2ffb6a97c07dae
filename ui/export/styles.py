"""The look of an exported Word document: A4, Chinese and Latin fonts, page numbers, styles of footnotes."""

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import CharacterStyle
from docx.text.paragraph import Paragraph

from rag.text import Lang
from ui.record.labels import record_label

FOOTNOTE_TEXT, FOOTNOTE_REFERENCE = "FootnoteText", "FootnoteReference"
"""Ids of the styles, as Word gives them."""
_SERIF, _SANS = ("Times New Roman", "宋体"), ("Arial", "黑体")
_HEADINGS = {"Heading 1": 16, "Heading 2": 13, "Heading 3": 11}
_THEMES = ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme")


def set_up(document: Document, lang: Lang) -> None:
    """Prepare python-docx's empty document."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.8)
    section.top_margin = section.bottom_margin = Cm(2.5)
    _number_pages(section.footer.paragraphs[0], lang)
    _forget_theme(document)
    styles = document.styles
    for name, fonts, size in (
        ("Normal", _SERIF, 11),
        ("List Bullet", _SERIF, 11),
        *((name, _SANS, size) for name, size in _HEADINGS.items()),
    ):
        style = styles[name]
        if not isinstance(style, CharacterStyle):
            raise TypeError(f"python-docx's template has no style {name!r}")
        _set_fonts(style, fonts, size)
        if name in _HEADINGS:
            style.font.color.rgb = RGBColor(0, 0, 0)
    _add_footnote_styles(document)


def _add_footnote_styles(document: Document) -> None:
    text = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    text.base_style = document.styles["Normal"]
    text.paragraph_format.space_after = Pt(0)
    text.element.set(qn("w:styleId"), FOOTNOTE_TEXT)
    _set_fonts(text, _SERIF, 9)
    reference = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    reference.element.set(qn("w:styleId"), FOOTNOTE_REFERENCE)
    reference.font.superscript = True


def _set_fonts(style: CharacterStyle, fonts: tuple[str, str], size_pt: int) -> None:
    """A theme's font would win over the one that is named beside it."""
    latin, chinese = fonts
    style.font.name, style.font.size = latin, Pt(size_pt)
    named = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in _THEMES:
        named.attrib.pop(qn(theme), None)
    named.set(qn("w:eastAsia"), chinese)


def _forget_theme(document: Document) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for named in defaults.iter(qn("w:rFonts")):
        for theme in _THEMES:
            named.attrib.pop(qn(theme), None)
        for name, font in zip(("w:ascii", "w:hAnsi", "w:eastAsia"), (_SERIF[0], *_SERIF), strict=True):
            named.set(qn(name), font)
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _number_pages(footer: Paragraph, lang: Lang) -> None:
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run(record_label("page_of", lang))
    field = OxmlElement("w:fldSimple", {qn("w:instr"): "PAGE"})
    footer._p.append(field)
    footer.add_run(record_label("page_end", lang))

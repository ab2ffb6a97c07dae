"""Footnotes of a Word document, which python-docx 1.2 does not make: their part, its styles, and the references to it."""

from collections.abc import Sequence

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import etree

from rag.text import Lang
from ui.export.sheet import Sheet, Source, named
from ui.export.styles import FOOTNOTE_REFERENCE, FOOTNOTE_TEXT
from ui.record.labels import record_label

_RULES = ("separator", "continuationSeparator")
"""What Word draws above footnotes; their ids are -1 and 0."""
_NO_SPACE = '<w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'


class Footnotes:
    """The footnotes of one file: one a source, in the order of their first references."""

    indent = Cm(0.75)
    """How far the items of a numbered list hang."""

    def __init__(self, document: Document, sheets: Sequence[Sheet]) -> None:
        """Add nothing yet."""
        self._document = document
        self._sources = {source.number: (source, sheet.lang) for sheet in sheets for source in sheet.sources}
        self._referred: list[int] = []

    def refer(self, paragraph: Paragraph, number: int) -> None:
        """Put the reference [n] to a source at the end of a paragraph; a later one repeats the number of the first."""
        # Between brackets as on the screens: without its raised look, a bare number would join a figure before it.
        _raised(paragraph).text = "["
        if number in self._referred:
            self._repeat(paragraph, number)
        else:
            self._referred.append(number)
            run = _raised(paragraph)._r
            run.append(_element("w:footnoteReference", id=str(number)))
            run.addprevious(_element("w:bookmarkStart", id=str(number), name=_bookmark(number)))
            run.addnext(_element("w:bookmarkEnd", id=str(number)))
        _raised(paragraph).text = "]"

    def _repeat(self, paragraph: Paragraph, number: int) -> None:
        """A field, so that the number stays right when somebody adds a footnote before."""
        code = OxmlElement("w:instrText")
        code.set(qn("xml:space"), "preserve")
        code.text = f" NOTEREF {_bookmark(number)} \\f "
        for part in (_field("begin"), code, _field("separate")):
            _raised(paragraph)._r.append(part)
        _raised(paragraph).text = str(number)
        _raised(paragraph)._r.append(_field("end"))

    def attach(self) -> None:
        """Add the part with the notes that were referred to; nothing without any."""
        if not self._referred:
            return
        root = parse_xml(f"<w:footnotes {nsdecls('w', 'r')}/>")
        for note_id, rule in enumerate(_RULES, start=-1):
            root.append(
                parse_xml(
                    f'<w:footnote {nsdecls("w")} w:type="{rule}" w:id="{note_id}">'
                    f"<w:p>{_NO_SPACE}<w:r><w:{rule}/></w:r></w:p></w:footnote>"
                )
            )
        for number in self._referred:
            root.append(self._note(*self._sources[number]))
        part = self._document.part
        blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        notes = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, blob, part.package)
        part.relate_to(notes, RELATIONSHIP_TYPE.FOOTNOTES)
        self._announce()

    def _announce(self) -> None:
        """Word wants the ids of the rules among the settings, at their place in the sequence."""
        properties = OxmlElement("w:footnotePr")
        for note_id in ("-1", "0"):
            properties.append(_element("w:footnote", id=note_id))
        self._document.settings.element.find(qn("w:compat")).addprevious(properties)

    def _note(self, source: Source, lang: Lang) -> BaseOxmlElement:
        note = _element("w:footnote", id=str(source.number))
        lines = [source.name]
        lines += [f"“{quote}”" for quote in source.quotes]
        lines.append(record_label("semicolon", lang).join(source.details))
        lines += [named("warnings", warning, lang) for warning in source.warnings]
        for place, line in enumerate(lines):
            element = OxmlElement("w:p")
            note.append(element)
            paragraph = Paragraph(element, self._document.part)
            element.get_or_add_pPr().append(_element("w:pStyle", val=FOOTNOTE_TEXT))
            if place == 0:
                _raised(paragraph)._r.append(OxmlElement("w:footnoteRef"))
            paragraph.add_run(line if place else f" {line}")
        return note


def _raised(paragraph: Paragraph) -> Run:
    run = paragraph.add_run()
    run._r.get_or_add_rPr().append(_element("w:rStyle", val=FOOTNOTE_REFERENCE))
    return run


def _element(tag: str, **attributes: str) -> BaseOxmlElement:
    return OxmlElement(tag, {qn(f"w:{name}"): value for name, value in attributes.items()})


def _field(kind: str) -> BaseOxmlElement:
    return _element("w:fldChar", fldCharType=kind)


def _bookmark(number: int) -> str:
    return f"_RefSource{number}"

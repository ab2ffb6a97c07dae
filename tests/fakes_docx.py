"""Word documents of raw XML, as Word, WPS and LibreOffice store them."""

import zipfile

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = (
    f'xmlns:w="{_W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>
  <w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><w:basedOn w:val="a"/></w:style>
<w:style w:type="paragraph" w:styleId="a5"><w:name w:val="Title"/><w:basedOn w:val="a"/></w:style>
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/><w:basedOn w:val="a"/></w:style>
"""


def p(text="", style=None, num=None, level=0, more="", mark=""):
    """A paragraph of one run; `more` is further XML in it, `mark` properties of its end."""
    list_ = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>' if num is not None else ""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    end = f"<w:rPr>{mark}</w:rPr>" if mark else ""
    return f"<w:p><w:pPr>{styled}{list_}{end}</w:pPr>{r(text) if text else ''}{more}</w:p>"


def r(text, properties=""):
    """A run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def field(code, shown):
    """A field with its result."""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> {code} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{shown}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def tc(content, properties=""):
    """A cell of a table."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content if content.startswith('<w:') else p(content)}</w:tc>"


def table(*rows):
    """A table; each row a list of texts or cells."""
    cells = ("".join(c if c.startswith("<w:tc>") else tc(c) for c in row) for row in rows)
    return "<w:tbl><w:tblPr/>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def lvl(at, template, style="decimal", more=""):
    """A level of a list."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{template}"/></w:lvl>'
    )


def lists(*schemes, nums=None):
    """The numbering part: scheme i is numbered by list i + 1, unless `nums` says otherwise."""
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{at}">{levels}</w:abstractNum>' for at, levels in enumerate(schemes)
    )
    usual = "".join(
        f'<w:num w:numId="{at + 1}"><w:abstractNumId w:val="{at}"/></w:num>' for at in range(len(schemes))
    )
    return abstract + (usual if nums is None else nums)


def write(path, body, *, numbering="", styles=STYLES, footnotes="", endnotes="", relations="", space=_W):
    """Write a .docx file with these insides of its parts."""
    parts = {
        "document": ("document", f"<w:body>{body}<w:sectPr/></w:body>"),
        "styles": ("styles", styles),
        "numbering": ("numbering", numbering),
        "footnotes": ("footnotes", footnotes),
        "endnotes": ("endnotes", endnotes),
    }
    targets = "".join(
        f'<Relationship Id="r{name}" Type="{_KIND}/{name}" Target="{name}.xml"/>' for name in list(parts)[1:]
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_KIND}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{_RELATIONS}">{targets}{relations}</Relationships>',
        )
        for name, (root, inside) in parts.items():
            xml = f"<w:{root} {_SPACES}>{inside}</w:{root}>".replace(_W, space)
            archive.writestr(f"word/{name}.xml", xml)
    return path


BREAK = "<w:r><w:br/></w:r>"
ARTICLES = lists(
    lvl(0, "第%1章", "chineseCountingThousand")
    + lvl(1, "第%2条", "chineseCountingThousand", '<w:lvlRestart w:val="0"/>')
    + lvl(2, "（%3）", "chineseCounting", '<w:suff w:val="nothing"/>')
)

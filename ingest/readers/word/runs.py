"""The characters of a paragraph as Word prints them, tracked changes accepted."""

from collections import Counter
from collections.abc import Callable

from ingest.readers.word.fields import Fields
from ingest.readers.word.styles import Styles
from ingest.readers.word.symbols import symbol
from ingest.readers.word.tree import Element, M, W, branch, child, has_text, local, switch

_DELETED = frozenset({"del", "moveFrom"})
_INSERTED = frozenset({"ins", "moveTo"})
_SIGNS = {"tab": " ", "ptab": " ", "cr": "\n", "noBreakHyphen": "-"}
_PICTURES = frozenset({"blip", "imagedata"})
_CHARTS = frozenset({"chart", "relIds"})


class Runs:
    """Reads paragraph after paragraph, since fields go on from one to the next."""

    def __init__(self, root: Element, styles: Styles, note: Callable[[str, str], str]) -> None:
        """Prepare for one part; `note` gives the mark of a foot- or endnote by kind and id."""
        self.fields = Fields.of(root)
        self.boxes: list[Element] = []
        """Text boxes anchored in the last paragraph."""
        self.in_contents = False
        """The last paragraph belonged to a table of contents, at least in part."""
        self.seen: Counter[str] = Counter()
        """What was left out or changed, by kind."""
        self._styles = styles
        self._note = note
        self._out: list[str] = []

    def text(self, paragraph: Element) -> str:
        """Return a paragraph's text, a line feed for each break in it and a form feed for a new page."""
        self._out, self.boxes = [], []
        self.in_contents = self.fields.in_contents
        self.fields.met_contents = False
        hidden = self._styles.hides(child(paragraph, "pPr"))
        self._children(paragraph, hidden)
        self.in_contents = self.in_contents or self.fields.met_contents
        return "".join(self._out)

    def _children(self, element: Element, hidden: bool) -> None:
        for each in element:
            self._inline(each, hidden)

    def _inline(self, element: Element, hidden: bool) -> None:
        name = local(element)
        if name == "r":
            self._run(element, hidden)
        elif name in _DELETED:
            self.seen["changes"] += 1
        elif name in _INSERTED:
            self.seen["changes"] += has_text(element)
            self._children(element, hidden)
        elif name == "fldSimple":
            if self.fields.prints_simple(element.get(W + "instr", "")):
                self._children(element, hidden)
        elif name == "AlternateContent":
            chosen = branch(element)
            if chosen is not None:
                self._children(chosen, hidden)
        elif name in ("oMath", "oMathPara"):
            self.seen["formulas"] += name == "oMath"
            self._math(element)
        elif name not in ("pPr", "rPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr"):
            # Hyperlinks, smart tags, content controls and whatever else holds runs.
            self._children(element, hidden)

    def _run(self, run: Element, hidden: bool) -> None:
        properties = child(run, "rPr")
        if self._styles.hides_run(properties, hidden):
            self.seen["hidden"] += has_text(run)
            for each in run:
                if local(each) in ("fldChar", "instrText"):
                    self._content(each)
            return
        if switch(properties, "strike") or switch(properties, "dstrike"):
            self.seen["struck"] += has_text(run)
        for each in run:
            self._content(each)

    def _content(self, element: Element) -> None:
        name = local(element)
        if name == "t":
            self._print(element.text or "")
        elif name in _SIGNS:
            self._print(_SIGNS[name])
        elif name == "br":
            self._print("\f" if element.get(W + "type") == "page" else "\n")
        elif name == "fldChar":
            if said := self.fields.mark(element):
                self._print(said)
        elif name == "instrText":
            self.fields.add_code(element.text or "")
        elif name == "sym":
            self._symbol(element)
        elif name in ("footnoteReference", "endnoteReference"):
            if not self.fields.silent:
                self._print(self._note(name.removesuffix("Reference"), element.get(W + "id", "")))
        elif name == "ruby":
            base = child(element, "rubyBase")
            if base is not None:
                self._children(base, hidden=False)
        elif name == "AlternateContent":
            chosen = branch(element)
            for each in chosen if chosen is not None else ():
                self._content(each)
        elif name in ("drawing", "pict", "object"):
            self._picture(element)
        elif name == "commentReference":
            self.seen["comments"] += 1

    def _print(self, text: str) -> None:
        if not self.fields.silent:
            self._out.append(text)

    def _symbol(self, element: Element) -> None:
        found = symbol(element.get(W + "font", ""), element.get(W + "char", ""))
        if found is None:
            self.seen["symbols"] += 1
        else:
            self._print(found)

    def _picture(self, element: Element) -> None:
        """Keep the text boxes of a drawing for later, and count what has no text."""
        boxes: list[Element] = []
        waiting = [element]
        while waiting:
            here = waiting.pop()
            if local(here) == "AlternateContent":
                chosen = branch(here)
                waiting.extend(reversed(chosen) if chosen is not None else ())
            elif local(here) == "txbxContent":
                boxes.append(here)
            else:
                self.seen["pictures"] += local(here) in _PICTURES and local(element) != "object"
                self.seen["charts"] += local(here) in _CHARTS
                self.seen["objects"] += local(here) == "OLEObject"
                waiting.extend(reversed(here))
        self.boxes.extend(boxes)

    def _math(self, element: Element) -> None:
        for each in element:
            name = local(each)
            if name == "t" and each.tag.startswith(M):
                self._print(each.text or "")
            elif name == "oMath":
                self.seen["formulas"] += 1
                self._math(each)
            elif name in ("den", "sup", "sub"):
                self._print({"den": "/", "sup": "^", "sub": "_"}[name] if has_text(each) else "")
                self._math(each)
            elif not name.endswith("Pr"):
                self._math(each)

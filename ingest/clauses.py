"""A document into clauses."""

from collections.abc import Sequence

from ingest.clause.appendices import Segment, segments
from ingest.clause.joins import Joiner, Paragraph
from ingest.clause.passages import passages_of
from ingest.clause.reader import Reader
from ingest.clause.scheme import Plan, is_normative, plan_of
from ingest.clause.sequence import quoted
from ingest.clause.unit import RawClause, Structure, Unit
from ingest.layout import Line
from rag.schema import Leftover, Scheme


def divide(title: str, body: Sequence[Line], joiner: Joiner, *, periodical: bool = False) -> Structure:
    """Divide the body of a document (without title, document number and source line) into clauses.

    Args:
        title: Of the document; its last word may tell how such texts are divided.
        body: Its lines.
        joiner: Made of the whole source.
        periodical: It stands in an issue of a periodical: heading marks are random, and a text without any numbers or
            headings is one clause, however long.

    Returns:
        Clauses in printed order and leftovers. No lines give nothing.
    """
    clauses: list[RawClause] = []
    leftovers: list[Leftover] = []
    schemes: list[tuple[int, Scheme]] = []
    asked = 0
    for segment in segments(body, quoted(body)):
        numbered = segment.label is not None and schemes[0][1] != "report"
        plan = plan_of(title, segment.lines, appendix=numbered, periodical=periodical)
        reader = Reader(plan, segment.lines, _appendix(segment), asked)
        for at in range(1 if segment.label else 0, len(segment.lines)):
            reader.read(at)
        asked = reader.asked
        found = _Clauses(reader, joiner, plan, periodical)
        schemes.append((len(found.clauses), plan.scheme))
        clauses += found.clauses
        leftovers += found.leftovers
    leftovers.sort(key=lambda x: x.line)
    # A notice of one paragraph with regulations attached is divided as they are.
    scheme = schemes[0][1] if schemes[0][1] == "articles" else max(schemes, key=lambda x: x[0])[1]
    if scheme == "report" and is_normative(title):
        # A notice without numbers: read by its headings, but no report.
        scheme = "outline"
    return Structure(scheme, tuple(clauses), schemes[0][0], tuple(leftovers))


def _appendix(segment: Segment) -> Unit | None:
    if segment.label is None:
        return None
    return Unit(
        segment.label,
        0,
        (segment.label,),
        (),
        [(segment.lines[0], segment.rest)],
        is_free=True,
        is_appendix=True,
    )


class _Clauses:
    """The clauses of the units of one text."""

    def __init__(self, reader: Reader, joiner: Joiner, plan: Plan, periodical: bool) -> None:
        self.clauses: list[RawClause] = []
        self.leftovers = [Leftover(x.number, "leftover", x.text) for x in reader.traces]
        self._items = plan.scheme == "articles"
        self._joiner, self._periodical = joiner, periodical
        units = [unit for unit in reader.units if unit.lines]
        above = {id(unit.up) for unit in units}
        chosen = [u for u in units if u.has_text or not (id(u) in above or u.is_division or u.is_empty)]
        self._alone = len(chosen) == 1
        for unit in chosen:
            self._take(unit)
        said = {id(unit) for each in chosen for unit in (each, *each.ancestors)}
        for unit in units:
            if id(unit) not in said:
                self.leftovers += [Leftover(x.number, "leftover", x.text) for x, _ in unit.lines]

    def _take(self, unit: Unit) -> None:
        paragraphs = self._joiner.paragraphs(unit.lines, items=self._items)
        self.leftovers += [Leftover(n, "join", text) for p in paragraphs for n, text in p.doubled]
        titled = not unit.is_introduction
        own = paragraphs[1:] if titled and unit.lines[0][1] else paragraphs
        groups = passages_of(own) if unit.is_free and not self._periodical else []
        if not groups:
            self.clauses.append(_clause(unit, paragraphs))
        for label, group in groups:
            self.clauses.append(
                RawClause(
                    locator="/".join((label,) if self._alone and not titled else (*unit.path, label)),
                    label=label,
                    text="\n".join(p.text for p in group),
                    headings=" / ".join((*unit.above, *unit.words) if titled else unit.above),
                    start_line=group[0].first,
                    end_line=group[-1].last,
                )
            )


def _clause(unit: Unit, paragraphs: Sequence[Paragraph]) -> RawClause:
    return RawClause(
        locator="/".join(unit.path),
        label=unit.label,
        text="\n".join(p.text for p in paragraphs),
        headings=" / ".join(unit.above),
        start_line=unit.lines[0][0].number,
        end_line=unit.lines[-1][0].number,
    )

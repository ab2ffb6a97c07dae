"""How far a run is, as HTML."""

from rag.text import Lang
from ui.labels import label
from ui.web.evaluation.job import Progress
from ui.web.sources.text import shown


def state_line(at: Progress, lang: Lang) -> str:
    """Return a line with a bar, and what the run has printed; empty before the first run."""
    if at.state == "none":
        return ""
    words = shown(label(f"evaluation.{at.state}", lang).format(done=at.done, total=at.total))
    said = f"<pre>{shown(at.said)}</pre>" if at.said else ""
    return (
        f'<p role="status">{words}</p>'
        f'<progress max="{max(at.total, 1)}" value="{at.done}" aria-label="{words}"></progress>{said}'
    )

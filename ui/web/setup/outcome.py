"""How a test question went, as HTML."""

from rag.schema import Answer
from rag.text import Lang
from ui.labels import label
from ui.web.sources.text import shown


def outcome(answer: Answer, lang: Lang) -> str:
    """Return the answer's text, and below it its verdict, its citations, who wrote it, and how long each part took."""
    model = label("extractive", lang) if answer.model == "extractive" else answer.model
    seconds = (f"{label(f'setup.{key}', lang)} {value:.2f} s" for key, value in answer.seconds.items())
    facts = {
        "verdict": label(f"setup.{answer.verdict}", lang),
        "citations": str(len({cited.n for cited in answer.citations})),
        "model": model,
        "seconds": ", ".join(seconds),
    }
    rows = "".join(
        f"<div><dt>{label(f'setup.{key}', lang)}</dt><dd>{shown(value)}</dd></div>"
        for key, value in facts.items()
        if value
    )
    return f'<blockquote>{shown(answer.text)}</blockquote><dl class="pq-facts pq-wide">{rows}</dl>'

"""Words in both languages, of which the page shows one."""

from markupsafe import Markup

from eval.report.meanings import METRIC_WORDS
from eval.report.words import LABELS, NAMES


def both(key: str) -> tuple[str, str]:
    """Return the Chinese and the English words for a label, a name or a metric; the key itself when none are known."""
    if key in METRIC_WORDS and key not in LABELS:
        return METRIC_WORDS[key][0], key
    return LABELS.get(key) or NAMES.get(key) or (key, key)


def spans(key: str, **values: object) -> Markup:
    """Return the words for a key as HTML, once for each language.

    Args:
        key: As for `both`.
        values: Filled into the words where they have {names}.
    """
    return _spans(*(text.format(**values) if values else text for text in both(key)))


def meaning(metric: str) -> Markup:
    """Return as HTML what a metric means; empty for an unknown one."""
    return _spans(*METRIC_WORDS[metric][1:]) if metric in METRIC_WORDS else Markup("")


def _spans(zh: str, en: str) -> Markup:
    if zh == en:
        return Markup("{}").format(zh)
    # Short tags: a page of three hundred questions holds twenty thousand pairs.
    return Markup("<i lang=zh>{}</i><i lang=en>{}</i>").format(zh, en)

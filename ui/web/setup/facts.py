"""What `doctor` says, as HTML."""

from collections.abc import Mapping
from typing import Any

from rag.text import Lang
from ui.diagnosis import Diagnosis
from ui.labels import label
from ui.web.sources.text import shown


def facts_page(found: Diagnosis, lang: Lang) -> str:
    """Return problems with their fixes first, then servers outside this machine, then all facts by section."""
    parts = [_problems(found, lang), _outside(found, lang)]
    parts += [_section(name, facts, lang) for name, facts in found.facts.items() if facts]
    return "".join(parts)


def _problems(found: Diagnosis, lang: Lang) -> str:
    if not found.problems:
        return f'<p class="pq-well" role="status">{label("setup.well", lang)}</p>'
    fix = label("fix", lang)
    rows = "".join(
        f'<li class="pq-warning"><p>{shown(message)}</p><p>{fix}: <code>{shown(remedy)}</code></p></li>'
        for message, remedy in found.problems
    )
    return f'<h3>{label("setup.problems", lang)}</h3><ul class="pq-problems">{rows}</ul>'


def _outside(found: Diagnosis, lang: Lang) -> str:
    heading = f"<h3>{label('setup.outside', lang)}</h3>"
    if not found.destinations:
        return f"{heading}<p>{label('setup.nothing_outside', lang)}</p>"
    rows = "".join(f"<li>{shown(place)}</li>" for place in found.destinations)
    return f'{heading}<ul class="pq-outside">{rows}</ul>'


def _section(name: str, facts: Mapping[str, Any], lang: Lang) -> str:
    rows = "".join(
        f"<div><dt>{shown(str(key))}</dt><dd>{shown(_value(value))}</dd></div>"
        for key, value in facts.items()
    )
    # `doctor` names its sections in both languages: 模型 model.
    zh, _, en = name.partition(" ")
    return f'<h3>{shown(zh if lang == "zh" else en or zh)}</h3><dl class="pq-facts pq-wide">{rows}</dl>'


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_value(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    return str(value)

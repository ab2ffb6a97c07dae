"""What decided a run, as `run.json` says it, in groups of names and values."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_OWN = "run"


@dataclass(frozen=True, slots=True)
class FactGroup:
    """What stands together in `run.json`."""

    name: str
    facts: tuple[tuple[str, str], ...]
    """Name and value; a name inside an object is joined with dots."""


def fact_groups(about: Mapping[str, object]) -> list[FactGroup]:
    """Return single values first, under `run`, then each object as a group of its own; empty for an empty mapping."""
    own = [(key, _words(value)) for key, value in about.items() if not isinstance(value, Mapping)]
    groups = [FactGroup(_OWN, tuple(own))] if own else []
    groups += [
        FactGroup(key, tuple(_flat(value)))
        for key, value in about.items()
        if isinstance(value, Mapping) and value
    ]
    return groups


def flat(about: Mapping[str, object]) -> dict[str, str]:
    """Return all values by their names joined with dots."""
    return dict(_flat(about))


def _flat(about: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in about.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, _words(value)


def _words(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)

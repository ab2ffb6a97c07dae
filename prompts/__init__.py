"""Prompts as text: `NAME.md` files with $variables."""

import hashlib
from importlib.resources import files
from string import Template


def render(name: str, **variables: str) -> str:
    """Fill a prompt in.

    Args:
        name: File name without `.md`.
        variables: One for every `$name` of the file; braces and dollar signs in values are harmless.

    Raises:
        KeyError: A variable is missing.
    """
    return (
        Template(files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8"))
        .substitute(variables)
        .strip()
    )


def version() -> str:
    """Return 12 hex digits that change with any word of any prompt."""
    texts = sorted(
        (p.name, p.read_text(encoding="utf-8")) for p in files("prompts").iterdir() if p.name.endswith(".md")
    )
    return hashlib.sha256(repr(texts).encode()).hexdigest()[:12]

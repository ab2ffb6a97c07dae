"""The page of settings, made from the settings themselves: `python -m ui.settings_table > docs/settings.md`."""

import sys

from rag.settings import PREFIX, Settings

_HEAD = """# Settings

A flag of the command comes first, then an environment variable, then a line in the file `.env` of the folder in which `policyqa` starts, then the default.
An unknown `POLICYQA_` name is refused. `policyqa doctor` shows what is in force. This page is made by `make docs`.

| setting | default | meaning |
| --- | --- | --- |
"""


def settings_page() -> str:
    """Return `docs/settings.md`: one row a setting, in the order of `rag.settings`."""
    rows = (
        f"| `{PREFIX}{name.upper()}` | {_shown(field.default)} | {field.description} |\n"
        for name, field in Settings.model_fields.items()
    )
    return _HEAD + "".join(rows)


def _shown(default: object) -> str:
    if default is None:
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`"


if __name__ == "__main__":
    sys.stdout.write(settings_page())

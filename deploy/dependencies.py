"""Print what the product needs, one requirement a line, for `pip install -c requirements.lock -r`.

    python deploy/dependencies.py --torch none --extras slack,ocr > wanted.txt

Only the standard library: it runs before anything is installed.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

_TORCH = {"torch", "sentence-transformers"}
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def requirements(project: Path, *, torch: bool, extras: Sequence[str] = ()) -> list[str]:
    """Return the requirements of the product.

    Args:
        project: `pyproject.toml`.
        torch: Also what only embedders and rerankers other than the bundled ones need.
        extras: Names of optional parts, such as `slack`; their requirements come last.

    Raises:
        SystemExit: There is no such extra; the message says which there are.
    """
    table = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    optional = table["optional-dependencies"]
    if unknown := [name for name in extras if name not in optional]:
        raise SystemExit(f"No extra {unknown[0]!r}. Fix: one of {', '.join(optional)}")
    wanted = [*table["dependencies"], *(line for name in extras for line in optional[name])]
    return [line for line in wanted if torch or _name(line) not in _TORCH]


def _name(requirement: str) -> str:
    found = _NAME.match(requirement)
    return found.group().lower() if found else ""


def _found() -> Path:
    """The file beside this one, as in a build of the image, or that of the checkout."""
    here = Path(__file__).resolve().parent
    beside = here / "pyproject.toml"
    return beside if beside.is_file() else here.parent / "pyproject.toml"


def main() -> None:
    """Print the requirements that the flags ask for."""
    flags = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    flags.add_argument("--torch", choices=("none", "cpu"), default="cpu")
    flags.add_argument("--extras", default="", help="comma-separated, or empty")
    given = flags.parse_args()
    extras = [name.strip() for name in given.extras.split(",") if name.strip()]
    sys.stdout.writelines(
        f"{line}\n" for line in requirements(_found(), torch=given.torch == "cpu", extras=extras)
    )


if __name__ == "__main__":
    main()

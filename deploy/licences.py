"""The licences of all that is locked, and why each may come with the product: `python deploy/licences.py > docs/licences.md`.

What a package says of itself is read from what is installed. A package without a licence that is known, or with one
that nobody has allowed, is an error: it is looked at by a person, who adds a line to one of the tables below.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
ALLOWED = {
    "0BSD", "AFL-2.1", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0",
    "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Unlicense", "Zlib",
    # Binds changes of its own files only; ours are not among them.
    "MPL-2.0",
}  # fmt: skip
"""SPDX names of licences under which a package may come with a product under Apache-2.0."""
STATED = {
    "axe-playwright-python": "MIT AND MPL-2.0",
    "pypdfium2": "Apache-2.0 AND BSD-3-Clause",
}
"""What the files of a package say whose metadata do not say it in one line: the script axe-core is under MPL-2.0."""
_MPL = "the text of MPL-2.0 names it; not used"
_PSF = "the text of Python's licence says that it is compatible; not used"
_GCC = "libgfortran and libgomp of GCC, whose exception leaves what uses them free; libquadmath, LGPL-2.1, a library of its own"
GPL_NAMED = {
    "aiohappyeyeballs": _PSF, "librt": _PSF, "mypy": _PSF, "pandas": _PSF, "typing-extensions": _PSF,
    "grpcio": _MPL, "hypothesis": _MPL, "orjson": _MPL, "pathspec": _MPL,
    "numpy": _GCC, "scikit-learn": _GCC, "scipy": _GCC,
    "torch": "parts of the build and of the tests, and libgomp of GCC, whose exception leaves what uses it free",
    "lxml": "the text of a test tool that is not in the wheel",
    "opencv-python-headless": "FFmpeg and libquadmath, LGPL-2.1: libraries of their own beside the module, which anyone may replace",
    "pexpect": "says that it is compatible; not used",
    "pillow": "FreeType may be had under its own licence instead, and is",
    "setuptools": "libraries that it carries name it; used to install, not by the product",
    "shapely": "GEOS, LGPL-2.1: a library of its own beside the module, which anyone may replace",
}  # fmt: skip
"""Packages whose licence files name the GPL, LGPL or AGPL, and what comes of it."""
_OLD_NAMES = {
    "3-clause bsd license": "BSD-3-Clause", "academic free license (afl)": "AFL-2.1", "apache": "Apache-2.0",
    "apache 2.0": "Apache-2.0", "apache 2.0 license": "Apache-2.0", "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0", "apache software license": "Apache-2.0", "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause", "isc license (iscl)": "ISC", "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0", "python software foundation license": "PSF-2.0",
    "the unlicense (unlicense)": "Unlicense",
}  # fmt: skip
"""Names from before SPDX, in lower case. The BSD licences differ in nothing that matters here."""
_NO_LICENCE = {"OSI Approved", "DFSG approved"}
_GPL = re.compile(r"\b[AL]?GPL|General Public License", re.IGNORECASE)
_ABOUT_LICENCES = re.compile(r"licen[cs]e|copying|notice|third", re.IGNORECASE)
_HEAD = """# Licences

What `requirements.lock` pins for the product and for its development, and the licence each package states. All may come with a product
under Apache-2.0; the test `tests/test_licences.py` fails for a package whose licence is not known or not allowed. This page is made by `make docs`.
The licences of the bundled models and documents are in [NOTICE](../NOTICE).

| package | version | licence | its licence files also name the GPL, LGPL or AGPL |
| --- | --- | --- | --- |
"""


@dataclass(frozen=True, slots=True)
class Licensed:
    """A locked package."""

    name: str
    version: str
    """As locked; what is installed may be another."""
    licence: str
    """An SPDX expression; the package's own words where they are not understood, empty without any."""
    names_gpl: bool
    """One of its licence files names a licence of the GPL family."""

    @property
    def trouble(self) -> str | None:
        """What a person has to look at; None when nothing."""
        if not permitted(self.licence):
            return (
                f"{self.name}: licence {self.licence!r} is not allowed. Fix: read it, then ALLOWED or STATED"
            )
        if self.names_gpl and self.name not in GPL_NAMED:
            return f"{self.name}: its licence files name the GPL. Fix: read them, then GPL_NAMED"
        return None


def licensed(lock: Path = LOCK) -> Iterator[Licensed]:
    """Yield the packages of a lock file, in its order.

    Raises:
        SystemExit: One is not installed; the message names it.
    """
    for line in lock.read_text(encoding="utf-8").splitlines():
        name, equals, version = line.partition("==")
        if equals:
            try:
                found = distribution(name)
            except PackageNotFoundError:
                raise SystemExit(f"{name} is locked but not installed. Fix: make check") from None
            yield Licensed(name, version, STATED.get(name) or stated(found), _names_gpl(found))


def stated(package: Distribution) -> str:
    """Return the licence that a package's metadata state, as an SPDX expression where possible; empty without any."""
    metadata = package.metadata
    if expression := metadata.get_all("License-Expression"):
        return str(expression[0])
    words = [
        line.split(" :: ")[-1]
        for line in metadata.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    named = [_spdx(word) for word in words if word not in _NO_LICENCE]
    if not named and (text := "".join(metadata.get_all("License") or []).strip()):
        named = [_spdx(text.splitlines()[0])]
    # Metadata do not say whether one may choose; both have to be allowed.
    return " AND ".join(dict.fromkeys(named))


def permitted(expression: str) -> bool:
    """Tell whether a package under this SPDX expression may come with the product; False for an empty one.

    A choice is read where it stands in brackets or alone, which is how packages write it.
    """
    terms = [term.strip(" ()") for term in expression.split(" AND ")]
    return all(any(choice.strip() in ALLOWED for choice in term.split(" OR ")) for term in terms)


def licence_page(packages: list[Licensed]) -> str:
    """Return `docs/licences.md`."""
    return _HEAD + "".join(
        f"| {p.name} | {p.version} | {p.licence} | {GPL_NAMED.get(p.name, '') if p.names_gpl else ''} |\n"
        for p in packages
    )


def _spdx(words: str) -> str:
    return _OLD_NAMES.get(words.lower(), words)


def _names_gpl(package: Distribution) -> bool:
    texts = (
        Path(str(package.locate_file(file)))
        for file in package.files or []
        if ".dist-info" in str(file) and _ABOUT_LICENCES.search(file.name)
    )
    return any(_GPL.search(text.read_text(encoding="utf-8", errors="replace")) for text in texts)


def main() -> None:
    """Print the page; what a person has to look at goes to stderr and makes the exit status 1."""
    packages = list(licensed())
    sys.stdout.write(licence_page(packages))
    if troubles := [p.trouble for p in packages if p.trouble]:
        raise SystemExit("\n".join(troubles))


if __name__ == "__main__":
    main()

"""The files of hashes hold all that the product needs but torch, as locked, so that an installation takes nothing else."""

import re
from importlib.metadata import distribution

import pytest
from conftest import CHECKOUT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

EXTRAS = ("slack", "ocr")
LIGHT = CHECKOUT / "requirements.hashes.txt"
FOR_TORCH = CHECKOUT / "requirements.torch.hashes.txt"
PINNED = re.compile(
    r"^([a-z0-9._-]+)==([^ \\]+)(?: ; [^\\]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    re.MULTILINE,
)


def pinned(path):
    return {name: version for name, version, _ in PINNED.findall(path.read_text(encoding="utf-8"))}


def locked():
    lines = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def needed(name, extras=(), seen=None):
    """Names of all that an installed package needs on this machine, itself included."""
    seen = {} if seen is None else seen
    if name in seen and set(extras) <= seen[name]:
        return seen
    seen.setdefault(name, set()).update(extras)
    for line in distribution(name).requires or []:
        wanted = Requirement(line)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            needed(canonicalize_name(wanted.name), tuple(wanted.extras), seen)
    return seen


@pytest.mark.parametrize("path", [LIGHT, FOR_TORCH], ids=lambda path: path.name)
def test_every_line_is_pinned_as_locked_and_hashed(path):
    text = path.read_text(encoding="utf-8")
    assert PINNED.sub("", text) == ""
    lock = locked()
    # pip-compile leaves setuptools to whoever installs.
    assert {n: v for n, v in pinned(path).items() if n != "setuptools" and lock.get(n) != v} == {}


def test_torch_is_left_to_whoever_installs():
    assert "torch" not in pinned(LIGHT) | pinned(FOR_TORCH)
    assert "sentence-transformers" in pinned(FOR_TORCH)
    assert set(pinned(LIGHT)).isdisjoint(pinned(FOR_TORCH))


def test_nothing_that_the_product_needs_is_missing():
    found = set(needed("policyqa", EXTRAS)) - {"policyqa", "torch"}
    assert {"chromadb", "onnxruntime", "sympy"} < found
    assert found - set(pinned(LIGHT)) - set(pinned(FOR_TORCH)) == set()

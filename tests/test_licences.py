"""Every locked dependency may come with the product, and the page of licences says what is locked."""

from importlib.metadata import PathDistribution, distribution
from pathlib import Path

import pytest

from deploy import licences

PAGE = Path(licences.__file__).parents[1] / "docs" / "licences.md"


@pytest.fixture(scope="module")
def packages():
    return list(licences.licensed())


def package(folder, *metadata, licence=""):
    """What is installed of a package with these lines of metadata."""
    info = folder / "thing-1.dist-info"
    info.mkdir()
    lines = ["Metadata-Version: 2.4", "Name: thing", "Version: 1", *metadata]
    (info / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (info / "LICENSE").write_text(licence, encoding="utf-8")
    (info / "RECORD").write_text(
        "thing-1.dist-info/LICENSE,,\nthing-1.dist-info/METADATA,,\n", encoding="utf-8"
    )
    return PathDistribution(info)


def test_every_locked_dependency_may_come_with_the_product(packages):
    assert [p.trouble for p in packages if p.trouble] == []
    assert len(packages) > 100


def test_the_page_of_licences_is_of_what_is_locked(packages):
    assert PAGE.read_text(encoding="utf-8") == licences.licence_page(packages), "run make docs"


def test_what_was_argued_is_still_needed(packages):
    """An argument that outlives its reason would let the next release pass unread."""
    locked = {p.name: p for p in packages}
    argued = [name for name in licences.STATED if name in locked]
    assert [name for name in argued if licences.permitted(licences.stated(distribution(name)))] == []
    assert [name for name in licences.GPL_NAMED if name in locked and not locked[name].names_gpl] == []


@pytest.mark.parametrize(
    ("metadata", "expression"),
    [
        pytest.param(["License-Expression: MIT AND PSF-2.0"], "MIT AND PSF-2.0", id="an expression"),
        pytest.param(["Classifier: License :: OSI Approved :: MIT License"], "MIT", id="a classifier"),
        pytest.param(["License: Apache License, Version 2.0"], "Apache-2.0", id="words of an older kind"),
        pytest.param(
            ["Classifier: License :: OSI Approved", "Classifier: License :: OSI Approved :: MIT License"],
            "MIT",
            id="a classifier that names none",
        ),
        pytest.param(
            ["License: GPL", "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)"],
            "GNU General Public License v3 (GPLv3)",
            id="one that is not known here",
        ),
        pytest.param([], "", id="none at all"),
    ],
)
def test_a_licence_is_read_from_what_a_package_says_of_itself(tmp_path, metadata, expression):
    assert licences.stated(package(tmp_path, *metadata)) == expression


@pytest.mark.parametrize(
    ("expression", "permitted"),
    [
        ("MIT", True), ("Apache-2.0 OR BSD-3-Clause", True), ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("GPL-3.0-only OR MIT", True), ("MIT AND GPL-3.0-only", False), ("LGPL-2.1-or-later", False),
        ("AGPL-3.0-only", False), ("LicenseRef-Proprietary", False), ("UNKNOWN", False), ("", False),
    ],
)  # fmt: skip
def test_only_licences_that_were_allowed_pass(expression, permitted):
    assert licences.permitted(expression) is permitted


@pytest.mark.parametrize("text", ["GNU Lesser General Public License", "LGPLv2.1", "under the AGPL-3.0"])
def test_a_part_under_the_gpl_family_has_to_be_read_by_a_person(tmp_path, monkeypatch, text):
    monkeypatch.setattr(
        licences, "distribution", lambda name: package(tmp_path, "License-Expression: MIT", licence=text)
    )
    lock = tmp_path / "requirements.lock"
    lock.write_text("# comment\nthing==1\n", encoding="utf-8")
    [found] = licences.licensed(lock)
    assert found.trouble is not None and "name the GPL" in found.trouble


def test_a_locked_package_that_is_not_installed_is_named(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("nobody-has-this==1\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="nobody-has-this is locked but not installed"):
        list(licences.licensed(lock))

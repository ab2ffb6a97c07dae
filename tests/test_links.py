"""What joins the documents of a catalog."""

from contextlib import closing

import pytest
from fakes_pipeline import write

from ingest.pipeline import ingest
from rag.catalog import Catalog

OLD = "甲市数据登记办法\n\n第一条 数据应当登记。\n\n第二条 本办法自2020年1月1日起施行。\n"
NEW = "甲市数据流通条例\n\n第一条 依照本条例第二条登记。\n\n第二条 本条例自2024年1月1日起施行，《甲市数据登记办法》同时废止。\n"


@pytest.fixture
def catalog(settings, tmp_path):
    folder = tmp_path / "laws"
    folder.mkdir()
    write(folder / "a.txt", OLD)
    write(folder / "b.txt", NEW)
    ingest([folder], settings)
    with closing(Catalog(settings.data)) as found:
        yield found


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("references",), ["甲市数据流通条例 第一条", "甲市数据流通条例 第二条"]),
        (("repeals",), ["甲市数据流通条例 第二条"]),
        (("references", "repeals"), ["甲市数据流通条例 第一条", "甲市数据流通条例 第二条"]),
    ],
)
def test_clauses_with_a_link_are_found_without_the_others(catalog, kinds, expected):
    assert [f"{c.title} {c.locator}" for c in catalog.each_with(*kinds)] == expected

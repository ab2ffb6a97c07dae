"""An upgrade of an old collection that is killed at any stage is done by the next run, with nothing lost."""

import signal

import fake_processes
import pytest
from test_upgrade import old  # noqa: F401 - a folder as the first version left it

from ingest.pipeline import ingest
from rag.catalog import Catalog

DEATHS = [
    pytest.param("ingest.pipeline.set_aside", 1, "before", id="before anything"),
    pytest.param("pathlib.Path.rename", 1, "after", id="with the old catalog renamed"),
    pytest.param("rag.catalog.Catalog._prepare", 1, "after", id="with an empty new one"),
    pytest.param("rag.catalog.Catalog.replace_source", 2, "after", id="with one source stored"),
    pytest.param("fakes.FakeEmbedder._get_text_embeddings", 1, "before", id="in embedding"),
    pytest.param("ingest.index.finish", 1, "after", id="with the generation renamed"),
    pytest.param("ingest.index.tidy", 1, "before", id="after the commit"),
    pytest.param("ingest.pipeline.forget_old", 1, "before", id="before the old one is deleted"),
    pytest.param("shutil.rmtree", 1, "after", id="in deleting the old one"),
]


@pytest.mark.parametrize(("name", "call", "when"), DEATHS)
def test_an_upgrade_that_is_killed_is_done_by_the_next_run(old, name, call, when):  # noqa: F811
    settings, file = old
    process, connection = fake_processes.start(
        fake_processes.ingest, [file], settings.data, (name, call, when)
    )
    process.join(60)
    connection.close()
    assert process.exitcode == -signal.SIGKILL
    ingest([file], settings)
    catalog = Catalog(settings.data)
    found = {document.source for document in catalog.documents()}
    catalog.close()
    assert found == {"北京.md", "贵州.md", "深圳.md"}
    left = {p.name for p in settings.data.iterdir()}
    assert left.isdisjoint({"catalog.format-1.sqlite", "chroma", "keyword"})

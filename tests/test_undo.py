"""The last change can be taken back, and brought back again; `changes` lists what every run did."""

import os

import pytest
from fakes import (
    BEIJING,
    BEIJING_TITLE,
    FILES,
    GUIZHOU,
    GUIZHOU_TITLE,
    SHENZHEN,
    SHENZHEN_TITLE,
    fake_settings,
)
from fakes_pipeline import (
    exported,
    leftovers,
    quiet,
    set_removed,
    state,
    stored,
    write,
)

from ingest.pipeline import ingest, undo
from rag.catalog import Catalog
from rag.errors import EmptyCollection, NotFound

FINAL_TITLE = GUIZHOU_TITLE.removesuffix("（征求意见稿）")
NEW = f"""# 丙市数据办法

第一条 登记依照《{GUIZHOU_TITLE}》第十二条执行。

第二条 本办法自2025年1月1日起施行。《{SHENZHEN_TITLE}》同时废止。
"""


def changes(settings, since=None):
    catalog = Catalog(settings.data)
    found = catalog.changes(since)
    catalog.close()
    return found


CHANGES = {
    "a new file": lambda files: write(files / "丙.md", NEW),
    "a changed file": lambda files: write(files / "贵州.md", GUIZHOU.replace("三十年", "二十年")),
    "a clause less": lambda files: write(files / "贵州.md", GUIZHOU.split("第十三条")[0]),
    "a file that is gone": lambda files: (files / "贵州.md").unlink(),
    "another title": lambda files: write(files / "深圳.md", SHENZHEN.replace("公共数据", "政务数据")),
    "a second version": lambda files: write(files / "新贵州.md", GUIZHOU.replace("三十年", "二十年")),
    "the same text in another file": lambda files: [
        write(files / "另.md", GUIZHOU + "\n"),
        (files / "贵州.md").unlink(),
    ],
    "a sidecar": lambda files: write(files / "深圳.md.meta.toml", 'visibility = "法规处"\ntitle = "丁市办法"\n'),
    "everything at once": lambda files: [
        write(files / "丙.md", NEW),
        (files / "贵州.md").unlink(),
        write(files / "深圳.md", SHENZHEN.replace("五年", "六年")),
    ],
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_run_of_ingest_is_taken_back_and_brought_back(files, settings, embedder, change):
    before = stored(settings), exported(settings)
    CHANGES[change](files)
    ingest([files], settings)
    after = stored(settings), exported(settings)
    assert after != before
    embedder._texts.clear()
    for expected in (before, after, before):
        assert undo(settings, quiet) in ("ingest", "undo")
        assert (stored(settings), exported(settings)) == expected
        assert state(settings).is_sound
    assert (embedder.texts, leftovers(settings)) == ([], set())


@pytest.mark.parametrize("removed", [True, False], ids=["remove", "remove --undo"])
def test_a_removal_and_its_end_are_taken_back(settings, embedder, removed):
    if not removed:
        set_removed(settings, GUIZHOU_TITLE, True)
    before = stored(settings)
    set_removed(settings, GUIZHOU_TITLE, removed)
    assert undo(settings, quiet) == "remove"
    assert (stored(settings), state(settings).is_sound) == (before, True)


def test_fields_that_were_set_are_taken_back(files, settings, embedder):
    before = stored(settings)
    ingest([files / "贵州.md"], settings, meta={"region": "云南省", "visibility": "法规处"})
    after = stored(settings)
    undo(settings, quiet)
    assert stored(settings) == before
    undo(settings, quiet)
    assert stored(settings) == after


def test_what_documents_say_of_each_other_is_taken_back(files, settings, embedder):
    """A link to a new document, and a newer version, are stored with documents that are there already."""
    final = GUIZHOU.replace("（征求意见稿）", "")
    write(
        files / "早.md",
        f"# 早规定\n\n第一条 依照《{FINAL_TITLE}》第十二条登记。\n\n第二条 自公布之日起施行。\n",
    )
    ingest([files], settings)
    before = stored(settings)
    write(files / "终稿.md", final)
    ingest([files], settings)
    after = stored(settings)
    assert len(after["standing"]) == 1 + len(before["standing"])
    assert [row for row in before["clauses"] if row not in after["clauses"]]
    undo(settings, quiet)
    assert stored(settings) == before
    undo(settings, quiet)
    assert stored(settings) == after


def test_without_a_change_there_is_nothing_to_undo(tmp_path, embedder):
    settings = fake_settings(tmp_path / "data")
    with pytest.raises(EmptyCollection):
        undo(settings, quiet)
    Catalog(settings.data, create=True).close()
    with pytest.raises(NotFound, match="nothing to undo"):
        undo(settings, quiet)
    assert exported(settings) == []


def test_the_first_run_can_be_taken_back_to_an_empty_collection(settings, embedder):
    after = exported(settings)
    undo(settings, quiet)
    assert (exported(settings), state(settings).clauses, state(settings).is_sound) == ([], 0, True)
    undo(settings, quiet)
    assert exported(settings) == after


def test_only_the_last_change_can_be_taken_back(files, settings, embedder):
    write(files / "丙.md", NEW)
    ingest([files], settings)
    before = stored(settings)
    set_removed(settings, BEIJING_TITLE, True)
    after = stored(settings)
    undo(settings, quiet)
    assert stored(settings) == before
    undo(settings, quiet)
    assert stored(settings) == after


def save_again(files):
    os.utime(files / "丙.md", (1, 1))


def encode_again(files):
    (files / "丙.md").write_bytes(NEW.encode("gb18030"))


def do_nothing(files):
    pass


@pytest.mark.parametrize("touch", [do_nothing, save_again, encode_again])
def test_runs_that_change_nothing_leave_the_change_before_to_be_taken_back(files, settings, embedder, touch):
    before = stored(settings)
    write(files / "丙.md", NEW)
    ingest([files], settings)
    seen = changes(settings)
    for _ in range(2):
        touch(files)
        assert ingest([files], settings).changed == ()
    assert changes(settings) == seen
    assert undo(settings, quiet) == "ingest"
    assert (stored(settings), state(settings).is_sound) == (before, True)


def test_a_file_that_was_taken_back_comes_in_again_with_the_next_run(files, settings, embedder):
    write(files / "贵州.md", GUIZHOU.replace("三十年", "二十年"))
    ingest([files], settings)
    after = stored(settings)
    undo(settings, quiet)
    assert ingest([files], settings).changed == (GUIZHOU_TITLE,)
    assert stored(settings) == after


def test_every_change_is_listed_once_oldest_first(files, settings, embedder):
    first = changes(settings)
    assert {c.what for c in first} == {"added"}
    assert sum(c.clause_id is None for c in first) == len(FILES)
    write(files / "北京.md", BEIJING.replace("有效期为三年", "有效期为四年").split("第五条")[0])
    (files / "深圳.md").unlink()
    ingest([files], settings)
    second = changes(settings)[len(first) :]
    assert [(c.what, c.locator) for c in second if c.title == BEIJING_TITLE] == [
        ("changed", None),
        ("changed", "第二章/第四条"),
        ("gone", "第二章/第五条"),
    ]
    assert {c.what for c in second if c.title == SHENZHEN_TITLE} == {"gone"}
    assert len({(c.document_id, c.clause_id) for c in second}) == len(second) == 3 + 4
    undo(settings, quiet)
    third = changes(settings)[len(first) + len(second) :]
    inverse = {"added": "gone", "gone": "added", "changed": "changed"}
    assert {(c.what, c.clause_id or c.title) for c in third} == {
        (inverse[c.what], c.clause_id or c.title) for c in second
    }
    assert {c.command for c in third} == {"undo"}
    assert [c.at for c in changes(settings)] == sorted(c.at for c in changes(settings))


def test_changes_are_listed_from_a_day_on(settings, embedder):
    day = changes(settings)[0].at[:10]
    assert changes(settings, since=day) == changes(settings)
    assert changes(settings, since="2999-01-01") == []


def test_the_command_lists_and_undoes(call, own_collection):
    here = ("--data", own_collection)
    assert call("remove", "青岛", *here).status == 0
    lines = call("changes", *here).out.splitlines()
    assert lines[-1].endswith("remove  移除 gone  青岛市数据流通管理办法")
    listed = call("changes", "--json", "--since", "2000-01-01", *here).json
    assert list(listed[-1]) == ["at", "command", "what", "document_id", "clause_id", "title", "locator"]
    assert (listed[-1]["locator"], listed[-1]["what"]) == ("第四章/第十二条", "gone")
    assert call("undo", "--json", *here).json == {"undone": "remove", "clauses": 37}
    assert "已撤销 undone  undo；共 25 条" in call("undo", *here).out
    assert call("changes", "--since", "2999-01-01", *here).out == "没有变化 nothing has changed\n"
    assert call("changes", "--since", "gestern", *here).status == 1

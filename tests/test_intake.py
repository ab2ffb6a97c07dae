"""One document in several files, files that move, and files that another document takes over."""

import pathlib
import shutil
import zipfile

import pytest
from fakes import BEIJING_TITLE, GUIZHOU, GUIZHOU_TITLE, SHENZHEN, SHENZHEN_TITLE, fake_settings
from fakes_pipeline import exported, ids, set_removed, state, stored, write, write_files

from ingest import intake
from ingest.pipeline import ingest
from rag.catalog import Catalog


def sources(settings):
    """The documents' sources by title."""
    catalog = Catalog(settings.data)
    found = {d.title: d.source for d in catalog.documents()}
    catalog.close()
    return found


def texts(settings, title):
    catalog = Catalog(settings.data)
    found = sorted({c.text for c in catalog.clauses() if c.title == title})
    catalog.close()
    return found


def test_a_reprint_is_kept_once_and_housed_under_the_same_id_when_its_file_goes(files, settings, embedder):
    before = ids(settings)
    write(files / "转载.md", GUIZHOU + "\n")
    report = ingest([files], settings)
    assert (report.added, report.unchanged.count(GUIZHOU_TITLE), report.clauses) == ((), 2, 15)
    (files / "贵州.md").unlink()
    report = ingest([files], settings)
    assert (report.failed, report.clauses, ids(settings)) == ((), 15, before)
    assert sources(settings)[GUIZHOU_TITLE] == "转载.md"
    assert (embedder.texts, state(settings).is_sound) == ([], True)


def test_a_reprint_is_housed_in_one_file_after_the_other(files, settings):
    before = ids(settings)
    for name in ("甲.md", "乙.md"):
        write(files / name, GUIZHOU + "\n" * len(name))
    write(files / "乙.md", GUIZHOU + "\n\n\n")
    ingest([files], settings)
    for gone in ("贵州.md", sources(settings)[GUIZHOU_TITLE]):
        (files / gone).unlink(missing_ok=True)
        ingest([files], settings)
    assert ids(settings) == before
    assert sources(settings)[GUIZHOU_TITLE] in ("甲.md", "乙.md")


def test_a_reprint_keeps_an_id_that_its_title_and_number_alone_do_not_give(files, settings):
    """The second version of a title has an id with its version; its reprint must get the same."""
    other = GUIZHOU.replace("三十年", "二十年")
    write(files / "二.md", other)
    write(files / "二抄.md", other + "\n")
    ingest([files], settings)
    before = ids(settings)
    (files / "二.md").unlink()
    ingest([files], settings)
    assert ids(settings) == before


def test_a_reprint_is_a_version_of_its_own_when_the_other_file_is_reworded(files, settings):
    write(files / "转载.md", GUIZHOU + "\n")
    ingest([files], settings)
    write(files / "贵州.md", GUIZHOU.replace("三十年", "二十年"))
    report = ingest([files], settings)
    assert (report.changed, report.added, report.clauses) == ((GUIZHOU_TITLE,), (GUIZHOU_TITLE,), 18)
    assert len([t for t in texts(settings, GUIZHOU_TITLE) if "十年" in t]) == 2
    assert state(settings).is_sound


def test_a_file_that_prints_a_known_document_twice_is_read(files, settings):
    block = f"编者按：\n\n近日印发。\n\n{GUIZHOU.replace('# ', '', 1)}\n（来源：某机构）\n\n"
    write(files / "两遍.md", "大数据动态\n\n2023年9月15日 第37期\n\n" + block * 2)
    report = ingest([files], settings)
    assert (report.failed, report.added, report.clauses) == ((), (), 15)


def test_a_document_that_was_taken_out_stays_out_when_another_file_houses_it(files, settings):
    write(files / "转载.md", GUIZHOU + "\n")
    ingest([files], settings)
    set_removed(settings, GUIZHOU_TITLE, True)
    (files / "贵州.md").unlink()
    ingest([files], settings)
    assert GUIZHOU_TITLE not in sources(settings)
    set_removed(settings, GUIZHOU_TITLE, False)
    assert sources(settings)[GUIZHOU_TITLE] == "转载.md"


def rename(files, other):
    (files / "贵州.md").rename(files / "改名.md")
    return [files]


def move_to_another_folder(files, other):
    (files / "贵州.md").rename(other / "贵州.md")
    return [files, other]


def move_to_another_folder_given_first(files, other):
    (files / "贵州.md").rename(other / "贵州.md")
    return [other, files]


def move_the_folder(files, other):
    shutil.move(files, other)
    return [other]


def copy_and_go(files, other):
    shutil.copy2(files / "贵州.md", other / "甲.md")
    shutil.copy2(files / "贵州.md", other / "乙.md")
    (files / "贵州.md").unlink()
    return [files, other]


@pytest.mark.parametrize(
    "move", [rename, move_to_another_folder, move_to_another_folder_given_first, move_the_folder, copy_and_go]
)
def test_a_file_that_moved_is_the_same(files, tmp_path, settings, embedder, move):
    other = tmp_path / "other"
    other.mkdir()
    before = exported(settings)
    report = ingest(move(files, other), settings)
    assert (report.added, report.changed, report.removed) == ((), (), ())
    assert (exported(settings), embedder.texts) == (before, [])
    again = ingest([p for p in (files, other) if p.exists() and any(p.rglob("*.md"))], settings)
    assert (again.added, again.changed, again.removed) == ((), (), ())
    assert exported(settings) == before


def test_only_what_is_gone_from_the_folder_that_was_given_is_taken_out(files, tmp_path, settings):
    other = write_files(tmp_path / "files2")
    write(other / "贵州.md", GUIZHOU.replace("贵州", "云南"))
    for name in ("北京.md", "深圳.md", "计划.md"):
        (other / name).unlink()
    ingest([other], settings)
    (other / "贵州.md").unlink()
    (files / "深圳.md").unlink()
    write(other / "丙.md", "# 丙市办法\n\n第一条 内容。\n")
    assert ingest([files], settings).removed == (SHENZHEN_TITLE,)
    assert ingest([other], settings).removed == (GUIZHOU_TITLE.replace("贵州", "云南"),)


def test_a_file_given_by_name_that_is_gone_is_not_taken_out_with_a_folder_of_like_name(tmp_path, embedder):
    """`files` is no folder above `files2/a.md`."""
    settings = fake_settings(tmp_path / "data")
    for name in ("files", "files2"):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "a.md", f"# {name}办法\n\n第一条 内容。\n")
    ingest([tmp_path / "files", tmp_path / "files2"], settings)
    (tmp_path / "files2" / "a.md").unlink()
    assert ingest([tmp_path / "files"], settings).removed == ()


def test_two_files_that_change_places_keep_the_ids_of_their_documents(files, settings, embedder):
    before = ids(settings)
    (files / "北京.md").rename(files / "中.md")
    (files / "贵州.md").rename(files / "北京.md")
    (files / "中.md").rename(files / "贵州.md")
    ingest([files], settings)
    assert (ids(settings), embedder.texts) == (before, [])
    assert sources(settings)[BEIJING_TITLE] == "贵州.md"
    assert state(settings).is_sound


def test_another_document_in_the_same_file_is_not_the_old_one(files, settings):
    before = ids(settings)
    lines = SHENZHEN.count("\n")
    text = "# 丙市粮食储备规定\n\n第一条 储备粮由粮食局管理。\n\n第二条 每年轮换一次。\n"
    write(files / "深圳.md", text + "\n" * (lines - text.count("\n")))
    report = ingest([files], settings)
    assert (report.added, report.removed) == (("丙市粮食储备规定",), (SHENZHEN_TITLE,))
    assert {i.split(":")[0] for i in ids(settings) - before}.isdisjoint(i.split(":")[0] for i in before)


def test_a_better_parser_reads_everything_again_and_embeds_nothing_again(
    files, settings, embedder, monkeypatch
):
    before = stored(settings)["clauses"]
    monkeypatch.setattr(intake, "PARSER", "of tomorrow")
    report = ingest([files], settings)
    assert (len(report.unchanged), report.changed, report.added) == (4, (), ())
    assert (stored(settings)["clauses"], embedder.texts) == (before, [])


def test_many_files_of_one_name_are_all_kept(tmp_path, embedder):
    settings = fake_settings(tmp_path / "data")
    for number in range(4):
        folder = tmp_path / "in" / f"{number}" / "年"
        folder.mkdir(parents=True)
        write(folder / "办法.md", f"# 第{number}市办法\n\n第一条 内容{number}。\n")
    assert len(ingest([tmp_path / "in"], settings).added) == 4
    assert len(set(sources(settings).values())) == 4
    pathlib.Path(tmp_path / "in").rename(tmp_path / "neu")
    (tmp_path / "in" / "3" / "年").mkdir(parents=True)
    write(tmp_path / "in" / "3" / "年" / "办法.md", "# 第九市办法\n\n第一条 内容九。\n")
    report = ingest([tmp_path / "neu", tmp_path / "in"], settings)
    assert ("第九市办法" in report.added, report.failed) == (True, ())
    assert set(sources(settings)) == {"第九市办法", *(f"第{n}市办法" for n in range(4))}
    assert len(set(sources(settings).values())) == 5


def test_what_is_set_beside_an_archive_holds_for_what_is_in_it(tmp_path, files, settings):
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as pack:
        pack.writestr("新/丙.md", "# 丙市办法\n\n第一条 内容。\n")
        pack.writestr("新/抄.md", GUIZHOU + "\n")
    write(tmp_path / "包.zip.meta.toml", 'visibility = "法规处"\n["丙市办法"]\nregion = "丙市"\n')
    report = ingest([tmp_path / "包.zip"], settings)
    assert (report.failed, report.added) == ((), ("丙市办法",))
    assert [n.path.rpartition("/")[2] for n in report.notices] == ["抄.md"]
    (files / "贵州.md").unlink()
    ingest([files], settings)
    catalog = Catalog(settings.data)
    found = {d.title: (d.visibility, d.region) for d in catalog.documents()}
    catalog.close()
    assert (found["丙市办法"], found[GUIZHOU_TITLE]) == (("法规处", "丙市"), ("法规处", "贵州省"))

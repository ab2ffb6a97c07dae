"""Files into the collection: what a run reports and what it embeds."""

import pytest
from fakes import FILES, GUIZHOU, GUIZHOU_TITLE, fake_settings
from fakes_pipeline import ids, state, write

from ingest.pipeline import ingest
from rag.errors import MissingPath

CLAUSES = {"北京.md": 5, "贵州.md": 3, "深圳.md": 3, "计划.md": 4}


@pytest.fixture
def settings(tmp_path):
    return fake_settings(tmp_path / "data")


def test_the_first_run_takes_everything_in(files, settings, embedder):
    report = ingest([files], settings)
    assert (len(report.added), report.changed, report.unchanged, report.removed, report.failed) == (
        4,
        (),
        (),
        (),
        (),
    )
    assert report.clauses == sum(CLAUSES.values()) == len(ids(settings))
    assert state(settings).is_sound
    assert len(embedder.texts) >= report.clauses


def test_progress_is_told_by_stage(files, settings, embedder):
    told = []
    ingest([files], settings, lambda *stage: told.append(stage))
    assert told[0] == ("read", 0, 4)
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["read", "embed", "index"]
    assert {("read", 4, 4), ("embed", 15, 15)} < set(told)
    assert told[-1] == ("index", 15, 15)


def test_a_second_run_changes_nothing(files, settings, embedder):
    ingest([files], settings)
    before, embedder._texts[:] = ids(settings), []
    report = ingest([files], settings)
    assert (report.added, report.changed, report.removed, len(report.unchanged)) == ((), (), (), 4)
    assert (ids(settings), embedder.texts) == (before, [])


def test_a_file_that_was_only_saved_again_is_unchanged(files, settings, embedder):
    ingest([files], settings)
    embedder._texts.clear()
    write(files / "贵州.md", GUIZHOU)
    report = ingest([files], settings)
    assert (report.changed, len(report.unchanged), embedder.texts) == ((), 4, [])


def test_a_changed_file_keeps_its_ids_and_embeds_only_what_changed(files, settings, embedder):
    ingest([files], settings)
    before, embedder._texts[:] = ids(settings), []
    write(files / "贵州.md", GUIZHOU.replace("不少于三十年", "不少于二十年"))
    report = ingest([files], settings)
    assert (report.added, report.changed, report.removed) == ((), (GUIZHOU_TITLE,), ())
    assert ids(settings) == before
    assert [text.split("\n")[1] for text in embedder.texts] == [
        "数据交易场所应当备案保存交易资料，保存期限不少于二十年。"
    ]
    assert state(settings).is_sound


def test_a_clause_that_went_away_leaves_both_indexes(files, settings, embedder):
    ingest([files], settings)
    write(files / "贵州.md", GUIZHOU.split("第十三条")[0])
    report = ingest([files], settings)
    assert report.clauses == sum(CLAUSES.values()) - 1
    assert state(settings).is_sound


def test_a_file_that_vanished_from_its_folder_is_taken_out(files, settings, embedder):
    ingest([files], settings)
    (files / "贵州.md").unlink()
    report = ingest([files], settings)
    assert (report.removed, len(report.unchanged), report.clauses) == ((GUIZHOU_TITLE,), 3, 12)
    assert state(settings).is_sound


def test_a_file_that_vanished_stays_when_another_path_is_read(files, settings, embedder):
    ingest([files], settings)
    (files / "贵州.md").unlink()
    assert ingest([files / "深圳.md"], settings).removed == ()
    assert len(ids(settings)) == 15


def test_a_renamed_file_is_the_same(files, settings, embedder):
    ingest([files], settings)
    before, embedder._texts[:] = ids(settings), []
    (files / "贵州.md").rename(files / "贵州（新）.md")
    report = ingest([files], settings)
    assert (report.added, report.removed, len(report.unchanged)) == ((), (), 4)
    assert (ids(settings), embedder.texts) == (before, [])


def test_a_bad_file_among_good_ones_is_named_and_the_rest_is_in(files, settings, embedder):
    (files / "坏.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(i * 37 % 256 for i in range(4000)))
    write(files / "表.xls", "表")
    write(files / "空.txt", "")
    write(files / "只有符号.txt", "---\n\n12\n")
    report = ingest([files], settings)
    assert len(report.added) == 4
    assert sorted(f.path.rsplit("/", 1)[1] for f in report.failed) == [
        "只有符号.txt",
        "坏.txt",
        "空.txt",
        "表.xls",
    ]
    assert all(f.message and f.fix for f in report.failed)
    assert state(settings).is_sound


def test_a_file_that_broke_keeps_its_documents(files, settings, embedder):
    ingest([files], settings)
    before = ids(settings)
    write(files / "贵州.md", "")
    report = ingest([files], settings)
    assert ([f.message for f in report.failed], report.removed) == (["贵州.md is empty."], ())
    assert ids(settings) == before


@pytest.mark.parametrize("name", [".隐藏.txt", "README.md", "NOTICE.txt", "__init__.py", "LICENSE"])
def test_files_about_files_are_passed_over(files, settings, embedder, name):
    write(files / name, "第一条 甲。")
    report = ingest([files], settings)
    assert (len(report.added), report.failed) == (4, ())


def test_an_empty_folder_and_a_missing_path_are_errors_before_anything_is_written(
    tmp_path, settings, embedder
):
    (tmp_path / "empty").mkdir()
    with pytest.raises(MissingPath, match="empty holds no file to read"):
        ingest([tmp_path / "empty"], settings)
    with pytest.raises(MissingPath, match="nowhere does not exist"):
        ingest([tmp_path / "nowhere"], settings)
    assert not settings.data.exists()


def test_a_copy_of_each_source_is_kept_unless_switched_off(files, settings, embedder, tmp_path):
    ingest([files], settings)
    kept = {p.name: p.read_text(encoding="utf-8") for p in (settings.data / "originals").glob("*/*")}
    assert kept == FILES
    without = fake_settings(tmp_path / "other", keep_originals=False)
    ingest([files], without)
    assert not (without.data / "originals").exists()


def test_the_same_text_in_two_files_is_taken_once(files, settings, embedder):
    write(files / "再次.md", GUIZHOU + "\n")
    report = ingest([files], settings)
    assert (len(report.added), report.unchanged, report.clauses) == (4, (GUIZHOU_TITLE,), 15)


def test_a_renamed_file_that_was_also_changed_is_read_anew(files, settings, embedder):
    ingest([files], settings)
    before = ids(settings)
    (files / "贵州.md").unlink()
    write(files / "新.md", GUIZHOU.replace("三十年", "二十年"))
    report = ingest([files], settings)
    assert (report.added, report.removed) == ((GUIZHOU_TITLE,), (GUIZHOU_TITLE,))
    assert ids(settings) == before
    assert state(settings).is_sound


def test_two_files_of_one_name_are_two_sources(files, settings, embedder):
    (files / "旧").mkdir()
    write(files / "旧" / "贵州.md", "# 另一办法\n\n第一条 甲。\n\n第二条 乙。")
    report = ingest([files], settings)
    assert (len(report.added), report.clauses) == (5, 17)
    assert len(ingest([files], settings).unchanged) == 5


def test_versions_of_a_title_in_two_files_are_both_kept(files, settings, embedder):
    write(files / "贵州2.md", GUIZHOU.replace("三十年", "二十年"))
    report = ingest([files], settings)
    assert (report.added.count(GUIZHOU_TITLE), report.clauses) == (2, 18)

"""Files that an editor hands in on the page: read first, corrected, accepted in one run that can be undone, kept, listed."""

import threading
import time
import zipfile
from contextlib import closing
from datetime import date

import pytest
from fakes import BEIJING, FILES, GUIZHOU, GUIZHOU_TITLE, SHENZHEN, SHENZHEN_TITLE
from fakes_pipeline import LONG, exported, ids, state, stored, write

from ingest.pipeline import ingest, undo
from rag.catalog import Catalog
from rag.errors import CollectionBusy, CorrectionError, DiskFull, NotFound, UnsupportedFormat
from rag.schema import Viewer
from ui.labels import words
from ui.web.files import batch as batch_module
from ui.web.files import held
from ui.web.files.cards import cards
from ui.web.files.desk import Desk, Given
from ui.web.files.form import corrections, form
from ui.web.files.listing import Wanted, last_change, listing
from ui.web.files.markup import facts
from ui.web.files.place import own_name
from ui.web.files.since import first_day, since
from ui.web.files.timeline import timeline
from ui.web.trouble import trouble
from ui.web.visitor import may_edit, viewer_from

ME, OTHER = "0123456789abcdef", "fedcba9876543210"
EDITOR = Viewer()
NEW_TITLE = "丁市数据登记办法（试行）"
NEW = f"# {NEW_TITLE}\n\n第一条 登记证书有效期为九年。\n\n第二条 本办法自2024年3月1日起施行。\n"
WAIT_S = 20


@pytest.fixture
def desk(settings):
    return Desk(settings)


@pytest.fixture
def give(desk, tmp_path):
    """Hand texts or bytes in under names, as a browser does, and wait until they are read."""
    number = iter(range(1000))

    def _give(person=ME, wait=True, **texts):
        given = []
        for name, content in texts.items():
            path = tmp_path / "sent" / str(next(number)) / "a.bin"
            path.parent.mkdir(parents=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            given.append(Given(path, name))
        found = desk.receive(person, given)
        if wait:
            rest(found)
        assert not wait or not any(one.path.exists() for one in given)
        return found

    return _give


def rest(batch):
    """Wait until nothing is being done."""
    end = time.monotonic() + WAIT_S
    while batch.running:
        assert time.monotonic() < end
        time.sleep(0.01)


def accept(batch, key=None):
    assert batch.accept(key)
    rest(batch)
    return [u.stage for u in batch.uploads]


def titles(settings, removed=False):
    with closing(Catalog(settings.data)) as catalog:
        return {d.title for d in catalog.documents(removed=removed)}


def document(settings, title):
    with closing(Catalog(settings.data)) as catalog:
        return next(d for d in catalog.documents() if d.title == title)


def test_a_file_is_shown_before_it_counts_and_counts_when_it_is_accepted(give, settings):
    before = exported(settings)
    batch = give(**{"登记办法.md": NEW})
    [upload] = batch.uploads
    [draft] = upload.drafts
    assert (upload.stage, draft.standing, len(draft.clauses)) == ("found", "new", 2)
    assert (draft.document.title, draft.document.effective_date) == (NEW_TITLE, "2024-03-01")
    assert exported(settings) == before
    assert accept(batch) == ["in"]
    assert NEW_TITLE in titles(settings)
    assert state(settings).is_sound
    home = settings.data / "uploads" / "登记办法.md"
    assert home.read_text(encoding="utf-8") == NEW
    assert not list((settings.data / "staging").iterdir())


def test_an_accepted_file_is_found_by_later_runs_and_survives_them(give, settings):
    accept(give(**{"登记办法.md": NEW}))
    before = stored(settings)
    assert ingest([settings.data / "uploads"], settings).unchanged == (NEW_TITLE,)
    assert stored(settings) == before


def test_what_was_corrected_before_counts_from_the_first_moment_and_is_undone_with_the_file(give, settings):
    before = exported(settings)
    batch = give(**{"登记办法.md": NEW})
    batch.draft(f"{batch.uploads[0].key}/0").correct({"title": "丁市登记办法", "region": "丁市"})
    accept(batch)
    found = document(settings, "丁市登记办法")
    assert (found.region, NEW_TITLE in titles(settings)) == ("丁市", False)
    assert undo(settings, lambda *told: None) == "ingest"
    assert exported(settings) == before


def test_corrections_stay_when_the_source_is_read_again(give, settings):
    batch = give(**{"登记办法.md": NEW})
    batch.draft(f"{batch.uploads[0].key}/0").correct({"region": "丁市"})
    accept(batch)
    write(settings.data / "uploads" / "登记办法.md", NEW.replace("九年", "十年"))
    assert held.read_again(settings, "登记办法.md", EDITOR).changed == (NEW_TITLE,)
    assert document(settings, NEW_TITLE).region == "丁市"


def test_a_bad_file_among_good_ones_is_told_with_what_to_do_and_the_others_go_in(give, settings):
    batch = give(
        **{"表.xls": "表", "空.txt": "", "图.md": b"\x89PNG\r\n\x1a\n" + bytes(range(200)), "好.md": NEW}
    )
    assert [u.stage for u in batch.uploads] == ["failed", "failed", "failed", "found"]
    assert isinstance(batch.uploads[0].error, UnsupportedFormat)
    for lang in ("zh", "en"):
        shown = cards(batch, lang)
        assert {"zh": "请打开后导出为 .pdf", "en": "save the sheet as .pdf"}[lang] in shown
        assert {"zh": "空.txt 是空的。", "en": "空.txt is empty."}[lang] in shown
        assert {"zh": "图.md 不是文本，而是PNG 图片。", "en": "图.md is not text: it is a PNG picture."}[
            lang
        ] in shown
    assert accept(batch) == ["failed", "failed", "failed", "in"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/办法.md", "办法.md"),
        ("C:\\文件\\办法.md", "办法.md"),
        ("/办法（试行）《一》.md", "办法（试行）《一》.md"),
        (" 办法.md ", "办法.md"),
        ("<script>alert(1)</script>.md", "script>.md"),
    ],
)
def test_a_file_keeps_its_name_without_any_folder(given, kept):
    assert own_name(given) == kept


@pytest.mark.parametrize(
    "name", ["", "..", "a/", ".隐藏.md", "~$办法.docx", "办\n法.md", "a\u202eb.md", "长" * 90 + ".md"]
)
def test_a_name_that_cannot_be_kept_is_refused_in_words(give, settings, name):
    batch = give(**{name: NEW})
    [upload] = batch.uploads
    assert upload.stage == "failed"
    assert trouble(upload.error, "zh")[1] == "请改一个普通的文件名"
    assert not (settings.data / "uploads").exists()


def test_nothing_of_a_file_becomes_html(give, settings):
    hostile = "<img src=x onerror=alert(1)>"
    batch = give(**{f"{hostile}.md": f"# {hostile}办法\n\n第一条 {hostile}。\n\n第二条 完。\n"})
    shown = cards(batch, "zh")
    draft = batch.uploads[0].drafts[0]
    shown += form("a/0", draft.shown, draft.document, "zh", typed={"title": f'"{hostile}'})
    accept(batch)
    shown += listing(held.held(settings.data, EDITOR), Wanted(chosen=f"{hostile}.md"), "zh")
    shown += timeline(since(settings.data, None, EDITOR), "zh")
    shown += last_change(held.last_change(settings.data, EDITOR), "zh")
    assert "<img" not in shown
    assert "&lt;img" in shown


def test_two_files_of_one_name_are_both_kept_unless_one_is_a_newer_text_of_the_other(give, settings):
    accept(give(**{"通知.md": NEW}))
    other = NEW.replace(NEW_TITLE, "戊市交易办法")
    batch = give(**{"通知.md": other})
    assert not batch.uploads[-1].replaces
    accept(batch)
    assert {NEW_TITLE, "戊市交易办法"} <= titles(settings)
    batch = give(**{"通知.md": NEW.replace("九年", "十年")})
    assert batch.uploads[-1].replaces
    before = len(ids(settings))
    accept(batch)
    assert len(ids(settings)) == before
    assert "十年" in (settings.data / "uploads" / "通知.md").read_text(encoding="utf-8")


def test_a_file_that_is_there_already_is_said_to_be(give):
    batch = give(**{"又一份.md": GUIZHOU})
    assert batch.uploads[0].stage == "known"
    assert not batch.accept()
    assert words("zh")["files.is_known"] in cards(batch, "zh")


def test_a_removed_file_comes_back_when_it_is_handed_in_and_accepted_again(give, settings):
    key = document(settings, GUIZHOU_TITLE).document_id
    held.set_removed(settings, [key], EDITOR, removed=True)
    batch = give(**{"贵州.md": GUIZHOU})
    assert (batch.uploads[0].stage, batch.uploads[0].drafts[0].standing) == ("found", "out")
    accept(batch)
    assert document(settings, GUIZHOU_TITLE).document_id == key


def test_an_archive_is_read_member_by_member(give, settings, tmp_path):
    with zipfile.ZipFile(tmp_path / "两件.zip", "w") as archive:
        archive.writestr("甲/登记.md", NEW)
        archive.writestr("乙.xls", "表")
        archive.writestr("交易.md", NEW.replace(NEW_TITLE, "戊市交易办法"))
    batch = give(**{"两件.zip": (tmp_path / "两件.zip").read_bytes()})
    [upload] = batch.uploads
    assert {d.member for d in upload.drafts} == {"甲/登记.md", "交易.md"}
    assert any("乙.xls" in remark.zh and "请打开后导出为 .pdf" in remark.zh for remark in upload.remarks)
    place = next(n for n, d in enumerate(upload.drafts) if d.member == "交易.md")
    batch.draft(f"{upload.key}/{place}").correct({"region": "戊市"})
    accept(batch)
    assert document(settings, "戊市交易办法").region == "戊市"
    assert NEW_TITLE in titles(settings)


def test_stopping_while_it_is_indexed_leaves_everything_as_it_was(give, settings, embedder, monkeypatch):
    before, [upload] = stored(settings), (batch := give(**{"长.md": LONG})).uploads
    seen = threading.Event()
    told = batch._told

    def tell(stage, done, total):
        if stage == "embed" and done:
            batch.stop()
            seen.set()
        told(stage, done, total)

    monkeypatch.setattr(batch, "_told", tell)
    assert accept(batch) == ["found"]
    assert seen.is_set()
    assert batch.was_stopped
    assert (stored(settings), upload.path.exists()) == (before, True)
    assert not (settings.data / "uploads" / "长.md").exists()
    assert words("zh")["files.was_stopped"] in cards(batch, "zh")
    monkeypatch.setattr(batch, "_told", told)
    assert accept(batch) == ["in"]


def test_stopping_while_files_are_read_leaves_the_rest_unread(give, monkeypatch):
    entered, go_on = threading.Event(), threading.Event()

    def slow(upload, data):
        entered.set()
        assert go_on.wait(WAIT_S)
        upload.stage = "found"

    monkeypatch.setattr(batch_module, "read_upload", slow)
    batch = give(wait=False, **{"一.md": NEW, "二.md": NEW})
    assert entered.wait(WAIT_S)
    assert not batch.accept()
    batch.stop()
    go_on.set()
    rest(batch)
    assert [u.stage for u in batch.uploads] == ["found", "stopped"]


def test_a_second_editor_is_told_that_another_is_adding(give, settings):
    mine = give(**{"登记办法.md": NEW})
    with closing(Catalog(settings.data)) as catalog, catalog.writing():
        assert accept(mine) == ["found"]
    assert isinstance(mine.error, CollectionBusy)
    assert words("zh")["files.error_busy"] in cards(mine, "zh")
    assert not (settings.data / "uploads" / "登记办法.md").exists()
    assert accept(mine) == ["in"]


def test_two_editors_of_one_page_see_their_own_files_and_never_write_at_once(give, desk):
    mine, theirs = (
        give(**{"登记办法.md": NEW}),
        give(OTHER, **{"交易.md": NEW.replace(NEW_TITLE, "戊市交易办法")}),
    )
    assert [u.name for u in mine.uploads] == ["登记办法.md"]
    with desk.changing():
        assert accept(theirs) == ["found"]
    assert isinstance(theirs.error, CollectionBusy)
    assert accept(theirs) == accept(mine) == ["in"]


def test_a_full_disk_leaves_the_file_with_its_editor(give, settings, monkeypatch):
    batch = give(**{"登记办法.md": NEW})

    def full(*arguments, anew):
        raise DiskFull("There is no room.", fix="make room")

    monkeypatch.setattr("ingest.index.publish", full)
    assert accept(batch) == ["found"]
    assert batch.uploads[0].path.exists()
    assert words("en")["files.error_full"] in cards(batch, "en")


def test_given_up_files_leave_nothing_behind(give, settings):
    batch = give(**{"登记办法.md": NEW, "表.xls": "表"})
    batch.discard(batch.uploads[0].key)
    assert [u.name for u in batch.uploads] == ["表.xls"]
    batch.discard()
    assert (batch.uploads, list((settings.data / "staging").glob("*"))) == ([], [])


def test_the_form_takes_only_what_was_changed_and_an_emptied_field_takes_a_correction_back(give):
    batch = give(**{"登记办法.md": NEW})
    draft = batch.uploads[0].drafts[0]
    typed = {"title": "新标题", "region": "", "effective_date": "2024-05-01", "visibility": "法规处"}
    values = corrections(typed, draft.shown, draft.document)
    assert values == {"title": "新标题", "effective_date": "2024-05-01"} | (
        {"region": ""} if draft.document.region else {}
    )
    draft.correct(values)
    assert corrections({"title": ""}, draft.shown, draft.document) == {"title": ""}
    assert corrections({"title": NEW_TITLE}, draft.shown, draft.document) == {"title": ""}
    with pytest.raises(CorrectionError) as wrong:
        corrections({"effective_date": "明天"}, draft.shown, draft.document)
    shown = form("k/0", draft.shown, draft.document, "zh", typed={"title": "打了一半"}, error=wrong.value)
    assert "“施行日期”不能填“明天”。" in shown
    assert "写成日期：2024-01-31" in shown
    assert "打了一半" in shown


def test_sources_are_listed_with_what_they_hold(settings):
    sources = held.held(settings.data, EDITOR)
    assert {s.name for s in sources} == set(FILES)
    guizhou = next(s for s in sources if s.name == "贵州.md")
    assert ([d.title for d in guizhou.documents], sum(guizhou.clauses.values())) == ([GUIZHOU_TITLE], 3)
    assert guizhou.original
    assert guizhou.added.date() == date.today()
    shown = listing(sources, Wanted("贵州", "贵州.md"), "zh")
    assert f"?doc={guizhou.documents[0].document_id}" in shown
    assert "深圳.md" not in shown
    assert words("zh")["files.no_match"] in listing(sources, Wanted("没有这个"), "zh")


def test_a_document_is_removed_brought_back_and_corrected_and_each_is_undone(settings):
    key = document(settings, GUIZHOU_TITLE).document_id
    assert held.set_removed(settings, [key], EDITOR, removed=True) == [GUIZHOU_TITLE]
    assert GUIZHOU_TITLE in titles(settings, removed=True)
    held.set_removed(settings, [key], EDITOR, removed=False)
    assert held.set_fields(settings, key, {"title": "另一标题"}, EDITOR) == "另一标题"
    shown, as_read = held.with_reading(settings.data, key, EDITOR)
    assert (shown.title, as_read.title) == ("另一标题", GUIZHOU_TITLE)
    last = held.last_change(settings.data, EDITOR)
    assert (last.command, last.titles) == ("set", ("另一标题",))
    held.undo(settings, last.key, EDITOR)
    assert document(settings, GUIZHOU_TITLE).document_id == key
    assert state(settings).is_sound


def test_an_editor_limits_a_document_to_a_group_of_hers_and_to_no_other(settings):
    key = document(settings, GUIZHOU_TITLE).document_id
    inside = Viewer(frozenset(["法规处"]))
    present, as_read = held.with_reading(settings.data, key, inside)
    with pytest.raises(CorrectionError, match="'人事处' is not a group of yours") as wrong:
        corrections({"visibility": "人事处"}, present, as_read, inside.groups)
    with pytest.raises(CorrectionError, match="'法规处' is not a group of yours"):
        corrections({"visibility": "法规处"}, present, as_read, EDITOR.groups)
    offered = form(key, present, as_read, "zh", groups=inside.groups, error=wrong.value)
    assert "您不在“人事处”组内。" in offered
    assert '<option value="public" selected>' in offered
    assert '<option value="法规处">' in offered
    assert "<select" not in form(key, present, as_read, "zh", groups=EDITOR.groups)
    values = corrections({"visibility": "法规处"}, present, as_read, inside.groups)
    assert values == {"visibility": "法规处"}
    held.set_fields(settings, key, values, inside)
    assert "法规处" in facts(document(settings, GUIZHOU_TITLE), "zh")
    assert GUIZHOU_TITLE not in [d.title for s in held.held(settings.data, EDITOR) for d in s.documents]
    limited, as_read = held.with_reading(settings.data, key, inside)
    assert '<option value="法规处" selected>' in form(key, limited, as_read, "zh", groups=inside.groups)
    back = corrections({"visibility": "public"}, limited, as_read, inside.groups)
    held.set_fields(settings, key, back, inside)
    assert GUIZHOU_TITLE in [d.title for s in held.held(settings.data, EDITOR) for d in s.documents]


def test_undo_does_nothing_when_somebody_has_changed_something_since(settings):
    last = held.last_change(settings.data, EDITOR)
    key = document(settings, GUIZHOU_TITLE).document_id
    held.set_removed(settings, [key], EDITOR, removed=True)
    with pytest.raises(NotFound, match="another one by now") as refused:
        held.undo(settings, last.key, EDITOR)
    assert trouble(refused.value, "zh")[0] == "最近的更改已经是另一个。"
    assert GUIZHOU_TITLE in titles(settings, removed=True)


def test_the_original_is_what_was_read_and_nothing_else_can_be_had(settings, files):
    path = held.original(settings.data, "贵州.md", EDITOR)
    assert path.read_text(encoding="utf-8") == GUIZHOU
    for name in ("../catalog.sqlite", "catalog.sqlite", "", "贵州.md/../深圳.md"):
        with pytest.raises(NotFound):
            held.original(settings.data, name, EDITOR)
    path.write_text("anderes", encoding="utf-8")
    with pytest.raises(NotFound, match="No copy of"):
        held.original(settings.data, "贵州.md", EDITOR)
    path.unlink()
    path.symlink_to(files / "贵州.md")
    with pytest.raises(NotFound, match="No copy of"):
        held.original(settings.data, "贵州.md", EDITOR)


def test_what_a_person_may_not_see_is_nowhere(settings, files):
    ingest([files / "贵州.md"], settings, meta={"visibility": "法规处"})
    key = next(k for k in ids(settings) if "第十二条" in k).partition(":")[0]
    assert "贵州.md" not in {s.name for s in held.held(settings.data, EDITOR)}
    assert held.last_change(settings.data, EDITOR) is None
    assert GUIZHOU_TITLE not in timeline(since(settings.data, None, EDITOR), "zh")
    for act in (
        lambda: held.original(settings.data, "贵州.md", EDITOR),
        lambda: held.read_again(settings, "贵州.md", EDITOR),
        lambda: held.set_removed(settings, [key], EDITOR, removed=True),
        lambda: held.set_fields(settings, key, {"title": "甲"}, EDITOR),
    ):
        with pytest.raises(NotFound):
            act()
    member = Viewer(groups=frozenset({"法规处"}))
    assert "贵州.md" in {s.name for s in held.held(settings.data, member)}
    assert held.original(settings.data, "贵州.md", member)


def test_a_source_whose_file_is_gone_is_told_with_what_to_do(settings, files):
    (files / "深圳.md").unlink()
    with pytest.raises(UnsupportedFormat.__base__) as gone:
        held.read_again(settings, "深圳.md", EDITOR)
    assert trouble(gone.value, "zh") == ("深圳.md 刚刚不见了。", "请重新提交")
    assert SHENZHEN_TITLE in titles(settings)


def test_changes_are_listed_newest_first_with_links_to_what_is_there(settings, files):
    write(files / "北京.md", BEIJING.replace("有效期为三年", "有效期为四年"))
    write(files / "深圳.md", SHENZHEN)
    ingest([files], settings)
    newest, first = since(settings.data, date.today(), EDITOR)
    assert [d.what for d in newest.documents] == ["changed"]
    assert len(first.documents) == len(FILES)
    shown = timeline([newest, first], "zh")
    assert "&amp;loc=%E7%AC%AC%E4%BA%8C%E7%AB%A0%2F%E7%AC%AC%E5%9B%9B%E6%9D%A1" in shown
    assert since(settings.data, date(2999, 1, 1), EDITOR) == []
    assert words("en")["files.no_changes"] in timeline([], "en")


def test_a_span_ends_today():
    day = date(2024, 3, 10)
    assert [first_day(span, day) for span in ("today", "week", "month", "all")] == [
        day, date(2024, 3, 4), date(2024, 2, 10), None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("host", "edits"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.168.1.7", False),
        (None, False),
        ("x", False),
    ],
)
def test_only_visitors_from_this_machine_are_editors(host, edits):
    assert may_edit(viewer_from(host)) is edits

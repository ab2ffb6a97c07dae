"""Fields that a person sets, beside a file or with `--meta`: they last, and never change an id."""

import pytest
from fakes import (
    BEIJING_TITLE,
    GUIZHOU,
    GUIZHOU_TITLE,
    SHENZHEN,
    SHENZHEN_TITLE,
)
from fakes_pipeline import exported, ids, indexed, state, write

from ingest import intake
from ingest.pipeline import ingest
from rag.catalog import Catalog
from rag.catalog.corrections import check_corrections
from rag.errors import CorrectionError

NOTE = "编者按：\n\n近日印发。\n\n"
BOTH = "大数据动态\n\n2023年9月15日 第37期\n\n" + "\n".join(
    f"{NOTE}{text.replace('# ', '', 1)}\n（来源：某机构）\n"
    for text in (GUIZHOU.replace("贵州", "云南"), SHENZHEN.replace("深圳", "珠海"))
)
TITLES = GUIZHOU_TITLE.replace("贵州", "云南"), SHENZHEN_TITLE.replace("深圳", "珠海")


def document(settings, start):
    catalog = Catalog(settings.data)
    (found,) = [d for d in catalog.documents() if d.source.startswith(start) or d.title.startswith(start)]
    catalog.close()
    return found


@pytest.mark.parametrize("name", ["贵州.md.meta.toml", "贵州.meta.toml"])
def test_a_file_beside_a_document_sets_its_fields(files, settings, embedder, name):
    before = ids(settings)
    write(files / name, 'region = "云南省"\neffective_date = 2024-05-01\n')
    report = ingest([files], settings)
    assert (report.changed, len(report.unchanged), report.failed) == ((GUIZHOU_TITLE,), 3, ())
    found = document(settings, "贵州")
    assert (found.region, found.effective_date) == ("云南省", "2024-05-01")
    assert not {"region", "effective_date"} & set(found.inferred)
    assert (ids(settings), embedder.texts, state(settings).is_sound) == (before, [], True)


def test_a_field_that_was_guessed_is_guessed_no_longer_when_a_person_says_it(files, settings):
    write(files / "会议.md", "今天讨论了食堂的菜价。\n")
    ingest([files], settings)
    assert "title" in document(settings, "会议").inferred
    ingest([files / "会议.md"], settings, meta={"title": "食堂会议记录"})
    assert "title" not in document(settings, "食堂会议记录").inferred


def test_a_sidecar_that_goes_away_takes_its_fields_with_it(files, settings):
    before = exported(settings)
    write(files / "贵州.meta.toml", 'region = "云南省"\ntitle = "云南办法"\n')
    ingest([files], settings)
    (files / "贵州.meta.toml").unlink()
    assert ingest([files], settings).changed == (GUIZHOU_TITLE,)
    assert exported(settings) == before


def test_a_sidecar_counts_when_only_it_has_changed(files, settings):
    for region in ("云南省", "四川省"):
        write(files / "贵州.meta.toml", f'region = "{region}"\n')
        ingest([files], settings)
        assert document(settings, "贵州").region == region
    assert ingest([files], settings).changed == ()


def test_a_title_in_brackets_stands_for_one_document_of_a_file(files, settings):
    write(files / "两件.md", BOTH)
    write(files / "两件.meta.toml", f'issuer = "某局"\n["{TITLES[1]}"]\nissuer = "另一局"\nstatus = "试行"\n')
    ingest([files], settings)
    assert [(document(settings, t).issuer, document(settings, t).status) for t in TITLES] == [
        ("某局", "征求意见稿"),
        ("另一局", "试行"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("region = 云南", "is not TOML", id="no TOML"),
        pytest.param(b"region = '\xff'", "is not TOML", id="no UTF-8"),
        pytest.param('regoin = "云南省"', "'regoin' is not a field", id="no field"),
        pytest.param('effective_date = "2024年"', "'2024年' cannot be the effective_date", id="no date"),
        pytest.param('visibility = "a group"', "'a group' cannot be the visibility", id="no group"),
        pytest.param('region = ["云南省"]', "region is no text", id="a list"),
        pytest.param("region = true", "region is no text", id="true"),
        pytest.param(f'["{BEIJING_TITLE}"]\nregion = "云南省"', f"No document in 丙.md has the title '{BEIJING_TITLE}'", id="another document's title"),
        pytest.param('["丙市办法"]\nregoin = "x"', "丙.meta.toml, 丙市办法: 'regoin'", id="no field under a title"),
    ],
)  # fmt: skip
def test_a_sidecar_that_cannot_be_meant_keeps_its_file_out(files, settings, text, message):
    """It may have been meant to hide the file."""
    write(files / "丙.md", "# 丙市办法\n\n第一条 秘密。\n")
    data = text if isinstance(text, bytes) else text.encode()
    (files / "丙.meta.toml").write_bytes(data)
    for _ in range(2):
        report = ingest([files], settings)
        assert (report.added, len(report.unchanged), len(report.failed)) == ((), 4, 1)
        assert message in report.failed[0].message
        assert report.failed[0].fix
    (files / "丙.meta.toml").unlink()
    assert ingest([files], settings).added == ("丙市办法",)


def test_a_sidecar_that_breaks_later_leaves_its_documents_as_they_were(files, settings):
    write(files / "贵州.meta.toml", 'visibility = "法规处"\n')
    ingest([files], settings)
    before = exported(settings)
    write(files / "贵州.meta.toml", 'visibility = "法规处\n')
    write(files / "贵州.md", GUIZHOU.replace("三十年", "二十年"))
    assert len(ingest([files], settings).failed) == 1
    assert exported(settings) == before


def test_a_wrong_title_is_told_with_the_right_one(files, settings):
    write(files / "贵州.meta.toml", '["贵州省数据流通交易办法"]\nvisibility = "法规处"\n')
    (failed,) = ingest([files], settings).failed
    assert failed.fix == f'write it as the text does: ["{GUIZHOU_TITLE}"]'


def test_a_name_that_leaves_no_room_for_a_sidecars_is_read_all_the_same(files, settings):
    write(files / ("长" * 84 + ".md"), "# 丙市办法\n\n第一条 内容。\n")
    report = ingest([files], settings)
    assert (report.added, report.failed) == (("丙市办法",), ())


def test_what_was_set_by_command_lasts_when_the_file_and_the_parser_change(files, settings, monkeypatch):
    before = ids(settings)
    meta = {"region": "云南省", "title": "云南省办法", "doc_number": "云数〔2024〕1号"}
    assert ingest([files / "贵州.md"], settings, meta=meta).changed == ("云南省办法",)
    write(files / "贵州.md", GUIZHOU.replace("三十年", "二十年"))
    assert ingest([files], settings).changed == ("云南省办法",)
    monkeypatch.setattr(intake, "PARSER", "of tomorrow")
    assert len(ingest([files], settings).unchanged) == 4
    found = document(settings, "云南")
    assert (found.region, found.title, found.doc_number) == ("云南省", "云南省办法", "云数〔2024〕1号")
    assert ids(settings) == before
    assert state(settings).is_sound


def test_an_empty_value_takes_back_what_was_set_by_command(files, settings):
    before = exported(settings)
    ingest([files / "贵州.md"], settings, meta={"region": "云南省", "status": "试行"})
    ingest([files / "贵州.md"], settings, meta={"region": "", "status": ""})
    assert exported(settings) == before


def test_what_was_set_by_command_counts_more_than_a_sidecar(files, settings):
    write(files / "贵州.meta.toml", 'region = "四川省"\nstatus = "试行"\n')
    ingest([files], settings, meta={"region": "云南省"})
    assert (document(settings, "贵州").region, document(settings, "贵州").status) == ("云南省", "试行")
    ingest([files], settings, meta={"region": ""})
    assert document(settings, "贵州").region == "四川省"


def test_a_new_title_is_embedded_and_shown_with_every_clause(files, settings, embedder):
    ingest([files / "贵州.md"], settings, meta={"title": "云南省办法"})
    assert len(embedder.texts) == 3
    assert all(text.startswith("云南省办法 ") for text in embedder.texts)
    catalog = Catalog(settings.data)
    found = [c for c in catalog.clauses() if c.title == "云南省办法"]
    catalog.close()
    assert {c.clause_id for c in found} < set(indexed(settings)[0])
    assert len(found) == 3


@pytest.mark.parametrize(
    ("key", "value", "message", "fix"),
    [
        ("regoin", "云南省", "--meta: 'regoin' is not a field that can be set.", "did you mean region?"),
        ("xyz", "1", "'xyz' is not a field", "use one of doc_number, "),
        ("document_id", "1", "'document_id' is not a field", "use one of"),
        ("effective_date", "2024-02-30", "'2024-02-30' cannot be the effective_date", "a date: 2024-01-31"),
        ("effective_date", "20240131", "cannot be the effective_date", "a date"),
        ("visibility", "a/b", "'a/b' cannot be the visibility", "name of a group"),
        ("title", "两\n行", "cannot be the title", "one line"),
    ],
)
def test_a_wrong_field_is_refused_with_what_it_should_be(key, value, message, fix):
    with pytest.raises(CorrectionError) as caught:
        check_corrections({key: value}, "--meta")
    assert message in caught.value.message
    assert fix in caught.value.fix


def test_the_command_refuses_a_wrong_field_before_anything_is_read(call, own_collection, documents):
    here = ("--data", own_collection)
    path = next(documents.glob("青*"))
    done = call("ingest", path, "--meta", "regoin=云南省", *here)
    assert (done.status, "did you mean region?" in done.err) == (1, True)
    assert call("ingest", path, "--meta", "region", *here).status == 2
    assert call("ingest", path, "--meta", "region=云南省", "--meta", "visibility=法规处", *here).status == 0
    found = {d["title"]: d for d in call("documents", "--json", *here).json}["青岛市数据流通管理办法"]
    assert (found["region"], found["visibility"]) == ("云南省", "法规处")

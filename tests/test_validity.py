from datetime import date

import pytest
from fakes import make_document

from rag.validity import is_out_of_force, passes, validity, validity_notices

FORCE = {"effective_date": "2023-06-19", "expiry_date": "2026-06-18"}


@pytest.mark.parametrize(
    ("fields", "on", "state", "shown"),
    [
        pytest.param(FORCE, "2023-06-18", "not_yet", False, id="the day before"),
        pytest.param(FORCE, "2023-06-19", "in_force", True, id="first day"),
        pytest.param(FORCE, "2026-06-18", "in_force", True, id="last day"),
        pytest.param(FORCE, "2026-06-19", "expired", False, id="the day after"),
        pytest.param({"expiry_date": "2020-12-31"}, "2021-01-01", "expired", False, id="only an end"),
        pytest.param({"expiry_date": "2020-12-31"}, "2020-01-01", "unknown", True, id="before a known end"),
        pytest.param({"effective_date": "2023-06-19"}, "2030-01-01", "in_force", True, id="no end"),
        pytest.param({}, "2024-01-01", "unknown", True, id="no date"),
        pytest.param({"status": "试行"}, "2024-01-01", "unknown", True, id="on trial"),
        pytest.param({"status": "征求意见稿", **FORCE}, "2024-01-01", "draft", True, id="draft with dates"),
        pytest.param({"status": "草案送审稿"}, "2024-01-01", "draft", True, id="draft law"),
    ],
)
def test_validity_on_a_day(fields, on, state, shown):
    document = make_document(**fields)
    assert validity(document, date.fromisoformat(on)) == state
    assert passes(document, date.fromisoformat(on)) is shown
    assert is_out_of_force(document, date.fromisoformat(on)) is (state not in ("in_force", "unknown"))


IN_FORCE = {"effective_date": "2023-06-19"}


def notices(as_of=None, lang="zh", places=(), **fields):
    document = make_document(title="甲办法", **fields)
    cited = {"d1:第一条": document, "d1:第二条": document}
    return validity_notices(cited, as_of, lang=lang, places=places)


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        pytest.param(IN_FORCE, [], id="in force"),
        pytest.param({"status": "征求意见稿"}, ["draft"], id="draft"),
        pytest.param({"status": "试行", **IN_FORCE}, ["trial"], id="on trial"),
        pytest.param({"status": "暂行"}, ["undated", "trial"], id="provisional without a date"),
        pytest.param({"effective_date": "2999-01-01"}, ["not_yet"], id="to come"),
        pytest.param({"status": "试行", "expiry_date": "2020-12-31"}, ["expired"], id="over: no word of the trial"),
        pytest.param({"repealed_by": "x:第一条"}, ["repealed"], id="repealed"),
        pytest.param({}, ["undated"], id="rule without a date"),
        pytest.param({"scheme": "outline"}, [], id="plan without a date"),
        pytest.param({"scheme": "report"}, ["report"], id="report"),
        pytest.param({"superseded_by": "d2", **IN_FORCE}, ["superseded"], id="newer version"),
    ],
)  # fmt: skip
def test_each_document_is_warned_of_once(fields, codes):
    found = notices(**fields)
    assert [notice.code for notice in found] == codes
    assert {notice.clause_id for notice in found} <= {"d1:第一条"}


def test_a_plan_without_a_date_is_warned_of_when_a_day_is_asked_for():
    (notice,) = notices("2024-01-01", scheme="outline")
    assert notice.text == "《甲办法》没有印明施行日期，不能确定在 2024-01-01 是否有效。"


@pytest.mark.parametrize(
    ("fields", "zh", "en"),
    [
        (
            {"effective_date": "2021-07-15"},
            "《甲办法》自2021-07-15起施行，在 2020-12-31 还没有生效。",
            "《甲办法》 takes effect on 2021-07-15; on 2020-12-31 it was not in force yet.",
        ),
        (
            {"effective_date": "2010-01-01", "expiry_date": "2019-06-30"},
            "《甲办法》的有效期到2019-06-30为止，在 2020-12-31 已经过期。",
            "《甲办法》 was valid until 2019-06-30; on 2020-12-31 it was no longer in force.",
        ),
    ],
)
def test_of_a_day_that_is_asked_for_it_is_not_said_to_be_now(fields, zh, en):
    assert [notices("2020-12-31", lang, **fields)[0].text for lang in ("zh", "en")] == [zh, en]


@pytest.mark.parametrize(
    ("region", "places", "warned"),
    [
        pytest.param("贵州省", ["贵阳"], False, id="of the province"),
        pytest.param("贵阳市", ["贵州"], True, id="of a city of it"),
        pytest.param("贵阳市", ["遵义"], True, id="of another city of the province"),
        pytest.param("广东省", ["上海"], True, id="another place"),
        pytest.param("广东省", ["上海", "广东"], False, id="one of those asked for"),
        pytest.param("全国", ["上海"], False, id="the whole country"),
        pytest.param(None, ["上海"], False, id="no place known"),
        pytest.param("广东省", [], False, id="no place asked for"),
    ],
)
def test_a_document_of_another_place(region, places, warned):
    found = notices(region=region, places=places, **IN_FORCE)
    assert [notice.code for notice in found] == ["other_region"] * warned


@pytest.mark.parametrize(
    ("fields", "zh", "en"),
    [
        pytest.param(
            {"status": "试行", "effective_date": "2023-06-19", "expiry_date": "2999-06-18"},
            "《甲办法》是试行文件，到2999-06-18为止，规定可能调整。",
            "《甲办法》 applies on trial or provisionally (试行) until 2999-06-18; its rules may change.",
            id="trial with an end",
        ),
        pytest.param(
            {"repealed_by": "x:第一条", "repealed_on": "2024-01-01"},
            "《甲办法》已经废止（2024-01-01起）。",
            "《甲办法》 has been repealed (from 2024-01-01).",
            id="repealed",
        ),
        pytest.param(
            {"region": "广东省", "places": ["上海", "北京"], **IN_FORCE},
            "问题问的是上海、北京，《甲办法》是广东省的文件。",
            "The question is about 上海, 北京; 《甲办法》 is a document of 广东省.",
            id="other place",
        ),
    ],
)
def test_a_notice_speaks_the_language_of_the_question(fields, zh, en):
    assert [notices(lang=lang, **fields)[0].text for lang in ("zh", "en")] == [zh, en]

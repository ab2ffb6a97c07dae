import pytest
from fakes import make_document

from rag.errors import FilterError
from rag.hit import filters as module
from rag.hit.filters import FILTERS, allowed, check_filters, left_out, parse_filters
from rag.schema import Viewer

BEIJING = make_document(
    "b", "北京市数据登记办法（试行）", region="北京市", issuer="北京市知识产权局、北京市经济和信息化局",
    status="试行", effective_date="2023-06-19", issue_no=50, column="地方法规", doc_number="京知〔2023〕1号",
    source="50.txt", source_name="大数据发展动态",
)  # fmt: skip
OLD = make_document("o", "深圳市开放办法", region="深圳市", expiry_date="2020-12-31", source="旧.md")
PLAN = make_document("p", "“数据要素×”行动计划", scheme="outline", status="征求意见稿")
SECRET = make_document("s", "内部数据规则", region="北京市", visibility="finance")
ALL = [BEIJING, OLD, PLAN, SECRET]
EVERYONE = Viewer(groups=frozenset({"finance"}))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param({}, "bops", id="nothing"),
        pytest.param({"region": "北京"}, "bs", id="part of the region"),
        pytest.param({"region": "北京市", "status": "试行"}, "b", id="both must be met"),
        pytest.param({"issuer": "经济和信息化局"}, "b", id="one of the issuers"),
        pytest.param({"title": "数据要素×行动"}, "p", id="title without quotation marks"),
        pytest.param({"title": "登记办法(试行)"}, "b", id="title with narrow brackets"),
        pytest.param({"scheme": "outline"}, "p", id="scheme"),
        pytest.param({"issue_no": "50"}, "b", id="issue"),
        pytest.param({"issue_no": "5"}, "", id="no part of a number"),
        pytest.param({"column": "地方法规"}, "b", id="column"),
        pytest.param({"doc_number": "京知 [2023] 1号"}, "", id="other brackets are another number"),
        pytest.param({"doc_number": "京知〔2023〕 1 号"}, "b", id="number with blanks"),
        pytest.param({"document_id": "o"}, "o", id="id"),
        pytest.param({"source": "旧.md"}, "o", id="source"),
        pytest.param({"source_name": "大数据发展动态"}, "b", id="periodical"),
        pytest.param({"status": "试"}, "", id="no part of a status"),
        pytest.param({"region": "火星"}, "", id="nothing meets it"),
    ],
)
def test_filters_are_met_by_documents(filters, expected):
    assert "".join(d.document_id for d in allowed(ALL, filters, None, EVERYONE)) == expected


@pytest.mark.parametrize(
    ("viewer", "expected"),
    [
        pytest.param(Viewer(), "bop", id="no group"),
        pytest.param(EVERYONE, "bops", id="the group"),
        pytest.param(Viewer(groups=frozenset({"law"})), "bop", id="another group"),
        pytest.param(Viewer(groups=frozenset(), roles=frozenset({"admin"})), "bop", id="roles open nothing"),
    ],
)
def test_a_group_decides_what_exists(viewer, expected):
    assert "".join(d.document_id for d in allowed(ALL, {}, None, viewer)) == expected


@pytest.mark.parametrize(
    ("as_of", "expected"), [("2020-06-01", "op"), ("2023-06-19", "bp"), ("2022-01-01", "p"), (None, "bop")]
)
def test_as_of_leaves_out_what_is_known_to_be_out_of_force(as_of, expected):
    assert "".join(d.document_id for d in allowed(ALL, {}, as_of, Viewer())) == expected


@pytest.mark.parametrize(
    ("filters", "as_of", "viewer", "expected"),
    [
        pytest.param({}, None, Viewer(), "", id="no day"),
        pytest.param({}, "2020-06-01", Viewer(), "b", id="not yet in force"),
        pytest.param({}, "2024-01-01", Viewer(), "o", id="expired"),
        pytest.param({"region": "北京"}, "2024-01-01", Viewer(), "", id="left out by a filter"),
        pytest.param({}, "2022-01-01", Viewer(), "bo", id="both"),
    ],
)
def test_what_a_day_leaves_out_can_be_told(filters, as_of, viewer, expected):
    assert "".join(d.document_id for d in left_out(ALL, filters, as_of, viewer)) == expected


def test_an_older_version_is_shown_when_it_is_asked_for():
    old = make_document("1", superseded_by="2")
    new = make_document("2")
    assert [d.document_id for d in allowed([old, new], {}, None, Viewer())] == ["2"]
    assert [d.document_id for d in allowed([old, new], {}, None, Viewer(), older={"1"})] == ["1", "2"]


def test_an_unknown_key_lists_the_known_ones():
    with pytest.raises(FilterError, match="No filter 'city'") as caught:
        check_filters({"city": "北京"}, None)
    assert all(key in caught.value.fix for key in FILTERS)


@pytest.mark.parametrize("as_of", ["2024", "2024-13-01", "yesterday", "2024/01/31", ""])
def test_what_is_no_date_is_refused(as_of):
    with pytest.raises(FilterError, match="Not a date"):
        check_filters({}, as_of)


def test_pairs_are_read():
    assert parse_filters(["region=贵州省", " title = a=b "]) == {"region": "贵州省", "title": "a=b"}
    assert parse_filters([]) == {}


@pytest.mark.parametrize("pair", ["region", "region=", "=x", "city=北京"])
def test_what_is_no_filter_is_refused(pair):
    with pytest.raises(FilterError):
        parse_filters([pair])


def test_every_filter_reads_a_field_that_documents_have():
    for key, meets in FILTERS.items():
        if key not in ("since", "until"):
            assert meets(BEIJING, str(getattr(BEIJING, key)))


ISSUE = make_document("i", "甲市办法", issue_date="2023-12-15", effective_date="2024-03-01")
LAW = make_document("l", "乙法", adopted_on="2019-04-23", effective_date="2019-11-01")
RULE = make_document("r", "丙规定", effective_date="2024-01-31")
UNDATED = make_document("u", "丁方案")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param({"since": "2023-12-15"}, "ir", id="the first day belongs to it"),
        pytest.param({"since": "2023-12-16"}, "r", id="the issue's day counts, not that of effect"),
        pytest.param({"until": "2019-04-23"}, "l", id="the day of adoption counts before that of effect"),
        pytest.param({"until": "2023"}, "il", id="the whole year"),
        pytest.param({"until": "2024-01"}, "ilr", id="the whole month"),
        pytest.param({"since": "2023", "until": "2023"}, "i", id="one year"),
        pytest.param({"since": "2025", "until": "2019"}, "", id="ends before it begins"),
    ],
)
def test_a_range_of_days_is_met_by_documents_with_a_day_in_it(filters, expected):
    found = allowed([ISSUE, LAW, RULE, UNDATED], filters, None, Viewer())
    assert "".join(d.document_id for d in found) == expected


@pytest.mark.parametrize("day", ["2024-13", "20240131", "2024-01-3", "去年", "24", ""])
def test_a_range_with_what_is_no_day_is_refused(day):
    with pytest.raises(FilterError, match="Not a date: since="):
        check_filters({"since": day}, None)


def test_a_value_that_many_documents_have_is_made_comparable_once():
    many = [make_document(f"d{n}", region="贵州省" if n % 2 else "北京市") for n in range(200)]
    module._compared.cache_clear()
    assert len(allowed(many, {"region": "贵州"}, None, Viewer())) == 100
    assert module._compared.cache_info().misses == 2

"""Fields of a document: present where its text says so, absent otherwise."""

import pytest
from fakes_ingest import document_of

from ingest.document.dates import Force, adopted, force, period
from rag.chunk.metadata import as_json, chunk_metadata, day
from rag.hit.regions import is_national, places_in, region_of


def rules(title="某办法", *, last="第二条 乙。", under=(), note=(), origin=()):
    """The fields of a document of two articles."""
    note = ["编者按：", *note] if note else []
    return document_of(*note, title, *under, "第一条 甲。", last, *origin).document


@pytest.mark.parametrize(
    ("sentence", "text", "effective", "expiry"),
    [
        ("本办法自2024年1月1日起施行。", "自2024年1月1日起施行", "2024-01-01", None),
        ("本规定从1986年7月1日起施行。", "从1986年7月1日起施行", "1986-07-01", None),
        ("本条例于2007年9月1日起施行。", "于2007年9月1日起施行", "2007-09-01", None),
        ("本办法自 2024 年 1 月 1 日起施行", "自2024年1月1日起施行", "2024-01-01", None),
        ("本办法自发布之日起施行。", "自发布之日起施行", None, None),
        ("自2024年月日起施行。", "自2024年月日起施行", None, None),
        ("本办法自公布之日起三十日后施行，有效期二年。", "自公布之日起三十日后施行,有效期二年", None, None),
        ("本办法自印发之日起1个月后实施。", "自印发之日起1个月后实施", None, None),
        ("受理之日起三十日内，施行备案。", None, None, None),
        ("本办法自2023年6月19日起施行，试行期三年。", "自2023年6月19日起施行,试行期三年", "2023-06-19", "2026-06-18"),
        ("自2023年1月1日起施行，有效期至2025年12月31日。", "自2023年1月1日起施行,有效期至2025年12月31日", "2023-01-01", "2025-12-31"),
        ("自2024年2月29日起施行，有效期5年。", "自2024年2月29日起施行,有效期5年", "2024-02-29", "2029-02-28"),
        ("自2024年2月30日起施行。", "自2024年2月30日起施行", None, None),
        ("本条例不溯及既往。", None, None, None),
        ("", None, None, None),
    ],
)  # fmt: skip
def test_validity_is_read_from_complete_dates_only(sentence, text, effective, expiry):
    assert force([sentence]) == Force(text, effective, expiry)


def test_the_last_sentence_about_validity_counts():
    found = force(["已办理的自2020年1月1日起执行。", "本办法自2024年1月1日起施行。", "由某局解释。"])
    assert found.effective == "2024-01-01"


@pytest.mark.parametrize(
    ("line", "effective"),
    [
        ("2021年9月1日 施行", "2021-09-01"),
        ("1992年7月1日起施行", "1992-07-01"),
        ("2021年6月10日 第十三届全国人民代表大会常务委员会第二十九次会议通过", None),
        ("2021年9月1日 公布", None),
    ],
)
def test_a_line_under_the_title_may_say_when_it_takes_effect(line, effective):
    assert adopted(line).effective == effective


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("某行动计划（2023—2025年）", "2023—2025年"),
        ("某行动计划（2023年-2025年）", "2023年-2025年"),
        ("某规划（2021 — 2035 年）", "2021—2035年"),
        ("某报告（2023年）", None),
        ("某评价指南DB33/T 2456—2024", None),
    ],
)
def test_the_years_of_a_plan_are_its_period(title, years):
    assert period(title) == years


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("某办法（试行）", "试行"), ("某办法(暂行)", "暂行"), ("某暂行办法", "暂行"), ("某办法（征求意见稿）", "征求意见稿"),
        ("某条例（草案送审稿）", "草案送审稿"), ("某条例（草案）", "草案"), ("某办法", None), ("试行区管理办法", None),
        ("某办法（修订）", None), ("关于《某办法（草案）》的说明", None), ("《某办法（试行）》政策解读", None),
    ],
)  # fmt: skip
def test_the_status_is_what_the_title_prints(title, status):
    assert rules(title).status == status


def test_a_status_on_its_own_line_belongs_to_the_title():
    found = rules("某管理办法", under=["（试行）"])
    assert (found.title, found.status) == ("某管理办法（试行）", "试行")


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("某政办〔2023〕5号", "某政办〔2023〕5号"),
        ("工信厅联科 [2023] 49 号", "工信厅联科[2023]49号"),
        ("X府（2023）5号", None),
    ],
)
def test_the_document_number_is_the_one_under_the_title(line, number):
    assert rules(under=[line]).doc_number == number


def test_a_number_in_the_note_or_the_text_is_not_the_documents_own():
    found = rules(note=["某局印发《某办法》（某办〔2023〕5号）。"], last="第二条 依照某办〔2020〕1号执行。")
    assert found.doc_number is None


def test_a_line_under_the_title_is_its_subtitle():
    found = document_of("# 数据市场报告", "", "# 规模与趋势", "", "市场在过去一年中增长，规模扩大。").document
    assert (found.title, found.subtitle) == ("数据市场报告", "规模与趋势")


@pytest.mark.parametrize(
    ("found", "issuer", "inferred"),
    [
        pytest.param(rules("贵州省人民政府办公厅关于印发某办法的通知"), "贵州省人民政府办公厅", False, id="title"),
        pytest.param(rules("最高人民法院 最高人民检察院关于某案件的规定"), "最高人民法院、最高人民检察院", False, id="two bodies"),
        pytest.param(
            rules("某法", under=["2021年6月10日 第十三届全国人民代表大会常务委员会第二十九次会议通过"]),
            "全国人民代表大会常务委员会", False, id="who passed it",
        ),
        pytest.param(
            rules("某条例", under=["1990年1月1日 国务院批准", "1990年2月1日 交通部令第3号发布"]),
            "交通部", False, id="who published it before who agreed",
        ),
        pytest.param(
            rules("某条例", under=["2020年1月1日 中华人民共和国国务院令第720号公布"]), "国务院", False, id="an order",
        ),
        pytest.param(
            rules("某办法", note=["近日，贵州省大数据局印发《某办法》，自发布之日起施行。"]), "贵州省大数据局", True, id="note",
        ),
        pytest.param(rules("某办法", origin=["（来源：某市人民政府）"]), "某市人民政府", True, id="source line"),
        pytest.param(rules("某办法"), None, False, id="not said"),
    ],
)  # fmt: skip
def test_the_issuer_is_the_named_body_or_inferred(found, issuer, inferred):
    assert (found.issuer, "issuer" in found.inferred) == (issuer, inferred)


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("贵州省大数据发展管理局", "贵州省"), ("贵州数据条例", "贵州省"), ("上海市经济和信息化委员会", "上海市"),
        ("长春市数据交易管理办法", "长春市"), ("吉林省长春市数据局", "长春市"), ("内蒙古自治区数据局", "内蒙古自治区"),
        ("广西数据条例", "广西壮族自治区"), ("深圳经济特区数据条例", "深圳市"), ("工业和信息化部", None), ("某办法", None),
        ("数据要素市场", None),
    ],
)  # fmt: skip
def test_the_region_is_the_place_that_a_name_contains(name, region):
    assert region_of(name) == region


@pytest.mark.parametrize(
    ("body", "national"),
    [
        ("工业和信息化部", True), ("国家数据局", True), ("国务院办公厅", True), ("全国人民代表大会常务委员会", True),
        ("最高人民法院", True), ("中国资产评估协会", True), ("贵州省大数据局", False), ("某公司", False),
    ],
)  # fmt: skip
def test_ministries_and_national_bodies_act_for_the_whole_country(body, national):
    assert is_national(body) is national


def test_places_of_a_question_are_short_names():
    assert places_in("贵州省和深圳市的规定有何不同？长春呢") == {"贵州", "深圳", "长春"}
    assert places_in("数据市场怎样监管") == frozenset()


def test_a_document_of_a_ministry_is_for_the_whole_country():
    found = rules("某办法", origin=["（来源：工业和信息化部）"])
    assert (found.region, "region" in found.inferred) == ("全国", True)
    assert rules("贵州省某办法", origin=["（来源：工业和信息化部）"]).region == "贵州省"


def test_unknown_fields_are_left_out_of_a_chunks_metadata():
    parsed = document_of("某办法", "第一条 甲。", "第二条 本办法自2024年1月1日起施行。")
    found = chunk_metadata(parsed.clauses[1], parsed.document)
    assert found["effective_day"] == 20240101
    assert {"issuer", "region", "expiry_date", "expiry_day", "page_first", "issue_no"}.isdisjoint(found)
    assert all(isinstance(value, str | int) for value in found.values())
    assert as_json(found) == as_json(dict(reversed(found.items())))


def test_a_date_has_an_integer_twin():
    assert (day("2024-01-31"), day(None)) == (20240131, None)

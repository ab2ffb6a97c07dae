"""Who issued a text: names in a row, and under it."""

import pytest
from fakes_ingest import document_of

from ingest.document.bodies import is_signature, joined, signed
from ingest.layout import lines_of


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("某市财政局 某市人力资源和社会保障局", "某市财政局、某市人力资源和社会保障局"),
        ("某市财政局、某市审计局", "某市财政局、某市审计局"),
        ("某 市 财 政 局", "某市财政局"),
    ],
)
def test_names_that_blanks_part_are_joined(printed, names):
    assert joined(printed) == names


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["请认真执行。", "某市教育局", "2024年6月28日"], "某市教育局"),
        (["请认真执行。", "某市财政局", "某市教育局", "2024年6月28日"], "某市财政局、某市教育局"),
        (["请认真执行。", "某市人民政府办公室", "二〇二四年六月二十八日"], "某市人民政府办公室"),
        (["一、某市教育局", "2024年6月28日"], None),
        (["联系某市教育局。", "2024年6月28日"], None),
        (["某市教育局", "2024年6月28日开会。"], None),
        (["2024年6月28日"], None),
    ],
)
def test_a_text_is_signed_above_its_date(lines, names):
    assert signed(lines_of(lines, whole=True)) == names


def test_a_signature_is_names_and_a_date_and_nothing_else():
    assert is_signature(lines_of(["某市教育局", "2024年6月28日"], whole=True))
    assert not is_signature(lines_of(["某市教育局", "请执行。", "2024年6月28日"], whole=True))
    assert not is_signature(())


def test_who_signed_is_the_issuer_when_the_title_names_nobody():
    text = ["公示期为2024年10月8日至10月14日。", "", "某市经济和信息化局", "2024年10月8日"]
    signed_one = document_of("关于拟认定名单的公示", "", *text)
    assert signed_one.document.issuer == "某市经济和信息化局"
    assert "issuer" not in signed_one.document.inferred
    named = document_of("某省教育厅关于开学的通知", "", *text)
    assert named.document.issuer == "某省教育厅"

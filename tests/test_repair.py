"""The clause's own sentence in the place of a wrong one."""

import pytest
from fakes import make_clause, make_document, make_hit

from rag.verify import Known, doubts, repaired

TERM = make_clause(
    "第四条", "登记证书的有效期为三年，自登记公告之日起计算。\n期满前一个月内可以申请续展登记。"
)
FINE = make_clause(
    "第九条",
    "数据商违反规定收取进场费的，处五万元以上十万元以下罚款。",
    document=make_document("d2", "乙市办法"),
)
HITS = (make_hit(TERM), make_hit(FINE))
KNOWN = Known("", {}, HITS)


def repair(said, cited=HITS[:1]):
    found = repaired(said, cited, KNOWN)
    return found and found.said(1, said)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            "登记证书有效期为五年。", "登记证书的有效期为三年，自登记公告之日起计算。", id="a wrong number"
        ),
        pytest.param(
            "期满前一个月内不得申请续展登记。", "期满前一个月内可以申请续展登记。", id="a wrong duty"
        ),
    ],
)
def test_the_sentence_that_was_meant(said, expected):
    assert repair(said) == f"《甲市数据管理办法》第四条：“{expected}”[1]"


def test_a_repair_has_no_doubts_of_its_own():
    found = repaired("登记证书有效期为五年。", HITS[:1], KNOWN)
    said = found.said(1).replace("[1]", "")
    assert doubts(said, [found.hit], KNOWN) == []
    assert found.quote in TERM.text


def test_the_bullet_stays():
    assert repair("- 登记证书有效期为五年。").startswith("- 《甲市数据管理办法》第四条：“登记证书")
    assert repair("2. 登记证书有效期为五年。").startswith("2. 《甲市数据管理办法》")


def test_the_right_words_behind_the_wrong_marker_lead_to_their_clause():
    found = repaired("数据商违反规定收取进场费的，处五万元以上十万元以下罚款。", HITS[:1], KNOWN)
    assert found.hit.clause is FINE


@pytest.mark.parametrize(
    "said",
    ["港口每月申报集装箱数量。", "证书登记。", "The certificate is valid for five years.", "| 登记证书有效期 | 五年 |", "## 登记证书有效期为五年", "。", ""],
)  # fmt: skip
def test_what_is_not_clear_is_not_repaired(said):
    assert repair(said) is None

"""The issue of a periodical that a question names."""

import pytest
from fakes import make_document

from rag.hit.issue import Issue, asked_issue

SHELF = [
    make_document("a", issue_no=50, issue_date="2023-12-15", source_name="大数据发展动态"),
    make_document("b", issue_no=50, issue_date="2023-12-15", source_name="大数据发展动态"),
    make_document("c", issue_no=51, issue_date="2023-12-22", source_name="大数据发展动态"),
    make_document("d", issue_no=3, issue_date="2024-01-19", source_name="大数据发展动态"),
    make_document("law"),
]


@pytest.mark.parametrize(
    ("question", "ids", "inferred"),
    [
        ("第50期讲了什么", "ab", {"issue_no": "50"}),
        ("第五十期讲了什么", "ab", {"issue_no": "50"}),
        ("2024年第3期有哪些文件", "d", {"issue_no": "3"}),
        ("issue 51", "c", {"issue_no": "51"}),
        ("bulletin no. 51", "c", {"issue_no": "51"}),
        ("12月15日那期有什么", "ab", {"issue_date": "2023-12-15"}),
        ("2023年12月22日的《大数据发展动态》", "c", {"issue_date": "2023-12-22"}),
        ("12月22日出的那一期", "c", {"issue_date": "2023-12-22"}),
        ("12月的那几期", "abc", {"issue_date": "2023-12-15、2023-12-22"}),
        ("the issue of 15 December 2023", "ab", {"issue_date": "2023-12-15"}),
        ("in the December 22 issue", "c", {"issue_date": "2023-12-22"}),
        ("最新一期讲什么", "d", {"issue_date": "2024-01-19"}),
        ("the latest issue", "d", {"issue_date": "2024-01-19"}),
    ],
)
def test_an_issue_is_read(question, ids, inferred):
    assert asked_issue(question, SHELF) == Issue(frozenset(ids), inferred)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("第99期讲什么", id="no such issue"),
        pytest.param("2022年第50期", id="another year"),
        pytest.param("第三期工程何时完工", id="phase of works"),
        pytest.param("12月15日发布的办法", id="day without an issue"),
        pytest.param("12月15日期间", id="period"),
        pytest.param("11月那期", id="month without an issue"),
        pytest.param("最近一期间", id="period without a day"),
        pytest.param("there is an issue with 50 clauses", id="English word"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_issue(question):
    assert asked_issue(question, SHELF) == Issue()


def test_a_collection_without_issues_has_none():
    assert asked_issue("第50期、最新一期", [make_document()]) == Issue()

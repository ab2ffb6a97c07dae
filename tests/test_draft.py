"""Questions proposed by rules: what is asked about what, and that every proposal stands."""

import time
from collections import Counter
from dataclasses import replace
from itertools import islice
from random import Random

import pytest
from fakes import make_clause, make_document
from fakes_draft import DRAFT, LAW, PLACED, PLAN, make_shelf

from eval.cases import load_cases
from eval.draft.own import as_lines, problems_of
from eval.draft.propose import RULES, by_rules
from eval.draft.rule.figures import figures_in
from eval.draft.shelf import Shelf

SHELF = make_shelf()


def proposals(origin=None, document=None, seed=0):
    """Everything that the rules find, by rule and document."""
    found = [
        p
        for d in SHELF.documents
        if document in (None, d)
        for rule in RULES
        for p in rule(SHELF, d, Random(seed))
    ]
    return [p for p in found if origin in (None, p.origin)]


def one(origin, document, kind=None):
    [made] = [p for p in proposals(origin, document) if kind in (None, p.case.type)]
    return made.case


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_proposal_is_sound(seed):
    drafted = list(by_rules(SHELF, seed))
    assert len(drafted) > 20
    assert [problems_of(p.case, SHELF.texts) for p in drafted] == [[]] * len(drafted)


def test_the_same_seed_proposes_the_same():
    assert [p.case for p in by_rules(SHELF, 4)] == [p.case for p in by_rules(make_shelf(), 4)]
    assert [p.case for p in by_rules(SHELF, 4)] != [p.case for p in by_rules(SHELF, 5)]


def test_proposals_are_spread_over_documents_and_types():
    first = list(islice(by_rules(SHELF, 0), 12))
    asked = Counter((p.case.gold or p.case.nearest)[0].title for p in first)
    assert len(asked) == 4
    assert max(asked.values()) <= 4
    assert len({p.case.type for p in first}) >= 6


def test_what_was_decided_on_is_not_proposed_again():
    first = [p.key for p in islice(by_rules(SHELF, 0), 5)]
    assert not {p.key for p in by_rules(SHELF, 0, known=set(first))} & set(first)


def test_only_the_chosen_documents_are_asked_about():
    asked = {g.title for p in by_rules(SHELF, 0, documents={"c1"}) for g in (*p.case.gold, *p.case.nearest)}
    assert asked == {PLAN.title}


def test_no_two_proposals_rest_on_the_same_words():
    evidence = [(g.key, g.evidence) for p in by_rules(SHELF, 0) for g in {*p.case.gold}]
    assert len(evidence) == len(set(evidence))


def test_drafted_cases_are_lines_of_a_set(tmp_path):
    cases = [replace(p.case, id=f"x-{i}") for i, p in enumerate(by_rules(SHELF, 0))]
    (tmp_path / "set.jsonl").write_text(as_lines(cases), encoding="utf-8")
    assert load_cases(tmp_path / "set.jsonl") == cases


def test_a_definition_is_asked_for_by_its_word():
    case = one("definition", LAW)
    assert "“登记机构”" in case.question
    assert case.answer == "登记机构是指市人民政府指定的、办理数据登记的事业单位。"
    assert case.gold[0].locator == "第一章/第二条"


def test_a_list_is_asked_for_with_all_its_items_but_the_last_catch_all():
    case = one("list", LAW)
    assert case.type == "procedure"
    assert case.question.endswith("申请登记要交哪些材料？")
    assert [fact[0] for fact in case.key_facts] == ["登记申请表", "身份证明文件", "数据来源说明"]
    assert case.answer.startswith("共4项：")


def test_a_number_is_asked_for_with_both_kinds_of_numerals():
    by_value = {p.case.key_facts[0][0]: p.case for p in proposals("numeric", LAW)}
    assert set(by_value) == {"五个工作日", "十日", "三年"}
    assert by_value["三年"].key_facts == (("三年", "3年"),)
    assert "登记证书能用多久？" in by_value["三年"].question
    assert by_value["五个工作日"].question.endswith("收到申请以后，登记机构最迟几天之内要完成审查？")


def test_targets_of_a_plan_carry_their_year():
    questions = [p.case.question for p in proposals("numeric", PLAN)]
    assert any(q.endswith("到2026年要建成多少个智能工厂？") for q in questions)
    # The year stands in the sentence before.
    assert any(q.endswith("到2026年算力规模要达到百分之多少？") for q in questions)


def test_a_number_that_a_document_prints_in_two_values_is_not_asked_for():
    document = make_document("e1", "乙市办法")
    clauses = [
        make_clause("第一条", "登记证书的有效期为三年。", document=document),
        make_clause("第二条", "登记证书的有效期为五年。", document=document, ordinal=1),
        make_clause("第三条", "授权协议的有效期为四年。", document=document, ordinal=2),
        make_clause("第四条", "授权协议的有效期为四年。", document=document, ordinal=3),
    ]
    shelf = Shelf([document], {"e1": clauses})
    [case] = [p.case for p in by_rules(shelf, 0) if p.case.type in ("numeric", "false_premise")]
    assert case.key_facts[0][0] == "四年"
    assert [g.locator for g in case.also_right] == ["第四条"]


def test_a_wrong_number_is_taken_for_granted_and_contradicted():
    case = next(p.case for p in proposals("false_premise", PLACED))
    assert "两年" not in case.question
    assert case.answer.startswith("不对，不是")
    assert "两年" in case.answer


def test_a_followup_needs_its_first_question():
    case = one("followup", PLAN)
    assert case.history[0][0].endswith("要建成多少个智能工厂？")
    assert case.question.startswith("那示范企业")


def test_a_duty_is_asked_for_by_its_case():
    case = next(p.case for p in proposals("duty", LAW) if "变更名称" in p.case.question)
    assert case.type == "procedure"
    assert case.gold[0].locator == "第二章/第八条"


def test_what_is_forbidden_is_asked_for_or_taken_for_allowed():
    found = [p.case for seed in range(8) for p in proposals("ban", LAW, seed)]
    assert {case.type for case in found} == {"obligation", "false_premise"}
    assert all(case.answer == "不能。任何单位和个人不得伪造登记证书。" for case in found)
    assert all(case.key_facts[0][:2] == ("不得", "不能") for case in found)


def test_the_day_of_force_is_asked_for_in_both_languages():
    chinese, english = one("force", LAW, "date_status"), one("force", LAW, "english")
    assert chinese.key_facts == (("2024年3月1日", "2024-03-01", "2024.3.1"),)
    assert LAW.title in english.question
    assert "March 1, 2024" in english.answer


def test_a_draft_is_due_a_notice():
    asked = [p.case for p in by_rules(SHELF, 0) if p.case.gold and p.case.gold[0].title == DRAFT.title]
    assert asked
    assert {case.warnings for case in asked} == {("draft",)}


def test_a_clause_is_named_by_number_with_the_words_of_staff():
    questions = [p.case.question for p in proposals("by_number", LAW)]
    assert any("第8条" in q for q in questions)
    assert any("第5条第（" in q for q in questions)


def test_who_is_responsible_is_asked_for():
    assert one("in_charge", LAW).key_facts == (("市数据主管部门",),)
    plan = one("in_charge", PLAN)
    assert plan.key_facts == (("省工信厅",), ("省能源局",))
    assert "绿色算力建设" in plan.question


def test_another_place_is_a_near_miss():
    found = [p.case for p in proposals("elsewhere", PLACED)]
    assert found
    for case in found:
        assert (case.type, case.gold, case.nearest[0].title) == ("unanswerable", (), PLACED.title)
        assert not [place for place in ("湖南", "云南", "贵州") if place in case.question]


def test_what_a_text_says_is_no_near_miss():
    questions = [p.case.question for p in proposals("absent", PLAN)]
    assert not [q for q in questions if "牵头" in q], "the plan names who is responsible"
    assert [p for p in proposals("absent", LAW) if "手续费" in p.case.question or "收多少" in p.case.question]


def test_two_documents_are_compared():
    found = [p.case for p in proposals("cross_doc")]
    assert [c for c in found if {g.title for g in c.gold} == {LAW.title, PLACED.title}]
    assert all(len({g.title for g in c.gold}) == 2 for c in found)


def test_a_report_is_not_asked_for_figures_without_a_time():
    report = make_document("r", "某研究报告", scheme="report")
    texts = ["决策准确率达到99.5%。", "截至11月末，5G基站总数达328.2万个。"]
    asked = [f.ask for t in texts for f in figures_in(make_clause("一", t, document=report), report)]
    assert asked == ["截至11月末，5G基站总数是多少个？"]


def test_a_collection_of_many_clauses_is_asked_in_seconds():
    document = make_document("m", "某市数据办法", region="某市")
    text = "登记机构应当自收到第{}号申请之日起五个工作日内完成审查，任何单位不得伪造证书。"
    shelf = Shelf(
        [document],
        {"m": [make_clause(f"第{i}条", text.format(i), document=document, ordinal=i) for i in range(400)]},
    )
    started = time.perf_counter()
    assert len(list(islice(by_rules(shelf, 0), 20))) == 20
    assert time.perf_counter() - started < 10

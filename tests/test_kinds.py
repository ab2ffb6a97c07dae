"""What an answer without a model looks like for each kind of question, over a few small documents."""

from dataclasses import replace

import pytest
from fakes import FakeEmbedder, make_clause, make_document, make_hit

from rag.context.companions import Companion
from rag.context.context import Context
from rag.context.side import Side
from rag.quote.extractive import extractive
from rag.rerank import SentenceScorer
from rag.schema import Filters, Reference, Repeal, Retrieval
from rag.verdict.evidence import Evidence
from rag.verify import is_verbatim

JIA = make_document("d1", "甲市数据登记办法", region="甲市", effective_text="自发布之日起施行")
YI = make_document(
    "d2", "乙市数据登记办法（试行）", region="乙市", effective_date="2023-06-19", expiry_date="2026-06-18"
)
YI_BEFORE = make_document("d6", YI.title, region="乙市", effective_date="2020-01-01", superseded_by="d2")
PLAN = make_document("d3", "元宇宙发展行动计划", scheme="outline")
FUTURE = make_document("d5", "未来产业实施方案", scheme="outline")
DRAFT = make_document("d4", "丙市数据条例（草案）", status="草案")
LIST = "申请登记应当提交下列材料：\n（一）登记申请表；\n（二）身份证明；\n（三）数据来源说明。\n材料不齐的，应当一次告知补正。"
TEXTS = {
    JIA: [
        ("第一章/第一条", "为了规范数据登记，制定本办法。", "第一章 总则"),
        ("第一章/第二条", "登记机构是市大数据局。", "第一章 总则"),
        ("第二章/第三条", LIST, "第二章 登记"),
        ("第二章/第四条", "登记证书的有效期为三年，自公告之日起计算。", "第二章 登记"),
        ("第二章/第五条", "任何人不得伪造登记证书。", "第二章 登记"),
        ("第三章/第六条", "违反第五条规定的，处五万元罚款。", "第三章 附则"),
        ("第三章/第七条", "本办法自发布之日起施行。", "第三章 附则"),
    ],
    YI: [
        ("第一条", "登记证书的有效期为五年，自发证之日起计算。", ""),
        ("第二条", "本办法自2023年6月19日起试行，试行期三年。", ""),
    ],
    YI_BEFORE: [("第一条", "登记证书的有效期为二年。", "")],
    PLAN: [
        ("一", "总体要求\n坚持应用牵引。", ""),
        ("二/（一）/1", "加强技术创新。推动算力建设。", "二、重点任务 / （一）构建产业体系"),
        ("二/（一）/2", "丰富产品供给。推广终端。", "二、重点任务 / （一）构建产业体系"),
        ("二/（二）/3", "改造工业流程。建设平台。", "二、重点任务 / （二）培育工业元宇宙"),
        ("三/（一）", "强化统筹协调。各部门分工。", "三、保障措施"),
        ("三/（二）", "加强人才培养。支持高校。", "三、保障措施"),
    ],
    FUTURE: [
        ("一/（一）", "未来信息\n发展算力。", "一、面向三大领域"),
        ("一/（一）/1", "量子信息。建设平台。", "一、面向三大领域 / （一）未来信息"),
        ("一/（二）", "未来健康\n发展基因技术。", "一、面向三大领域"),
        ("一/（三）", "未来能源\n发展氢能建设。", "一、面向三大领域"),
        ("二/（一）", "成果突破行动。支持高校建设。", "二、构建生态"),
        ("二/（二）/2", "建设基地。", "二、构建生态 / （二）实施孵化加速行动。"),
        ("二/（三）/3", "开放场景。", "二、构建生态 / （三）实施场景建设行动。"),
    ],
    DRAFT: [("第一条", "数据应当依法登记。", ""), ("第二条", "本条例自 2024 年月日起施行。", "")],
}
CLAUSES = {
    document.document_id: [
        make_clause(locator, text, document=document, headings=headings, ordinal=n)
        for n, (locator, text, headings) in enumerate(rows)
    ]
    for document, rows in TEXTS.items()
}
DOCUMENTS = {d.document_id: d for d in TEXTS}


@pytest.fixture(scope="module")
def scorer():
    return SentenceScorer(FakeEmbedder())


def clause(document, label):
    return next(c for c in CLAUSES[document.document_id] if c.locator.endswith(label))


@pytest.fixture
def answer(scorer):
    """Answer a question whose hits are given as (document, label), best first; `meant` are those looked up by number."""

    def _answer(
        question,
        *found,
        meant=(),
        places=(),
        inferred=None,
        companions=(),
        lang="zh",
        documents=None,
        sides=(),
    ):
        hits = [
            make_hit(clause(*key), 1 / n, **({"lookup": 2.0} if key in meant else {}))
            for n, key in enumerate([*meant, *(f for f in found if f not in meant)], 1)
        ]
        known = DOCUMENTS if documents is None else documents
        context = Context(question, hits, known, companions, lambda i: CLAUSES.get(i, []), sides)
        retrieval = Retrieval(tuple(hits), Filters({}, inferred or {}), 0.0)
        out = extractive(retrieval, context, places, scorer, lang)
        assert out is not None
        texts = {c.clause_id: c.text for rows in CLAUSES.values() for c in rows}
        assert all(is_verbatim(c, texts[c.clause_id]) for c in out.citations)
        assert {c.clause_id for c in out.citations} == {h.clause.clause_id for h in out.sources}
        return out

    return _answer


# What follows from breaking a clause


def test_the_penalty_for_breaking_a_named_clause_comes_first_and_other_documents_stay_out(answer):
    broken, fine = (JIA, "第五条"), clause(JIA, "第六条")
    link = Companion(fine, clause(*broken).clause_id, "referring", ((2, 5),))
    found = answer("违反登记办法第五条怎么办？", meant=[broken, (YI, "第二条")], companions=[link])
    assert [c.locator.split("/")[-1] for c in found.citations] == ["第六条", "第五条"]
    assert {c.clause_id.split(":")[0] for c in found.citations} == {"d1"}


def test_a_named_clause_that_nobody_threatens_is_quoted_as_it_is(answer):
    found = answer("违反登记办法第五条怎么办？", meant=[(JIA, "第五条")])
    assert [c.locator.split("/")[-1] for c in found.citations] == ["第五条"]


# Clauses by number


@pytest.mark.parametrize(
    "question",
    [
        "甲市数据登记办法第三条说了什么？",
        "第三条的内容",
        "What does Article 3 say?",
        "《甲市数据登记办法》第三条",
    ],
)
def test_a_clause_asked_for_by_number_is_quoted_whole(answer, question):
    found = answer(question, (JIA, "第四条"), meant=[(JIA, "第三条")])
    assert [c.quote for c in found.citations] == [LIST]


def test_an_item_asked_for_is_quoted_alone(answer):
    found = answer("甲市数据登记办法第三条第二项是什么", meant=[(JIA, "第三条")])
    assert [(c.quote, c.pinpoint) for c in found.citations] == [("（二）身份证明；", "第一款第（二）项")]


def test_an_item_that_does_not_exist_is_said_to_be_missing(answer):
    found = answer("甲市数据登记办法第三条第九项是什么", meant=[(JIA, "第三条")])
    assert "没有所问的第9项，引全条" in found.text
    assert found.citations[0].quote == LIST


def test_a_range_is_quoted_article_by_article_in_printed_order(answer):
    found = answer(
        "甲市数据登记办法第三条至第五条的内容", meant=[(JIA, "第五条"), (JIA, "第三条"), (JIA, "第四条")]
    )
    assert [c.locator[-3:] for c in found.citations] == ["第三条", "第四条", "第五条"]


def test_an_article_that_does_not_exist_is_missing(answer):
    found = answer("第四条和第九十九条说了什么", meant=[(JIA, "第四条")])
    assert found.missing == ("第九十九条",)


def test_a_chapter_is_quoted_with_all_its_articles(answer):
    found = answer("甲市数据登记办法第二章说了什么", meant=[(JIA, "第三条")])
    assert [c.locator for c in found.citations] == ["第二章/第三条", "第二章/第四条", "第二章/第五条"]


def test_a_particular_question_about_an_article_is_no_question_for_all_of_it(answer):
    found = answer("第六条要罚款多少，由谁来罚、罚了以后怎么缴？", meant=[(JIA, "第六条")])
    assert found.citations[0].locator == "第三章/第六条"


# Force


def test_a_date_of_issue_that_is_not_printed_is_said(answer):
    found = answer("甲市数据登记办法从什么时候起施行？", (JIA, "第四条"))
    assert found.text == (
        "《甲市数据登记办法》第三章/第七条：本办法自发布之日起施行。[1]\n文中没有印出发布（印发）日期，具体从哪一天起施行无法确定。"
    )
    assert found.missing == ()


def test_the_end_of_validity_is_told_or_said_to_be_unknown(answer):
    told = answer("乙市数据登记办法的有效期到什么时候？", (YI, "第一条"), inferred={"title": YI.title})
    assert "试行期三年" in told.text
    assert "没有写明有效期" not in told.text
    open_ended = answer("甲市数据登记办法什么时候废止？", (JIA, "第四条"))
    assert "《甲市数据登记办法》没有写明有效期或废止日期。" in open_ended.text


def test_a_draft_is_not_in_force_and_an_empty_date_is_no_date(answer):
    found = answer("丙市数据条例什么时候生效？", (DRAFT, "第一条"))
    assert "《丙市数据条例（草案）》是草案，尚未生效。" in found.text
    assert "没有填写完整" in found.text


def test_a_document_without_such_a_clause_is_missing(answer):
    found = answer("元宇宙发展行动计划从哪天起实施？", (PLAN, "一"))
    assert "《元宇宙发展行动计划》没有写明从哪天起施行。" in found.text
    assert found.missing == ("《元宇宙发展行动计划》",)


def test_each_named_document_is_told(answer):
    inferred = {"title": f"{JIA.title}、{YI.title}"}
    found = answer(
        "甲市数据登记办法和乙市数据登记办法什么时候施行？", (JIA, "第四条"), (YI, "第一条"), inferred=inferred
    )
    assert [c.quote for c in found.citations] == [
        "本办法自发布之日起施行。",
        "本办法自2023年6月19日起试行，试行期三年。",
    ]


@pytest.mark.parametrize("question", ["登记证书有效期多久？", "合同什么时候生效？"])
def test_the_term_of_a_certificate_is_not_the_force_of_a_document(answer, question):
    assert "第四条" in answer(question, (JIA, "第四条"), (JIA, "第五条")).text


def test_what_repeals_a_document_is_quoted_only_if_it_may_be_seen(answer):
    by = replace(clause(YI, "第二条"), repeals=(Repeal((0, 3), JIA.title, "d1"),))
    gone = replace(JIA, repealed_by=by.clause_id, repealed_on="2023-06-19")
    seen = answer("甲市数据登记办法废止了吗", (JIA, "第四条"), documents={**DOCUMENTS, "d1": gone})
    assert "《甲市数据登记办法》已被废止（自2023-06-19起）：《乙市数据登记办法（试行）》第二条" in seen.text
    hidden = answer("甲市数据登记办法废止了吗", (JIA, "第四条"), documents={"d1": gone})
    assert "乙市" not in hidden.text
    assert "已被废止（自2023-06-19起）。" in hidden.text


# Summaries


@pytest.mark.parametrize(
    "question",
    [
        "介绍一下《甲市数据登记办法》",
        "甲市数据登记办法的主要内容",
        "总结甲市数据登记办法",
        "甲市数据登记办法讲了什么？",
    ],
)
def test_a_summary_goes_chapter_by_chapter_with_a_citation_each(answer, question):
    found = answer(question, (JIA, "第四条"), (YI, "第一条"))
    assert found.text.split("\n")[:3] == [
        "《甲市数据登记办法》共 7 条（款），3 个部分：", "**第一章 总则**（第一条—第二条）", "为了规范数据登记，制定本办法。[1]"
    ]  # fmt: skip
    assert [c.locator.split("/")[0] for c in found.citations] == ["第一章", "第二章", "第三章"]


def test_a_summary_of_an_outline_has_the_headings_under_each_part(answer):
    found = answer("概括一下元宇宙发展行动计划", (PLAN, "三/（一）"))
    assert (
        "**二、重点任务**\n（一）构建产业体系 加强技术创新。[2]；（二）培育工业元宇宙 改造工业流程。[3]"
        in found.text
    )


@pytest.mark.parametrize(
    "question", ["介绍一下甲市数据登记办法的罚款标准", "甲市数据登记办法的登记机构主要是谁"]
)
def test_a_question_for_something_particular_is_no_summary(answer, question):
    assert "个部分：" not in answer(question, (JIA, "第四条"), (JIA, "第六条")).text


@pytest.mark.parametrize(
    "question",
    [
        "甲市数据登记材料要写哪些内容",
        "甲市登记机构有什么要求",
        "甲市数据登记证书有哪些规定",
        "总结甲市登记办法的材料",
        "概括甲市登记办法的罚款",
    ],
)
def test_what_a_document_speaks_of_is_not_the_document(answer, question):
    found = answer(question, (JIA, "第三条"), (JIA, "第六条"))
    assert "个部分：" not in found.text
    assert found.citations


@pytest.mark.parametrize("question", ["甲市数据登记办法有哪些规定", "《甲市数据登记办法》的内容是什么"])
def test_what_a_document_holds_is_all_of_it(answer, question):
    assert "共 7 条（款），3 个部分：" in answer(question, (JIA, "第四条")).text


def test_a_summary_of_a_named_heading_has_all_that_stands_under_it_and_nothing_else(answer):
    found = answer("总结元宇宙发展行动计划的保障措施", (PLAN, "三/（二）"), (PLAN, "一"))
    assert found.text == (
        "《元宇宙发展行动计划》三、保障措施（共 2 项）：\n- （一） 强化统筹协调。各部门分工。[1]\n- （二） 加强人才培养。支持高校。[2]"
    )


def test_a_summary_of_a_chapter_goes_through_its_articles(answer):
    found = answer("概括甲市登记办法附则一章", (JIA, "第一条"))
    assert [c.locator for c in found.citations] == ["第三章/第六条", "第三章/第七条"]


def test_words_of_a_heading_in_another_question_ask_for_no_summary_of_it(answer):
    found = answer("甲市数据登记大概多久拿到证书，附则里主要写了生效时间吗", (JIA, "第四条"))
    assert "（共" not in found.text


# Lists


def test_a_list_is_quoted_with_all_items_and_their_number(answer):
    found = answer("申请登记要提交哪些材料？", (JIA, "第三条"), (JIA, "第五条"))
    assert found.text == (
        "《甲市数据登记办法》第二章/第三条（共 3 项）：\n申请登记应当提交下列材料：[1]\n（一）登记申请表；[1]\n（二）身份证明；[1]\n（三）数据来源说明。[1]"
    )


def test_the_headings_under_a_named_heading_are_listed(answer):
    found = answer("元宇宙发展行动计划有哪些重点任务？", (PLAN, "二/（二）/3"))
    assert found.text == (
        "《元宇宙发展行动计划》二、重点任务（共 2 项）：\n- （一）构建产业体系 加强技术创新。[1]；丰富产品供给。[2]\n- （二）培育工业元宇宙 改造工业流程。[3]"
    )


def test_headings_that_end_with_what_is_asked_for_are_listed_wherever_the_search_arrived(answer):
    found = answer("未来产业方案要实施哪些行动？", (FUTURE, "一/（二）"))
    assert found.text.startswith("《未来产业实施方案》二、构建生态（共 3 项）：\n- （一） 成果突破行动")
    assert "孵化加速行动" in found.text and "场景建设行动" in found.text


def test_headings_that_begin_with_a_word_of_the_question_are_listed_when_two_of_them_were_found(answer):
    hits = (FUTURE, "一/（三）"), (FUTURE, "一/（一）/1")
    found = answer("未来产业方案布局了哪些产业？", *hits)
    assert found.text.startswith(
        "《未来产业实施方案》一、面向三大领域（共 3 项）：\n- （一） 未来信息[1]；量子信息。[2]"
    )
    assert "（共 3 项）" not in answer("未来产业方案布局了哪些产业？", *hits[:1]).text
    # 建设 ends one name alone, and is what the question is about and not what it asks for.
    assert "（共" not in answer("氢能建设有哪些要求？", *hits).text


def test_places_are_not_asked_from_the_headings_under_a_heading(answer):
    found = answer("元宇宙发展行动计划的重点任务放在哪几个城市？", (PLAN, "二/（二）/3"))
    assert "共 2 项" not in found.text
    assert "改造工业流程" in found.text


def test_a_list_and_another_part_are_quoted_together(answer):
    found = answer("申请登记要提交哪些材料，材料不齐怎么办？", (JIA, "第三条"))
    assert "（共 3 项）" in found.text
    assert "材料不齐的，应当一次告知补正。" in found.text


def test_a_heading_over_articles_is_no_list_of_headings(answer):
    assert "共 3 项" in answer("甲市登记要交哪些材料？", (JIA, "第三条")).text


def test_what_may_be_done_is_not_answered_by_what_may_not(answer, monkeypatch):
    allowed = "数据产品和数据服务可以交易。"
    forbidden = "下列数据不得交易：\n（一）涉密数据；\n（二）他人的数据。"
    rows = [make_clause("第八条", forbidden, document=JIA), make_clause("第九条", allowed, document=JIA)]
    monkeypatch.setitem(CLAUSES, "d1", rows)
    hits = (JIA, "第八条"), (JIA, "第九条")
    assert answer("甲市哪些数据可以交易", *hits).citations[0].quote == allowed
    assert answer("甲市哪些数据不得交易", *hits).citations[0].quote == forbidden


@pytest.mark.parametrize(
    "question", ["申请登记材料的第二项是什么", "甲市申请登记应当提交的材料共几项，第二项是什么"]
)
def test_an_item_of_a_described_list_is_quoted_with_its_lead_and_the_number_of_items(answer, question):
    found = answer(question, (JIA, "第三条"), (JIA, "第二条"))
    assert found.text == (
        "《甲市数据登记办法》第二章/第三条（共 3 项）：\n申请登记应当提交下列材料：[1]\n（二）身份证明；[1]"
    )


def test_an_item_of_what_is_forbidden_is_none_of_what_is_allowed(answer, monkeypatch):
    texts = [
        "下列数据可以交易：\n（一）数据产品；\n（二）数据服务。",
        "下列数据不得交易：\n（一）涉密数据；\n（二）他人的数据。",
    ]
    rows = [make_clause(f"第{n}条", text, document=JIA) for n, text in zip("八九", texts, strict=True)]
    monkeypatch.setitem(CLAUSES, "d1", rows)
    hits = (JIA, "第八条"), (JIA, "第九条")
    assert "（二）他人的数据。" in answer("甲市不得交易的数据的第二项", *hits).text
    assert "（二）数据服务。" in answer("甲市可以交易的数据的第二项", *hits).text
    assert "（共 2 项）" not in answer("甲市不得交易的数据的第二项", hits[0]).text


def test_an_item_that_a_described_list_does_not_have_is_missing(answer):
    found = answer("申请登记材料的第八项是什么", (JIA, "第三条"))
    assert found.missing == ("第八项",)
    assert "（三）数据来源说明。" in found.text


# Comparisons


def test_places_are_compared_in_a_table_with_a_citation_in_each_cell(answer):
    found = answer(
        "甲市和乙市的登记证书有效期有什么不同？", (JIA, "第四条"), (YI, "第一条"), places=["甲市", "乙市"]
    )
    assert found.text.split("\n") == [
        "| 比较对象 | 原文 |", "| --- | --- |",
        "| 甲市：《甲市数据登记办法》第二章/第四条[1] | 登记证书的有效期为三年，自公告之日起计算。[1] |",
        "| 乙市：《乙市数据登记办法（试行）》第一条[2] | 登记证书的有效期为五年，自发证之日起计算。[2] |",
    ]  # fmt: skip


def test_a_cell_has_the_clause_with_the_time_that_is_asked_for(answer):
    asked = "有人伪造登记证书，甲市和乙市的证书各管几年？"
    found = answer(asked, (JIA, "第五条"), (JIA, "第四条"), (YI, "第一条"), places=["甲市", "乙市"])
    assert [c.locator for c in found.citations] == ["第二章/第四条", "第一条"]


def test_a_place_without_a_clause_says_so_in_its_cell_and_is_missing(answer):
    found = answer("比较甲市和丁市的登记证书有效期", (JIA, "第四条"), places=["甲市", "丁市"])
    assert found.text.endswith("| 丁市 | 没有找到相关条款 |")
    assert found.missing == ("丁市",)


def side(place, asked, *found, enough=True):
    hits = [make_hit(clause(*key), 1 / n) for n, key in enumerate(found, 1)]
    return Side(place, asked, hits, DOCUMENTS, Evidence(enough, ""))


def test_a_place_that_was_searched_for_alone_has_what_it_says_in_its_cell(answer):
    sides = [
        side("甲市", "甲市的证书有效期多久？", (JIA, "第五条"), (JIA, "第四条")),
        side("乙市", "乙市的证书有效期多久？", (YI, "第一条"), enough=False),
    ]
    found = answer("甲市和乙市的证书有效期各多久？", (YI, "第二条"), places=["甲市", "乙市"], sides=sides)
    assert [c.locator for c in found.citations] == ["第二章/第四条"]
    assert found.text.endswith("| 乙市 | 没有找到相关条款 |")
    assert found.missing == ("乙市",)


@pytest.mark.parametrize(
    ("asked", "wrong", "right"),
    [
        pytest.param("甲市的罚款多少元？", (JIA, "第四条"), (JIA, "第六条"), id="amount"),
        pytest.param("甲市不得做什么？", (JIA, "第四条"), (JIA, "第五条"), id="what is forbidden"),
        pytest.param("乙市的试行期多久？", (YI, "第一条"), (YI, "第二条"), id="another period"),
    ],
)
def test_a_cell_that_cannot_answer_gives_way_to_one_that_does_or_says_so(answer, asked, wrong, right):
    place, other = asked[:2], side("丙市", "丙市呢？", (DRAFT, "第一条"))
    found = answer(asked, wrong, sides=[side(place, asked, wrong), other])
    assert found.missing == (place,)
    found = answer(asked, wrong, sides=[side(place, asked, wrong, right), other])
    assert found.citations[0].locator.endswith(right[1])
    assert found.missing == ()


def test_two_named_documents_are_compared_one_by_one(answer):
    inferred = {"title": f"{JIA.title}、{YI.title}"}
    found = answer(
        "《甲市数据登记办法》与《乙市数据登记办法（试行）》的证书有效期",
        (YI, "第一条"),
        (JIA, "第四条"),
        inferred=inferred,
    )
    assert [c.title for c in found.citations] == [YI.title, JIA.title]
    assert found.text.startswith("| 比较对象 |")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_versions_of_a_document_are_told_apart_by_their_days(answer, lang):
    found = answer(
        f"新旧两版《{YI.title}》的证书有效期有什么不同",
        (YI, "第一条"),
        (YI_BEFORE, "第一条"),
        inferred={"title": YI.title},
        lang=lang,
    )
    assert [c.clause_id.split(":")[0] for c in found.citations] == ["d2", "d6"]
    days = ("（2023-06-19）", "（2020-01-01）") if lang == "zh" else (" (2023-06-19)", " (2020-01-01)")
    assert all(f"第一条{day}[{n}]" in found.text for n, day in enumerate(days, 1))


def test_two_documents_that_are_only_counted_are_those_of_the_first_hits(answer):
    found = answer("那两份办法的证书有效期分别多久", (YI, "第一条"), (JIA, "第四条"), (PLAN, "一"))
    assert [c.title for c in found.citations] == [YI.title, JIA.title]


def test_bars_and_line_breaks_of_a_clause_do_not_break_the_table(answer, monkeypatch):
    odd = replace(clause(YI, "第一条"), text="登记证书的有效期|五年\n按公告计算。")
    monkeypatch.setitem(CLAUSES, "d2", [odd, *CLAUSES["d2"][1:]])
    found = answer("比较甲市和乙市的登记证书有效期", (JIA, "第四条"), (YI, "第一条"), places=["甲市", "乙市"])
    assert all(line.count("|") == 3 for line in found.text.split("\n"))


# Clauses that belong to a quoted one


def test_a_penalty_in_another_clause_is_quoted_beside_the_rule(answer):
    fine = clause(JIA, "第六条")
    beside = Companion(fine, clause(JIA, "第五条").clause_id, "referring", ((2, 5),))
    asked = "伪造登记证书会怎么处理、有什么处罚？"
    found = answer(asked, (JIA, "第五条"), companions=[beside])
    assert [c.locator for c in found.citations] == ["第二章/第五条", "第三章/第六条"]
    assert len(answer("谁不得伪造登记证书？", (JIA, "第五条"), companions=[beside]).citations) == 1


def test_a_short_clause_brings_the_one_that_it_points_to(answer, monkeypatch):
    target = clause(JIA, "第三条")
    points = replace(
        clause(YI, "第二条"),
        text="续展按照第三条的规定办理。",
        references=(Reference((4, 7), None, "第三条", "d1", target.clause_id),),
    )
    monkeypatch.setitem(CLAUSES, "d2", [CLAUSES["d2"][0], points])
    companion = Companion(target, points.clause_id, "referred_to")
    found = answer("续展怎么弄？", (YI, "第二条"), companions=[companion])
    assert [c.clause_id for c in found.citations] == [points.clause_id, target.clause_id]


# Languages


def test_an_english_question_gets_english_frame_sentences_and_original_quotations(answer):
    found = answer("How long is the certificate valid?", (JIA, "第四条"), lang="en")
    assert found.text.startswith("Quotations are in the original Chinese.\n\n《甲市数据登记办法》")


def test_a_chinese_question_over_english_clauses_is_told_so(answer, monkeypatch):
    english = replace(clause(YI, "第一条"), text="A certificate is valid for five years.")
    monkeypatch.setitem(CLAUSES, "d2", [english])
    assert answer("有效期多久？", (YI, "第一条")).text.startswith("引文为英文原文。\n\n")


def test_nothing_found_gives_no_answer(scorer):
    nothing = Retrieval((), Filters({}, {}), 0.0)
    assert extractive(nothing, Context("有效期多久？", [], {}), [], scorer, "zh") is None

import pytest
from fakes import ScriptedLLM, make_collection, make_hit, open_assistant

from rag.catalog import Catalog
from rag.context.companions import companions_of
from rag.context.context import Context, with_companions
from rag.ollama.tokens import estimate_prompt_tokens
from rag.schema import Question, Viewer

LAW = """# 甲市数据条例

第一条 为了规范数据处理活动，制定本条例。

第二条 本条例所称数据处理者，是指自主决定处理目的和方式的组织。

第三条 数据处理者应当依照本条例第五条的规定申报安全评估。

第四条 违反本条例第三条规定的，处五万元以下罚款。

第五条 申报安全评估应当提交自评报告，具体情形见本条例第三条。

第六条 前款规定的期限届满后可以续展。

第七条 评估结果的有效期为两年。
"""
RULES = """# 甲市数据条例实施细则

第一条 根据《甲市数据条例》，制定本细则。

第二条 《甲市数据条例》第三条规定的申报，由市数据局受理，乙市另按《乙市数据条例》第九条办理。
"""
FILES = {"条例.md": LAW, "细则.md": RULES}
RULES_TITLE = "甲市数据条例实施细则"


def hit_at(settings, label, title="甲市数据条例"):
    catalog = Catalog(settings.data)
    (clause,) = (c for c in catalog.clauses() if (c.title, c.label) == (title, label))
    return catalog, make_hit(clause)


def found(settings, label, asked="怎么办？", title="甲市数据条例"):
    catalog, hit = hit_at(settings, label, title)
    return {
        (c.kind, c.clause.title.removeprefix("甲市数据条例") + c.clause.label)
        for c in companions_of(asked, [hit], catalog)
    }


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return make_collection(tmp_path_factory.mktemp("collection"), FILES)


def test_a_clause_comes_with_what_it_refers_to_and_what_refers_to_it_and_its_words(settings):
    assert found(settings, "第三条") == {
        ("referred_to", "第五条"),
        ("definition", "第二条"),
        ("referring", "第四条"),
        ("referring", "第五条"),
        ("referring", "实施细则第二条"),
    }


def test_a_reference_to_what_is_not_in_the_collection_brings_nothing(settings):
    assert found(settings, "第二条", title=RULES_TITLE) == {("referred_to", "第三条")}


def test_a_clause_without_links_comes_alone(settings):
    assert found(settings, "第七条") == set()


def test_a_word_of_the_question_is_defined_too(settings):
    assert found(settings, "第七条", "数据处理者的评估结果多久有效？") == {("definition", "第二条")}


def test_a_clause_that_goes_on_from_the_one_before_comes_with_it(settings):
    assert found(settings, "第六条") == {("before", "第五条")}


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("前款规定的期限届满后可以续展。", True),
        ("违反前两款规定的，责令改正。", True),
        ("上述机构应当公开目录。", True),
        ("The preceding paragraph applies to branches as well.", True),
        ("申请人应当登记。\n前款规定的期限为两年。", False),
        ("申请人应当登记。前款规定的期限为两年。", False),
        ("以上海为试点，推进数据开放。", False),
        ("根据前条的规定申报。", False),
    ],
)
def test_only_words_at_the_beginning_lean_on_the_clause_before(tmp_path, text, goes_on):
    files = {"丙.md": f"# 丙市数据办法\n\n第一条 期限为三年。\n\n第二条 {text}\n"}
    kinds = {kind for kind, _ in found(make_collection(tmp_path, files), "第二条", title="丙市数据办法")}
    assert ("before" in kinds) is goes_on


def test_what_cannot_be_done_without_comes_first(settings):
    catalog, third = hit_at(settings, "第三条")
    _, sixth = hit_at(settings, "第六条")
    kinds = [c.kind for c in companions_of("怎么办？", [third, sixth], catalog)]
    assert kinds == ["before", "referred_to", "definition", "referring", "referring", "referring"]


def test_a_much_cited_clause_brings_the_three_that_fit_the_question_best(tmp_path):
    wanted = "违反第一条规定的，吊销登记证书。"
    others = "\n\n".join(f"第{n}条 办理第一条规定的第{n}类事项。" for n in "二三四五六")
    files = {"丙.md": f"# 丙市数据办法\n\n第一条 数据应当登记。\n\n{others}\n\n第七条 {wanted}\n"}
    catalog, hit = hit_at(make_collection(tmp_path, files), "第一条", "丙市数据办法")
    texts = [c.clause.text for c in companions_of("什么时候吊销登记证书？", [hit], catalog)]
    assert len(texts) == 3
    assert texts[-1] == wanted


def test_no_hits_bring_nothing(settings):
    assert companions_of("怎么办？", [], Catalog(settings.data)) == []


def shown(settings, label, viewer=None, title="甲市数据条例", **fields):
    """Return the titles of what belongs to a clause and may be shown."""
    catalog, hit = hit_at(settings, label, title)
    documents = {hit.clause.document_id: catalog.document(hit.clause.document_id)}
    context = Context("怎么办？", [hit], documents)
    made = with_companions(context, Question("怎么办？", **fields), viewer or Viewer(), catalog)
    assert {c.clause.document_id for c in made.companions} <= made.documents.keys()
    return {c.clause.title for c in made.companions}


def test_a_clause_that_this_person_may_not_see_is_never_shown(tmp_path):
    settings = make_collection(tmp_path, FILES, hidden={"细则.md": "finance"})
    assert shown(settings, "第三条") == {"甲市数据条例"}
    assert RULES_TITLE in shown(settings, "第三条", Viewer(frozenset({"finance"})))


def test_a_clause_that_a_filter_excludes_is_never_shown(settings):
    assert shown(settings, "第三条", filters={"source": "条例.md"}) == {"甲市数据条例"}
    assert RULES_TITLE in shown(settings, "第三条", filters={"title": "数据条例"})


def test_a_document_that_was_taken_out_is_never_shown(tmp_path):
    settings = make_collection(tmp_path, FILES)
    catalog = Catalog(settings.data)
    (rules,) = (d for d in catalog.documents() if d.title == RULES_TITLE)
    with catalog.run("remove"):
        catalog.set_removed(rules.document_id, True)
    assert shown(settings, "第三条") == {"甲市数据条例"}


def test_an_older_version_is_not_shown_beside_a_newer_one(tmp_path):
    rule = "\n\n".join(
        f"第{n}条 数据登记的第{n}项事务，由市数据局依照职责办理并公告。" for n in "一二三四五六七"
    )
    old = f"# 丙市数据登记办法（2019年修订）\n\n{rule}\n\n第八条 《甲市数据条例》第七条规定的评估，期限为一年。\n\n第九条 本办法自2019年1月1日起施行。\n"
    new = old.replace("2019", "2023").replace("期限为一年", "期限为三年")
    settings = make_collection(tmp_path, {**FILES, "旧.md": old, "新.md": new})
    documents = {d.title: d for d in Catalog(settings.data).documents()}
    assert documents["丙市数据登记办法（2019年修订）"].superseded_by
    assert shown(settings, "第七条") == {"丙市数据登记办法（2023年修订）"}
    assert shown(settings, "第七条", as_of="2020-01-01") == {"丙市数据登记办法（2019年修订）"}


def test_a_hidden_clause_is_not_in_the_prompt(tmp_path):
    settings = make_collection(tmp_path, FILES, hidden={"细则.md": "finance"})
    for viewer, expected in ((Viewer(), False), (Viewer(frozenset({"finance"})), True)):
        llm = ScriptedLLM(pieces=["处罚款[1]。"])
        open_assistant(settings, llm).ask(Question("甲市数据条例第三条怎么规定？"), viewer)
        assert (RULES_TITLE in llm.prompts[0][-1].content) is expected


def many(count):
    """Return a document of so many articles on one matter, the first of which refers to the last, on another."""
    rules = "\n\n".join(f"第{n}条 登记证书的有效期为{n}年。" for n in range(2, count))
    first, last = (
        f"第1条 领取登记证书依照第{count}条执行。",
        f"第{count}条 凭身份证明到窗口办理，服务大厅在门口张贴通知，遇节假日顺延。",
    )
    return {"丁.md": f"# 丁市数据办法\n\n{first}\n\n{rules}\n\n{last}\n"}


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return make_collection(tmp_path_factory.mktemp("large"), many(80))


def test_a_model_reads_what_a_hit_refers_to_and_can_cite_it(large):
    llm = ScriptedLLM(pieces=["应当有身份证明[2]。"])
    answer = open_assistant(large, llm).ask(Question("丁市数据办法第1条怎么规定？"))
    assert (
        "[2]《丁市数据办法》第80条（[1]引用的条款）\n  凭身份证明到窗口办理，服务大厅在门口张贴通知，遇节假日顺延。\n"
        in llm.prompts[0][-1].content
    )
    assert [(c.n, c.locator, c.quote) for c in answer.citations] == [
        (1, "第80条", "凭身份证明到窗口办理，服务大厅在门口张贴通知，遇节假日顺延。")
    ]
    assert (answer.verdict, answer.retrieval.hits[-1].clause.label) == ("answered", "第80条")
    assert answer.retrieval.hits[-1].legs == {}


def test_a_clause_beyond_the_ten_that_are_shown_is_read_and_joins_them_when_cited(large):
    llm = ScriptedLLM(pieces=["有效期见此[25]。"], context_window=32_768)
    events = list(open_assistant(large, llm).stream(Question("登记证书的有效期几年？")))
    assert "[40]《丁市数据办法》" in llm.prompts[0][-1].content
    assert len(events[1].retrieval.hits) == 10
    answer = events[-1]
    assert len(answer.retrieval.hits) == 11
    assert answer.citations[0].clause_id == answer.retrieval.hits[10].clause.clause_id


@pytest.mark.parametrize("context", [2048, 4096, 8192, 32_768])
def test_whatever_the_window_the_prompt_fits(large, context):
    llm = ScriptedLLM(pieces=["三年[1]。"], context_window=context, num_output=512)
    open_assistant(large, llm).ask(Question("丁市数据办法第1条的登记证书有效期几年？"))
    assert estimate_prompt_tokens(m.content for m in llm.prompts[0]) <= context - 512


def test_without_a_model_ten_hits_are_shown(large):
    answer = open_assistant(large).ask(Question("登记证书的有效期几年？"))
    assert len(answer.retrieval.hits) == 10


def test_the_same_sentence_of_two_documents_is_named_twice(tmp_path):
    text = "第一条 登记证书的有效期为三年，自公告之日起计算。\n"
    files = {f"{n}.md": f"# {n}市数据登记办法\n\n第九条 {n}市数据局主管登记。\n\n{text}" for n in "戊己"}
    answer = open_assistant(make_collection(tmp_path, files)).ask(Question("登记证书的有效期多久？"))
    assert {c.title for c in answer.citations} == {"戊市数据登记办法", "己市数据登记办法"}


def test_llama_index_users_get_the_cited_clause_that_belongs_to_a_hit(large):
    llm = ScriptedLLM(pieces=["应当有身份证明[2]。"])
    response = open_assistant(large, llm).llama_index().query("丁市数据办法第1条怎么规定？")
    assert [n.node.metadata["locator"] for n in response.source_nodes] == ["第80条"]

import re
import sys
import threading
from itertools import pairwise
from shutil import copytree

import pytest
from fakes_eval import make_case, unanswerable

from eval.cases import Gold
from eval.metrics import METRICS
from eval.outcome import Outcome
from eval.system import SYSTEMS, build_system
from eval.system.lies import lie_of, treatment
from eval.system.storage import VECTORS, embedded
from eval.system.windows import OVERLAP, windows_of
from rag.embed import build_embedder
from rag.errors import EmptyCollection, EvaluationError, ModelUnavailable, QuestionError
from rag.schema import Question, Source
from rag.settings import Settings

QINGDAO, HUNAN = "青岛市数据流通管理办法", "湖南省数据要素促进条例（征求意见稿）"
TERM = make_case(
    id="term",
    question="青岛的数据登记凭证有效期是几年？",
    gold=(Gold(QINGDAO, "第二章/第七条", "登记凭证的有效期为四年"),),
    key_facts=(("四年",),),
)
BY_NUMBER = make_case(
    id="number",
    question="湖南省数据要素促进条例第九条怎么说的？",
    gold=(Gold(HUNAN, "第三章/第九条", "不得同时代理交易双方"),),
    key_facts=(("不得同时代理",),),
)
NOTHING = unanswerable(id="nothing", question="婚假可以休多少天？")
CASES = (TERM, BY_NUMBER, NOTHING)
FIND_ONLY = ("windows", "llamaindex")


@pytest.fixture(scope="module")
def settings(collection, tmp_path_factory):
    """A copy of the small collection: systems keep vectors beside it."""

    data = tmp_path_factory.mktemp("systems") / "data"
    copytree(collection, data)
    return Settings(_env_file=None, data=data, llm="none")


@pytest.fixture(scope="module")
def systems(settings):
    """Every system, made when a test first asks for it."""
    made = {}

    def _system(name, model=None):
        model = "scripted:honest" if name == "llamaindex-citations" else model
        if (name, model) not in made:
            made[name, model] = build_system(name, settings, CASES, model=model)
        return made[name, model]

    return _system


def ask(system, case=TERM):
    return system.ask(Question(case.question, case.history))


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_finds_the_words_that_answer(systems, name):
    outcome = ask(systems(name))
    assert isinstance(outcome, Outcome)
    assert METRICS["hit@5"](TERM, outcome).value == 1
    assert outcome.cost.seconds > 0
    assert [h.score for h in outcome.hits] == sorted((h.score for h in outcome.hits), reverse=True)


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_says_the_same_each_time(systems, name):
    first, again = ask(systems(name)), ask(systems(name))
    assert (first.hits, first.text, first.quotes) == (again.hits, again.text, again.quotes)


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_says_what_it_is(systems, name):
    about = systems(name).about()
    assert about["system"] == name
    assert isinstance(about["parallel"], bool)


@pytest.mark.parametrize("name", [name for name in SYSTEMS if name not in FIND_ONLY])
def test_what_answers_cites_the_right_words(systems, name):
    outcome = ask(systems(name))
    assert outcome.verdict == "answered"
    assert METRICS["key_facts"](TERM, outcome).value == 1
    assert METRICS["citation_recall"](TERM, outcome).value == 1
    assert outcome.cost.first_seconds is not None
    assert ask(systems(name), NOTHING).verdict == "refused"


@pytest.mark.parametrize("name", FIND_ONLY)
def test_what_only_finds_has_no_verdict(systems, name):
    outcome = ask(systems(name))
    assert (outcome.verdict, outcome.text, outcome.quotes) == (None, "", ())
    assert outcome.cost.first_seconds is None


@pytest.mark.parametrize("name", ["windows", "llamaindex", "llamaindex-citations", "product"])
def test_a_question_without_words_is_an_error(systems, name):
    with pytest.raises(QuestionError):
        systems(name).ask(Question("？？"))


@pytest.mark.parametrize("name", ["windows", "llamaindex", "product"])
def test_a_follow_up_is_searched_with_the_question_before(systems, name):
    history = ((TERM.question, "四年。"),)
    outcome = systems(name).ask(Question("那是从哪天算起？", history))
    assert METRICS["hit@5"](TERM, outcome).value == 1


def test_only_the_router_looks_numbers_up(systems):
    with_router, without = (ask(systems(name), BY_NUMBER) for name in ("product", "no-router"))
    assert with_router.hits[0].locator == "第三章/第九条"
    assert without.hits[0].score < with_router.hits[0].score


def test_titles_that_are_not_indexed_are_still_shown(systems):
    question = Question("智能算力发展行动计划")
    with_titles, without = (systems(name).ask(question) for name in ("product", "no-title"))
    assert [h.locator for h in with_titles.hits] != [h.locator for h in without.hits]
    assert all(h.title for h in without.hits)


def test_vectors_are_made_once_and_told_of(settings):
    embedder = build_embedder(settings)
    told = []

    def tell(*progress):
        told.append(progress)

    folder = settings.data / VECTORS / "twice"
    first = embedded(["甲乙丙", "丁", "甲乙丙"], embedder, folder, "bundled", tell)
    assert told == [("embed", 0, 2), ("embed", 2, 2)]
    again = embedded(["丁", "甲乙丙"], embedder, folder, "bundled", tell)
    assert len(told) == 2
    assert (first[[1, 0]] == again).all()
    assert embedded([], embedder, folder, "bundled", tell).shape == (0, 0)


def test_the_vectors_of_another_model_are_not_taken(settings):
    folder = settings.data / VECTORS / "models"
    told = []
    for model in ("bundled", "bundled", "other"):
        embedded(["甲乙丙"], build_embedder(settings), folder, model, lambda *p: told.append(p[2]))
    assert told == [1, 1, 1, 1]


def test_windows_overlap_and_hold_every_word():
    text = "".join(f"第{n}条 数据应当登记，期限为{n}日。" for n in range(1, 200))
    windows = [w.text for w in windows_of(Source("长.txt", "0" * 64, tuple(text.split("。"))))]
    assert len(windows) > 4
    assert all(b[:60] in a and b[:150] not in a for a, b in pairwise(windows))
    assert windows[0].startswith("第1条")
    assert windows[-1].endswith("期限为199日")
    assert {len(w) > OVERLAP for w in windows} == {True}


def test_a_source_shorter_than_a_window_is_one_and_an_empty_one_none():
    assert [w.text for w in windows_of(Source("短.txt", "0", ("第一条 登记。", "第二条 挂牌。")))] == [
        "第一条 登记。\n第二条 挂牌。"
    ]
    assert list(windows_of(Source("空.txt", "0", ("", "")))) == []


def test_a_model_that_lies_is_stopped_only_where_it_is_checked(settings, systems):
    case = next(
        case
        for case in (make_case(id=f"x-{n}", question=TERM.question, gold=TERM.gold) for n in range(999))
        if lie_of(case) == "word"
    )
    outcomes = [
        ask(build_system(name, settings, [case, BY_NUMBER], model="scripted:liar"), case)
        for name in ("product", "no-verification")
    ]
    assert [treatment(case, outcome) for outcome in outcomes] == ["stopped", "shown"]
    assert "有关" in outcomes[1].text


def test_words_come_before_the_whole_answer_of_a_model(systems):
    cost = ask(systems("product", "scripted:honest")).cost
    assert 0 < cost.first_seconds < cost.seconds


def test_markers_lead_to_the_chunk_that_is_cited(systems):
    outcome = ask(systems("llamaindex-citations"))
    numbers = {int(n) for n in re.findall(r"\[(\d+)\]", outcome.text)}
    assert {q.n for q in outcome.quotes} == numbers
    assert all(q.quote == q.passage.text and "登记凭证的有效期为四年" in q.quote for q in outcome.quotes)
    assert all(not q.passage.text.startswith("Source") for q in outcome.quotes)
    assert outcome.quotes[0].passage.title == f"{QINGDAO}.txt"


def test_several_threads_may_ask(systems):
    alone = {name: ask(systems(name)) for name in ("product", "windows", "llamaindex-citations")}
    found = {}

    def one(name):
        found[name] = [ask(systems(name)).hits for _ in range(3)]

    threads = [threading.Thread(target=one, args=(name,)) for name in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {name: [outcome.hits] * 3 for name, outcome in alone.items()}


@pytest.mark.parametrize(
    ("name", "model", "error", "said"),
    [
        pytest.param("no-such", None, EvaluationError, "No system is called 'no-such'", id="system"),
        pytest.param(
            "product", "scripted:x", EvaluationError, "No model is called 'scripted:x'", id="script"
        ),
        pytest.param("product", "gpt", EvaluationError, "No model is called 'gpt'", id="model"),
        pytest.param("product", "gguf:/none.gguf", ModelUnavailable, "no model file /none.gguf", id="file"),
        pytest.param("llamaindex-citations", None, EvaluationError, "without a model", id="no model"),
    ],
)
def test_what_cannot_be_built_is_said_with_the_fix(settings, name, model, error, said):
    with pytest.raises(error, match=re.escape(said)) as caught:
        build_system(name, settings, CASES, model=model)
    assert caught.value.fix


def test_a_model_file_without_llama_cpp_names_the_package(settings, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    path = tmp_path / "small.gguf"
    path.write_bytes(b"GGUF")
    with pytest.raises(ModelUnavailable, match="needs xllamacpp") as caught:
        build_system("product", settings, CASES, model=f"gguf:{path}")
    assert caught.value.fix == "pip install 'policyqa[eval]'"


@pytest.mark.parametrize("name", ["product", "no-title", "windows", "llamaindex"])
def test_without_a_collection_nothing_is_built(tmp_path, name):
    with pytest.raises(EmptyCollection):
        build_system(name, Settings(_env_file=None, data=tmp_path / "none", llm="none"), CASES)

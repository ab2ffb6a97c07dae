"""The HTML page of a run: what it shows, that it is whole, and that the texts in it stay texts."""

import re
from dataclasses import replace
from importlib.resources import files
from typing import get_args

import pytest
from fakes_eval import TITLE, found_only, make_case, make_notice, make_outcome, make_passage, unanswerable
from fakes_report import failed_row, make_row, make_run
from lxml import html

from eval.cases import CaseType, Difficulty, Gold
from eval.comparison import compare
from eval.metrics import METRICS
from eval.outcome import Cost, Quote
from eval.report.compared import Compared, as_page
from eval.report.html import run_page
from eval.report.meanings import METRIC_WORDS
from eval.report.summary import summarise
from eval.report.words import LABELS, NAMES
from eval.rows import row_of

PAGE = files("eval.report").joinpath("page")
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'>{{ 7 * 7 }}&lt;"
ROWS = [
    make_row(make_case(id="a-1", question="登记凭证能用几年？"), make_outcome(cost=Cost(1.5, 0.5, 900, 40))),
    make_row(make_case(id="a-2", type="list"), make_outcome(found=("第九条", "第一条"), cited=("第九条",))),
    make_row(
        unanswerable(id="a-3", nearest=(Gold(TITLE, "第二条"),)),
        make_outcome("没有找到依据。", verdict="refused", cited=(), nearest=(make_passage("第二条"),)),
    ),
    failed_row(make_case(id="a-4", difficulty="hard")),
]


def page_of(*runs, chosen=None):
    named = {run.name: run for run in runs}
    figures = {name: summarise(run.rows) for name, run in named.items()}
    return run_page(named, figures, chosen or next(iter(named)))


def parsed(*rows, **about):
    return html.fromstring(page_of(make_run(*rows, **about)))


@pytest.fixture(scope="module")
def page():
    return parsed(*ROWS, settings={"llm": "none"}, machine={"cores": 2})


def question(page, number):
    return page.get_element_by_id(f"q{number}")


def text(node):
    return " ".join(node.text_content().split())


def test_every_question_can_be_opened(page):
    assert [
        text(q.xpath(".//*[contains(@class, 'find')]")[0]) for q in page.xpath("//details[@data-states]")
    ] == [
        "登记凭证能用几年？",
        "数据能用几年？",
        "数据能用几年？",
        "数据能用几年？",
    ]
    assert [q.get("data-states") for q in page.xpath("//details[@data-states]")] == [
        "passed",
        "failed",
        "passed",
        "failed",
    ]


def test_a_marker_leads_to_the_card_of_what_it_cites(page):
    [link] = question(page, 1).xpath(".//a[@class='marker']")
    assert (link.text, link.get("href")) == ("[1]", "#q1-1")
    card = page.get_element_by_id("q1-1")
    assert f"{TITLE} 第一条" in text(card)
    assert card.xpath(".//mark/text()") == ["第一条的内容", "有效期五年"]
    assert [mark.get("class") for mark in card.xpath(".//mark")] == ["quote", "evidence"]


def test_the_right_clause_stands_beside_what_was_cited(page):
    [cited, gold] = question(page, 2).xpath(".//article")
    assert "right" not in cited.get("class").split()
    assert "第九条" in text(cited)
    assert "第一条" in text(gold)
    assert "not cited" in text(gold)
    assert gold.xpath(".//mark[@class='evidence']/text()") == ["有效期五年"]


def test_right_hits_are_marked_and_lead_to_their_text(page):
    hits = question(page, 2).xpath(".//ol[@class='hits']/li")
    assert [bool(hit.xpath(".//span[contains(@class, 'good')]")) for hit in hits] == [False, True]
    target = page.get_element_by_id(hits[0].xpath("./a/@href")[0].removeprefix("#"))
    assert "第九条的内容，有效期五年。" in text(target)


def test_scores_have_their_reasons_and_failed_ones_stand_out(page):
    failed = question(page, 2).xpath(".//table[@class='scores']//tr[@class='bad']")
    assert [text(row.xpath("./td")[0]) for row in failed] == ["0.000"]
    assert "citation_recall" in text(failed[0])
    assert "misses 第一条" in text(failed[0])


def test_a_refusal_shows_what_comes_near_it(page):
    shown = text(question(page, 3))
    assert "没有找到依据。" in shown
    assert "it should be refused" in shown
    assert len(question(page, 3).xpath(".//ol[@class='hits']")) == 3


def test_an_error_shows_its_message_and_its_fix(page):
    shown = text(question(page, 4).xpath(".//div[@class='warning']")[0])
    assert "ModelUnavailable: No Ollama server answers." in shown
    assert shown.endswith("ollama serve")


def test_time_and_tokens_of_a_question_are_shown(page):
    shown = text(question(page, 1))
    for figure in ("1.50 s", "0.50 s", "900", "40", "0.90"):
        assert figure in shown


def test_the_model_stands_at_the_top_and_beside_a_question_only_where_there_are_several(page):
    assert text(page.xpath("//p[@class='lead']")[0]).endswith("extractive · 提示词Prompt p1")
    assert "extractive" not in text(question(page, 1))
    rows = [make_row(make_case(id=model), make_outcome(model=model)) for model in ("甲模型", "乙模型")]
    assert "乙模型" in text(question(parsed(*rows), 2).xpath(".//p[@class='soft']")[-1])


def test_what_was_run_is_shown_in_groups(page):
    tables = page.xpath("//section[h2/@id='about']//table")
    shown = {text(table.xpath("./caption")[0]): text(table.xpath("./tbody")[0]) for table in tables}
    assert shown["设置Settings"] == "llmnone"
    assert shown["机器Machine"] == "cores2"


def test_curves_and_bars_are_drawn_with_their_names(page):
    names = page.xpath("//svg/@aria-label")
    assert "风险与覆盖率 · Risk and coverage" in names
    assert "用时 · Time" in names
    assert any("hit@5" in name for name in names)
    assert not [line for line in page.xpath("//svg//path/@d") if "nan" in line or "inf" in line]


def test_a_stopped_run_says_so():
    run = make_run(*ROWS)
    assert "was stopped" not in page_of(run)
    assert "was stopped" in page_of(replace(run, about={}))


def test_a_system_that_only_finds_has_a_page():
    page = parsed(make_row(outcome=found_only("第一条", "")))
    assert "This system only finds." in text(question(page, 1))
    # It cannot cite, so nothing is called uncited; a window is told from others by its first words.
    assert "not cited" not in text(question(page, 1))
    assert text(question(page, 1).xpath(".//ol/li")[1]).startswith(f"{TITLE} “的内容，有效期五年。…”")
    assert "does not say how sure it is" in text(page)


def test_a_cited_window_is_compared_by_its_words():
    window = make_passage("", title="001.txt", text="……有效期五年……")
    page = parsed(make_row(outcome=make_outcome(quotes=(Quote(1, window, window.text),), hits=(window,))))
    cited, gold = question(page, 1).xpath(".//article")
    assert "right" in cited.get("class").split()
    assert "right" in gold.get("class").split()


def test_words_that_do_not_stand_in_the_clause_are_shown_as_such():
    page = parsed(make_row(outcome=make_outcome(quotes=(Quote(1, make_passage("第一条"), "编造的话"),))))
    [lost] = question(page, 1).xpath(".//article[1]//p[contains(@class, 'lost')]")
    assert text(lost) == "编造的话"


def test_several_runs_have_one_table_and_the_chosen_one_its_questions():
    other = make_run(make_row(make_case(id="b-1"), found_only("第九条")), name="bm25")
    page = html.fromstring(page_of(make_run(*ROWS), other, chosen="bm25"))
    rows = page.xpath("//section[h2/@id='runs']//tbody/tr")
    assert [text(row.xpath("./th")[0]).split()[0] for row in rows] == ["product", "bm25"]
    assert rows[1].get("class") == "chosen"
    assert len(page.xpath("//details[@data-states]")) == 1


def hostile_page():
    case = make_case(id=HOSTILE, question=HOSTILE, gold=(Gold(HOSTILE, HOSTILE, HOSTILE),), history=((HOSTILE, HOSTILE),),
                     key_facts=((HOSTILE,),), answer=HOSTILE, also_right=(Gold(HOSTILE, "二", HOSTILE),), warnings=(HOSTILE,), as_of=HOSTILE)  # fmt: skip
    passage = make_passage(HOSTILE, HOSTILE, HOSTILE + "甲" * 900)
    outcome = make_outcome(
        HOSTILE + "[1]", hits=(passage,), quotes=(Quote(1, passage, HOSTILE, HOSTILE),), model=HOSTILE, prompt_version=HOSTILE,
        warnings=(make_notice(HOSTILE, HOSTILE),), nearest=(passage,), verdict="partial",
    )  # fmt: skip
    failed = failed_row(make_case(id="f"))
    failed["error"] = {"kind": HOSTILE, "message": HOSTILE, "fix": HOSTILE}
    return make_run(make_row(case, outcome), failed, name=HOSTILE, settings={HOSTILE: HOSTILE})


def compared_page():
    run = hostile_page()
    other = replace(run, rows=[{**row, "answer": HOSTILE * 2} for row in run.rows])
    return as_page(Compared(run, other, compare(run, other)))


@pytest.mark.parametrize(
    "source", [lambda: page_of(hostile_page()), compared_page], ids=["report", "comparison"]
)
def test_hostile_text_stays_text(source):
    written = source()
    page = html.fromstring(written)
    assert len(page.xpath("//script")) == 1
    assert page.xpath("//img | //iframe | //object | //base | //*[@src]") == []
    assert [name for node in page.iter() for name in node.attrib if name.startswith("on")] == []
    assert page.text_content().count(HOSTILE) > 10
    assert "49" not in page.xpath("//title/text()")[0]


def test_what_turns_the_direction_of_writing_ends_with_its_text(page):
    css = page.xpath("//style/text()")[0]
    for selector in (".text", ".find, dd, h4"):
        rule = css[css.index(f"{selector} {{") :].split("}")[0]
        assert "unicode-bidi: isolate" in rule
    rows = [make_row(make_case(id=f"a-{i}", question="\u202e甲" + "长" * 5000)) for i in (1, 2)]
    shown = parsed(*rows).xpath("//summary//span[@class='find']")
    assert [len(node.text_content()) for node in shown] == [5002, 5002]


def test_the_page_asks_for_nothing_from_anywhere(page):
    [policy] = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    addresses = page.xpath("//@href | //@src | //@action | //@poster")
    assert {address[:1] for address in addresses} == {"#", "d"}
    assert [address for address in addresses if address.startswith("d")] == ["data:,"]
    assert "url(" not in page.xpath("//style/text()")[0]
    # With such a policy a style attribute would be ignored.
    assert page.xpath("//*[@style]") == []


def test_every_link_within_the_page_leads_somewhere_and_no_name_is_given_twice(page):
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in page.xpath("//a/@href")} <= set(ids)
    assert {name for names in page.xpath("//@aria-labelledby") for name in names.split()} <= set(ids)


def test_the_page_can_be_used_without_seeing_it(page):
    assert page.get("lang") == "zh-CN"
    assert [len(page.xpath(f"//{name}")) for name in ("main", "nav", "h1")] == [1, 1, 1]
    assert page.xpath("//tr[not(.//th[@scope])]") == []
    assert page.xpath("//svg[not(@aria-label)]") == []
    assert page.xpath("//input[not(@aria-label)][not(@id = //label/@for)] | //select[not(@aria-label)]") == []
    assert ":focus-visible" in page.xpath("//style/text()")[0]


def test_without_a_script_the_filters_are_hidden_and_the_language_can_be_chosen(page):
    [form] = page.xpath("//form")
    assert form.get("hidden") is not None
    assert page.xpath("//input[@type='radio']/@id") == ["lang-zh", "lang-en"]


def test_three_hundred_questions_with_ten_hits_each_stay_below_3_mb():
    """As over the sample: a thousand clauses of two hundred characters in forty documents, long extracts as answers."""
    clause = "省人民政府有关部门应当按照各自职责，支持企业牵头组建创新联合体，推动数字经济技术创新。" * 5
    clauses = [
        make_passage(f"第三章/第{n}条", f"{n // 25}号数据要素登记管理办法（试行）", f"{n}{clause}")
        for n in range(1000)
    ]
    rows = []
    for i in range(300):
        hits = tuple(clauses[(7 * i + 13 * n) % 1000] for n in range(10))
        gold = (Gold(hits[0].title, hits[0].locator, hits[0].text[:60]),)
        case = make_case(id=f"a-{i}", question="这类事情该由哪个部门来管，几天之内要给答复？", gold=gold)
        outcome = make_outcome(
            f"{clause[:130]}[1]\n\n{clause[:130]}[2]",
            hits=hits,
            quotes=tuple(Quote(n, hit, hit.text[:130]) for n, hit in enumerate(hits[: 1 + i % 2], 1)),
        )
        # Scoring three hundred cases takes longer than the page; their size is what counts here.
        rows.append({**row_of(case, outcome, {}, {}), "scores": ROWS[0]["scores"]})
    page = page_of(make_run(*rows))
    assert len(page.encode()) < 3_000_000
    assert clause in page


def test_every_word_of_the_templates_is_known_in_both_languages():
    used = {
        key for path in PAGE.iterdir() if path.name.endswith(".j2")
        for key in re.findall(r"\bt\(\"(\w+)\"", path.read_text(encoding="utf-8"))
    }  # fmt: skip
    assert used - {"cost_"} <= LABELS.keys()
    assert set(METRICS) <= METRIC_WORDS.keys()
    assert {*get_args(CaseType), *get_args(Difficulty)} <= NAMES.keys()
    assert not [key for key, words in {**LABELS, **NAMES}.items() if not all(words)]


def colours(css, start):
    block = css[start : css.index("}", start)]
    return dict(re.findall(r"--([\w-]+): (#\w{3,6})\b", block))


def luminance(colour):
    digits = colour.removeprefix("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_letters_stand_out_from_what_is_behind_them(theme):
    css = PAGE.joinpath("page.css").read_text(encoding="utf-8")
    starts = [match.start() for match in re.finditer(r":root \{", css)]
    named = colours(css, starts[["light", "dark", "print"].index(theme)])
    pairs = [("ink", "paper"), ("ink", "page"), ("soft", "paper"), ("soft", "page"), ("accent", "paper"), ("accent", "page"),
             ("paper", "accent"), ("good", "paper"), ("good", "good-bg"), ("bad", "paper"), ("bad", "bad-bg"),
             ("warn", "warn-bg"), ("warn", "paper"), ("ink", "quote"), ("ink", "good-bg"), ("ink", "bad-bg")]  # fmt: skip
    for letters, behind in pairs:
        light, dark = sorted((luminance(named[letters]), luminance(named[behind])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (letters, behind)


def test_a_hit_of_three_words_is_found_by_the_search_of_the_page(page):
    """The search reads what has the class `find`: the question, its id and the answers."""
    words = " ".join(
        node.text_content() for node in question(page, 1).xpath(".//*[contains(@class, 'find')]")
    )
    for word in ("a-1", "登记凭证", "能用5年"):
        assert word in words

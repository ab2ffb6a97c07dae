"""Whatever a text holds: no error, every character in one place, ids unique, locators that a person can read."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unexplained import unexplained

from ingest.documents import parse
from rag.schema import Source

LABELS = (
    "第{n}条 ", "第{n}条", "第{n}条之一 ", "第{n}章 ", "第{n}节 ", "第{n}编 ", "第{n}分编 ", "第{n}部分 ", "{n}、", "（{n}）", "({n}) ",
    "{a}.", "{a}、", "{a} ", "（{a}）", "{a}）", "{a}.{b} ", "{a}.{b}.{c} ", "0{c} ", "①", "②", "⑴", "⒈", "㈠", "甲、", "乙、", "壹、",
    "Ⅰ. ", "I. ", "II. ", "A. ", "B. ", "A.{c} ", "趋势{n}：", "Article {a} ", "Art. {a}. ", "Chapter {a} ", "CHAPTER II ", "Section {a}. ",
    "Part A ", "问：", "问{a}：", "答：", "附件{a}", "附件：", "附录A ", "附：", "Schedule {a} ", "参考文献", "笫{n}条 ",
)  # fmt: skip
WORDS = (
    "总则", "数据安全", "为了规范数据处理活动，制定本办法", "。", "；", "：", "国家鼓励创新", "、", "（责任单位：某局）", "《某条例》",
    "第五条的规定", "“", "”", "到 2025 年", "3.5亿元", "往往", "Data processing ", "of this Law", "shall ", ". ", "|", "**", "/",
    "一是加强领导", "有下列情形之一的：", "修改为：", "增加一条，作为第九条：", "平台", "！", "…", "\u3000", " ", "\u200b", "𠀀", "é",
)  # fmt: skip
LINES = (
    "", "", "", "目录", "目 录", "前言", "序 言", "编者按：", "本期要目", "01 某市数据条例", "（来源：某局）", "某市数据条例", "（试行）",
    "某府发〔2023〕5号", "2023年5月1日", "2021年6月10日 某会议通过", "扫描二维码", "---", "===", "| a | b |", "|---|---|", "| 1 | 第一条 |",
    "- 数据", "12", "![图](a.png)", "<!-- x -->", "图1 规模", "2023年9月15日 第37期", "大数据动态", "某研究院", "```", "#", "##", "* ", "**",
    "附则", "Contents", "Preamble", "[链接](https://a.example/)", "本办法自2024年1月1日起施行。", "现将有关事项通知如下：",
)  # fmt: skip
HAN = "一二三四五六七八九十"
MARKS = ("", "", "", "", "# ", "## ", "### ", "- ", "**", "　　", "    ")

numbers = st.builds(
    lambda n, b, c: {"n": HAN[n - 1], "a": n, "b": b, "c": c}, st.integers(1, 10), *[st.integers(1, 3)] * 2
)
labels = st.builds(lambda label, n: label.format(**n), st.sampled_from(LABELS), numbers)
prose = st.lists(st.sampled_from(WORDS), max_size=5).map("".join)
built = st.builds(
    lambda mark, label, words: mark + label + words + ("**" if mark == "**" else ""),
    st.sampled_from(MARKS), st.one_of(st.just(""), labels), prose,
)  # fmt: skip
anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=12)
texts = st.lists(st.one_of(built, built, built, st.sampled_from(LINES), anything), max_size=40)


@settings(max_examples=500, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts, st.booleans(), st.booleans())
def test_any_text_is_divided_without_loss(lines, whole, paged):
    pages = tuple((1 + n // 5, 1 + (n + 1) // 5) for n in range(len(lines))) if paged else ()
    source, parsed = parse(Source("文件.txt", "0" * 64, tuple(lines), pages=pages, whole_paragraphs=whole))
    for one in parsed:
        assert unexplained(source, one) == []
    clauses = [c for one in parsed for c in one.clauses]
    for one in parsed:
        ids = [c.clause_id for c in one.clauses]
        assert len(set(ids)) == len(ids)
    for c in clauses:
        assert 1 <= c.start_line <= c.end_line <= len(lines)
        assert c.label
        assert c.label == c.locator.split("/")[-1]
        assert c.locator == c.locator.strip()
        assert "\n" not in c.locator
        assert bool(c.page_first) == bool(c.page_last) == paged
        assert not paged or c.page_first <= c.page_last

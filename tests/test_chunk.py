from itertools import pairwise

import pytest
from fakes import make_clause

from rag.chunk.parts import digest, heading_of, parts, passages, passages_key
from rag.text import sentences

SHORT = "".join(f"第{i}项材料应当在受理之日前提交给登记机构。" for i in range(40))
LONG = "".join(f"第{i}项" + "材料与说明" * 14 + "。" for i in range(12))
LISTED = "申请人提交下列材料：\n" + "\n".join(f"（{i}）关于第{i}类数据来源的说明；" for i in range(30))
LONGER = "数据" * 120 + "。" + "其余部分照此办理。" * 5
GIANT = "".join(f"甲类数据{n}号与" for n in range(70)) + "其他。" + "其余部分照此办理。" * 5


@pytest.mark.parametrize("text", ["", "数据应当登记。", "数" * 220])
def test_a_text_of_up_to_220_characters_stays_whole(text):
    assert parts(text) == [text]


@pytest.mark.parametrize(
    "text", [SHORT, LONG, LISTED, GIANT], ids=["short", "long", "list", "one giant sentence"]
)
def test_every_character_is_in_some_part(text):
    found = parts(text)
    covered = set()
    at = 0
    for part in found:
        at = text.index(part, at)
        covered.update(range(at, at + len(part)))
    assert {i for i, c in enumerate(text) if not c.isspace()} <= covered


@pytest.mark.parametrize(
    "text", [SHORT, LONG, LISTED, GIANT], ids=["short", "long", "list", "one giant sentence"]
)
def test_neighbours_share_at_most_one_sentence(text):
    found = parts(text)
    assert len(found) > 1
    for before, after in pairwise(found):
        last = [before[a:b] for a, b in sentences(before)][-1]
        first = next(after[a:b] for a, b in sentences(after))
        start_before, start_after = text.index(before), text.index(after, text.index(before) + 1)
        shared = max(0, start_before + len(before) - start_after)
        assert shared in (0, len(last))
        assert shared == 0 or first == last


@pytest.mark.parametrize("text", [SHORT, LONG, LISTED])
def test_parts_are_at_most_220_characters(text):
    assert max(map(len, parts(text))) <= 220


def test_only_a_single_sentence_makes_a_longer_part():
    longer = [p for p in parts(LONGER) if len(p) > 220]
    assert [len(list(sentences(p))) for p in longer] == [1]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        pytest.param(GIANT, "", id="without marks"),
        pytest.param("".join(f"数据{n}，" for n in range(200)) + "。", "，", id="at a comma"),
        pytest.param("| " + "".join(f"{n} | 登记 | " for n in range(60)), "|", id="a row of a table"),
        pytest.param("".join(f"word{n} " for n in range(100)), "", id="at a blank"),
    ],
)
def test_a_very_long_sentence_is_cut_so_that_the_model_reads_all_of_it(text, end):
    found = parts(text)
    assert 300 < len(found[0]) <= 400
    assert found[0].endswith(end)
    assert max(map(len, found)) <= 400
    assert "".join(found).replace(" ", "").startswith(text.replace(" ", "")[:500])


def test_english_sentences_end_at_full_stops():
    text = "".join(f"The data of class {n} are registered. " for n in range(20)).strip()
    found = parts(text)
    assert max(map(len, found)) <= 220
    assert all(part.startswith("The data") and part.endswith("registered.") for part in found)


def test_a_short_last_sentence_begins_the_next_part_and_a_long_one_does_not():
    assert parts(SHORT)[1].startswith([SHORT[a:b] for a, b in sentences(parts(SHORT)[0])][-1])
    assert sum(map(len, parts(LONG))) == len(LONG)


def test_heading_has_title_locator_and_the_words_above():
    clause = make_clause("第二章/第三条", headings="第二章 登记")
    assert heading_of(clause) == "甲市数据管理办法 第二章/第三条 第二章 登记"
    assert heading_of(make_clause("第三条")) == "甲市数据管理办法 第三条"


def test_every_passage_begins_with_the_heading():
    clause = make_clause("第三条", SHORT)
    found = passages(clause)
    assert [p.removeprefix("甲市数据管理办法 第三条\n") for p in found] == parts(SHORT)


def key(clause):
    return passages_key(passages(clause))


def test_the_key_of_vectors_changes_with_what_is_embedded_only():
    first = key(make_clause())
    assert first == key(make_clause(start_line=5, page_first=3))
    others = [make_clause(text="数据可以登记。"), make_clause(headings="总则"), make_clause("第二条")]
    assert len({first, *map(key, others)}) == 4


def test_a_digest_changes_with_what_is_embedded_and_with_the_metadata():
    assert digest("a", "{}") == digest("a", "{}")
    assert len({digest("a", "{}"), digest("b", "{}"), digest("a", "{1}")}) == 3

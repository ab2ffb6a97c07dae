from itertools import pairwise

import pytest
from fakes import make_clause

from rag.chunk.parts import digest, heading_of, parts, passages
from rag.text import sentences

SHORT = "".join(f"第{i}项材料应当在受理之日前提交给登记机构。" for i in range(40))
LONG = "".join(f"第{i}项" + "材料与说明" * 14 + "。" for i in range(12))
LISTED = "申请人提交下列材料：\n" + "\n".join(f"（{i}）关于第{i}类数据来源的说明；" for i in range(30))
GIANT = "数据" * 300 + "。" + "其余部分照此办理。" * 5


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
    longer = [p for p in parts(GIANT) if len(p) > 220]
    assert [len(list(sentences(p))) for p in longer] == [1]


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


def test_digest_changes_with_text_heading_and_metadata_only():
    clause = make_clause()
    first = digest(clause, "{}")
    assert first == digest(make_clause(start_line=5), "{}")
    others = [
        digest(clause, "{1}"),
        digest(make_clause(text="数据可以登记。"), "{}"),
        digest(make_clause(headings="总则"), "{}"),
    ]
    assert first not in others

import re

import pytest

from ui.labels import words

PLACES = re.compile(r"\{(\w*)\}")


def test_both_languages_have_the_same_words():
    assert words("zh").keys() == words("en").keys()


@pytest.mark.parametrize("key", words("zh"))
def test_a_word_is_there_in_both_languages_with_the_same_places(key):
    zh, en = words("zh")[key], words("en")[key]
    assert zh.strip()
    assert en.strip()
    assert set(PLACES.findall(zh)) == set(PLACES.findall(en))


def test_english_words_have_no_chinese_in_them():

    assert [k for k, word in words("en").items() if re.search("[\u4e00-\u9fff]", word)] == []

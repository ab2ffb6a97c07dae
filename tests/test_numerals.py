import pytest

from rag.locator.numerals import to_chinese, to_int


def test_every_article_number_of_the_longest_law_goes_both_ways():
    assert [to_int(to_chinese(value)) for value in range(1, 1261)] == list(range(1, 1261))


def test_chinese_numbers_are_all_different():
    assert len({to_chinese(value) for value in range(1, 10_000)}) == 9_999


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (31, "三十一"), (100, "一百"), (101, "一百零一"),
        (110, "一百一十"), (111, "一百一十一"), (1000, "一千"), (1001, "一千零一"), (1010, "一千零一十"),
        (1100, "一千一百"), (1260, "一千二百六十"), (9999, "九千九百九十九"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_in_labels(value, printed):
    assert to_chinese(value) == printed


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        pytest.param("31", 31, id="Arabic"),
        pytest.param("３１", 31, id="full-width"),
        pytest.param("一〇二", 102, id="digits with 〇"),
        pytest.param("一○二", 102, id="digits with a circle"),
        pytest.param("一百〇二", 102, id="unit and 〇"),
        pytest.param("一百零二", 102, id="unit and 零"),
        pytest.param("二 十 三", 23, id="inner blanks"),
        pytest.param("二　十", 20, id="ideographic blank"),
        pytest.param("两千", 2000, id="两"),
        pytest.param("一百十五", 115, id="spoken tens"),
        pytest.param("二〇二三", 2023, id="a year"),
        pytest.param("3千", 3000, id="a digit and a unit"),
        pytest.param("百12", 112, id="a unit and digits"),
        pytest.param("9" * 5000, 10**15 - 1, id="longer than any label"),
    ],
)
def test_other_ways_to_write_a_number_are_read(printed, value):
    assert to_int(printed) == value


@pytest.mark.parametrize("printed", ["", " ", "条", "十条", "3.5", "十a", "万"])
def test_what_is_no_numeral_is_refused(printed):
    with pytest.raises(ValueError, match="not a numeral"):
        to_int(printed)


@pytest.mark.parametrize("value", [0, -1, 10_000])
def test_a_number_that_no_label_has_is_refused(value):
    with pytest.raises(ValueError, match=f"no label has the number {value}"):
        to_chinese(value)

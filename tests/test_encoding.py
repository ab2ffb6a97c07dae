"""The encoding of a text without a mark is believed only when it reads as Chinese."""

from pathlib import Path

import pytest
from remarks_of import remarks_of

import corpus
from ingest.readers import read
from ingest.source.encoding import common_share, decoded
from rag.errors import UnreadableFile

TEXT = "某市数据管理办法\n第一条 为了规范，制定本办法。\n"


def written(folder, data):
    path = folder / "办法.txt"
    path.write_bytes(data)
    return path


TRADITIONAL = "臺北市資料管理辦法\n第一條 為促進資料之流通與利用，並保障當事人權益，特制定本辦法。\n"
JAPANESE = "個人情報の保護に関する法律\nこの法律は、デジタル社会の進展に伴い個人情報の利用が著しく拡大していることに鑑み、定めるものとする。\n"
KOREAN = "개인정보 보호법\n제1조(목적) 이 법은 개인정보의 처리 및 보호에 관한 사항을 정함으로써 개인의 자유와 권리를 보호한다.\n"
FRENCH = "Loi relative à la protection des données\nLes données à caractère personnel doivent être traitées de façon loyale.\n"
ENGLISH = "The controller\x92s duties\nData must be \x93accurate\x94 and kept up to date \x96 every reasonable step must be taken.\n"
RUSSIAN = "О персональных данных\nЦелью настоящего закона является обеспечение защиты прав человека.\n"


@pytest.mark.parametrize("encoding", ["big5", "cp950", "big5hkscs"])
def test_big5_is_read_with_the_notice_that_it_is_a_guess(tmp_path, encoding):
    found = read(written(tmp_path, TRADITIONAL.encode(encoding)))
    assert ("\n".join(found.lines), found.encoding) == (TRADITIONAL, "big5")
    assert remarks_of(found) == ("read as Big5, a guess: save it as UTF-8 if characters look wrong",)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_traditional_characters_are_no_reason_for_a_guess(tmp_path, encoding):
    found = read(written(tmp_path, TRADITIONAL.encode(encoding)))
    assert ("\n".join(found.lines), found.encoding, remarks_of(found)) == (TRADITIONAL, encoding, ())


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(JAPANESE.encode("cp932"), id="Shift-JIS"),
        pytest.param(JAPANESE.encode("euc-jp"), id="EUC-JP"),
        pytest.param(KOREAN.encode("cp949"), id="EUC-KR"),
        pytest.param(FRENCH.encode("cp1252"), id="Windows-1252"),
        pytest.param(ENGLISH.encode("latin-1"), id="Windows-1252, only quotation marks"),
        pytest.param(RUSSIAN.encode("cp1251"), id="Windows-1251"),
        pytest.param(RUSSIAN.encode("koi8-r"), id="KOI8-R"),
        pytest.param(TEXT.encode()[1:], id="UTF-8 without its first byte"),
        pytest.param(TEXT.encode("utf-16-le")[1:], id="UTF-16 without its first byte"),
        pytest.param(TEXT.encode("utf-32"), id="UTF-32"),
    ],
)
def test_text_in_another_encoding_is_refused_and_never_read_as_rare_characters(tmp_path, data):
    with pytest.raises(UnreadableFile, match=r"办法\.txt is not text") as caught:
        read(written(tmp_path, data))
    assert caught.value.fix


def test_the_corpus_reads_back_from_every_encoding_in_short_pieces():
    for path in sorted((Path(corpus.__file__).parent).glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        for start in range(3000, len(text) - 60, 5000):
            piece = text[start : start + 60]
            for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
                found = decoded(piece.encode(encoding))
                assert (found.text, found.encoding) == (piece, encoding)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        pytest.param("", 1, id="nothing"),
        pytest.param("plain ASCII", 1, id="ASCII"),
        pytest.param("“GB/T 1”：（２）", 1, id="only signs"),
        pytest.param("的一是不", 1, id="common"),
        pytest.param("鄱鸢", 0, id="rare"),
        pytest.param("数据é", 2 / 3, id="mixed"),
        pytest.param("\x80\uffff", 0, id="no signs of Chinese"),
    ],
)
def test_the_share_of_common_characters(text, share):
    assert common_share(text) == pytest.approx(share)

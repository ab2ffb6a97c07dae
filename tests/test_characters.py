import pytest
from fakes import make_document

from ingest.pipeline import ingest
from rag.assistant import build_assistant
from rag.characters import simplified
from rag.locator.matcher import NAMED, TitleMatcher
from rag.schema import Question
from rag.settings import Settings

ASKED = "數據知識產權登記證書的有效期是多久？"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("數據知識產權登記辦法第十二條的有效期是多久", "数据知识产权登记办法第十二条的有效期是多久"),
        ("乾隆年間的乾淨水源", "乾隆年间的干净水源"),
        ("土地徵收後的補償", "土地征收后的补偿"),
        ("衞生部門裏面的衆多爲民服務", "卫生部门里面的众多为民服务"),
        ("数据知识产权登记办法第十二条", None),
        ("乾县的著作权登记（2024年）①—…", None),
        ("朱镕基到乾县视察", None),
        ("policy 12", None),
        ("", None),
    ],
)
def test_traditional_characters_become_simplified_ones(written, expected):
    assert simplified(written) == (written if expected is None else expected)


@pytest.mark.parametrize("title", ["數據知識產權登記辦法", "数据知识产权登记办法"])
@pytest.mark.parametrize("question", ["數據知識產權登記辦法第三條", "《数据知识产权登记办法》第三条"])
def test_a_title_is_known_in_either_characters(title, question):
    titles = TitleMatcher([make_document("d", title), make_document("e", "公路养护条例")])
    assert titles.scores(question)["d"] == NAMED


@pytest.fixture(scope="module")
def search(collection):
    return build_assistant(Settings(data=collection, rerank_model="none"), searching_only=True).search


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (ASKED, simplified(ASKED)),
        ("第三條的第二款說了什麼？", "第三条的第二款说了什么？"),
    ],
)
def test_a_traditional_question_finds_what_the_simplified_one_finds(search, written, plain):
    found = [
        [(h.clause.clause_id, h.score, h.legs) for h in search(Question(q)).hits] for q in (written, plain)
    ]
    assert found[0] and found[0] == found[1]


def test_a_followup_to_a_traditional_question_takes_over_what_the_simplified_one_does(search):
    found = [
        search(Question("它要交什么材料？", history=((first, ""),))).filters.inferred["history"]
        for first in (ASKED, simplified(ASKED))
    ]
    assert found[0] == found[1]


PRINTED = """臺北市數據登記管理辦法

一、為促進數據之流通與利用，並保障當事人權益，特制定本辦法。

二、數據登記憑證之有效期為三年，期滿前三個月得申請展延。

三、違反本辦法規定者，由主管機關責令限期改正。
"""


def test_a_collection_in_traditional_characters_is_found_in_its_own(tmp_path):
    (tmp_path / "辦法.txt").write_text(PRINTED, encoding="utf-8")
    settings = Settings(data=tmp_path / "data", rerank_model="none")
    ingest([tmp_path / "辦法.txt"], settings)
    search = build_assistant(settings, searching_only=True).search
    hit = search(Question("登記憑證的有效期是多久？")).hits[0]
    assert "三年" in hit.clause.text
    # More than the characters that both share.
    assert hit.legs["keyword"].score > search(Question("登 的有效期是多久？")).hits[0].legs["keyword"].score
    assert (
        search(Question("台北市数据登记管理办法的有效期")).filters.inferred["title"]
        == "臺北市數據登記管理辦法"
    )

"""The bodies that a question names."""

import pytest
from fakes import make_document

from rag.hit import issuers
from rag.hit.issuers import Issuers
from rag.locator.aliases import Alias

ISSUERS = Issuers(
    [
        make_document("miit", issuer="工业和信息化部、教育部"),
        make_document("caict", issuer="中国信息通信研究院"),
        make_document("beijing", issuer="北京市经济和信息化局"),
        make_document("national", issuer="国家数据局"),
        make_document("anhui", issuer="安徽省数据资源管理局"),
        make_document("guizhou", issuer="贵州省大数据发展管理局"),
        make_document("shandong", issuer="山东省发展和改革委员会"),
        make_document("accenture", issuer="埃森哲"),
        make_document("none"),
    ],
    [
        Alias("由贵州省大数据发展管理局", "省局", False),
        Alias("中国信息通信研究院", "中国信通院", False),
        Alias("教育部关于甲的通知", "甲通知", True),
    ],
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("工业和信息化部怎么说", {"miit"}),
        ("工信部的文件怎么说", {"miit"}),
        ("教育部参与了吗", {"miit"}),
        ("信通院2023年的报告", {"caict"}),
        ("中国信通院", {"caict"}),
        ("北京市经信局", {"beijing"}),
        ("经济和信息化局发的", {"beijing"}),
        ("国家数据局", {"national"}),
        ("大数据局", {"guizhou"}),
        ("省局怎么说", {"guizhou"}),
        ("发改委", {"shandong"}),
        ("埃森哲的展望", {"accenture"}),
    ],
)
def test_a_body_is_read(question, expected):
    found = ISSUERS.named_in(question)
    assert set().union(*found.values()) == expected


@pytest.mark.parametrize(
    "question",
    ["各部门怎么分工", "机器人部件", "有关部委", "委员会", "财政部", "管理局长", "甲通知", "数据全局", ""],
)
def test_what_is_no_body_of_the_collection(question):
    assert ISSUERS.named_in(question) == {}


def test_a_short_name_is_compared_with_all_bodies_but_read_once(monkeypatch):
    read = []
    monkeypatch.setattr(issuers, "loose", lambda text: read.append(text) or text)
    bodies = [make_document(f"d{n}", issuer=f"第{n}局") for n in range(50)]
    made = Issuers(bodies, [Alias("甲市第7局", "七局", False)])
    assert made.named_in("七局怎么说") == {"第7局": frozenset({"d7"})}
    assert read.count("甲市第7局") == 1

"""A small shelf of documents for the tests of drafting, without a catalog."""

from dataclasses import replace

from fakes import make_clause, make_document
from fakes_eval import make_case, unanswerable

from eval.cases import Gold
from eval.draft.shelf import Shelf
from ingest.reference.definitions import definitions_in
from rag.schema import Clause, Document

LAW = make_document(
    "a1",
    "长春市数据登记管理办法（试行）",
    region="长春市",
    status="试行",
    effective_date="2024-03-01",
    expiry_date=None,
)
PLACED = make_document("b1", "贵州省数据登记管理办法", region="贵州省")
PLAN = make_document("c1", "湖南省算力发展行动计划（2024—2026年）", region="湖南省", scheme="outline")
DRAFT = make_document("d1", "云南省数据条例（征求意见稿）", region="云南省", status="征求意见稿")

_TEXTS: dict[Document, dict[str, str]] = {
    LAW: {
        "第一章/第二条": "本办法所称登记机构，是指市人民政府指定的、办理数据登记的事业单位。",
        "第一章/第三条": "市数据主管部门负责全市数据登记的统筹协调和监督管理。",
        "第二章/第五条": "申请登记应当提交下列材料：\n（一）登记申请表；\n（二）身份证明文件；\n（三）数据来源说明；\n（四）法律、法规规定的其他材料。",
        "第二章/第六条": "登记机构应当自收到申请之日起五个工作日内完成审查。审查通过的，登记机构应当予以公示，公示期不少于十日。",
        "第二章/第七条": "登记证书的有效期为三年，自发证之日起计算。",
        "第二章/第八条": "登记主体变更名称的，登记主体应当向登记机构申请变更登记，并提交证明文件和原登记证书的复印件。",
        "第三章/第九条": "任何单位和个人不得伪造登记证书。违反本办法第五条规定的，由市数据主管部门责令改正。",
        "第四章/第十条": "本办法自2024年3月1日起施行。",
    },
    PLACED: {
        "第一条": "登记凭证的有效期为两年，自发证之日起计算。",
        "第二条": "申请登记的单位，应当真实填写申请信息。",
        "第三条": "本办法自印发之日起施行。",
    },
    PLAN: {
        "一/（一）": "主要目标\n到2026年，建成20个智能工厂，培育300家示范企业。算力规模达到15%以上。",
        "二/（一）": "推进绿色算力建设\n新建数据中心全部使用可再生能源，存量机房限期完成节能改造。（责任单位：省工信厅、省能源局）",
        "二/（二）": "加强人才队伍建设\n支持高校设置智能计算专业，建设实训基地，吸引高层次人才来湘工作。",
    },
    DRAFT: {
        "第一条": "本条例所称公共数据，是指公共机构在履行职责中产生的各类数据资源。",
        "第二条": "公共机构应当每年更新公共数据目录。",
        "第三条": "本条例自2025年1月1日起施行。",
    },
}  # fmt: skip


def make_shelf(*documents: Document) -> Shelf:
    """Return a shelf of these documents, or of all four."""
    chosen = documents or tuple(_TEXTS)
    return Shelf(chosen, {d.document_id: _clauses(d) for d in chosen})


def _clauses(document: Document) -> list[Clause]:
    return [
        replace(
            make_clause(locator, text, document=document, ordinal=ordinal), definitions=definitions_in(text)
        )
        for ordinal, (locator, text) in enumerate(_TEXTS[document].items())
    ]


def listed(draft):
    """Return the own set, as `--list --json` of the fixture `draft` says."""
    return draft("--list", "--json").json


def proposed(draft, *arguments):
    """Return the proposals of the fixture `draft`."""
    return draft("--json", *arguments).json["proposals"]


GOOD = make_case(
    id="",
    question="登记证书能用几年？",
    gold=(Gold(LAW.title, "第二章/第七条", "有效期为三年"),),
    key_facts=(("三年", "3年"),),
    answer="三年。",
)
NEAR = unanswerable(id="", question="登记要收多少钱？", nearest=(Gold(LAW.title, "第二章/第五条"),))
FOLLOWUP = replace(
    GOOD, type="followup", history=(("登记要交什么材料？", "登记申请表\n等。"),), question="那证书管几年？"
)

"""The words of questions about the collection, as patterns: what asks, what is asked for, and what says nothing."""

import re
from collections.abc import Mapping

GENERIC = r"政策文件|法律文件|规范性文件|政策文档|法律法规|法规文件|文件资料|文件|文档|资料|documents?|files?|texts?|polic(?:y|ies)(?: documents?)?|sources?"
KINDS: Mapping[str, str] = {
    "管理办法": "办法", "办法": "办法", "条例": "条例", "实施细则": "细则", "细则": "细则", "规定": "规定", "实施方案": "方案",
    "行动方案": "方案", "方案": "方案", "指导意见": "意见", "实施意见": "意见", "意见": "意见", "行动计划": "计划", "计划": "计划",
    "研究报告": "报告", "报告": "报告", "若干措施": "措施", "通知": "通知", "宣言": "宣言", "要点": "要点",
    "measures": "办法", "regulations": "条例", "rules": "规定", "plans": "计划", "reports": "报告", "opinions": "意见",
}  # fmt: skip
"""What a question calls a kind of document → the word that its title has."""
KIND = "|".join(sorted(KINDS, key=len, reverse=True))
COLLECTION = (
    r"(?:本|这个|该|你们?的?|咱们的?)?(?:文件库|资料库|数据库|知识库|文档库|语料库|库|系统|目录)(?:里面?|中|内|当中)?|(?:你们?|您|这里)(?:这里|这边|手[里头上])?"
    r"|(?:the |your |this )?(?:collection|database|library|index|catalog(?:ue)?)"
)
KEPT = r"收录|收了|存了"
"""What is done with documents, and with nothing else that is asked for."""
VERBS = r"出台|发布|印发|制定|公布|颁布|下发|发出?"
ASKS = (
    r"都?有(?:没有|哪些|什么|多少|几)?|哪些|哪几|哪一?[个份部篇]|什么|多少|几|(?:一共|总共|总计|共计|共)有?(?:多少|几)?|收录了?|包含了?|包括|存了?|收了?|列出来?|列一下|列举|列表|清单|介绍一?下?|罗列|查一下|看看|显示|告诉我|统计一?下?|是哪些|是什么|吗|分别"
    r"|what(?:'s)?|which|how many|list|show|are there|is there|do you have|have you(?: got)?|any|all|in total|give me|tell me|can you|contains?|included?|available"
)
FILLER = (
    rf"请问?|麻烦|帮我|帮忙|给我|我想(?:知道|看|了解)|想(?:知道|看|了解)|能不能|可以|现在|目前|所有|全部|一共|总共|或者|或是|还是|或|这些|都|的|了|过|呢|啊|呀|吧|和|与|及|以及|份|部|个|篇|件|项|种|类|一下|我|在|是|来自|{VERBS}|刊登|刊载|登了?|政府|算不算|算"
    r"|please|what'?s|in|the|from|of|for|by|in|on|about|issued|published|me|that|were|are|is|to|a|an|and|or|it|there|you|do|have|got|s"
)
YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})\s*年?(?:度|版|以?来|间)?(?![\d月])")
ISSUE = re.compile(
    r"(?:(?:19|20)\d{2}\s*年\s*)?(?:最(?:新|近|早)的?(?:那|这)?一?期|总?第\s*[\d一二三四五六七八九十百〇零]{1,5}\s*期|(?:\d{1,2}月)?\d{1,2}[日号](?:那|这|出|的)*一?期)(?:简报|公报|通报|刊物|动态)?(?:里面?|中|上)?"
    r"|(?:the )?(?:latest|newest|most recent) (?:issue|bulletin)|\b(?:issue|bulletin)\s*(?:no\.?|number|#)?\s*\d{1,4}\b",
    re.IGNORECASE,
)

"""Every word that the screens show, in Chinese and English, in one table."""

from rag.text import Lang

LABELS: dict[str, tuple[str, str]] = {
    "app": ("政策问答", "Policy Q&A"),
    "tagline": (
        "每个结论都注明出自哪个文件、哪一条",
        "Every statement names the document and the clause it rests on",
    ),
    "question": ("问题", "Question"),
    "ask_here": ("输入问题，按回车提问", "Type a question and press Enter"),
    "examples": ("可以这样问", "Try one of these"),
    "send": ("提问", "Ask"),
    "stop": ("停止", "Stop"),
    "retry": ("重新回答", "Answer again"),
    "copy": ("复制回答", "Copy answer"),
    "copied": ("已复制", "Copied"),
    "new_chat": ("新对话", "New chat"),
    "language": ("语言", "Language"),
    "chat": ("对话", "Conversation"),
    "blank": ("（空白问题）", "(empty question)"),
    "search": ("检索", "Search"),
    "read": ("阅读", "Read"),
    "write": ("作答", "Write"),
    "seconds": ("{n} 秒", "{n} s"),
    "stopped": ("已停止。", "Stopped."),
    "broke_off": (
        "回答中断：程序出错，详情见服务器日志。",
        "The answer broke off: a fault in the program; the server's log has the details.",
    ),
    "fix": ("处理办法", "Fix"),
    "sources": ("依据", "Sources"),
    "sources_empty": (
        "提问后，这里显示所引条款的全文，引用的原句会标出。",
        "After a question, the cited clauses appear here in full, with the quoted words marked.",
    ),
    "citations": ("引用", "Citations"),
    "warnings": ("注意", "Note"),
    "partial": ("只能回答一部分", "Only part of the question can be answered"),
    "no_citation": ("没有可引用的依据。", "Nothing to cite."),
    "nearest": ("最接近的条款", "Nearest clauses"),
    "nearest_hint": (
        "以下条款与问题相近，但不能据以作答。",
        "These clauses come near the question but do not answer it.",
    ),
    "also_found": ("另外找到", "Also found"),
    "reading": ("正在阅读", "Reading"),
    "clauses": ("{n} 条", "{n} clauses"),
    "earlier": ("之前的问题", "Earlier question"),
    "what_is_wrong": ("这个回答哪里不好？", "What is wrong with this answer?"),
    "wrong": ("答错了", "Wrong"),
    "incomplete": ("不完整", "Incomplete"),
    "wrong_clause": ("引错了条款", "Wrong clause cited"),
    "should_refuse": ("文件里没有，不该回答", "Should have refused"),
    "should_answer": ("文件里有，不该说没有", "Should not have refused"),
    "other": ("其他", "Other"),
    "in_your_words": ("想说的话（可不填）", "In your own words (optional)"),
    "give_reason": ("提交原因", "Send the reason"),
    "take_back": ("撤回评价", "Take it back"),
    "thanks": (
        "谢谢，已记下。评价只存在本机，用来改进回答。",
        "Thank you, noted. It stays on this machine and helps to improve the answers.",
    ),
    "not_noted": ("评价没有记下", "It could not be noted"),
    "issuer": ("发文机关", "Issuer"),
    "doc_number": ("文号", "Document no."),
    "effective_date": ("施行日期", "In force from"),
    "expiry_date": ("失效日期", "In force until"),
    "period": ("规划期", "Period"),
    "printed_in": ("载于", "Printed in"),
    "issue": ("第{n}期", "issue {n}"),
    "unknown": ("未注明", "not stated"),
    "page": ("第{n}页", "p. {n}"),
    "pages": ("第{n}—{m}页", "pp. {n}–{m}"),
    "inferred": ("推定", "inferred"),
    "with_colon": ("{name}：{text}", "{name}: {text}"),
    "in_brackets": ("（{text}）", " ({text})"),
    "between": ("；", "; "),
    "limited": ("检索范围", "Search limited to"),
    "preferred": ("问题提到，优先", "Named in the question and preferred"),
    "written_by": ("作答方式", "Written by"),
    "extractive": ("摘录原文，未使用模型", "extracts from the texts, no model"),
    "filter_region": ("地区", "region"),
    "filter_issuer": ("发文机关", "issuer"),
    "filter_status": ("文本状态", "status"),
    "filter_title": ("文件", "document"),
    "filter_doc_number": ("文号", "document no."),
    "filter_locator": ("条款", "clause"),
    "filter_as_of": ("截至日期", "as of"),
    "filter_issue_no": ("期号", "issue"),
    "filter_source": ("来源文件", "source"),
    "filter_issue_date": ("刊期", "issue of"),
    "note_history": ("承接上文", "Taken from before"),
    "note_rewritten": ("按补全的问题检索", "Searched as"),
    "note_sentences": ("只检索其中的句子", "Searched by these sentences of it"),
    "note_ambiguous": ("可能指其中任何一处", "May mean any of these"),
    "note_left_out": ("在这一天不适用，未列出", "Not in force on that day and left out"),
}


def label(key: str, lang: Lang) -> str:
    """Return one entry of the table.

    Raises:
        KeyError: The table has no such entry.
    """
    return LABELS[key][0 if lang == "zh" else 1]


def named(key: str, text: str, lang: Lang) -> str:
    """Return "name: text" with the colon of the language; nothing follows the colon when the text is empty."""
    return label("with_colon", lang).format(name=label(key, lang), text=text).rstrip()


def filter_name(key: str, lang: Lang) -> str:
    """Return the words for a filter's key, or the key itself when the table has none."""
    return label(f"filter_{key}", lang) if f"filter_{key}" in LABELS else key


def is_note(key: str) -> bool:
    """Tell whether an inferred key says how the question was read, rather than what was preferred."""
    return f"note_{key}" in LABELS


def pages(first: int | None, last: int | None, lang: Lang) -> str:
    """Return the words for the pages of a clause; empty for formats without pages."""
    if first is None:
        return ""
    return label("page" if last in (None, first) else "pages", lang).format(n=first, m=last)

"""The words for kept answers, on the screens and in what is exported, in Chinese and English."""

from rag.text import Lang

_LABELS: dict[str, tuple[str, str]] = {
    "not_stored": ("这个回答没有存入记录", "This answer was not stored"),
    "title": ("政策问答记录", "Policy Q&A: an answer and its sources"),
    "chat": ("政策问答记录", "Policy Q&A: answers and their sources"),
    "question": ("问题", "Question"),
    "nth_question": ("问题 {n}", "Question {n}"),
    "history": ("此前的对话", "Asked before"),
    "asked": ("问", "Asked"),
    "said": ("答", "Answered"),
    "answer": ("回答", "Answer"),
    "date": ("检索日期", "Retrieved on"),
    "verdict": ("结论", "Verdict"),
    "answered": ("已回答", "answered"),
    "partial": ("只回答了一部分", "answered in part"),
    "refused": ("没有找到依据", "not answered: nothing was found to rest on"),
    "model": ("作答方式", "Written by"),
    "extractive": ("摘录原文，未使用模型", "extracts from the texts, no model"),
    "prompt_version": ("提示词版本", "Prompts"),
    "limits": ("检索范围", "Search limited to"),
    "as_of": ("截至日期", "as of"),
    "sources": ("依据", "Sources"),
    "warnings": ("注意", "Note"),
    "nearest": ("最接近的条款（不能据以作答）", "Nearest clauses (they do not answer the question)"),
    "issuer": ("发文机关", "Issued by"),
    "status": ("文本状态", "Status"),
    "effective_date": ("施行日期", "In force from"),
    "expiry_date": ("失效日期", "In force until"),
    "printed_in": ("载于", "Printed in"),
    "issue": ("第{n}期", "issue {n}"),
    "answer_id": ("记录编号", "Record"),
    "page_of": ("第", "Page "),
    "page_end": ("页", ""),
    "colon": ("：", ": "),
    "comma": ("，", ", "),
    "semicolon": ("；", "; "),
    "stop": ("。", ". "),
    "open": ("（", " ("),
    "close": ("）", ")"),
}  # fmt: skip


def record_label(key: str, lang: Lang) -> str:
    """Return one entry of the table.

    Raises:
        KeyError: The table has no such entry.
    """
    return _LABELS[key][0 if lang == "zh" else 1]

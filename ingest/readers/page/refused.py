"""Why a PDF is refused."""

from rag.errors import UnreadableFile

_RENEW = "open it in a PDF viewer, print it to a new PDF, and use that"
_RENEW_ZH = "请重新获取，或用 PDF 阅读器打开，打印成新的 PDF 后再放进来"
_WRONG_PASSWORD = 4


def unopened(name: str, code: int | None) -> UnreadableFile:
    """Return why PDFium did not open a file, by its code."""
    if code == _WRONG_PASSWORD:
        return UnreadableFile(
            f"{name} is encrypted and opens only with its password.",
            fix="open it with the password, print it to a new PDF without one, and use that",
            chinese=(f"{name} 有密码保护。", "请用密码打开，打印成没有密码的 PDF 后再放进来"),
        )
    return damaged(name, "is no PDF, or too damaged to be opened", "不是 PDF，或已损坏而无法打开")


def damaged(name: str, reason: str, chinese: str) -> UnreadableFile:
    """Return that a file must be made anew; the reasons are the rest of a sentence about it."""
    return UnreadableFile(f"{name} {reason}.", fix=_RENEW, chinese=(f"{name} {chinese}。", _RENEW_ZH))

"""Why a file could not be read, in words that several places share."""

from rag.errors import UnreadableFile

AGAIN, AGAIN_ZH = "try again", "请再试一次"


def not_read(name: str, error: OSError) -> UnreadableFile:
    """Return what the system said about a file that exists and cannot be read."""
    return UnreadableFile(
        f"Cannot read {name}: {error.strerror}.",
        fix="check the file's permissions",
        chinese=(f"读不了 {name}：{error.strerror}。", "请检查文件的权限"),
    )

"""Every error that a user can meet, each with a message and the fix.

PolicyQAError
├── SettingsError          a setting is unknown, wrong or contradictory
├── SourceError            a file cannot be taken in
│   ├── UnsupportedFormat
│   ├── UnreadableFile
│   ├── MissingPath
│   └── CorrectionError
├── CollectionError        the data folder cannot be used as it is
│   ├── BackupUnusable
│   ├── CatalogDamaged     the catalog itself is not as it was written
│   ├── ChromaUnavailable  the Chroma server does not answer
│   ├── CollectionBusy
│   ├── CollectionMismatch
│   ├── DiskFull
│   ├── EmptyCollection
│   └── IndexDamaged
├── NotFound               a document or clause that is not there
├── QuestionError          a question that cannot be searched for
├── FilterError            a filter that does not exist
├── ModelError             the language model cannot answer
│   ├── ModelUnavailable
│   │   └── PromptTooLong  the prompt does not fit the context of the server
│   └── ModelBroke         it stopped in the middle
├── AccessRefused          serving or sending where it is not allowed
│   ├── SignInRefused      a name and a password that do not belong together, or too soon after others
│   └── KeyRefused         a program without a key, or with one that is none
├── AccountError           an account, a password or a key that cannot be as it was asked for
└── EvaluationError        an evaluation set or run that cannot be used

Front ends print `message` and `fix` without a traceback; anything else is a bug.
"""

from math import ceil


class PolicyQAError(Exception):
    """Base of all errors that a user can fix."""

    def __init__(self, message: str, fix: str, *, chinese: tuple[str, str] | None = None) -> None:
        """Keep both languages where a person may meet this error in either.

        Args:
            message: What failed, in English; never a password.
            fix: What to do, in English.
            chinese: The same two in Chinese; None where they were not written.
        """
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.chinese = chinese

    def __str__(self) -> str:
        return f"{self.message}\nFix: {self.fix}"

    def words(self, lang: str) -> tuple[str, str]:
        """Return message and fix in `zh` or `en`; English where there is no Chinese."""
        return self.chinese if lang == "zh" and self.chinese else (self.message, self.fix)


class SettingsError(PolicyQAError):
    """A setting is unknown, has a wrong value or contradicts another."""


class SourceError(PolicyQAError):
    """A file cannot be taken into the collection."""


class UnsupportedFormat(SourceError):
    """No reader for this suffix."""


class UnreadableFile(SourceError):
    """The file's content is not what its suffix says, is empty or too large."""


class MissingPath(SourceError):
    """The path does not exist or holds no file that can be read."""


class CorrectionError(SourceError):
    """A field set by hand that does not exist, or a value that cannot be one."""


class CollectionError(PolicyQAError):
    """The data folder cannot be used as it is."""


class BackupUnusable(CollectionError):
    """A file is no backup, is damaged or was made by a newer version."""


class CatalogDamaged(CollectionError):
    """The catalog cannot be read as it was written; only a backup, or the files themselves, bring it back."""


class ChromaUnavailable(CollectionError):
    """The Chroma server does not answer, late, or not as one."""


class CollectionBusy(CollectionError):
    """Another process is writing to the collection."""


class CollectionMismatch(CollectionError):
    """The data were written by another version or with another embedder."""


class DiskFull(CollectionError):
    """There is no room to write; nothing was changed."""


class EmptyCollection(CollectionError):
    """There is nothing to search in yet."""


class IndexDamaged(CollectionError):
    """A derived index is missing or unreadable; the catalog can rebuild it."""


class NotFound(PolicyQAError):
    """No document or clause of that name, or more than one."""


class QuestionError(PolicyQAError):
    """A question that is empty, too long or has no words."""


class FilterError(PolicyQAError):
    """A filter with an unknown key or a malformed value."""


class ModelError(PolicyQAError):
    """The language model cannot answer."""

    def __init__(
        self, message: str, fix: str, *, chinese: tuple[str, str] | None = None, code: str = ""
    ) -> None:
        """Keep both languages: whoever asks a question meets this error, and not only the administrator.

        Args:
            message: As of all.
            fix: As of all.
            chinese: As of all.
            code: Names the kind of failure, see `rag.server.failure`; empty when it has no name.
        """
        super().__init__(message, fix, chinese=chinese)
        self.code = code


class ModelUnavailable(ModelError):
    """No server answers, or it does not have the model."""


class PromptTooLong(ModelUnavailable):
    """The prompt does not fit the context that the server has."""


class ModelBroke(ModelError):
    """The model stopped in the middle of an answer."""


class AccessRefused(PolicyQAError):
    """Serving an address, reaching a server or doing something that is not allowed."""


class SignInRefused(AccessRefused):
    """A name and a password that do not belong together, or too soon after others; nothing says which of the two is wrong."""

    def __init__(self, wait_s: float, *, checked: bool) -> None:
        """Say so in the same words for everybody.

        Args:
            wait_s: Seconds until the next attempt is looked at; 0 for at once.
            checked: The password was looked at; otherwise it came too soon.
        """
        wait = ceil(wait_s)
        super().__init__(
            "Name or password is wrong." if checked else "There were too many attempts.",
            fix=f"try again in {wait} s" if wait else "try again",
            chinese=(
                "用户名或密码不正确。" if checked else "尝试次数过多。",
                f"请在 {wait} 秒后再试" if wait else "请再试一次",
            ),
        )
        self.wait_s = wait_s


class KeyRefused(AccessRefused):
    """A program without a key, or with one that is none or no longer; nothing says which."""

    def __init__(self, wait_s: float = 0.0, *, sent: bool) -> None:
        """Say so.

        Args:
            wait_s: Seconds for which the program should not try again; 0 for none.
            sent: There was one.
        """
        super().__init__(
            "The key is not valid, or no longer." if sent else "A key is needed.",
            fix="send the header Authorization: Bearer policyqa_…; an administrator makes keys with policyqa key add",
            chinese=(
                "密钥无效或已失效。" if sent else "需要密钥。",
                "请发送请求头 Authorization: Bearer policyqa_…；管理员用 policyqa key add 生成密钥",
            ),
        )
        self.wait_s = wait_s
        self.sent = sent


class AccountError(PolicyQAError):
    """An account, a password or a key that cannot be as it was asked for."""

    def __init__(self, message: str, fix: str, *, chinese: tuple[str, str]) -> None:
        """Keep both languages, always: a person who changes a password meets this error on the page."""
        super().__init__(message, fix, chinese=chinese)


class EvaluationError(PolicyQAError):
    """An evaluation set or a stored run cannot be used."""

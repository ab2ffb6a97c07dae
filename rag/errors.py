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
│   └── SignInRefused      a name and a password that do not belong together, or too soon after others
├── AccountError           an account, a password or a key that cannot be as it was asked for
└── EvaluationError        an evaluation set or run that cannot be used

Front ends print `message` and `fix` without a traceback; anything else is a bug.
"""

from math import ceil


class PolicyQAError(Exception):
    """Base of all errors that a user can fix."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message}\nFix: {self.fix}"

    def words(self, lang: str) -> tuple[str, str]:
        """Return message and fix in `zh` or `en`; English where there is no Chinese."""
        return self.message, self.fix


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
            message: What failed, in English.
            fix: What to do, in English.
            chinese: The same two in Chinese; None where they were not written.
            code: Names the kind of failure, see `rag.server.failure`; empty when it has no name.
        """
        super().__init__(message, fix)
        self.chinese = chinese
        self.code = code

    def words(self, lang: str) -> tuple[str, str]:
        """Return message and fix in `zh` or `en`; English where there is no Chinese."""
        return self.chinese if lang == "zh" and self.chinese else (self.message, self.fix)


class ModelUnavailable(ModelError):
    """No server answers, or it does not have the model."""


class PromptTooLong(ModelUnavailable):
    """The prompt does not fit the context that the server has."""


class ModelBroke(ModelError):
    """The model stopped in the middle of an answer."""


class AccessRefused(PolicyQAError):
    """Serving an address or reaching a server that is not allowed."""


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
        )
        self.wait_s = wait_s
        self.chinese = (
            "用户名或密码不正确。" if checked else "尝试次数过多。",
            f"请在 {wait} 秒后再试" if wait else "请再试一次",
        )

    def words(self, lang: str) -> tuple[str, str]:
        """Return message and fix in `zh` or `en`."""
        return self.chinese if lang == "zh" else (self.message, self.fix)


class AccountError(PolicyQAError):
    """An account, a password or a key that cannot be as it was asked for."""

    def __init__(self, message: str, fix: str, *, chinese: tuple[str, str]) -> None:
        """Keep both languages: a person who changes a password meets this error on the page.

        Args:
            message: What failed, in English; never a password.
            fix: What to do, in English.
            chinese: The same two in Chinese.
        """
        super().__init__(message, fix)
        self.chinese = chinese

    def words(self, lang: str) -> tuple[str, str]:
        """Return message and fix in `zh` or `en`."""
        return self.chinese if lang == "zh" else (self.message, self.fix)


class EvaluationError(PolicyQAError):
    """An evaluation set or a stored run cannot be used."""

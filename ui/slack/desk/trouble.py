"""Why a question was not answered: in words for whoever asked it, and in the log for whoever can put it right."""

import logging
import traceback

from rag.errors import CollectionBusy, ModelBroke, ModelError, PolicyQAError, PromptTooLong, QuestionError
from rag.text import Lang
from ui.labels import label, named

_log = logging.getLogger(__name__)
_PASSING = frozenset({"busy", "silent", "no_server"})


def trouble(error: Exception, key: str, lang: Lang) -> str:
    """Return what to say in Slack.

    Whoever asked reads what they can do themselves; for all else they are sent to the administrator, who finds the rest
    in the log: it names servers, folders and settings, which are nobody else's business.

    Args:
        error: Why.
        key: Under which the log has it.
        lang: In which the question was asked.
    """
    if isinstance(error, QuestionError):
        message, fix = error.words(lang)
        return f"{message}\n{named('fix', fix, lang)}"
    if isinstance(error, CollectionBusy):
        return label("slack.collection_busy", lang)
    if isinstance(error, PromptTooLong):
        return label("slack.too_long", lang)
    if isinstance(error, ModelBroke):
        return label("slack.model_broke", lang)
    if isinstance(error, ModelError) and error.code in _PASSING:
        return label("slack.model_away", lang)
    return broken(key, lang)


def broken(key: str, lang: Lang) -> str:
    """Return what to say when only the administrator can help."""
    return label("slack.broken", lang).format(key=key)


def log_error(key: str, error: PolicyQAError) -> None:
    """Tell the administrator what is wrong and how to put it right, without a word of the question."""
    # What is wrong with a question quotes it.
    words = "" if isinstance(error, QuestionError) else f": {error.message} {error.fix}"
    _log.warning("%s: %s%s", key, type(error).__name__, words)


def log_bug(key: str, error: BaseException) -> None:
    """Tell where the program went wrong; the words of the error are left out, as they may hold the question."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s broke off with %s\n%s", key, type(error).__name__, frames)


def log_undelivered(key: str, word: str) -> None:
    """Tell in Slack's own word why nothing could be said to a question."""
    _log.warning("%s was not delivered: %s", key, word)

"""The command line: `policyqa COMMAND`."""

import os
import sys
import traceback
from contextlib import suppress

import typer
from typer.exceptions import TyperException

from rag.errors import PolicyQAError
from ui.commands import (
    accounts,
    answers,
    backup,
    collection,
    documents,
    evaluation,
    indexes,
    keys,
    mcp,
    question,
    replay,
    restore,
    service,
    slack,
)

_INTERRUPTED = 130

app = typer.Typer(
    name="policyqa",
    help="Ask a shelf of policy documents in Chinese or English; every statement of an answer cites its clause.\n\n"
    "向一架政策文件提问，每一句回答都注明出自哪一条。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
collection.register(app)
documents.register(app)
question.register(app)
answers.register(app)
replay.register(app)
indexes.register(app)
backup.register(app)
restore.register(app)
service.register(app)
slack.register(app)
mcp.register(app)
accounts.register(app)
keys.register(app)
app.add_typer(evaluation.app, name="eval")


def main() -> None:
    """Run a command: 0 done, 1 the user can fix it, 2 wrong usage, 70 a bug, 130 Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        # A C locale would refuse Chinese.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    status = run(sys.argv[1:])
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    # Taking down onnxruntime, Chroma and their threads in order takes 0.6 s and serves nobody: all is on disk by now.
    os._exit(status)


def run(arguments: list[str]) -> int:
    """Run a command and return its exit status."""
    try:
        result = app(args=arguments, standalone_mode=False)
        # Typer turns a KeyboardInterrupt into this result.
        return _stopped() if result == _INTERRUPTED else result if isinstance(result, int) else 0
    except PolicyQAError as error:
        sys.stderr.write(f"{_in_chinese(error)}{error}\n")
        return 1
    except TyperException as error:
        return _wrong_usage(error)
    except (KeyboardInterrupt, typer.Abort):
        return _stopped()
    except SystemExit as error:
        # Typer turns a BrokenPipeError into this: the reader (head, less) has gone, and has what it wanted.
        if not isinstance(error.__context__, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        traceback.print_exc()
        sys.stderr.write("\nThis is a bug of policyqa; please report it with the lines above.\n")
        return 70


def _in_chinese(error: PolicyQAError) -> str:
    """Return the lines above the English ones; a fix that is a command alone stands below in any case."""
    if error.chinese is None:
        return ""
    message, fix = error.chinese
    return f"{message}\n" if fix == error.fix else f"{message}\n解决：{fix}\n"


def _stopped() -> int:
    sys.stderr.write("\n已停止，再次运行会接着做。Stopped; run the command again to go on.\n")
    return _INTERRUPTED


def _wrong_usage(error: TyperException) -> int:
    """Print what is wrong; a group without a command has printed its help as the message."""
    show = getattr(error, "show", None)
    if show is None:
        sys.stderr.write(f"{error}\n")
    else:
        show()
    return 2

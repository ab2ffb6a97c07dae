"""Importing gradio without the type stubs that it compares and writes anew at each start.

They serve editors only, take 1.6 of the 4.4 seconds of its import, and two processes that start at once may write the same one.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_stubs() -> Iterator[None]:
    """While it lasts, no class of gradio has a file, so that none gets a stub."""
    real = inspect.getfile

    def file_of(thing: object) -> str:
        if isinstance(thing, type) and thing.__module__.partition(".")[0] == "gradio":
            raise OSError(f"{thing.__qualname__} is not to have a stub")
        return real(thing)  # type: ignore[arg-type]

    inspect.getfile = file_of  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = real

"""Steps of an answer, told to LlamaIndex's instrumentation: whoever listens there sees how long each one takes.

Neither the arguments of a step nor what it returns are told, so that no question and no clause can leave by this way;
only the figures that a step notes itself.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from llama_index_instrumentation import get_dispatcher
from llama_index_instrumentation.span import active_span_id

Fact = str | int | float | bool
PREFIX = "policyqa."
"""Of the names of all steps."""
_dispatcher = get_dispatcher(__name__)
_NO_ARGUMENTS = inspect.signature(lambda: None).bind()


class Facts(dict[str, Fact]):
    """What a step notes about itself, by name of the attribute; filled until the step ends."""


@contextmanager
def step(name: str, *, holds: bool = True) -> Iterator[Facts]:
    """Tell that a step begins and, at the end of the block, that it is over; also a decorator of a whole function.

    Args:
        name: One of a few words that stand in the code.
        holds: Steps inside the block belong to this one. Off in a generator, whose caller goes on in between.

    Returns:
        The figures of the step, to be filled inside the block; told at its end.
    """
    parent = active_span_id.get()
    key = f"{PREFIX}{name}-{uuid4()}"
    facts = Facts()
    if holds:
        active_span_id.set(key)
    _dispatcher.span_enter(id_=key, bound_args=_NO_ARGUMENTS, parent_id=parent)
    try:
        yield facts
    except GeneratorExit:
        # Nobody wants the rest: that is no failure.
        _dispatcher.span_exit(id_=key, bound_args=_NO_ARGUMENTS, result=facts)
        raise
    except BaseException as error:
        _dispatcher.span_drop(id_=key, bound_args=_NO_ARGUMENTS, err=error)
        raise
    else:
        _dispatcher.span_exit(id_=key, bound_args=_NO_ARGUMENTS, result=facts)
    finally:
        if holds:
            active_span_id.set(parent)

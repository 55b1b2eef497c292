"""Because of what: the person, request and event behind everything that is written now."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, replace
from typing import Any

import pghistory
from pghistory import runtime

# The ways in, as the timeline names them.
SCREEN, API, IMPORT, TASK, COMMAND = "screen", "api", "import", "task", "command"


@dataclass(frozen=True)
class Cause:
    """Why something is written: by whom (nobody means the system), in which request, through what, answering what.

    `event_id` is the outbox event that the system answers; `request_id` is the one in the logs.
    """

    by: int | None = None
    request_id: str = ""
    via: str = ""
    event_id: int | None = None

    def described(self) -> dict[str, Any]:
        """The facts that are known, as the history keeps them."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}


NOTHING_KNOWN = Cause()

_cause: ContextVar[Cause] = ContextVar("cause", default=NOTHING_KNOWN)


def current() -> Cause:
    """What is behind the work going on now."""
    return _cause.get()


@contextmanager
def because_of(cause: Cause) -> Iterator[Cause]:
    """Everything written within is put down to this cause: event log, outbox, and the history of every table.

    Causes nest, as an event is handled right after the request that caused it. Each has a history context of
    its own: pghistory would rewrite the outer one, and a clerk's changes would read as the system's.
    """
    token = _cause.set(cause)
    outer = getattr(runtime._tracker, "value", None)
    try:
        with pghistory.context():
            runtime._tracker.value = runtime.Context(id=uuid.uuid4(), metadata=cause.described())
            yield cause
    finally:
        _cause.reset(token)
        if outer is not None:
            runtime._tracker.value = outer


@contextmanager
def also(**facts: Any) -> Iterator[Cause]:
    """The same cause with some facts changed: an import behind a screen, an event that is handled for somebody."""
    with because_of(replace(current(), **facts)) as cause:
        yield cause

"""The frame around every verb: one transaction, and another try where two transactions collided."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog
from django.db import OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 3
COLLISIONS = {"40P01", "40001"}  # deadlock detected, serialization failure

log = structlog.get_logger(__name__)


@dataclass(eq=False)
class Run:
    """One try of an outermost verb: all verbs called within it share its transaction and its locks."""

    verb: str


_running: ContextVar[Run | None] = ContextVar("running_verb", default=None)


def running() -> Run | None:
    """The outermost verb at work in this thread, if any."""
    return _running.get()


def is_collision(error: OperationalError) -> bool:
    """Whether the database undid this transaction only because of another one, so that trying again may succeed."""
    return getattr(error.__cause__, "sqlstate", None) in COLLISIONS


def operation(verb: Callable[P, R]) -> Callable[P, R]:
    """Run a verb in a transaction; deadlocks and serialisation failures run the whole verb again, three times.

    Called within another verb, or within a transaction of the caller, it joins that: only the outermost can be
    run again, as its locks and reads are what collided.
    """

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with _run_of(verb.__qualname__), transaction.atomic():
                return verb(*args, **kwargs)
        for tried in range(1, TRIES + 1):
            try:
                with _run_of(verb.__qualname__), transaction.atomic():
                    return verb(*args, **kwargs)
            except OperationalError as error:
                if tried == TRIES or not is_collision(error):
                    raise
                log.info("verb_collided", verb=verb.__qualname__, tried=tried)
                time.sleep(random.uniform(0.01, 0.05) * tried)  # noqa: S311 (it only spreads the next tries)
        raise AssertionError("unreachable: the last try returns or raises")

    return run


@contextmanager
def _run_of(verb: str) -> Iterator[None]:
    """Mark the outermost verb; one that is called within another belongs to that one's run."""
    if _running.get() is not None:
        yield
        return
    token = _running.set(Run(verb))
    try:
        yield
    finally:
        _running.reset(token)

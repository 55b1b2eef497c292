"""Who is behind the events being answered: the system acts, and what follows is still put down to the person."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_person: ContextVar[int | None] = ContextVar("person_behind_events", default=None)


def person_behind() -> int | None:
    """The person who caused the events that are answered now, if it is one for all of them."""
    return _person.get()


@contextmanager
def on_behalf_of(person_id: int | None) -> Iterator[None]:
    """Events published within are put down to this person, though it is the system that acts."""
    token = _person.set(person_id)
    try:
        yield
    finally:
        _person.reset(token)

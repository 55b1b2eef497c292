"""Business time. Every date and moment of the business comes from here and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

_set_to: ContextVar[datetime | None] = ContextVar("business_time", default=None)


class InTimeZone(Protocol):
    """Whoever has a business day of its own: a company."""

    time_zone: str


def now() -> datetime:
    """This moment, aware, in UTC; or the moment set by `at`."""
    return _set_to.get() or datetime.now(UTC)


def today(company: InTimeZone) -> date:
    """The business day of the company now, in its own time zone."""
    return now().astimezone(ZoneInfo(company.time_zone)).date()


@contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Set business time for this thread: tests and the demo live in other days. A date means its noon, UTC."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 12, tzinfo=UTC)
    if moment.tzinfo is None:
        raise ValueError("business time must have a time zone")
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)

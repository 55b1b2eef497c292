"""Handling one set of events: claim, effect and "done" are one transaction, so a kill leaves all of it or nothing."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog
from django.contrib.postgres.functions import TransactionNow
from django.db import InterfaceError, OperationalError, transaction

from core import context
from core.errors import DomainError
from core.models import EventState, OutboxEvent
from core.outbox.behind import on_behalf_of
from core.outbox.kinds import Kind

MOST_TRIES = 10
"""After so many failed tries an event is parked, where an administrator sees it and can retry."""

HEALS = {"40P01", "40001", "55P03"}
"""Deadlock, serialisation failure, lock not available: the fault of the moment, not of the event."""

LOST_CONNECTION = ("08", "53", "57P")
"""Classes of errors after which the server was away, too busy or going down."""

log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(frozen=True)
class Tally:
    """What became of events: done (of these, documents refused), or failed and waiting for another try."""

    done: int = 0
    refused: int = 0
    failed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.done + other.done, self.refused + other.refused, self.failed + other.failed)

    @property
    def total(self) -> int:
        return self.done + self.failed


def handle_set(kind: Kind, limit: int, among: Collection[int] | None = None) -> Tally:
    """Claim the oldest waiting events of a kind (`among` some, if given) and let its operation answer them.

    A set that raises is undone and halved until the culprit stands alone; only the culprit gets the try, the error
    and the back-off. Deadlocks and lost connections are raised to the caller and count for nobody.
    """
    claimed: list[int] = []
    try:
        return answer_set(kind, limit, among, claimed)
    except Exception as error:
        if heals_by_itself(error) or not claimed:
            raise
        if len(claimed) == 1:
            return (
                _finish_refused(claimed[0], error) if isinstance(error, DomainError) else _put_back(claimed[0], error)
            )
        middle = len(claimed) // 2
        log.warning("outbox_set_halved", operation=kind.operation, size=len(claimed), error=repr(error))
        return handle_set(kind, limit, claimed[:middle]) + handle_set(kind, limit, claimed[middle:])


def answer_set(kind: Kind, limit: int, among: Collection[int] | None, claimed: list[int]) -> Tally:
    """The transaction itself; whatever the operation raises undoes it. Notes in `claimed` what it took."""
    with transaction.atomic():
        events = _claim(kind, limit, among)
        if not events:
            return Tally()
        claimed.extend(event.pk for event in events)
        with context.because_of(_cause_of(events)) as cause, on_behalf_of(_only({event.by_id for event in events})):
            outcomes = kind.handler(_distinct_payloads(events))
        OutboxEvent.objects.filter(pk__in=claimed).update(
            state=EventState.DONE, handled_at=TransactionNow(), set_id=cause.event_id
        )
    return Tally(done=len(claimed), refused=len(outcomes.refused) if outcomes else 0)


def heals_by_itself(error: BaseException) -> bool:
    """Whether the database undid the set for a reason that lies outside of it."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state in HEALS or state.startswith(LOST_CONNECTION)


def _claim(kind: Kind, limit: int, among: Collection[int] | None) -> list[OutboxEvent]:
    waiting = OutboxEvent.objects.filter(
        name=kind.name, operation=kind.operation, state=EventState.PENDING, next_try_at__lte=TransactionNow()
    )
    if among is not None:
        waiting = waiting.filter(pk__in=among)
    return list(waiting.order_by("next_try_at", "pk").select_for_update(skip_locked=True, no_key=True)[:limit])


def _cause_of(events: list[OutboxEvent]) -> context.Cause:
    """Nobody acts but the system, because of these events; the request is named where it is one for all of them.

    The person behind an event stands on the event: to act by themselves would count as their half of a decision.
    """
    return context.Cause(
        request_id=_only({event.request_id for event in events}) or "",
        via=context.TASK,
        event_id=min(event.pk for event in events),
    )


def _only(found: set[T]) -> T | None:
    return next(iter(found)) if len(found) == 1 else None


def _distinct_payloads(events: list[OutboxEvent]) -> list[dict[str, object]]:
    return list({json.dumps(event.payload, sort_keys=True): event.payload for event in events}.values())


def _finish_refused(event_id: int, error: DomainError) -> Tally:
    """A rule that says no will say no again: the event is finished, and says what it was told."""
    written = OutboxEvent.objects.filter(pk=event_id, state=EventState.PENDING).update(
        state=EventState.DONE, handled_at=TransactionNow(), set_id=event_id, last_error=str(error)
    )
    return Tally(done=written, refused=written)


def _put_back(event_id: int, error: Exception) -> Tally:
    with transaction.atomic():
        event = OutboxEvent.objects.filter(pk=event_id, state=EventState.PENDING).select_for_update(no_key=True).first()
        if event is None:  # another worker has answered it meanwhile
            return Tally()
        tries = event.tries + 1
        OutboxEvent.objects.filter(pk=event_id).update(
            tries=tries,
            last_error=f"{type(error).__name__}: {error}"[:4000],
            state=EventState.PARKED if tries >= MOST_TRIES else EventState.PENDING,
            next_try_at=TransactionNow() + timedelta(seconds=2**tries),
        )
    log.error("outbox_event_failed", event_id=event_id, operation=event.operation, tries=tries, exc_info=error)
    return Tally(failed=1)

"""When events are handled: right after the commit within a budget, by the worker's sweep, or all at once in tests."""

import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from core import context
from core.operation import TRIES, is_collision
from core.outbox.handling import Tally, answer_set, handle_set
from core.outbox.kinds import Kind, all_kinds
from core.wake import wake

DOCUMENTS_AT_ONCE = 50
SECONDS_AT_ONCE = 0.3
"""What a person waits for at most, beyond their own click: so many documents, so much time to begin another set."""

SWEEP_SECONDS = 5.0
SWEEP_TASK = "core.tasks.sweep_outbox"
MOST_ROUNDS = 10_000

LEFT_TO_WORKER = {context.TASK, context.IMPORT, context.COMMAND}
"""Ways in at whose end nobody waits at a screen: there the worker's large sets are cheaper."""

OLDEST_OF_EACH_KIND = """
    SELECT kind.number FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS kind(name, operation, number)
    CROSS JOIN LATERAL (
        SELECT event.id, event.next_try_at FROM core_outboxevent AS event
        WHERE event.name = kind.name AND event.operation = kind.operation
            AND event.state = 'pending' AND event.next_try_at <= CURRENT_TIMESTAMP
        ORDER BY event.next_try_at, event.id LIMIT 1
    ) AS oldest
    ORDER BY oldest.next_try_at, oldest.id
"""

log = structlog.get_logger(__name__)


@dataclass
class Written:
    """The events that one transaction wrote, and while they are handled, those that followed."""

    events: dict[Kind, list[int]] = field(default_factory=dict)

    def add(self, events: Mapping[Kind, list[int]]) -> None:
        for kind, ids in events.items():
            self.events.setdefault(kind, []).extend(ids)

    def take_interactive(self, most: int) -> tuple[Kind, list[int]] | None:
        """The next set of a kind that people wait for; what is left of the kind goes to the end of the row."""
        kind = next((kind for kind in self.events if kind.interactive), None)
        if kind is None:
            return None
        ids, size = self.events.pop(kind), min(most, kind.batch)
        if ids[size:]:
            self.events[kind] = ids[size:]
        return kind, ids[:size]


_collecting: ContextVar[Written | None] = ContextVar("outbox_collecting", default=None)
"""Set while a loop runs in this thread: what is written meanwhile joins it, so that loops never nest."""


@dataclass
class AfterCommit:
    """Runs when the outermost transaction has been committed. All publishing of a transaction shares one `written`:
    the first to run takes all of it, and the others find nothing left."""

    written: Written

    def __call__(self) -> None:
        events, self.written.events = self.written.events, {}
        running = _collecting.get()
        if running is not None:
            running.add(events)
        elif events:
            _answer_at_once(Written(events))


def follow_up(events: Mapping[Kind, list[int]]) -> None:
    """Have the events handled once the transaction that wrote them is committed, and not at all if it is undone."""
    hooks = (registered[1] for registered in connection.run_on_commit)
    written = next((hook.written for hook in hooks if isinstance(hook, AfterCommit)), None) or Written()
    written.add(events)
    # Every call registers: were the first one's savepoint undone, Django would forget a single registration.
    transaction.on_commit(AfterCommit(written), robust=True)


def _answer_at_once(written: Written) -> None:
    """One loop over what this request wrote and its follow-ups, until the budget is used; the worker gets the rest."""
    assert not connection.in_atomic_block, "events are handled outside of the transaction that wrote them"
    deadline, documents = time.monotonic() + SECONDS_AT_ONCE, DOCUMENTS_AT_ONCE
    if context.current().via in LEFT_TO_WORKER:
        documents = 0
    failed = 0
    token = _collecting.set(written)
    try:
        while documents > 0 and time.monotonic() < deadline and (taken := written.take_interactive(documents)):
            kind, ids = taken
            tally = _turn(kind, len(ids), ids)
            documents -= len(ids)
            failed += tally is None
    finally:
        _collecting.reset(token)
    if written.events or failed:
        wake(SWEEP_TASK)


def _turn(kind: Kind, limit: int, among: list[int] | None = None) -> Tally | None:
    """Handle a set, again where it collided with another transaction; nothing if it must wait for better times."""
    for tried in range(1, TRIES + 1):
        try:
            return handle_set(kind, limit, among)
        except (OperationalError, InterfaceError) as error:
            log.warning("outbox_set_interrupted", operation=kind.operation, tried=tried, error=repr(error))
            if isinstance(error, InterfaceError) or not is_collision(error):
                break
            time.sleep(0.02 * tried)
    return None


def sweep(*, seconds: float = SWEEP_SECONDS) -> Tally:
    """Handle what waits, up to 1,000 of one kind at a time, kinds in turn, the one with the oldest event first.

    Any number of workers may sweep at once: each skips what another has claimed. Stops when nothing is left that
    this worker can get, or after some seconds; then it wakes the next sweep.
    """
    assert not connection.in_atomic_block, "events are handled outside of the transaction that wrote them"
    deadline, tally, troubled = time.monotonic() + seconds, Tally(), set[Kind]()
    token = _collecting.set(Written())  # what follows is found in the table, as all the rest
    try:
        while kinds := [kind for kind in _waiting_kinds() if kind not in troubled]:
            turns = {kind: _turn(kind, kind.batch) for kind in kinds if time.monotonic() < deadline}
            troubled |= {kind for kind, turn in turns.items() if turn is None}
            handled = sum((turn for turn in turns.values() if turn), Tally())
            tally += handled
            if time.monotonic() >= deadline:
                wake(SWEEP_TASK)
                break
            if not handled.total:  # all that is left is claimed by others
                break
    finally:
        _collecting.reset(token)
    return tally


def drain() -> Tally:
    """Handle all that waits now, with everything that follows from it: for tests and the demo.

    Joins a transaction that is open. What an operation raises comes out here, instead of a try and a back-off.
    """
    tally = Tally()
    token = _collecting.set(Written())
    try:
        for _ in range(MOST_ROUNDS):
            kinds = _waiting_kinds()
            if not kinds:
                return tally
            tally = sum((answer_set(kind, kind.batch, None, []) for kind in kinds), tally)
    finally:
        _collecting.reset(token)
    raise AssertionError(f"events still follow from events after {MOST_ROUNDS} rounds")


def _waiting_kinds() -> list[Kind]:
    kinds = all_kinds()
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_OF_EACH_KIND, [[kind.name for kind in kinds], [kind.operation for kind in kinds]])
        return [kinds[number - 1] for (number,) in cursor]

"""Writing events, in the transaction that caused them."""

import json
from collections.abc import Iterable

from django.db import connection, transaction

from core import context
from core.models import Company, OutboxEvent
from core.outbox.behind import person_behind
from core.outbox.kinds import Due, Kind, Payload, all_kinds, kinds_of
from core.outbox.loops import follow_up
from core.sets import in_sets


def publish(name: str, payloads: Iterable[Payload]) -> None:
    """Tell whoever answers this event, in one insert within the caller's transaction; undone with it.

    The same payload twice is one event. An event that nobody answers is not stored: it says where to look, and
    nobody would.
    """
    assert connection.in_atomic_block, "an event is published in the transaction that caused it"
    _write(kinds_of(name), payloads)


def publish_due() -> dict[str, int]:
    """Find work from state: for each operation with a `due` query, publish what it finds as if it had just happened.

    Returns how many events each operation got. Running twice is safe: what was done meanwhile finds nothing to do.
    """
    companies = list(Company.objects.filter(is_active=True))
    return {
        kind.operation: sum(_publish_due(kind, kind.due, company) for company in companies)
        for kind in all_kinds()
        if kind.due
    }


def _publish_due(kind: Kind, due: Due, company: Company) -> int:
    count = 0
    for payloads in in_sets(due(company)):
        with transaction.atomic():
            count += _write([kind], payloads)
    return count


def _write(kinds: list[Kind], payloads: Iterable[Payload]) -> int:
    distinct = {json.dumps(payload, sort_keys=True): payload for payload in payloads}.values()
    if not kinds or not distinct:
        return 0
    cause = context.current()
    rows = OutboxEvent.objects.bulk_create(
        OutboxEvent(
            name=kind.name,
            operation=kind.operation,
            payload=payload,
            by_id=cause.by or person_behind(),
            via=cause.via,
            request_id=cause.request_id,
            cause_id=cause.event_id,
        )
        for kind in kinds
        for payload in distinct
    )
    follow_up({kind: [row.pk for row in rows if row.operation == kind.operation] for kind in kinds})
    return len(rows)

"""The event log: facts of the business are recorded here in the transaction that made them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from core import clock, context
from core.models import LoggedEvent


@dataclass(frozen=True)
class Fact:
    """Something that happened to a document, such as `ledger.entry_posted`.

    `happened_at` is when it happened in the business; without it, now.
    """

    what: str
    document_kind: str
    document_id: int
    company_id: int
    happened_at: datetime | None = None
    data: dict[str, Any] = field(default_factory=dict)


def record(facts: Iterable[Fact]) -> None:
    """Write facts down with who and what is behind them, in one insert, within the caller's transaction.

    They are undone with it. Facts are never changed: a mistake is another fact.
    """
    assert connection.in_atomic_block, "a fact is recorded in the transaction that made it"
    cause, now = context.current(), clock.now()
    LoggedEvent.objects.bulk_create(
        LoggedEvent(
            what=fact.what,
            document_kind=fact.document_kind,
            document_id=fact.document_id,
            company_id=fact.company_id,
            happened_at=fact.happened_at or now,
            by_id=cause.by,
            via=cause.via,
            request_id=cause.request_id,
            cause_id=cause.event_id,
            data=fact.data,
        )
        for fact in facts
    )


def of_document(document_kind: str, document_id: int) -> QuerySet[LoggedEvent]:
    """What happened to a document, in the order in which it happened."""
    rows = LoggedEvent.objects.filter(document_kind=document_kind, document_id=document_id)
    return rows.select_related("by").order_by("happened_at", "id")

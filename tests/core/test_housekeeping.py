"""What the kernel throws away, and what it never does."""

from datetime import timedelta

from django.contrib.postgres.functions import TransactionNow

from core import housekeeping, outbox
from core.models import EventState, OutboxEvent

EVENT = "test.happened"


def test_only_events_answered_long_ago_are_removed(db, answered_by):
    answered_by(EVENT, lambda payloads: None, operation="test.answer")
    outbox.publish(EVENT, [{"number": number} for number in range(4)])
    old = TransactionNow() - timedelta(days=31)
    old_done, new_done, parked, waiting = OutboxEvent.objects.order_by("pk")
    OutboxEvent.objects.filter(pk=old_done.pk).update(state=EventState.DONE, handled_at=old)
    OutboxEvent.objects.filter(pk=new_done.pk).update(state=EventState.DONE, handled_at=TransactionNow())
    OutboxEvent.objects.filter(pk=parked.pk).update(state=EventState.PARKED, next_try_at=old)
    OutboxEvent.objects.filter(pk=waiting.pk).update(next_try_at=old)

    assert housekeeping.clear_done_events() == 1

    assert list(OutboxEvent.objects.order_by("pk")) == [new_done, parked, waiting]


def test_more_than_fits_one_transaction_is_removed_too(db, answered_by, monkeypatch):
    monkeypatch.setattr(housekeeping, "AT_ONCE", 2)
    answered_by(EVENT, lambda payloads: None, operation="test.answer")
    outbox.publish(EVENT, [{"number": number} for number in range(5)])
    OutboxEvent.objects.update(state=EventState.DONE, handled_at=TransactionNow() - timedelta(days=31))

    assert housekeeping.clear_done_events() == 5

"""What the kernel throws away: answered events, once nobody asks after them any more."""

from datetime import timedelta

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction

from core.models import EventState, OutboxEvent

KEEP_DONE_EVENTS = timedelta(days=30)
AT_ONCE = 5000


def clear_done_events(keep: timedelta = KEEP_DONE_EVENTS) -> int:
    """Remove events that were answered longer ago than this, some thousands a transaction; says how many.

    Parked and waiting events stay, however old. The facts themselves stand in the event log, for ever.
    """
    removed = 0
    while True:
        with transaction.atomic():
            done = OutboxEvent.objects.filter(state=EventState.DONE, handled_at__lt=TransactionNow() - keep)
            keys = list(done.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
            OutboxEvent.objects.filter(pk__in=keys).delete()
        removed += len(keys)
        if len(keys) < AT_ONCE:
            return removed

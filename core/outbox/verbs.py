"""What people do with events: see what set an event was answered in, and retry what was parked."""

from collections.abc import Collection

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.db.models import QuerySet

from core.errors import NotPermitted
from core.models import EventState, OutboxEvent, User
from core.models.outbox import OUTBOX_EVENT
from core.operation import operation
from core.outbox.loops import SWEEP_TASK
from core.outcomes import Outcomes
from core.roles import has_permission
from core.wake import wake

ADMINISTER = "core.administer"


@operation
def retry(event_ids: Collection[int], *, by: User) -> Outcomes:
    """Let parked events be tried again from the start, once the reason of their failing is mended.

    An event that waits already is left as it is. Only administrators may (`NotPermitted`).
    """
    if not has_permission(by, ADMINISTER):
        raise NotPermitted(permission=ADMINISTER, company="any company")
    rows = OutboxEvent.objects.filter(pk__in=event_ids).order_by("pk").select_for_update(no_key=True)
    outcomes = OUTBOX_EVENT.sift("retry", event_ids, {row.pk: row for row in rows}, what="event")
    OutboxEvent.objects.filter(pk__in=outcomes.done).update(
        state=EventState.PENDING, tries=0, next_try_at=TransactionNow()
    )
    transaction.on_commit(lambda: wake(SWEEP_TASK))
    return outcomes


def events_of_set(set_id: int) -> QuerySet[OutboxEvent]:
    """The events that the system answered together: who and which requests are behind a change of its own."""
    return OutboxEvent.objects.filter(set_id=set_id).select_related("by").order_by("pk")

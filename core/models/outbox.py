"""Events on their way to the operations that answer them."""

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Q

from core.lifecycle import Lifecycle
from core.models.organisation import User


class EventState(models.TextChoices):
    PENDING = "pending", "Waiting"
    DONE = "done", "Done"
    PARKED = "parked", "Parked"


OUTBOX_EVENT = Lifecycle.of(
    finish=({EventState.PENDING}, EventState.DONE),
    park=({EventState.PENDING}, EventState.PARKED),
    retry=({EventState.PARKED}, EventState.PENDING),
)


class OutboxEvent(models.Model):
    """One event for one operation that answers it, written in the transaction that caused it.

    An event says where to look and nothing more. An event that three operations answer is three rows, so that
    one that fails holds up no other. `set_id` is the first event of the set it was handled in: changes that the
    system made because of the set carry that number.
    """

    name = models.CharField(max_length=60)
    operation = models.CharField(max_length=60)
    payload = models.JSONField()
    state = models.CharField(max_length=8, choices=EventState, default=EventState.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=TransactionNow())
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    handled_at = models.DateTimeField(null=True)
    set_id = models.BigIntegerField(null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    via = models.CharField(max_length=10, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    cause_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = "outbox event"
        constraints = [
            models.CheckConstraint(name="outboxevent_state_known", condition=Q(state__in=EventState.values)),
            models.CheckConstraint(
                name="outboxevent_handled_when_done", condition=Q(state="done") ^ Q(handled_at__isnull=True)
            ),
        ]
        indexes = [
            # What waits is little beside what is done, so the sweep costs the same however long the history.
            models.Index(
                fields=["name", "operation", "next_try_at", "id"],
                name="outboxevent_waiting",
                condition=Q(state="pending"),
            ),
            models.Index(fields=["id"], name="outboxevent_parked", condition=Q(state="parked")),
            models.Index(fields=["set_id"], name="outboxevent_of_set", condition=Q(set_id__isnull=False)),
        ]
        triggers = [OUTBOX_EVENT.trigger("outboxevent_lifecycle")]

    def __str__(self) -> str:
        return f"{self.name} → {self.operation} {self.payload}"

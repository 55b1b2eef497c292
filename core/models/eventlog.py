"""What happened, when and because of what: the source of key figures, cycle times and the process map."""

from django.contrib.postgres.functions import TransactionNow
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from core.guards import append_only
from core.models.organisation import Company, User


class LoggedEvent(models.Model):
    """A fact about a document, such as `ledger.entry_posted`. Only ever added, and referenced by nothing.

    `happened_at` is business time and may lie before `recorded_at`, which is the clock of the database. `cause_id`
    is the outbox event that the system answered, if it was the system that acted.
    """

    what = models.CharField(max_length=60)
    document_kind = models.CharField(max_length=60)
    document_id = models.BigIntegerField()
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    via = models.CharField(max_length=10, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    cause_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = "event"
        indexes = [
            models.Index(fields=["document_kind", "document_id", "happened_at"], name="loggedevent_of_document"),
            models.Index(fields=["company", "what", "happened_at"], name="loggedevent_by_what"),
            BrinIndex(fields=["recorded_at"], name="loggedevent_by_month"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.what} ({self.document_kind} {self.document_id})"

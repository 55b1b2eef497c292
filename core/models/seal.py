"""The seal over rows that may never change, and what the checks found when they last ran."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.guards import append_only


class SealBatch(models.Model):
    """A stretch of rows of one table as they stood when they were sealed, chained to the batch before it.

    It covers every row whose key is above `after_id` and up to `up_to_id`: a row that appears there later was
    added behind the application's back. `columns` are those the table had then, so a new column breaks nothing.
    The proof is `rows_hash` and the chain of `hash`; `row_ids` and `row_marks` only tell which row differs.
    """

    number = models.BigIntegerField(unique=True)
    table = models.CharField(max_length=63)
    after_id = models.BigIntegerField()
    up_to_id = models.BigIntegerField()
    row_count = models.IntegerField()
    columns = ArrayField(models.CharField(max_length=63))
    rows_hash = models.BinaryField()
    previous_hash = models.BinaryField(unique=True)
    hash = models.BinaryField(unique=True)
    row_ids = ArrayField(models.BigIntegerField())
    row_marks = ArrayField(models.IntegerField())
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["table", "-up_to_id"], name="sealbatch_last_of_table")]
        constraints = [
            models.CheckConstraint(name="sealbatch_covers_a_stretch", condition=Q(up_to_id__gt=F("after_id"))),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.table} up to {self.up_to_id}"


class CheckRun(models.Model):
    """All checks run once: when, for whom, and what each found. The last one is what the Tie-out page shows."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    differing = models.IntegerField()
    results = models.JSONField()

    class Meta:
        ordering = ["-pk"]
        permissions = [("view_tieout", "Can see the tie-out and check again")]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"

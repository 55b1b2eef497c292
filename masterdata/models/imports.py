"""Files of master data on their way in: what was sent, what a check found, and what became of it."""

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Q

from core.lifecycle import Lifecycle
from core.models import Company, Job, User


class ImportKind(models.TextChoices):
    """What the rows of a file are."""

    CUSTOMERS = "customers", "Customers"
    PRODUCTS = "products", "Products"
    PRICES = "prices", "Prices"


class ImportState(models.TextChoices):
    CHECKING = "checking", "Being checked"
    CHECKED = "checked", "Nothing imported yet"
    STORING = "storing", "Being imported"
    DONE = "done", "Imported"
    DISCARDED = "discarded", "Discarded"


DATA_IMPORT = Lifecycle.of(
    check=({ImportState.CHECKING}, ImportState.CHECKED),
    store=({ImportState.CHECKED}, ImportState.STORING),
    finish=({ImportState.STORING}, ImportState.DONE),
    undo=({ImportState.STORING}, ImportState.CHECKED),
    discard=({ImportState.CHECKING, ImportState.CHECKED}, ImportState.DISCARDED),
)


class DataImport(models.Model):
    """A file that somebody sent. Nothing of it is imported until they have seen the check and say so.

    `report` is what the check found, and later what was stored: counts and the first faults.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=ImportKind)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    columns = models.JSONField(default=dict, help_text="Headings that somebody gave a meaning: heading to field.")
    all_or_nothing = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=ImportState, default=ImportState.CHECKING)
    report = models.JSONField(default=dict)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["company", "kind", "-id"], name="dataimport_latest")]
        constraints = [
            models.CheckConstraint(name="dataimport_kind_known", condition=Q(kind__in=ImportKind.values)),
            models.CheckConstraint(name="dataimport_state_known", condition=Q(state__in=ImportState.values)),
        ]
        triggers = [DATA_IMPORT.trigger("dataimport_lifecycle")]

    def __str__(self) -> str:
        return self.file_name

"""Dangerous pairs: two halves of one matter that nobody may do alone."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q

from core.money import AmountField, CurrencyField


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class ConflictingDuties(models.Model):
    """Two permissions that nobody uses on the same document, and the events that show who used them.

    Without a threshold nobody may even hold both in one company. With one, both may be held for small amounts;
    from the threshold on (inclusive) the second half needs another person.
    """

    first_permission = models.CharField(max_length=80)
    first_event = models.CharField(max_length=60, help_text="The event that shows who did the first half.")
    second_permission = models.CharField(max_length=80)
    second_event = models.CharField(max_length=60, help_text="The event that shows who did the second half.")
    reason = models.CharField(max_length=200, help_text="What could go wrong, for the person who is refused.")
    threshold = AmountField(null=True, blank=True)
    currency = CurrencyField(blank=True, default="")

    class Meta:
        ordering = ["first_permission", "second_permission"]
        verbose_name = verbose_name_plural = "conflicting duties"
        constraints = [
            models.UniqueConstraint(fields=["first_permission", "second_permission"], name="conflictingduties_once"),
            models.CheckConstraint(
                name="conflictingduties_of_two_permissions",
                condition=~Q(first_permission=F("second_permission")),
            ),
            models.CheckConstraint(
                name="conflictingduties_threshold_has_a_currency",
                condition=Q(threshold=None, currency="") | Q(threshold__gt=0, currency__regex="^[A-Z]{3}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_permission} / {self.second_permission}"

"""Gapless number series: one per company, kind of document and year."""

import pghistory
import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from core.models.organisation import Company

PATTERN = r"^[A-Za-z0-9/_.-]*\{year\}[A-Za-z0-9/_.-]*\{number(:0[1-9])?\}$"
"""Some letters, the year, and the number last: INV-{year}-{number:06}. The year keeps numbers apart across series."""


@pghistory.track(append_only=True, level=pgtrigger.Statement, exclude=["last_number", "last_date"])
class NumberSeries(models.Model):
    """The last number given and its document date. No number is ever skipped, given twice, or dated before the last.

    The row is hot: whoever draws from it holds it until commit, so numbers are drawn last.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    pattern = models.CharField(
        max_length=40,
        validators=[RegexValidator(PATTERN, "A pattern looks like INV-{year}-{number:06}.")],
        help_text="Such as INV-{year}-{number:06}. It can't change once a number was given.",
    )
    last_number = models.PositiveIntegerField(default=0, editable=False)
    last_date = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ["company", "kind", "-year"]
        verbose_name_plural = "number series"
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "year"], name="numberseries_once_per_kind_and_year"),
            models.UniqueConstraint(fields=["company", "pattern", "year"], name="numberseries_pattern_of_one_kind"),
            models.CheckConstraint(
                name="numberseries_pattern_has_year_and_number", condition=Q(pattern__regex=PATTERN)
            ),
            models.CheckConstraint(
                name="numberseries_dated_once_used",
                condition=Q(last_number=0, last_date=None) | Q(last_number__gt=0, last_date__isnull=False),
            ),
            models.CheckConstraint(
                name="numberseries_date_lies_in_its_year",
                condition=Q(last_date=None) | Q(last_date__year=models.F("year")),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="number_series_only_grows",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP = 'DELETE' AND OLD.last_number = 0 THEN
                        RETURN OLD;
                    ELSIF TG_OP = 'DELETE' OR NEW.last_number < OLD.last_number OR NEW.last_date < OLD.last_date
                        OR (OLD.last_number > 0 AND (NEW.company_id, NEW.kind, NEW.year, NEW.pattern)
                            IS DISTINCT FROM (OLD.company_id, OLD.kind, OLD.year, OLD.pattern)) THEN
                        RAISE EXCEPTION 'number series % has given numbers and may only go on', OLD.id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'number_series_only_grows';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year} of {self.company}"

    def number(self, ordinal: int) -> str:
        """The number as it is printed."""
        return self.pattern.format(year=self.year, number=ordinal)

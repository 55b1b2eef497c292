"""When the books are open: a stretch of days for one module of one company, guarded against every late posting."""

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from core.guards import append_only
from core.lifecycle import Lifecycle
from core.models import Company, User


class Module(models.TextChoices):
    """A part of the books that opens and closes by itself; a journal belongs to one."""

    SALES = "sales", "Sales"
    RECEIVABLES = "receivables", "Receivables"
    STOCK = "stock", "Stock"
    GENERAL = "general", "General ledger"


class PeriodState(models.TextChoices):
    OPEN = "open", "Open"
    CLOSING = "closing", "Closing"
    CLOSED = "closed", "Closed"


PERIOD = Lifecycle.of(
    begin_closing=({PeriodState.OPEN}, PeriodState.CLOSING),
    close=({PeriodState.CLOSING}, PeriodState.CLOSED),
    reopen=({PeriodState.CLOSING, PeriodState.CLOSED}, PeriodState.OPEN),
)


class _Days(Func):
    """The days of a period, both ends included, as a range that an exclusion constraint can compare."""

    function = "DATERANGE"
    output_field = DateRangeField()


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class Period(models.Model):
    """A month of one module. Posting locks its row for sharing, closing locks it for itself, so no race is lost."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    module = models.CharField(max_length=12, choices=Module)
    year = models.PositiveSmallIntegerField(help_text="The fiscal year, named after the calendar year it ends in.")
    number = models.PositiveSmallIntegerField(help_text="1 is the first month of the fiscal year.")
    first_date = models.DateField()
    last_date = models.DateField()
    state = models.CharField(max_length=8, choices=PeriodState, default=PeriodState.OPEN)

    class Meta:
        ordering = ["company", "first_date", "module"]
        constraints = [
            models.UniqueConstraint(fields=["company", "module", "year", "number"], name="period_number_once"),
            models.CheckConstraint(name="period_module_known", condition=Q(module__in=Module.values)),
            models.CheckConstraint(name="period_state_known", condition=Q(state__in=PeriodState.values)),
            models.CheckConstraint(name="period_ends_after_it_begins", condition=Q(last_date__gte=F("first_date"))),
            ExclusionConstraint(
                name="period_days_do_not_overlap",
                expressions=[
                    ("company", RangeOperators.EQUAL),
                    ("module", RangeOperators.EQUAL),
                    (_Days("first_date", "last_date", Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers = [
            PERIOD.trigger("period_lifecycle"),
            pgtrigger.Trigger(
                name="period_days_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("company", "module", "year", "number", "first_date", "last_date"),
                func="""
                    IF EXISTS (SELECT FROM public.ledger_journalentry WHERE period_id = OLD.id) THEN
                        RAISE EXCEPTION 'period % holds entries: its days are fixed', OLD.id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'period_days_fixed';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        permissions = [("close_period", "Can close periods"), ("reopen_period", "Can reopen periods")]

    def __str__(self) -> str:
        return f"{self.get_module_display()} {self.year}-{self.number:02}"

    @property
    def ends_year(self) -> bool:
        """Whether closing it closes the year: the last month of the general ledger takes the result along."""
        return self.module == Module.GENERAL and self.number == 12


class PeriodStep(models.Model):
    """Who closed or reopened a period, when and why. Only ever added."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="steps")
    state = models.CharField(max_length=8, choices=PeriodState, help_text="The state it went to.")
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.period}: {self.state}"

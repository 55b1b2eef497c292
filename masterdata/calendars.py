"""Business days: the week, the public holidays of the country, and the company's own closing days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import holidays

from core.models import Company
from core.operation import operation
from masterdata.models import ClosingDay, CompanyProfile, Holiday

LONGEST_PAUSE = 60
"""Days after which a calendar without a single business day is a mistake."""


@dataclass(frozen=True)
class Calendar:
    """On which days a company works."""

    weekend: frozenset[int]
    days_off: frozenset[date]
    extra_days: frozenset[date]

    def is_business_day(self, day: date) -> bool:
        """Whether the company works on that day."""
        if day in self.extra_days:
            return True
        return day.isoweekday() not in self.weekend and day not in self.days_off

    def on_or_after(self, day: date) -> date:
        """The first business day on or after a day."""
        for ahead in range(LONGEST_PAUSE):
            if self.is_business_day(day + timedelta(days=ahead)):
                return day + timedelta(days=ahead)
        raise ValueError(f"no business day within {LONGEST_PAUSE} days after {day}")

    def add(self, day: date, count: int) -> date:
        """So many business days later; the day itself does not count."""
        for _ in range(count):
            day = self.on_or_after(day + timedelta(days=1))
        return day


def calendar(company: Company, first: date, last: date) -> Calendar:
    """The company's calendar between two days, in three statements; holidays of its country and its region."""
    profile = CompanyProfile.objects.filter(company=company).first()
    region, weekend = (profile.holiday_region, profile.weekend) if profile else ("", "67")
    public = Holiday.objects.filter(country=company.country, region__in=["", region], day__range=(first, last))
    own = list(ClosingDay.objects.filter(company=company, day__range=(first, last)))
    return Calendar(
        weekend=frozenset(int(digit) for digit in weekend),
        days_off=frozenset(public.values_list("day", flat=True)) | {row.day for row in own if not row.works},
        extra_days=frozenset(row.day for row in own if row.works),
    )


@operation
def fill_holidays(country: str, years: Iterable[int], *, region: str = "") -> int:
    """Store the public holidays of a country, or of one of its regions; returns how many are new."""
    known = holidays.country_holidays(country, subdiv=region or None, years=list(years), language="en_US")
    before = Holiday.objects.count()
    Holiday.objects.bulk_create(
        [Holiday(country=country, region=region, day=day, name=name) for day, name in sorted(known.items())],
        ignore_conflicts=True,
    )
    return Holiday.objects.count() - before

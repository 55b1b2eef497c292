"""A company's books between two days as every format reads them: accounts, opening balances, entries in their order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Max, Min, QuerySet, Sum

from core.models import Company
from core.money import ZERO
from ledger import reports
from ledger.models import Account, JournalEntry, JournalLine, TaxLine
from ledger.reports import Balance, Span
from masterdata.models import Customer

AT_A_TIME = 2_000
"""Entries in memory at once; a book of any size is read in such pieces."""


@dataclass(frozen=True)
class Book:
    """What is exported of one company: entries posted from the first to the last day, both included."""

    company: Company
    first: date
    last: date

    @classmethod
    def of(cls, company: Company, first: date | None, last: date | None) -> "Book | None":
        """The books between two days; without them from the first entry to the last. None if there is no entry."""
        ends = JournalEntry.objects.filter(company=company).aggregate(
            first=Min("posting_date"), last=Max("posting_date")
        )
        if ends["first"] is None:
            return None
        return cls(company, first or ends["first"], last or ends["last"])

    @cached_property
    def accounts(self) -> list[Account]:
        """The chart, by number."""
        return list(Account.objects.filter(company=self.company).order_by("number"))

    @cached_property
    def balances(self) -> list[Balance]:
        """The trial balance of these days."""
        return reports.trial_balance(self.company, Span(self.first, self.last))

    @cached_property
    def totals(self) -> dict[str, Decimal]:
        """Number of entries and lines, and the sums of debits and credits in company currency."""
        lines = JournalLine.objects.filter(company=self.company, posting_date__range=(self.first, self.last))
        sums = lines.aggregate(lines=Count("pk"), debit=Sum("debit"), credit=Sum("credit"))
        entries = self._rows().count()
        return {name: value or ZERO for name, value in (sums | {"entries": entries}).items()}

    def entries(self) -> Iterator[JournalEntry]:
        """Every entry in posting order with its lines, accounts and payers, read piece by piece."""
        rows = self._rows().select_related("journal").prefetch_related("lines__account", "lines__payer")
        return rows.order_by("posting_date", "pk").iterator(chunk_size=AT_A_TIME)

    def payers(self) -> QuerySet[Customer]:
        """The customers that the lines of these days name."""
        named = JournalLine.objects.filter(
            company=self.company, payer__isnull=False, posting_date__range=(self.first, self.last)
        )
        return Customer.objects.filter(pk__in=named.values("payer")).order_by("number")

    def tax_codes(self) -> list[tuple[str, str, Decimal]]:
        """Each tax code with category and rate that the entries of these days use."""
        lines = TaxLine.objects.filter(company=self.company, posting_date__range=(self.first, self.last))
        return list(lines.order_by("code", "rate").values_list("code", "category", "rate").distinct())

    def _rows(self) -> QuerySet[JournalEntry]:
        return JournalEntry.objects.filter(company=self.company, posting_date__range=(self.first, self.last))


def plain(amount: Decimal | None) -> str:
    """An amount as digits with two to four decimals: `216.04`."""
    value = (amount or ZERO).normalize()
    places = max(2, -int(value.as_tuple().exponent))
    return f"{value:.{places}f}"

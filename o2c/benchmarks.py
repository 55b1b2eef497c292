"""What is measured, each against a reference of the same run: ratios travel between machines, seconds do not.

Everything is written in one transaction that is undone, so measuring leaves the data as it was.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Company, OutboxEvent
from core.sets import update_each
from ledger.drafts import Draft, DraftTax, ItemFacts, credit, debit
from ledger.models import ItemKind, Journal, JournalEntry, JournalLine, OpenItem, TaxLine
from ledger.operations import load_chart, open_year, post_entries
from masterdata.models import Customer

SET = 1000
DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Measure:
    """A figure and what it is held against; `target` is the ratio to reach, or to stay below where less is better."""

    value: float
    reference: float
    unit: str
    target: float
    less_is_better: bool = False

    @property
    def ratio(self) -> float:
        return self.value / self.reference

    @property
    def met(self) -> bool:
        return self.ratio <= self.target if self.less_is_better else self.ratio >= self.target


def update_each_against_sql(repeats: int) -> Measure:
    """Rows a second that get values of their own, against the bare statement."""
    OutboxEvent.objects.bulk_create(
        OutboxEvent(name="bench.measured", operation="bench.measure", payload={"row": row}) for row in range(SET)
    )
    rows = list(OutboxEvent.objects.filter(name="bench.measured"))
    for tries, row in enumerate(rows):
        row.tries = tries

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE core_outboxevent SET tries = given.tries "
                "FROM unnest(%s::bigint[], %s::smallint[]) AS given(id, tries) WHERE core_outboxevent.id = given.id",
                [[row.pk for row in rows], [row.tries for row in rows]],
            )

    ours = _seconds(lambda: update_each(rows, ["tries"]), repeats)
    return Measure(SET / ours, SET / _seconds(bare, repeats), "rows/s", target=0.5)


def posting_against_bulk_create(repeats: int) -> Measure:
    """Invoices booked a second, with lines, tax and open items, against writing just those rows by `bulk_create`."""
    payer = _books()
    seconds, bare = [], []
    for turn in range(repeats):
        drafts = [_invoice(payer, f"bench:{turn}:{place}") for place in range(SET)]
        seconds.append(_seconds(partial(_book, drafts), 1))
        bare.append(_copy(payer.company, f"bench:{turn}:"))
    return Measure(SET / median(seconds), SET / median(bare), "entries/s", target=1 / 3)


def posting_statements(_repeats: int) -> Measure:
    """SQL statements for 1,000 entries in one call, against those for one entry: they are the same."""
    payer = _books()

    def statements(size: int) -> int:
        drafts = [_invoice(payer, f"bench:counted:{size}:{place}") for place in range(size)]
        with CaptureQueriesContext(connection) as captured:
            _book(drafts)
        return len(captured)

    statements(2)  # the first call may fill caches
    return Measure(statements(SET), statements(1), "statements", target=1.0, less_is_better=True)


BENCHMARKS: dict[str, Callable[[int], Measure]] = {
    "update_each": update_each_against_sql,
    "post_entries": posting_against_bulk_create,
    "post_entries_statements": posting_statements,
}


def _seconds(work: Callable[[], object], repeats: int) -> float:
    """The median of several runs: one disturbed run does not count."""
    taken = []
    for _ in range(repeats):
        begun = time.monotonic()
        work()
        taken.append(time.monotonic() - begun)
    return median(taken)


def _books() -> Customer:
    """A customer of a company that keeps books; made once."""
    company, made = Company.objects.get_or_create(
        code="bench", defaults={"name": "Benchmark Ltd", "country": "GB", "currency": "GBP"}
    )
    if made:
        load_chart(company)
        open_year(company, DAY.year)
        Customer.objects.create(company=company, number="BENCH", name="Benchmark customer")
    return Customer.objects.get(company=company)


def _invoice(payer: Customer, source: str) -> Draft:
    """100.00 and 20 % tax on account."""
    return Draft(
        company=payer.company,
        source=source,
        description=source,
        journal=Journal.SALES,
        lines=[
            debit("1200", Decimal("120.00"), payer_id=payer.pk, item=ItemFacts(ItemKind.INVOICE, number=source)),
            credit("4000", Decimal("100.00"), takes_rest=True),
        ],
        taxes=[DraftTax("S20", "S", Decimal(20), Decimal("100.00"), Decimal("20.00"), account="2200")],
    )


def _book(drafts: list[Draft]) -> None:
    post_entries(drafts, on=DAY, by=None).require_all()


def _copy(company: Company, sources: str) -> float:
    """Write the rows of some entries once more, under other sources; returns the seconds of the writing alone."""
    entries = list(JournalEntry.objects.filter(company=company, source__startswith=sources).order_by("pk"))
    keys = [entry.pk for entry in entries]
    lines = list(JournalLine.objects.filter(entry__in=keys).order_by("pk"))
    taxes = list(TaxLine.objects.filter(entry__in=keys).order_by("pk"))
    items = list(OpenItem.objects.filter(entry__in=keys).order_by("pk"))
    entry_of = dict(zip(keys, entries, strict=True))
    line_of = {line.pk: line for line in lines}
    for entry in entries:
        entry.source = f"copy:{entry.source}"
    for row in (*entries, *lines, *taxes, *items):
        row.pk = None
    begun = time.monotonic()
    JournalEntry.objects.bulk_create(entries)
    for line in lines:
        line.entry = entry_of[line.entry_id]
    JournalLine.objects.bulk_create(lines)
    for tax in taxes:
        tax.entry = entry_of[tax.entry_id]
    TaxLine.objects.bulk_create(taxes)
    for item in items:
        item.entry, item.line = entry_of[item.entry_id], line_of[item.line_id]
    OpenItem.objects.bulk_create(items)
    return time.monotonic() - begun

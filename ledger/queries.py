"""What the ledger's verbs read, and the locks they take."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q, QuerySet

from ledger.models import JournalEntry, JournalLine, OpenItem, Period, Settlement
from masterdata.models import Customer


def entries_by_source(keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], JournalEntry]:
    """Entries booked for these (company id, source) pairs; of each only what tells a repeat from a clash."""
    if not keys:
        return {}
    companies, sources = {company for company, _ in keys}, {source for _, source in keys}
    rows = JournalEntry.objects.filter(company__in=companies, source__in=sources)
    found = {(row.company_id, row.source): row for row in rows.only("company_id", "source", "content")}
    return {key: row for key, row in found.items() if key in keys}


def company_of_payers(customer_ids: Collection[int]) -> dict[int, int]:
    """The company of each customer that exists."""
    if not customer_ids:
        return {}
    return dict(Customer.objects.filter(pk__in=customer_ids).values_list("pk", "company_id"))


def share_periods(wanted: Collection[tuple[int, str]], *, on: date) -> dict[tuple[int, str], Period]:
    """The period of a day for each company and module, locked so that others may post into it but none can close it."""
    if not wanted:
        return {}
    companies, modules = {company for company, _ in wanted}, {module for _, module in wanted}
    rows = Period.objects.raw(
        # The ORM knows no FOR SHARE; sorted, or two workers deadlock with a closing.
        "SELECT * FROM ledger_period WHERE company_id = ANY(%s) AND module = ANY(%s) "
        "AND %s BETWEEN first_date AND last_date ORDER BY id FOR SHARE",
        [sorted(companies), sorted(modules), on],
    )
    return {(row.company_id, row.module): row for row in rows}


def share_first_open_period(company_id: int, module: str, *, after: date) -> Period | None:
    """The first open period that begins after a day, locked like those of `share_periods`."""
    rows = Period.objects.raw(
        "SELECT * FROM ledger_period WHERE company_id = %s AND module = %s AND first_date > %s AND state = 'open' "
        "ORDER BY first_date LIMIT 1 FOR SHARE",
        [company_id, module, after],
    )
    return next(iter(rows), None)


def lock_periods(period_ids: Collection[int]) -> dict[int, Period]:
    """Periods locked for closing: waits for every posting into them that is under way."""
    rows = Period.objects.filter(pk__in=period_ids).order_by("pk").select_for_update(of=("self",))
    return {row.pk: row for row in rows.select_related("company")}


def lock_items(item_ids: Iterable[int]) -> dict[int, OpenItem]:
    """Open items locked in key order, with what settling must know of their company and account."""
    rows = OpenItem.objects.filter(pk__in=set(item_ids)).order_by("pk").select_for_update(no_key=True, of=("self",))
    return {row.pk: row for row in rows.select_related("company", "account")}


def lock_items_of_entries(entry_ids: Collection[int]) -> list[OpenItem]:
    """The open items that entries made, locked in key order."""
    rows = OpenItem.objects.filter(entry__in=entry_ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    return list(rows.select_related("company", "account"))


def settlements_by_source(company_ids: Collection[int], sources: Collection[str]) -> dict[tuple[int, str], Settlement]:
    """Settlements made for these sources."""
    if not sources:
        return {}
    rows = Settlement.objects.filter(company__in=company_ids, source__in=sources)
    return {(row.company_id, str(row.source)): row for row in rows}


def settlements_to_undo(settlement_ids: Collection[int]) -> dict[int, Settlement]:
    """Settlements with their undo, if there is one, their entry and company; they never change, so no lock."""
    rows = Settlement.objects.filter(pk__in=settlement_ids).select_related("undo", "entry", "company")
    return {row.pk: row for row in rows.order_by("pk")}


def closing_entry_of(company_id: int, year: int) -> JournalEntry | None:
    """The year-end entry of a year that is not reversed."""
    rows = JournalEntry.objects.filter(company_id=company_id, kind="closing", period__year=year, reversed_by=None)
    return rows.order_by("-pk").first()


def periods_of(company_id: int, year: int) -> QuerySet[Period]:
    """The periods of a fiscal year, by day and module."""
    return Period.objects.filter(company_id=company_id, year=year).order_by("first_date", "module")


def periods_before(period: Period) -> QuerySet[Period]:
    """Earlier periods of the same module that are not closed yet."""
    return Period.objects.filter(
        ~Q(state="closed"), company_id=period.company_id, module=period.module, last_date__lt=period.first_date
    ).order_by("first_date")


def revaluations_of(company_id: int, day: date) -> QuerySet[JournalEntry]:
    """Month-end revaluations booked on a day, without their reversals on the next."""
    return JournalEntry.objects.filter(company_id=company_id, kind="revaluation", posting_date=day, reverses=None)


def entries_to_reverse(entry_ids: Collection[int]) -> dict[int, JournalEntry]:
    """Entries with their company and their reversal, if there is one."""
    rows = JournalEntry.objects.filter(pk__in=entry_ids).select_related("company", "reversed_by")
    return {row.pk: row for row in rows}


def entries_on(entry_ids: Collection[int], control: str) -> dict[int, str]:
    """Those of these entries with a line on an account of this control, with the account's number."""
    rows = JournalLine.objects.filter(entry__in=entry_ids, account__control=control)
    return dict(rows.values_list("entry", "account__number"))


def items_by_entry_and_position(entry_ids: Collection[int]) -> dict[tuple[int, int], OpenItem]:
    """Open items of entries by entry and position of their line."""
    rows = OpenItem.objects.filter(entry__in=entry_ids).select_related("company", "account", "line")
    return {(row.entry_id, row.line.position): row for row in rows}

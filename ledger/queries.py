"""What the ledger's verbs read, and the locks they take."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from core.money import ZERO, AmountField
from ledger.models import (
    JournalEntry,
    JournalLine,
    OpenItem,
    OpenItemChange,
    Period,
    Settlement,
    SettlementUndo,
)
from ledger.settling import Held
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
    # PostgreSQL limits after it locked, so a month that begins to close while we wait for it gives way to the next.
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


def held_until_undone(item_ids: Collection[int], *, after: date) -> dict[int, list[Held]]:
    """What settlements took from these items until an undo dated after a day, by item; one query."""
    rows = SettlementUndo.objects.filter(
        Q(settlement__debit_item__in=item_ids) | Q(settlement__credit_item__in=item_ids), on__gt=after
    ).select_related("settlement")
    found: dict[int, list[Held]] = {}
    for row in rows:
        one = row.settlement
        debit = Held(row.on, one.debit_amount, one.debit_company_amount)
        credit = Held(row.on, one.credit_amount, one.credit_company_amount)
        found.setdefault(one.debit_item_id, []).append(debit)
        found.setdefault(one.credit_item_id, []).append(credit)
    return found


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
    rows = JournalEntry.objects.filter(company_id=company_id, kind="closing", period__year=year)
    return rows.filter(reverses=None, reversed_by=None).order_by("-pk").first()


def periods_of(company_id: int, year: int) -> QuerySet[Period]:
    """The periods of a fiscal year, by day and module."""
    return Period.objects.filter(company_id=company_id, year=year).order_by("first_date", "module")


def periods_before(period: Period) -> QuerySet[Period]:
    """Earlier periods of the same module that are not closed yet."""
    return Period.objects.filter(
        ~Q(state="closed"), company_id=period.company_id, module=period.module, last_date__lt=period.first_date
    ).order_by("first_date")


def revaluation_runs(company_id: int, day: date) -> dict[str, int]:
    """How many revaluations a day has, by currency, without those that take them back."""
    rows = JournalEntry.objects.filter(company_id=company_id, kind="revaluation", posting_date=day, reverses=None)
    return dict(rows.values_list("currency").annotate(runs=Count("pk")).order_by())


def closings_of(company_id: int, year: int) -> int:
    """How often a year was closed, reopened closings included."""
    return JournalEntry.objects.filter(company_id=company_id, kind="closing", period__year=year, reverses=None).count()


def result_balances(company_id: int, first: date, last: date) -> dict[str, Decimal]:
    """Balances of income and expense accounts over some days, by number; a debit is positive, zero is left out."""
    lines = JournalLine.objects.filter(
        company_id=company_id, posting_date__range=(first, last), account__type__in=["income", "expense"]
    )
    sums = lines.values_list("account__number").annotate(
        balance=Coalesce(Sum("debit"), ZERO, output_field=AmountField())
        - Coalesce(Sum("credit"), ZERO, output_field=AmountField())
    )
    return {number: balance for number, balance in sums.order_by("account__number") if balance}


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


def facts_as_of(item_ids: Collection[int], on: date) -> dict[int, OpenItemChange]:
    """The facts of open items as they were at the end of a day, for those that have ever changed; one query.

    An item that is not in the answer never changed: its own row says what was true on every day.
    """
    rows = OpenItemChange.objects.filter(item__in=item_ids, on__lte=on).order_by("item_id", "-on", "-pk")
    return {row.item_id: row for row in rows.distinct("item_id")}

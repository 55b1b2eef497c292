"""What the books say: trial balance, account sheets, journal, tax and the statement of a customer's account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce

from core.models import Company
from core.money import ZERO, AmountField
from ledger.models import Account, AccountType, JournalEntry, JournalLine, LedgerPolicy, TaxLine
from ledger.models.accounts import OPEN_ITEM_CONTROLS
from masterdata.models import Customer

NOTHING = Value(ZERO, output_field=AmountField())


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included; without a first day from the beginning."""

    first: date | None
    last: date

    @property
    def day_before(self) -> date | None:
        return self.first - timedelta(days=1) if self.first else None


def fiscal_year_of(company: Company, day: date) -> Span:
    """The company's fiscal year up to this day: the span that reports start with."""
    policy = LedgerPolicy.objects.filter(company=company).only("fiscal_year_first_month").first()
    month = policy.fiscal_year_first_month if policy else 1
    return Span(date(day.year if day.month >= month else day.year - 1, month, 1), day)


@dataclass(frozen=True)
class Balance:
    """An account in a span of days, in company currency. Balances are debit minus credit."""

    pk: int
    number: str
    name: str
    type: str
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.debit - self.credit

    @property
    def type_label(self) -> str:
        return str(AccountType(self.type).label)


def trial_balance(company: Company, span: Span) -> list[Balance]:
    """Every account that was ever booked up to the last day, by number; the closing balances add up to zero."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT account.id, account.number, account.name, account.type, booked.opening, booked.debit, booked.credit
            FROM ledger_account AS account CROSS JOIN LATERAL (
                SELECT
                    coalesce(sum(coalesce(debit, 0) - coalesce(credit, 0)) FILTER (WHERE posting_date < %(first)s), 0),
                    coalesce(sum(debit) FILTER (WHERE posting_date >= %(first)s), 0),
                    coalesce(sum(credit) FILTER (WHERE posting_date >= %(first)s), 0),
                    count(*)
                FROM ledger_journalline AS line
                WHERE line.account_id = account.id AND line.posting_date <= %(last)s
            ) AS booked (opening, debit, credit, lines)
            WHERE account.company_id = %(company)s AND booked.lines > 0
            ORDER BY account.number
            """,
            {"company": company.pk, "first": span.first or date.min, "last": span.last},
        )
        return [Balance(*row) for row in cursor]


def balance_sums(balances: Sequence[Balance]) -> dict[str, Decimal]:
    """Opening, debit, credit and closing of all accounts together; opening and closing are zero in sound books."""
    return {
        "opening": sum((row.opening for row in balances), ZERO),
        "debit": sum((row.debit for row in balances), ZERO),
        "credit": sum((row.credit for row in balances), ZERO),
        "closing": sum((row.closing for row in balances), ZERO),
    }


def by_period(account: Account, span: Span) -> list[dict[str, Any]]:
    """An account month by month: debit, credit and the balance at the month's end, in company currency."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT month, debit, credit, sum(debit - credit) OVER (ORDER BY month) FROM (
                SELECT date_trunc('month', posting_date)::date AS month,
                    coalesce(sum(debit), 0) AS debit, coalesce(sum(credit), 0) AS credit
                FROM ledger_journalline WHERE account_id = %(account)s AND posting_date <= %(last)s
                GROUP BY 1
            ) AS booked ORDER BY month
            """,
            {"account": account.pk, "last": span.last},
        )
        names = ("month", "debit", "credit", "closing")
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return [row for row in rows if span.first is None or row["month"] >= span.first.replace(day=1)]


def balance_of(lines: QuerySet[JournalLine]) -> Decimal:
    """Debits minus credits of some lines, in company currency."""
    return Decimal(lines.aggregate(sum=Coalesce(Sum("debit"), NOTHING) - Coalesce(Sum("credit"), NOTHING))["sum"])


def account_sheet(account: Account, span: Span) -> tuple[Decimal, QuerySet[JournalLine]]:
    """An account's balance before the first day, and its lines since, each with `balance`: how much it was after it."""
    return _sheet(JournalLine.objects.filter(account=account), span)


def statement_of_account(company: Company, payer: Customer, span: Span) -> tuple[Decimal, QuerySet[JournalLine]]:
    """What a payer owed before the first day, and what changed it since: the same shape as an account's sheet."""
    lines = JournalLine.objects.filter(company=company, payer=payer, account__control__in=OPEN_ITEM_CONTROLS)
    # Matching money on account with an invoice moves between our accounts; to the customer nothing changes.
    change = Coalesce(Sum("debit"), NOTHING) - Coalesce(Sum("credit"), NOTHING)
    transfers = lines.order_by().values("entry").annotate(change=change).filter(change=0).values("entry")
    return _sheet(lines.exclude(entry__in=transfers), span)


def _sheet(lines: QuerySet[JournalLine], span: Span) -> tuple[Decimal, QuerySet[JournalLine]]:
    opening = balance_of(lines.filter(posting_date__lt=span.first)) if span.first else ZERO
    within = lines.filter(posting_date__lte=span.last)
    within = within.filter(posting_date__gte=span.first) if span.first else within
    order = [F("posting_date").asc(), F("entry_id").asc(), F("position").asc()]
    running = Window(Sum(Coalesce("debit", NOTHING) - Coalesce("credit", NOTHING)), order_by=order)
    rows = within.annotate(balance=Value(opening, output_field=AmountField()) + running)
    return opening, rows.select_related("entry__journal", "payer", "account").order_by(*order)


def journal(company: Company) -> QuerySet[JournalEntry]:
    """Every entry of a company, the newest first, each with its `total`: the sum of its debits, and `is_reversed`."""
    debits = JournalLine.objects.filter(entry=OuterRef("pk")).order_by().values("entry").annotate(sum=Sum("debit"))
    return (
        JournalEntry.objects.filter(company=company)
        .annotate(total=Subquery(debits.values("sum")))
        .select_related("journal", "by", "reversed_by")
        .order_by("-pk")
    )


@dataclass(frozen=True)
class TaxTotal:
    """Tax of one code and rate in a span of days, in company currency; tax on sales is positive."""

    code: str
    category: str
    rate: Decimal
    entries: int
    base: Decimal
    tax: Decimal


def tax_report(company: Company, span: Span) -> list[TaxTotal]:
    """What the tax lines add up to by code and rate, by the day on which tax became due."""
    rows = TaxLine.objects.filter(company=company, tax_date__lte=span.last)
    rows = rows.filter(tax_date__gte=span.first) if span.first else rows
    totals = (
        rows.order_by("code", "rate")
        .values("code", "category", "rate")
        .annotate(entries=Count("entry", distinct=True), base=Sum("company_base"), tax=Sum("company_tax"))
    )
    return [TaxTotal(**row) for row in totals]


def accounts_in_use(company: Company, on: date) -> QuerySet[Account]:
    """The chart of accounts with each account's `balance` at the end of a day; None where nothing was booked."""
    booked = (
        JournalLine.objects.filter(account=OuterRef("pk"), posting_date__lte=on)
        .order_by()
        .values("account")
        .annotate(sum=Coalesce(Sum("debit"), NOTHING) - Coalesce(Sum("credit"), NOTHING))
    )
    return Account.objects.filter(company=company).annotate(balance=Subquery(booked.values("sum"))).order_by("number")


def lines_of(entry: JournalEntry) -> QuerySet[JournalLine]:
    """The lines of an entry in their order, with what a page shows of them."""
    return entry.lines.select_related("account", "payer", "open_item").order_by("position")

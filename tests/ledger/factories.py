"""Books of a company, customers and drafts with boring defaults, and what an accountant reads off afterwards."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import count

import factory
from django.db import connection
from factory.django import DjangoModelFactory

from core.models import Company
from ledger.drafts import Draft, DraftLine, DraftTax, ItemFacts, credit, debit
from ledger.models import (
    ItemKind,
    Journal,
    JournalEntry,
    JournalLine,
    OpenItem,
    OpenItemChange,
    Settlement,
    SettlementUndo,
    TaxLine,
)
from ledger.operations import load_chart, open_year, post_entries
from masterdata.models import Customer

MARCH_1 = date(2026, 3, 1)
RECEIVABLES, ON_ACCOUNT, SALES, TAX, BANK = "1200", "1250", "4000", "2200", "1010"

_serial = count(1)


class CustomerFactory(DjangoModelFactory):
    class Meta:
        model = Customer

    number = factory.Sequence(lambda n: f"C{n:05}")
    name = factory.LazyAttribute(lambda customer: f"Customer {customer.number}")


def keep_books(company: Company, *years: int) -> Company:
    """Give a company its chart and open periods for some years."""
    load_chart(company)
    for year in years or (2026,):
        open_year(company, year)
    return company


def money(amount: str | int | Decimal) -> Decimal:
    return Decimal(str(amount))


def a_draft(company: Company, *lines: DraftLine, source: str = "", **facts) -> Draft:
    """An entry of the general journal; without lines 10.00 of rent paid by bank."""
    given = list(lines) or [debit("6100", money("10.00")), credit(BANK, money("10.00"))]
    name = source or f"test:{next(_serial)}"
    return Draft(company=company, source=name, description=name, lines=given, **facts)


def a_sale(
    payer: Customer, net="100.00", tax="20.00", *, source: str = "", currency: str | None = None, rate=None, due=None
) -> Draft:
    """An invoice: receivable against revenue and 20 % tax."""
    number = next(_serial)
    gross = money(net) + money(tax)
    facts = ItemFacts(ItemKind.INVOICE, number=f"INV-{number}", due_date=due)
    taxes = [DraftTax("S20", "S", money(20), money(net), money(tax), account=TAX)] if money(tax) else []
    return Draft(
        company=payer.company,
        source=source or f"invoice:{number}",
        description=f"Invoice {number}",
        journal=Journal.SALES,
        currency=currency,
        rate=rate and money(rate),
        document_kind="test.invoice",
        document_id=number,
        lines=[
            debit(RECEIVABLES, gross, payer_id=payer.pk, item=facts),
            credit(SALES, money(net), takes_rest=True),
        ],
        taxes=taxes,
    )


def a_receipt(payer: Customer, amount="120.00", *, source: str = "", currency: str | None = None, rate=None) -> Draft:
    """Money at the bank, on account of the payer."""
    number = next(_serial)
    return Draft(
        company=payer.company,
        source=source or f"receipt:{number}",
        description=f"Receipt {number}",
        journal=Journal.RECEIVABLES,
        currency=currency,
        rate=rate and money(rate),
        lines=[
            debit("1020" if currency else BANK, money(amount)),
            credit(ON_ACCOUNT, money(amount), payer_id=payer.pk, item=ItemFacts(ItemKind.RECEIPT)),
        ],
    )


def post(draft: Draft, on: date = MARCH_1) -> int:
    """Book one draft; returns the entry's id."""
    return post_entries([draft], on=on, by=None).require_all().entries[0]


def item_of(draft: Draft, on: date = MARCH_1) -> OpenItem:
    """Book one draft; returns its open item."""
    return OpenItem.objects.get(entry=post(draft, on))


def an_invoice(payer: Customer, net="100.00", tax="20.00", *, on: date = MARCH_1, **facts) -> OpenItem:
    return item_of(a_sale(payer, net, tax, **facts), on)


def money_received(payer: Customer, amount="120.00", *, on: date = MARCH_1, **facts) -> OpenItem:
    return item_of(a_receipt(payer, amount, **facts), on)


def items_of(drafts: Sequence[Draft], on: date = MARCH_1) -> list[OpenItem]:
    """Book many drafts at once; returns their open items in the same order."""
    posted = post_entries(drafts, on=on, by=None)
    posted.require_all()
    return list(OpenItem.objects.filter(entry__in=posted.entries.values()).order_by("pk"))


def trial_balance(company: Company, on: date = date.max) -> dict[str, Decimal]:
    """Balances by account number at the end of a day, debit positive; accounts at zero are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, sum(coalesce(debit, 0) - coalesce(credit, 0)) AS balance FROM ledger_journalline AS line "
            "JOIN ledger_account AS account ON account.id = account_id "
            "WHERE line.company_id = %s AND posting_date <= %s "
            "GROUP BY number HAVING sum(coalesce(debit, 0) - coalesce(credit, 0)) <> 0 ORDER BY number",
            [company.pk, on],
        )
        return dict(cursor.fetchall())


def open_amounts(*items: OpenItem) -> list[tuple[Decimal, Decimal]]:
    """What is open of these items now, in document and company currency."""
    rows = {row.pk: row for row in OpenItem.objects.filter(pk__in=[item.pk for item in items])}
    return [(rows[item.pk].open_amount, rows[item.pk].open_company_amount) for item in items]


def rows_in_the_books() -> tuple[int, ...]:
    """How many rows there are: what a refusal must leave as it was."""
    tables = (JournalEntry, JournalLine, TaxLine, OpenItem, OpenItemChange, Settlement, SettlementUndo)
    return tuple(table.objects.count() for table in tables)


def codes(errors: Iterable) -> list[str]:
    return [error.code for error in errors]

"""A month of a wholesaler in two currencies: sales, receipts, a discount, an undo, a reversal. The books are sound."""

from dataclasses import dataclass
from datetime import date

from core.models import Company
from ledger.models import JournalEntry, OpenItem, Settlement
from ledger.operations import reverse_entries, settle, undo
from ledger.settling import Pair
from masterdata.models import Customer
from tests.ledger.factories import CustomerFactory, a_sale, an_invoice, money, money_received, post

MARCH_1, MARCH_5, MARCH_10, MARCH_15, MARCH_20 = (date(2026, 3, day) for day in (1, 5, 10, 15, 20))
MARCH_31 = date(2026, 3, 31)


@dataclass
class Month:
    """What was booked: two payers, three invoices, two receipts, settlements and one reversed entry."""

    company: Company
    payer: Customer
    other: Customer
    paid: OpenItem
    open: OpenItem
    foreign: OpenItem
    receipt: OpenItem
    settlement: Settlement
    undone: Settlement
    reversed: JournalEntry


def a_month(company: Company) -> Month:
    """Book it. On March 31st 240.00 + 100.00 (120 EUR at 1.2) of receivables are open, and nothing on account."""
    payer, other = CustomerFactory(company=company), CustomerFactory(company=company)
    paid = an_invoice(payer, "100.00", "20.00", on=MARCH_1, due=MARCH_15)
    left = an_invoice(payer, "200.00", "40.00", on=MARCH_5, due=MARCH_20)
    foreign = an_invoice(other, "100.00", "20.00", on=MARCH_5, currency="EUR", rate="1.2", due=MARCH_31)
    receipt = money_received(payer, "120.00", on=MARCH_10)
    undone = _settled(left, receipt, "120.00", MARCH_10)
    undo([undone.pk], on=MARCH_15, by=None, reason="Wrong invoice").require_all()
    settlement = _settled(paid, receipt, "120.00", MARCH_15)
    mistake = post(a_sale(other, "50.00", "10.00"), MARCH_10)
    reverse_entries([mistake], on=MARCH_15, by=None, of_documents=True).require_all()
    items = [OpenItem.objects.get(pk=item.pk) for item in (paid, left, foreign, receipt)]
    entry = JournalEntry.objects.get(pk=mistake)
    return Month(company, payer, other, items[0], items[1], items[2], items[3], settlement, undone, entry)


def _settled(debit: OpenItem, credit: OpenItem, amount: str, on: date) -> Settlement:
    pair = Pair(debit.pk, credit.pk, amount=money(amount))
    made = settle([pair], on=on, by=None).require_all()
    return Settlement.objects.get(pk=made.settlements[0])

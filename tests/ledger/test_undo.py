"""Undoing a settlement: both sides are open again from a day on, and the books say so."""

from datetime import date

from ledger.models import JournalEntry, Settlement, SettlementUndo, TaxLine
from ledger.operations import reverse_entries, settle, undo
from ledger.settling import DiscountTax, Pair
from tests.ledger.factories import (
    RECEIVABLES,
    TAX,
    a_draft,
    a_receipt,
    a_sale,
    an_invoice,
    codes,
    credit,
    debit,
    item_of,
    items_of,
    money,
    money_received,
    open_amounts,
    rows_in_the_books,
    trial_balance,
)

MARCH_10, MARCH_20 = date(2026, 3, 10), date(2026, 3, 20)


def a_settlement(payer, amount="120.00", *, currency=None, rates=(None, None), **facts) -> Settlement:
    invoice = an_invoice(payer, currency=currency, rate=rates[0])
    receipt = money_received(payer, amount, currency=currency, rate=rates[1])
    outcomes = settle([Pair(invoice.pk, receipt.pk, **facts)], on=MARCH_10, by=None)
    outcomes.require_all()
    return Settlement.objects.get(pk=outcomes.settlements[0])


def test_opens_both_sides_again_and_reverses_the_entry(books, payer):
    settlement = a_settlement(payer)

    undo([settlement.pk], on=MARCH_20, by=None, reason="returned by the bank").require_all()

    assert open_amounts(settlement.debit_item, settlement.credit_item) == [(120, 120), (120, 120)]
    row = SettlementUndo.objects.get(settlement=settlement)
    assert (row.on, row.reason, row.entry.reverses, row.entry.posting_date) == (
        MARCH_20,
        "returned by the bank",
        settlement.entry,
        MARCH_20,
    )
    assert trial_balance(books) == {"1010": 120, "1200": 120, "1250": -120, "4000": -100, "2200": -20}


def test_takes_back_exchange_difference_discount_and_its_tax(books, payer):
    tax = DiscountTax(TAX, "S20", "S", money(20), base=money("2.00"), tax=money("0.40"))
    settlement = a_settlement(
        payer, "117.60", currency="USD", rates=("1.25", "1.20"), discount=money("2.40"), discount_taxes=(tax,)
    )
    assert settlement.exchange_difference != 0

    undo([settlement.pk], on=MARCH_20, by=None).require_all()

    assert open_amounts(settlement.debit_item, settlement.credit_item) == [(120, 96), (money("117.60"), 98)]
    assert set(trial_balance(books)) == {"1020", "1200", "1250", "4000", "2200"}
    assert sum(line.tax for line in TaxLine.objects.filter(fact="cash_discount")) == 0


def test_a_settlement_without_entry_is_undone_without_entry(books, payer):
    invoice = an_invoice(payer, "100.00", "0")
    note = an_invoice(payer, "100.00", "0")
    entry = a_credit_on_receivables(books, payer)
    outcomes = settle([Pair(invoice.pk, entry.pk)], on=MARCH_10, by=None)
    entries = JournalEntry.objects.count()

    undo([outcomes.settlements[0]], on=MARCH_20, by=None).require_all()

    assert JournalEntry.objects.count() == entries
    assert open_amounts(invoice, note, entry) == [(100, 100)] * 3


def a_credit_on_receivables(books, payer):
    """A credit item on the receivables account itself."""
    return item_of(a_draft(books, debit("4200", money(100)), credit(RECEIVABLES, money(100), payer_id=payer.pk)))


def test_undoing_twice_changes_nothing(books, payer):
    settlement = a_settlement(payer)
    undo([settlement.pk], on=MARCH_20, by=None)
    before = rows_in_the_books()

    outcomes = undo([settlement.pk], on=MARCH_20, by=None)

    assert outcomes.already == [settlement.pk]
    assert rows_in_the_books() == before
    assert open_amounts(settlement.debit_item) == [(120, 120)]


def test_what_was_undone_can_be_settled_again(books, payer):
    settlement = a_settlement(payer)
    undo([settlement.pk], on=MARCH_20, by=None)

    settle([Pair(settlement.debit_item_id, settlement.credit_item_id)], on=MARCH_20, by=None).require_all()

    assert open_amounts(settlement.debit_item) == [(0, 0)]


def test_each_broken_rule_is_refused_by_its_code_and_nothing_moves(books, payer, clerk):
    settlement = a_settlement(payer)
    entry = an_invoice(payer).entry_id
    reverse_entries([entry], on=MARCH_10, by=clerk, of_documents=True).require_all()
    of_reversal = Settlement.objects.get(is_reversal=True)
    before = rows_in_the_books()

    early = undo([settlement.pk], on=date(2026, 3, 9), by=None)
    others = undo([of_reversal.pk, 0], on=MARCH_20, by=None)
    closed = undo([settlement.pk], on=date(2031, 1, 1), by=None)

    assert codes(early.refused.values()) == ["ledger.undone_before_settled"]
    assert codes(others.refused.values()) == ["ledger.settlement_of_reversal", "core.not_found"]
    assert codes(closed.refused.values()) == ["ledger.period_closed"]
    assert rows_in_the_books() == before


def test_fifty_undos_take_as_many_statements_as_one(books, payer, statements):
    def cost(size: int) -> int:
        invoices = items_of([a_sale(payer) for _ in range(size)])
        receipts = items_of([a_receipt(payer) for _ in range(size)])
        pairs = [Pair(invoice.pk, receipt.pk) for invoice, receipt in zip(invoices, receipts, strict=True)]
        ids = list(settle(pairs, on=MARCH_10, by=None).settlements.values())
        return statements(undo, ids, on=MARCH_20, by=None)

    assert cost(50) == cost(1)


class TestDaysBeforeTheUndo:
    """Until the undo the amount was not open: nothing else can have taken it on those days."""

    def test_are_closed_to_another_settlement_of_what_was_held(self, payer):
        settlement = a_settlement(payer)
        undo([settlement.pk], on=MARCH_20, by=None).require_all()
        other = money_received(payer, "120.00")
        before = rows_in_the_books()

        outcomes = settle([Pair(settlement.debit_item_id, other.pk)], on=date(2026, 3, 19), by=None)

        assert codes(outcomes.refused.values()) == ["ledger.open_only_later"]
        assert rows_in_the_books() == before
        settle([Pair(settlement.debit_item_id, other.pk)], on=MARCH_20, by=None).require_all()

    def test_leave_what_was_open_all_the_time(self, payer):
        settlement = a_settlement(payer, "50.00")
        undo([settlement.pk], on=MARCH_20, by=None).require_all()
        other = money_received(payer, "120.00")

        outcomes = settle([Pair(settlement.debit_item_id, other.pk, money(70))], on=MARCH_10, by=None)

        assert outcomes.done == [0]
        assert open_amounts(settlement.debit_item, other) == [(50, 50), (50, 50)]

    def test_are_closed_to_a_reversal(self, payer):
        settlement = a_settlement(payer)
        undo([settlement.pk], on=MARCH_20, by=None).require_all()
        invoice = settlement.debit_item.entry_id

        outcomes = reverse_entries([invoice], on=date(2026, 3, 19), by=None, of_documents=True)

        assert codes(outcomes.refused.values()) == ["ledger.open_only_later"]
        reverse_entries([invoice], on=MARCH_20, by=None, of_documents=True).require_all()

"""Reversing: a counter-entry that points back, once, with open items and tax lines taken back."""

from datetime import date

import pytest

from ledger.models import JournalEntry, OpenItem, Settlement, TaxLine
from ledger.operations import reverse_entries, settle, undo
from ledger.settling import Pair
from tests.ledger.factories import (
    MARCH_1,
    a_draft,
    a_sale,
    an_invoice,
    codes,
    credit,
    debit,
    money,
    money_received,
    open_amounts,
    post,
    rows_in_the_books,
    trial_balance,
)

MARCH_5 = date(2026, 3, 5)


def test_takes_the_entry_back_on_the_day_of_the_reversal(books, clerk):
    entry_id = post(a_draft(books))

    outcomes = reverse_entries([entry_id], on=MARCH_5, by=clerk, of_documents=True)

    counter = JournalEntry.objects.get(pk=outcomes.reversals[entry_id])
    assert (counter.reverses_id, counter.kind, counter.posting_date, counter.by) == (
        entry_id,
        "reversal",
        MARCH_5,
        clerk,
    )
    assert trial_balance(books) == {}


def test_takes_open_items_and_tax_lines_back(books, payer, clerk):
    invoice = an_invoice(payer, "100.00", "20.00")

    outcomes = reverse_entries([invoice.entry_id], on=MARCH_5, by=clerk, of_documents=True)

    counter = OpenItem.objects.get(entry=outcomes.reversals[invoice.entry_id])
    assert (counter.side, counter.open_amount) == ("credit", 0)
    assert open_amounts(invoice) == [(0, 0)]
    assert sum(tax.tax for tax in TaxLine.objects.all()) == 0
    settlement = Settlement.objects.get()
    assert (settlement.is_reversal, settlement.entry, settlement.on) == (True, None, MARCH_5)
    assert trial_balance(books) == {}


def test_a_foreign_entry_is_taken_back_at_its_own_rate(books, payer, clerk):
    invoice = an_invoice(payer, "100.00", "20.00", currency="USD", rate="1.27")

    reverse_entries([invoice.entry_id], on=MARCH_5, by=clerk, of_documents=True).require_all()

    assert trial_balance(books) == {}
    assert open_amounts(invoice) == [(0, 0)]


def test_reversing_twice_changes_nothing(books, payer, clerk):
    invoice = an_invoice(payer)
    first = reverse_entries([invoice.entry_id], on=MARCH_5, by=clerk, of_documents=True)
    before = rows_in_the_books()

    again = reverse_entries([invoice.entry_id], on=MARCH_5, by=clerk, of_documents=True)

    assert (again.already, again.reversals) == ([invoice.entry_id], first.reversals)
    assert rows_in_the_books() == before


def test_an_entry_with_settled_items_is_refused_until_they_are_undone(books, payer, clerk):
    invoice, receipt = an_invoice(payer), money_received(payer)
    settlements = settle([Pair(invoice.pk, receipt.pk, money(50))], on=MARCH_1, by=None).settlements
    before = rows_in_the_books()

    refused = reverse_entries([invoice.entry_id], on=MARCH_5, by=clerk, of_documents=True)

    assert codes(refused.refused.values()) == ["ledger.items_settled"]
    assert rows_in_the_books() == before
    undo([settlements[0]], on=MARCH_1, by=None).require_all()
    assert reverse_entries([invoice.entry_id], on=MARCH_5, by=clerk, of_documents=True).done == [invoice.entry_id]


def test_what_the_ledger_made_by_itself_is_refused(books, payer, clerk):
    invoice, receipt = an_invoice(payer), money_received(payer)
    settle([Pair(invoice.pk, receipt.pk)], on=MARCH_1, by=None).require_all()
    of_settlement = JournalEntry.objects.get(kind="settlement")
    entry_id = post(a_draft(books))
    reversal = reverse_entries([entry_id], on=MARCH_5, by=clerk, of_documents=True).reversals[entry_id]

    outcomes = reverse_entries([of_settlement.pk, reversal, 0], on=MARCH_5, by=clerk, of_documents=True)

    assert codes(outcomes.refused.values()) == ["ledger.not_reversible", "ledger.not_reversible", "core.not_found"]


def test_an_entry_with_stock_is_reversed_by_a_stock_move_only(books, clerk):
    entry_id = post(a_draft(books, debit("1300", money(9)), credit("2050", money(9)), journal="stock"))

    outcomes = reverse_entries([entry_id], on=MARCH_5, by=clerk, of_documents=True)

    assert codes(outcomes.refused.values()) == ["ledger.inventory_needs_stock_move"]


def test_an_entry_of_a_document_is_taken_back_by_the_stage_that_owns_it_only(books, payer, clerk):
    invoice = an_invoice(payer)
    by_hand = post(a_draft(books))

    refused = reverse_entries([invoice.entry_id, by_hand], on=MARCH_5, by=clerk)

    assert (codes(refused.refused.values()), refused.done) == (["ledger.booked_for_document"], [by_hand])
    assert "Reverse it where it was made: test.invoice." in refused.refused[invoice.entry_id].message
    assert reverse_entries([invoice.entry_id], on=MARCH_5, by=None, of_documents=True).done == [invoice.entry_id]


def test_the_day_before_it_was_booked_is_refused(books, clerk):
    entry_id = post(a_draft(books), on=MARCH_5)

    outcomes = reverse_entries([entry_id], on=MARCH_1, by=clerk, of_documents=True)

    assert codes(outcomes.refused.values()) == ["ledger.reversed_before_booked"]


@pytest.mark.parametrize("role", ["sales", "collector", "auditor"])
def test_needs_the_right_to_reverse(books, user_as, role):
    entry_id = post(a_draft(books))

    outcomes = reverse_entries([entry_id], on=MARCH_5, by=user_as(role), of_documents=True)

    assert codes(outcomes.refused.values()) == ["core.not_permitted"]
    assert JournalEntry.objects.count() == 1


def test_fifty_reversals_take_as_many_statements_as_one(books, payer, clerk, statements):
    def cost(size: int) -> int:
        ids = [post(a_sale(payer)) for _ in range(size)]
        return statements(reverse_entries, ids, on=MARCH_5, by=clerk, of_documents=True)

    cost(1)
    assert cost(50) == cost(1)

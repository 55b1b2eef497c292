"""Settling: what a pair takes from both sides, what the books get, what is refused, and doing it twice."""

from datetime import date
from decimal import Decimal

import pytest

from ledger.models import JournalEntry, Period, Settlement, TaxLine
from ledger.operations import close_periods, settle
from ledger.settling import DiscountTax, Pair
from tests.ledger.factories import (
    BANK,
    MARCH_1,
    ON_ACCOUNT,
    RECEIVABLES,
    SALES,
    TAX,
    CustomerFactory,
    a_draft,
    a_receipt,
    a_sale,
    an_invoice,
    codes,
    credit,
    debit,
    item_of,
    items_of,
    keep_books,
    money,
    money_received,
    open_amounts,
    rows_in_the_books,
    trial_balance,
)

MARCH_10 = date(2026, 3, 10)
DISCOUNTS, SMALL, GAINS, LOSSES = "4300", "6700", "4600", "6600"


def paired(invoice, receipt, amount=None, **facts) -> Pair:
    return Pair(invoice.pk, receipt.pk, None if amount is None else money(amount), **facts)


def settled(*pairs: Pair, on: date = MARCH_10) -> list[Settlement]:
    outcomes = settle(pairs, on=on, by=None)
    outcomes.require_all()
    return [Settlement.objects.get(pk=outcomes.settlements[place]) for place in range(len(pairs))]


def test_a_receipt_pays_an_invoice_and_moves_from_on_account_to_receivables(books, payer):
    invoice, receipt = an_invoice(payer, "100.00", "20.00"), money_received(payer, "120.00")

    [settlement] = settled(paired(invoice, receipt))

    assert open_amounts(invoice, receipt) == [(0, 0), (0, 0)]
    assert trial_balance(books) == {BANK: 120, SALES: -100, TAX: -20}
    assert (settlement.debit_amount, settlement.credit_amount, settlement.on) == (120, 120, MARCH_10)
    assert settlement.entry.posting_date == MARCH_10


def test_a_part_payment_leaves_the_rest_open(books, payer):
    invoice, receipt = an_invoice(payer, "100.00", "20.00"), money_received(payer, "50.00")

    settled(paired(invoice, receipt))

    assert open_amounts(invoice, receipt) == [(70, 70), (0, 0)]
    assert trial_balance(books)[RECEIVABLES] == 70


def test_an_over_payment_stays_on_account(books, payer):
    invoice, receipt = an_invoice(payer, "100.00", "20.00"), money_received(payer, "150.00")

    settled(paired(invoice, receipt))

    assert open_amounts(invoice, receipt) == [(0, 0), (30, 30)]
    assert trial_balance(books)[ON_ACCOUNT] == -30


def test_two_items_on_one_account_that_are_worth_the_same_need_no_entry(books, payer):
    invoice = an_invoice(payer, "100.00", "20.00")
    note = item_of(a_draft(books, debit("4200", money(120)), credit(RECEIVABLES, money(120), payer_id=payer.pk)))
    entries = JournalEntry.objects.count()

    [settlement] = settled(paired(invoice, note))

    assert settlement.entry is None
    assert JournalEntry.objects.count() == entries
    assert open_amounts(invoice, note) == [(0, 0), (0, 0)]


def test_pairs_of_a_set_see_what_the_ones_before_took(books, payer):
    first, second = an_invoice(payer, "100.00", "0"), an_invoice(payer, "100.00", "0")
    receipt = money_received(payer, "150.00")

    settled(paired(first, receipt), paired(second, receipt))

    assert open_amounts(first, second, receipt) == [(0, 0), (50, 50), (0, 0)]


class TestDiscount:
    def test_closes_the_invoice_and_is_booked(self, books, payer):
        invoice, receipt = an_invoice(payer, "100.00", "20.00"), money_received(payer, "117.60")

        [settlement] = settled(paired(invoice, receipt, discount=money("2.40")))

        assert open_amounts(invoice, receipt) == [(0, 0), (0, 0)]
        assert (settlement.debit_amount, settlement.credit_amount) == (120, Decimal("117.60"))
        assert trial_balance(books)[DISCOUNTS] == Decimal("2.40")

    def test_takes_its_tax_back_where_the_law_says_so(self, books, payer):
        invoice, receipt = an_invoice(payer, "100.00", "20.00"), money_received(payer, "117.60")
        tax = DiscountTax(TAX, "S20", "S", money(20), base=money("2.00"), tax=money("0.40"))

        settled(paired(invoice, receipt, discount=money("2.40"), discount_taxes=(tax,)))

        balance = trial_balance(books)
        assert (balance[DISCOUNTS], balance[TAX]) == (Decimal("2.00"), Decimal("-19.60"))
        line = TaxLine.objects.get(fact="cash_discount")
        assert (line.base, line.tax, line.tax_date) == (Decimal("-2.00"), Decimal("-0.40"), MARCH_10)

    def test_is_refused_where_it_holds_more_tax_than_itself(self, books, payer):
        invoice, receipt = an_invoice(payer), money_received(payer, "119.00")
        tax = DiscountTax(TAX, "S20", "S", money(20), base=money(10), tax=money(2))

        outcomes = settle([paired(invoice, receipt, discount=money(1), discount_taxes=(tax,))], on=MARCH_10, by=None)

        assert codes(outcomes.refused.values()) == ["ledger.discount_tax_too_high"]


class TestSmallDifference:
    def test_paid_less_is_let_go(self, books, payer):
        invoice, receipt = an_invoice(payer, "100.00", "20.00"), money_received(payer, "119.95")

        settled(paired(invoice, receipt, small_difference=money("0.05")))

        assert open_amounts(invoice, receipt) == [(0, 0), (0, 0)]
        assert trial_balance(books)[SMALL] == Decimal("0.05")

    def test_paid_more_is_kept(self, books, payer):
        invoice, receipt = an_invoice(payer, "100.00", "20.00"), money_received(payer, "120.05")

        settled(paired(invoice, receipt, amount="120.05", small_difference=money("-0.05")))

        assert open_amounts(invoice, receipt) == [(0, 0), (0, 0)]
        assert trial_balance(books)[SMALL] == Decimal("-0.05")


class TestForeignCurrency:
    def test_a_better_rate_is_a_realised_gain(self, books, payer):
        invoice = an_invoice(payer, "100.00", "0", currency="USD", rate="1.25")
        receipt = money_received(payer, "100.00", currency="USD", rate="1.20")

        [settlement] = settled(paired(invoice, receipt))

        # booked at 80.00, paid 83.33
        assert settlement.exchange_difference == Decimal("3.33")
        assert trial_balance(books) == {"1020": Decimal("83.33"), SALES: -80, GAINS: Decimal("-3.33")}

    def test_a_worse_rate_is_a_realised_loss(self, books, payer):
        invoice = an_invoice(payer, "100.00", "0", currency="USD", rate="1.25")
        receipt = money_received(payer, "100.00", currency="USD", rate="1.30")

        [settlement] = settled(paired(invoice, receipt))

        assert settlement.exchange_difference == Decimal("-3.08")
        assert trial_balance(books)[LOSSES] == Decimal("3.08")

    def test_the_last_part_takes_all_that_is_left_of_company_currency(self, books, payer):
        invoice = an_invoice(payer, "100.00", "0", currency="USD", rate="1.27")
        receipts = [money_received(payer, "33.33", currency="USD", rate="1.27") for _ in range(3)]
        last = money_received(payer, "0.01", currency="USD", rate="1.27")

        settled(*(paired(invoice, receipt) for receipt in receipts), paired(invoice, last))

        # 78.74 = 3 × 26.24 + 0.02, and the cent of the last is worth 0.01: a loss of one cent.
        assert open_amounts(invoice, *receipts, last) == [(0, 0)] * 5
        assert RECEIVABLES not in trial_balance(books)
        assert ON_ACCOUNT not in trial_balance(books)

    def test_a_discount_is_converted_at_the_rate_of_the_invoice(self, books, payer):
        invoice = an_invoice(payer, "100.00", "0", currency="USD", rate="1.25")
        receipt = money_received(payer, "98.00", currency="USD", rate="1.20")

        [settlement] = settled(paired(invoice, receipt, discount=money(2)))

        assert settlement.company_discount == Decimal("1.60")
        # 98 / 1.20 = 81.67 + 1.60 − 80.00
        assert settlement.exchange_difference == Decimal("3.27")
        assert open_amounts(invoice, receipt) == [(0, 0), (0, 0)]

    def test_an_item_of_a_single_cent_is_settled_in_whole(self, books, payer):
        invoice = an_invoice(payer, "2", "0", currency="JPY", rate="190")
        receipt = money_received(payer, "1", currency="JPY", rate="190")

        outcomes = settle([paired(invoice, receipt)], on=MARCH_10, by=None)

        assert codes(outcomes.refused.values()) == ["ledger.too_small_to_split"]


def test_each_broken_rule_is_refused_by_its_code_and_nothing_moves(books, other_company, payer):
    keep_books(other_company)
    neighbour, stranger = CustomerFactory(company=books), CustomerFactory(company=other_company)
    invoice, receipt = an_invoice(payer), money_received(payer)
    foreign = money_received(payer, currency="USD", rate="1.25")
    later = money_received(payer, on=date(2026, 4, 1))
    refused = {
        "core.not_found": Pair(invoice.pk, 0),
        "ledger.across_companies": paired(invoice, money_received(stranger)),
        "ledger.across_payers": paired(invoice, money_received(neighbour)),
        "ledger.across_currencies": paired(invoice, foreign),
        "ledger.wrong_sides": Pair(receipt.pk, invoice.pk),
        "ledger.nothing_to_settle": paired(invoice, receipt, "0"),
        "ledger.more_than_open": paired(invoice, money_received(payer, "500.00"), "120.01"),
        "ledger.not_whole_minor_units": paired(invoice, money_received(payer), "0.001"),
        "ledger.settled_before_posted": paired(invoice, later),
    }
    before = rows_in_the_books()

    outcomes = settle(list(refused.values()), on=MARCH_10, by=None)

    assert codes(outcomes.refused.values()) == list(refused)
    assert all(error.message for error in outcomes.refused.values())
    assert rows_in_the_books() == before
    assert open_amounts(invoice, receipt) == [(120, 120), (120, 120)]


def test_more_than_the_receipt_has_left_is_refused(books, payer):
    invoice, receipt = an_invoice(payer, "100.00", "0"), money_received(payer, "30.00")

    outcomes = settle([paired(invoice, receipt, "30.01")], on=MARCH_10, by=None)

    assert (outcomes.refused[0].code, outcomes.refused[0].item) == ("ledger.more_than_open", receipt.pk)


def test_the_same_pair_twice_in_one_call_is_refused_the_second_time(books, payer):
    invoice, receipt = an_invoice(payer), money_received(payer)

    outcomes = settle([paired(invoice, receipt, "50"), paired(invoice, receipt, "50")], on=MARCH_10, by=None)

    assert (outcomes.done, codes(outcomes.refused.values())) == ([0], ["ledger.same_pair_twice"])
    assert open_amounts(invoice) == [(70, 70)]


def test_settling_into_a_closed_period_is_refused(books, payer, finance):
    period = books_period(books, 2025, 1)
    invoice, receipt = an_invoice(payer, on=date(2025, 1, 5)), money_received(payer, on=date(2025, 1, 6))
    close_periods([period.pk], by=finance).require_all()
    before = rows_in_the_books()

    outcomes = settle([paired(invoice, receipt)], on=date(2025, 1, 20), by=None)

    assert codes(outcomes.refused.values()) == ["ledger.period_closed"]
    assert rows_in_the_books() == before


def books_period(company, year: int, number: int, module: str = "receivables"):
    return Period.objects.get(company=company, year=year, number=number, module=module)


class TestTwice:
    def test_the_same_source_settles_once(self, books, payer):
        invoice, receipt = an_invoice(payer), money_received(payer)
        pair = paired(invoice, receipt, "50", source="match:1")
        [first] = settled(pair)

        outcomes = settle([pair], on=MARCH_10, by=None)

        assert (outcomes.already, outcomes.settlements) == ([0], {0: first.pk})
        assert open_amounts(invoice) == [(70, 70)]

    def test_other_content_under_the_same_source_is_refused(self, books, payer):
        invoice, receipt = an_invoice(payer), money_received(payer)
        settled(paired(invoice, receipt, "50", source="match:1"))

        outcomes = settle([paired(invoice, receipt, "60", source="match:1")], on=MARCH_10, by=None)

        assert codes(outcomes.refused.values()) == ["ledger.source_clash"]
        assert open_amounts(invoice) == [(70, 70)]


@pytest.mark.parametrize("currency", [None, "USD"])
def test_fifty_pairs_take_as_many_statements_as_one(books, payer, statements, currency):
    rate = "1.25" if currency else None

    def cost(size: int) -> int:
        invoices = items_of([a_sale(payer, currency=currency, rate=rate) for _ in range(size)])
        receipts = items_of([a_receipt(payer, currency=currency, rate=rate) for _ in range(size)])
        pairs = [paired(invoice, receipt) for invoice, receipt in zip(invoices, receipts, strict=True)]
        return statements(settle, pairs, on=MARCH_1, by=None)

    assert cost(50) == cost(1)


def test_one_source_for_two_pairs_of_a_set_settles_the_first(books, payer):
    first, second = an_invoice(payer, "100.00", "0"), an_invoice(payer, "100.00", "0")
    receipt = money_received(payer, "200.00")

    outcomes = settle([paired(first, receipt, source="x"), paired(second, receipt, source="x")], on=MARCH_10, by=None)

    assert (outcomes.done, codes(outcomes.refused.values())) == ([0], ["ledger.source_twice"])
    assert open_amounts(first, second, receipt) == [(0, 0), (100, 100), (100, 100)]

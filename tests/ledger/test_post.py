"""Posting: what a draft becomes, what is refused, and what doing it twice does."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.models import Company
from ledger.drafts import Draft, DraftTax, ItemFacts, credit, debit
from ledger.models import Account, ItemKind, JournalEntry, JournalLine, OpenItem, Period, TaxLine
from ledger.operations import IfClosed, close_periods, post_by_hand, post_entries
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
    codes,
    keep_books,
    money,
    post,
    rows_in_the_books,
    trial_balance,
)


def test_books_the_receivable_against_revenue_and_tax(books, payer):
    post(a_sale(payer, net="100.00", tax="20.00"))

    assert trial_balance(books) == {RECEIVABLES: 120, SALES: -100, TAX: -20}


def test_a_line_on_a_control_account_becomes_an_open_item_with_its_facts(books, payer):
    entry_id = post(a_sale(payer, "100.00", "20.00", due=date(2026, 3, 31)))

    item = OpenItem.objects.get(entry=entry_id)
    assert (item.side, item.kind, item.payer, item.account.number) == ("debit", "invoice", payer, RECEIVABLES)
    assert (item.amount, item.open_amount, item.company_amount, item.open_company_amount) == (120, 120, 120, 120)
    assert (item.posting_date, item.document_date, item.due_date) == (MARCH_1, MARCH_1, date(2026, 3, 31))
    assert (item.document_kind, item.line.debit) == ("test.invoice", 120)


def test_a_line_by_hand_on_a_control_account_is_due_at_once(books, payer):
    entry_id = post(a_draft(books, debit(RECEIVABLES, money(50), payer_id=payer.pk), credit("4700", money(50))))

    item = OpenItem.objects.get(entry=entry_id)
    assert (item.kind, item.due_date, item.amount) == ("journal", MARCH_1, 50)


def test_the_tax_lines_of_an_entry_add_up_to_its_tax_account(books, payer):
    entry_id = post(a_sale(payer, "100.00", "20.00"))

    tax = TaxLine.objects.get(entry=entry_id)
    assert (tax.code, tax.category, tax.rate, tax.base, tax.tax) == ("S20", "S", 20, 100, 20)
    assert (tax.account.number, tax.company_base, tax.company_tax, tax.tax_date) == (TAX, 100, 20, MARCH_1)


def test_exempt_sales_make_a_tax_line_but_no_journal_line(books, payer):
    draft = replace(a_sale(payer, "100.00", "0"), taxes=[DraftTax("K0", "K", money(0), money(100), money(0))])

    entry_id = post(draft)

    assert TaxLine.objects.get(entry=entry_id).base == 100
    assert JournalLine.objects.filter(entry=entry_id).count() == 2


def test_an_entry_says_who_booked_what_for_which_document(books, payer, clerk):
    draft = a_sale(payer, source="invoice:4711")

    entry_id = post_entries([draft], on=MARCH_1, by=clerk).entries[0]

    entry = JournalEntry.objects.get(pk=entry_id)
    assert (entry.source, entry.by, entry.document_kind, entry.line_count) == ("invoice:4711", clerk, "test.invoice", 3)
    assert (entry.journal.code, entry.period.module, entry.period.number) == ("sales", "sales", 3)


def test_a_fact_of_zero_makes_no_entry(books):
    zero = a_draft(books, debit("6100", money(0)), credit(BANK, money(0)))

    outcomes = post_entries([zero], on=MARCH_1, by=None)

    assert (outcomes.done, outcomes.entries) == ([0], {})
    assert JournalEntry.objects.count() == 0


def test_lines_of_zero_are_left_out(books):
    entry_id = post(a_draft(books, debit("6100", money(5)), debit("6200", money(0)), credit(BANK, money(5))))

    assert JournalEntry.objects.get(pk=entry_id).line_count == 2


class TestForeignCurrency:
    def test_total_and_tax_are_converted_and_revenue_takes_the_rest(self, books, payer):
        post(a_sale(payer, "100.00", "20.01", currency="USD", rate="1.27"))

        # 120.01 / 1.27 = 94.496 and 20.01 / 1.27 = 15.756; 100 / 1.27 alone would be 78.74.
        assert trial_balance(books) == {
            RECEIVABLES: Decimal("94.50"),
            TAX: Decimal("-15.76"),
            SALES: Decimal("-78.74"),
        }

    def test_the_rest_makes_the_entry_balance_to_the_cent(self, books, payer):
        post(a_sale(payer, "0.10", "0.02", currency="USD", rate="1.60"))

        # 0.12 / 1.6 = 0.075 and 0.02 / 1.6 = 0.0125: the revenue of 0.0625 becomes 0.07, not 0.06.
        assert trial_balance(books) == {RECEIVABLES: Decimal("0.08"), TAX: Decimal("-0.01"), SALES: Decimal("-0.07")}

    def test_the_odd_cent_goes_to_the_rounding_account_where_nothing_takes_the_rest(self, books, payer):
        draft = a_draft(
            books,
            debit("1020", money("0.30")),
            credit("4700", money("0.10")),
            credit("4050", money("0.10")),
            credit("4100", money("0.10")),
            currency="USD",
            rate=money("1.2"),
        )

        post(draft)

        assert trial_balance(books)["6710"] == Decimal("-0.01")

    def test_document_amounts_stand_beside_company_amounts(self, books, payer):
        entry_id = post(a_sale(payer, "100.00", "20.00", currency="USD", rate="1.25"))

        lines = JournalLine.objects.filter(entry=entry_id).values_list("currency", "document_amount", "debit", "credit")
        assert list(lines) == [("USD", 120, 96, None), ("USD", 100, None, 80), ("USD", 20, None, 16)]
        item = OpenItem.objects.get(entry=entry_id)
        assert (item.currency, item.amount, item.company_amount) == ("USD", 120, 96)

    def test_an_amount_too_small_for_company_currency_is_still_a_line(self, books, payer):
        post(a_sale(payer, "1", "0", currency="JPY", rate="190"))

        assert trial_balance(books) == {RECEIVABLES: Decimal("0.01"), SALES: Decimal("-0.01")}


def refusals(books: Company, payer) -> dict[str, Draft]:
    """Every draft that breaks one rule, by the code of that rule."""
    stranger = CustomerFactory(company=Company.objects.get(code="elsewhere"))
    return {
        "ledger.unbalanced": a_draft(books, debit("6100", money(10)), credit(BANK, money(9))),
        "ledger.unknown_account": a_draft(books, debit("9999", money(10)), credit(BANK, money(10))),
        "ledger.unknown_journal": a_draft(books, journal="petty"),
        "ledger.inactive_account": a_draft(books, debit("6900", money(10)), credit(BANK, money(10))),
        "ledger.wrong_currency": a_draft(books, debit("6100", money(10)), credit("1060", money(10))),
        "ledger.negative_amount": a_draft(books, debit("6100", money(-10)), credit(BANK, money(-10))),
        "ledger.not_whole_minor_units": a_draft(books, debit("6100", money("1.005")), credit(BANK, money("1.005"))),
        "ledger.unknown_currency": a_draft(books, currency="XQZ", rate=money("1.5")),
        "ledger.rate_missing": a_draft(books, currency="USD"),
        "ledger.control_account_needs_payer": a_draft(books, debit(RECEIVABLES, money(9)), credit(SALES, money(9))),
        "ledger.payer_of_other_company": a_draft(
            books, debit(RECEIVABLES, money(9), payer_id=stranger.pk), credit(SALES, money(9))
        ),
        "ledger.tax_account_needs_tax_line": a_draft(books, debit(BANK, money(9)), credit(TAX, money(9))),
        "ledger.not_a_tax_account": replace(
            a_sale(payer), taxes=[DraftTax("S20", "S", money(20), money(100), money(20), account="4700")]
        ),
        "ledger.inventory_needs_stock_move": a_draft(books, debit("1300", money(9)), credit(BANK, money(9))),
    }


def test_each_broken_rule_is_refused_by_its_code_and_nothing_is_written(books, other_company, payer):
    Account.objects.filter(company=books, number="6900").update(is_active=False)
    Account.objects.filter(company=books, number="1060").update(currency="EUR")
    drafts = refusals(books, payer)
    before = rows_in_the_books()

    outcomes = post_entries(list(drafts.values()), on=MARCH_1, by=None)

    assert codes(outcomes.refused.values()) == list(drafts)
    assert all(error.message for error in outcomes.refused.values())
    assert rows_in_the_books() == before


def test_a_company_without_books_is_told_to_load_a_chart(company):
    outcomes = post_entries([a_draft(company)], on=MARCH_1, by=None)

    assert codes(outcomes.refused.values()) == ["ledger.no_books"]


def test_refuses_one_and_books_the_others(books):
    good, bad = a_draft(books), a_draft(books, debit("6100", money(10)), credit(BANK, money(9)))

    outcomes = post_entries([bad, good], on=MARCH_1, by=None)

    assert (outcomes.done, list(outcomes.refused), list(outcomes.entries)) == ([1], [0], [1])
    assert trial_balance(books) == {"6100": 10, BANK: -10}


class TestTwice:
    def test_the_same_source_with_the_same_content_changes_nothing(self, books, payer):
        draft = a_sale(payer)
        first = post(draft)
        before = rows_in_the_books()

        outcomes = post_entries([draft], on=date(2026, 3, 5), by=None)

        assert (outcomes.already, outcomes.entries) == ([0], {0: first})
        assert rows_in_the_books() == before

    def test_amounts_written_differently_are_the_same_content(self, books):
        post(a_draft(books, debit("6100", money("10.00")), credit(BANK, money("10.00")), source="rent"))

        again = a_draft(books, debit("6100", money("10")), credit(BANK, money("10.0")), source="rent")

        assert post_entries([again], on=MARCH_1, by=None).already == [0]

    def test_other_content_under_the_same_source_is_refused(self, books, payer):
        post(a_sale(payer, "100.00", "20.00", source="invoice:1"))
        before = rows_in_the_books()

        outcomes = post_entries([a_sale(payer, "90.00", "18.00", source="invoice:1")], on=MARCH_1, by=None)

        assert codes(outcomes.refused.values()) == ["ledger.source_clash"]
        assert rows_in_the_books() == before

    @pytest.mark.parametrize(
        "differs",
        [{"category": "E"}, {"fact": "output_tax"}, {"company_base": money(79)}, {"company_tax": money(17)}],
    )
    def test_other_tax_facts_under_the_same_source_are_refused(self, books, payer, differs):
        draft = a_sale(payer)
        post(draft)

        other = replace(draft, taxes=[replace(draft.taxes[0], **differs)])

        assert codes(post_entries([other], on=MARCH_1, by=None).refused.values()) == ["ledger.source_clash"]

    def test_another_dunning_level_under_the_same_source_is_refused(self, books, payer):
        draft = a_sale(payer)
        post(draft)
        receivable, revenue = draft.lines
        assert receivable.item

        other = replace(draft, lines=[replace(receivable, item=replace(receivable.item, dunning_level=2)), revenue])

        assert codes(post_entries([other], on=MARCH_1, by=None).refused.values()) == ["ledger.source_clash"]

    def test_another_wording_is_the_same_fact(self, books, payer):
        draft = a_sale(payer)
        post(draft)

        again = replace(draft, description="Rechnung", lines=[replace(line, text="Ware") for line in draft.lines])

        assert post_entries([again], on=MARCH_1, by=None).already == [0]

    def test_a_source_repeated_within_a_set_is_booked_once(self, books):
        draft = a_draft(books, source="rent")
        other = a_draft(books, debit("6100", money(7)), credit(BANK, money(7)), source="rent")

        outcomes = post_entries([draft, draft, other], on=MARCH_1, by=None)

        assert (outcomes.done, outcomes.already, codes(outcomes.refused.values())) == (
            [0],
            [1],
            ["ledger.source_clash"],
        )
        assert outcomes.entries[0] == outcomes.entries[1]
        assert trial_balance(books) == {"6100": 10, BANK: -10}

    def test_two_companies_may_use_the_same_source(self, books, other_company):
        keep_books(other_company)
        drafts = [a_draft(books, source="rent"), a_draft(other_company, source="rent")]

        outcomes = post_entries(drafts, on=MARCH_1, by=None)

        assert outcomes.done == [0, 1]
        assert outcomes.entries[0] != outcomes.entries[1]

    def test_a_booked_source_is_already_even_when_its_period_is_closed(self, books, payer, finance):
        draft = a_sale(payer)
        post(draft, on=date(2025, 1, 15))
        close(books, 2025, 1, by=finance)

        assert post_entries([draft], on=date(2025, 1, 15), by=None).already == [0]


def close(company: Company, year: int, number: int, *, by) -> None:
    """Close all modules of a month."""
    periods = Period.objects.filter(company=company, year=year, number=number)
    close_periods([period.pk for period in periods], by=by).require_all()


class TestClosedPeriod:
    def test_is_refused_with_the_first_open_day(self, books, finance):
        close(books, 2025, 1, by=finance)
        before = rows_in_the_books()

        outcomes = post_entries([a_draft(books)], on=date(2025, 1, 31), by=None)

        error = outcomes.refused[0]
        assert (error.code, error.first_open, error.state) == ("ledger.period_closed", date(2025, 2, 1), "closed")
        assert rows_in_the_books() == before

    def test_or_dated_into_the_first_open_day_by_choice(self, books, finance):
        close(books, 2025, 1, by=finance)

        outcomes = post_entries([a_draft(books)], on=date(2025, 1, 31), by=None, if_closed=IfClosed.FIRST_OPEN_DAY)

        entry = JournalEntry.objects.get(pk=outcomes.entries[0])
        assert (entry.posting_date, entry.period.number) == (date(2025, 2, 1), 2)

    def test_a_module_closes_for_itself(self, books, payer, finance):
        sales = Period.objects.get(company=books, year=2025, number=1, module="sales")
        close_periods([sales.pk], by=finance).require_all()

        outcomes = post_entries([a_sale(payer), a_receipt(payer)], on=date(2025, 1, 10), by=None)

        assert (outcomes.done, codes(outcomes.refused.values())) == ([1], ["ledger.period_closed"])

    def test_a_day_without_a_period_is_refused(self, books):
        outcomes = post_entries([a_draft(books)], on=date(2031, 1, 1), by=None)

        assert (outcomes.refused[0].code, outcomes.refused[0].state) == ("ledger.period_closed", "not set up")


def test_posting_by_hand_needs_the_right_in_that_company(books, user_as):
    outcomes = post_by_hand([a_draft(books)], on=MARCH_1, by=user_as("finance"))
    assert outcomes.done == [0]

    with pytest.raises(Exception, match="not_permitted"):
        post_by_hand([a_draft(books)], on=MARCH_1, by=user_as("sales"))


def test_fifty_entries_take_as_many_statements_as_one(books, payer, statements):
    def cost(size: int) -> int:
        drafts = [a_sale(payer) for _ in range(size)]
        return statements(post_entries, drafts, on=MARCH_1, by=None)

    assert cost(50) == cost(1)


def test_an_earmark_and_a_reference_travel_with_the_line(books, payer):
    facts = ItemFacts(ItemKind.RECEIPT, earmark="order:4711", payment_reference="RF18 5390 0754 7034")
    line = credit(ON_ACCOUNT, money(30), payer_id=payer.pk, item=facts)

    entry_id = post(a_draft(books, debit(BANK, money(30)), line))

    item = OpenItem.objects.get(entry=entry_id)
    assert (item.side, item.kind, item.earmark) == ("credit", "receipt", "order:4711")
    assert item.payment_reference == "RF18 5390 0754 7034"

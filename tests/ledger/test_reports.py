"""The reports say what was booked: as of any day, tying to each other, at the cost of one account for a thousand."""

from datetime import date, timedelta

import pytest

from ledger import reports, tieout
from ledger.ageing import Bucket, ageing, bands_of, open_sums
from ledger.models import Account, AgeingBy, LedgerPolicy
from ledger.open_items import open_as_of
from ledger.reports import Span
from tests.ledger.factories import RECEIVABLES, SALES, a_draft, a_sale, an_invoice, money, post
from tests.ledger.month import MARCH_1, MARCH_5, MARCH_10, MARCH_15, MARCH_20, MARCH_31, a_month

FEBRUARY_28 = date(2026, 2, 28)


@pytest.fixture
def month(books):
    return a_month(books)


def account(month, number):
    return Account.objects.get(company=month.company, number=number)


def balances(company, first, last):
    rows = reports.trial_balance(company, Span(first, last))
    return {row.number: (row.opening, row.debit, row.credit, row.closing) for row in rows}


def test_the_trial_balance_opens_moves_and_closes(month):
    found = balances(month.company, MARCH_5, MARCH_10)

    assert found[SALES] == (-100, 0, money("333.33"), money("-433.33"))  # 200, 83.33 (100 EUR) and 50
    assert found[RECEIVABLES][0] == 120


def test_the_trial_balance_adds_up_to_zero(month):
    rows = reports.trial_balance(month.company, Span(MARCH_5, MARCH_31))

    assert reports.balance_sums(rows)["opening"] == 0
    assert reports.balance_sums(rows)["closing"] == 0


def test_accounts_never_booked_are_left_out(month):
    assert "6100" not in balances(month.company, None, MARCH_31)

    post(a_draft(month.company))

    assert balances(month.company, None, MARCH_31)["6100"] == (0, 10, 0, 10)


def test_other_companies_are_another_balance(month, other_company):
    assert reports.trial_balance(other_company, Span(None, MARCH_31)) == []


def test_the_fiscal_year_begins_with_the_companys_month(books):
    LedgerPolicy.objects.filter(company=books).update(fiscal_year_first_month=4)

    assert reports.fiscal_year_of(books, MARCH_31).first == date(2025, 4, 1)
    assert reports.fiscal_year_of(books, date(2026, 4, 1)).first == date(2026, 4, 1)


def test_an_account_sheet_runs_from_its_opening_to_its_closing_balance(month):
    opening, lines = reports.account_sheet(account(month, RECEIVABLES), Span(MARCH_5, MARCH_31))

    running = [line.balance for line in lines]
    assert opening == 120
    assert running[0] == opening + lines[0].debit
    assert running[-1] == opening + reports.balance_of(lines) == balances(month.company, None, MARCH_31)[RECEIVABLES][3]


def test_months_of_an_account_end_with_its_balance(month):
    post(a_sale(month.payer), date(2026, 4, 2))

    rows = reports.by_period(account(month, SALES), Span(date(2026, 3, 1), date(2026, 4, 30)))

    assert [(row["month"], row["closing"]) for row in rows] == [
        (date(2026, 3, 1), money("-383.33")),
        (date(2026, 4, 1), money("-483.33")),
    ]


def test_a_statement_shows_what_changed_for_the_customer_and_no_internal_transfer(month):
    opening, lines = reports.statement_of_account(month.company, month.payer, Span(MARCH_1, MARCH_31))

    assert opening == 0
    assert [(line.posting_date, line.balance) for line in lines] == [(MARCH_1, 120), (MARCH_5, 360), (MARCH_10, 240)]


def test_the_tax_report_adds_up_tax_lines_by_code(month):
    (total,) = reports.tax_report(month.company, Span(None, MARCH_31))

    assert (total.code, total.rate, total.base, total.tax) == ("S20", 20, money("383.33"), money("76.67"))


def test_the_journal_shows_each_entrys_amount(month):
    totals = {entry.pk: entry.total for entry in reports.journal(month.company)}

    assert totals[month.open.entry_id] == 240
    assert list(totals) == sorted(totals, reverse=True)


def open_on(month, day):
    return {item.pk: item.open_then for item in open_as_of(month.company, day)}


def test_open_as_of_counts_settlements_up_to_the_day_and_undone_ones_until_their_undo(month):
    assert open_on(month, MARCH_5)[month.open.pk] == 240
    assert open_on(month, MARCH_10)[month.open.pk] == 120  # settled with the receipt, which was wrong
    assert open_on(month, MARCH_15)[month.open.pk] == 240  # and undone
    assert month.paid.pk not in open_on(month, MARCH_15)
    assert open_on(month, MARCH_10)[month.paid.pk] == 120


def test_an_item_is_open_from_its_posting_date_on(month):
    assert open_on(month, FEBRUARY_28) == {}
    assert set(open_on(month, MARCH_1)) == {month.paid.pk}


def test_one_payers_items_can_be_asked_for(month):
    (item,) = open_as_of(month.company, MARCH_31).filter(payer=month.other)

    assert (item.pk, item.open_then, item.open_company_then) == (month.foreign.pk, 120, 100)


def test_the_ageing_puts_items_into_the_companys_bands(month):
    aged = ageing(month.company, MARCH_20 + timedelta(days=31))

    by_payer = {payer.pk: payer.buckets for payer in aged.payers}
    assert by_payer == {month.payer.pk: [0, 0, 240, 0, 0], month.other.pk: [0, 100, 0, 0, 0]}
    assert [band.label for band in aged.bands] == ["Not due", "1 to 30", "31 to 60", "61 to 90", "Over 90"]


@pytest.mark.parametrize(("late", "band"), [(0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4)])
def test_bands_include_their_last_day(books, payer, late, band):
    an_invoice(payer, on=MARCH_1, due=MARCH_1)

    aged = ageing(books, MARCH_1 + timedelta(days=late))

    assert [number for number, total in enumerate(aged.totals) if total] == [band]


def test_by_document_date_day_zero_is_in_the_first_band(books, payer):
    an_invoice(payer, on=MARCH_1, due=MARCH_31)

    aged = ageing(books, MARCH_1, AgeingBy.DOCUMENT)

    assert aged.bands[0] == Bucket(0, 30)
    assert aged.totals == [120, 0, 0, 0]


def test_a_company_may_have_other_bands(month):
    LedgerPolicy.objects.filter(company=month.company).update(ageing_buckets=[14])

    aged = ageing(month.company, MARCH_31)

    assert [band.label for band in aged.bands] == ["Not due", "1 to 14", "Over 14"]
    assert aged.totals == [100, 240, 0]


def test_bands_of_no_days_are_due_and_not_due():
    assert bands_of([], AgeingBy.DUE) == [Bucket(None, 0), Bucket(1, None)]


@pytest.mark.parametrize("day", [FEBRUARY_28, MARCH_1, MARCH_5, MARCH_10, MARCH_15, MARCH_20, MARCH_31])
def test_ageing_open_items_and_control_accounts_agree_on_every_day(month, day):
    booked = sum(one.ledger for one in tieout.control_accounts(month.company, day) if one.account.makes_open_items)

    assert ageing(month.company, day).open == booked
    assert ageing(month.company, day, AgeingBy.DOCUMENT).open == booked
    assert sum(item.open_company_then for item in open_as_of(month.company, day)) == booked
    assert sum(amount for amount, _ in open_sums(month.company, day).values()) == booked
    assert sum(items for _, items in open_sums(month.company, day).values()) == len(open_on(month, day))


def test_control_accounts_equal_their_sub_ledgers(month):
    controls = tieout.control_accounts(month.company, MARCH_31)

    assert {one.account.number: one.difference for one in controls} == {one.account.number: 0 for one in controls}
    receivables = next(one for one in controls if one.account.number == RECEIVABLES)
    assert (receivables.ledger, receivables.documents) == (340, 2)


def test_reports_cost_the_same_however_much_is_booked(month, statements):
    def cost():
        return [
            statements(reports.trial_balance, month.company, Span(MARCH_1, MARCH_31)),
            statements(ageing, month.company, MARCH_31),
            statements(lambda: list(open_as_of(month.company, MARCH_31))),
            statements(tieout.control_accounts, month.company, MARCH_31),
        ]

    before = cost()
    for _ in range(20):
        an_invoice(month.payer, on=MARCH_20)

    assert cost() == before

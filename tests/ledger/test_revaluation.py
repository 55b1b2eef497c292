"""Month-end revaluation: unrealised differences on accounts of their own, taken back on the next day."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import NotPermitted
from ledger import errors
from ledger.closing import in_the_way
from ledger.models import JournalEntry, Module, OpenItem, Period
from ledger.operations import close_periods, revalue, settle, undo
from ledger.revaluation import positions
from ledger.settling import Pair
from masterdata.errors import MissingRate
from masterdata.models import ExchangeRate
from tests.ledger.factories import an_invoice, money_received, open_amounts, rows_in_the_books, trial_balance

MARCH_31, APRIL_1 = date(2026, 3, 31), date(2026, 4, 1)
REVALUATION, GAIN, LOSS = "1210", "4610", "6610"


@pytest.fixture
def invoice(books, payer) -> OpenItem:
    """100 USD at 1.25: booked at 80.00."""
    return an_invoice(payer, "100.00", "0", currency="USD", rate="1.25")


def usd(rate: str) -> dict[str, Decimal]:
    return {"USD": Decimal(rate)}


def balances_on(company, day: date) -> dict[str, Decimal]:
    """Balances of the revaluation accounts at the end of a day."""
    rows = JournalEntry.objects.filter(company=company, posting_date__lte=day, kind="revaluation")
    sums: dict[str, Decimal] = {}
    for entry in rows:
        for line in entry.lines.select_related("account"):
            amount = (line.debit or 0) - (line.credit or 0)
            sums[line.account.number] = sums.get(line.account.number, Decimal(0)) + amount
    return {number: amount for number, amount in sums.items() if amount}


def test_a_gain_stands_at_month_end_and_is_gone_the_next_day(books, finance, invoice):
    revalue(books, on=MARCH_31, by=finance, rates=usd("1.20"))

    # 100 / 1.20 = 83.33
    assert balances_on(books, MARCH_31) == {REVALUATION: Decimal("3.33"), GAIN: Decimal("-3.33")}
    assert balances_on(books, APRIL_1) == {}


def test_a_loss_goes_to_its_own_account(books, finance, invoice):
    revalue(books, on=MARCH_31, by=finance, rates=usd("1.30"))

    assert balances_on(books, MARCH_31) == {REVALUATION: Decimal("-3.08"), LOSS: Decimal("3.08")}


def test_half_a_penny_is_rounded_once_and_up(books, finance, payer):
    an_invoice(payer, "0.03", "0", currency="USD", rate="1.5")

    revalue(books, on=MARCH_31, by=finance, rates=usd("1.2"))

    # 0.03 / 1.2 = 0.025, up to 0.03; booked at 0.02. The reciprocal of 1.2, cut off, would make it 0.02.
    assert balances_on(books, MARCH_31) == {REVALUATION: Decimal("0.01"), GAIN: Decimal("-0.01")}


def test_never_touches_what_the_items_are_booked_at(books, finance, invoice):
    revalue(books, on=MARCH_31, by=finance, rates=usd("1.20"))

    assert open_amounts(invoice) == [(100, 80)]
    assert trial_balance(books)["1200"] == 80


def test_money_on_account_is_revalued_too(books, payer, finance):
    money_received(payer, "100.00", currency="USD", rate="1.25")

    revalue(books, on=MARCH_31, by=finance, rates=usd("1.20"))

    assert balances_on(books, MARCH_31) == {REVALUATION: Decimal("-3.33"), LOSS: Decimal("3.33")}


def test_twice_changes_nothing(books, finance, invoice):
    revalue(books, on=MARCH_31, by=finance, rates=usd("1.20"))
    before = rows_in_the_books()

    again = revalue(books, on=MARCH_31, by=finance, rates=usd("1.20"))

    assert again.entries == again.reversals == []
    assert rows_in_the_books() == before


def test_a_second_run_books_only_what_came_in_between(books, payer, finance, invoice):
    revalue(books, on=MARCH_31, by=finance, rates=usd("1.20"))
    an_invoice(payer, "100.00", "0", currency="USD", rate="1.25")

    revalue(books, on=MARCH_31, by=finance, rates=usd("1.20"))

    assert balances_on(books, MARCH_31) == {REVALUATION: Decimal("6.67"), GAIN: Decimal("-6.67")}
    assert balances_on(books, APRIL_1) == {}


def test_looks_at_what_was_open_on_that_day(books, payer, finance, invoice):
    receipt = money_received(payer, "60.00", currency="USD", rate="1.25")
    settlement = settle([Pair(invoice.pk, receipt.pk)], on=date(2026, 3, 20), by=None).settlements[0]
    undo([settlement], on=date(2026, 4, 10), by=None).require_all()

    [position] = positions(books, MARCH_31, usd("1.20"))

    assert (position.open_amount, position.booked, position.value) == (40, 32, Decimal("33.33"))
    assert positions(books, date(2026, 4, 10), usd("1.20"))[0].open_amount == 100


def test_takes_the_published_rates_of_the_day(books, finance, invoice):
    ExchangeRate.objects.create(currency="USD", day=MARCH_31, rate=Decimal("1.10"))
    ExchangeRate.objects.create(currency="GBP", day=MARCH_31, rate=Decimal("0.88"))

    revalue(books, on=MARCH_31, by=finance)

    # 100 × 0.88 / 1.10 = 80.00: as booked.
    assert balances_on(books, MARCH_31) == {}


def test_a_missing_rate_is_refused(books, finance, invoice):
    with pytest.raises(MissingRate):
        revalue(books, on=MARCH_31, by=finance)


def test_a_day_that_ends_no_period_is_refused(books, finance, invoice):
    with pytest.raises(errors.NotMonthEnd):
        revalue(books, on=date(2026, 3, 30), by=finance, rates=usd("1.20"))


def test_a_closed_period_is_refused_and_nothing_is_written(books, finance, invoice):
    periods = Period.objects.filter(company=books, last_date__lte=MARCH_31)
    close_periods([period.pk for period in periods], by=finance).require_all()
    before = rows_in_the_books()

    with pytest.raises(errors.PeriodClosed):
        revalue(books, on=MARCH_31, by=finance, rates=usd("1.20"))

    assert rows_in_the_books() == before


def test_needs_the_right_to_close(books, user_as, invoice):
    with pytest.raises(NotPermitted):
        revalue(books, on=MARCH_31, by=user_as("sales"), rates=usd("1.20"))


def test_closing_warns_of_items_that_are_not_revalued(books, finance, invoice):
    ExchangeRate.objects.create(currency="USD", day=MARCH_31, rate=Decimal("1.20"))
    ExchangeRate.objects.create(currency="GBP", day=MARCH_31, rate=Decimal("1.00"))
    general = Period.objects.get(company=books, year=2026, number=3, module=Module.GENERAL)

    def warnings() -> list[str]:
        return [one.what for found in in_the_way(general) if not found.check.blocks for one in found.obstacles]

    assert warnings() == ["Open items in USD are not revalued at 2026-03-31"]
    revalue(books, on=MARCH_31, by=finance)
    assert warnings() == []

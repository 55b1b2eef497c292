"""Periods and years: opening, closing with what is in the way, reopening with a reason."""

import json
from collections.abc import Iterator
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.models import Company
from ledger import closing, errors
from ledger.closing import ClosingCheck, Obstacle
from ledger.models import JournalEntry, LedgerPolicy, Module, Period, PeriodState, PeriodStep
from ledger.operations import (
    begin_closing,
    close_periods,
    close_year,
    open_year,
    post_entries,
    reopen_periods,
    reopen_year,
)
from tests.ledger.factories import a_draft, a_sale, codes, money, post, rows_in_the_books, trial_balance

JANUARY_15 = date(2025, 1, 15)


def period_of(company: Company, number: int = 1, module: str = Module.SALES, year: int = 2025) -> Period:
    return Period.objects.get(company=company, year=year, number=number, module=module)


def ids(company: Company, year: int = 2025, **only) -> list[int]:
    return list(Period.objects.filter(company=company, year=year, **only).values_list("pk", flat=True))


def close_all_but_last(company: Company, by, year: int = 2025) -> None:
    """Close a year's periods except the last of the general ledger."""
    last = period_of(company, 12, Module.GENERAL, year)
    close_periods([pk for pk in ids(company, year) if pk != last.pk], by=by).require_all()


class TestOpenYear:
    def test_by_command_says_how_many_periods_are_new(self, books):
        said = StringIO()

        call_command("open_year", "2030", "--company", books.code, "--json", stdout=said)

        assert json.loads(said.getvalue()) == {books.code: 12 * len(Module)}
        assert Period.objects.filter(company=books, year=2030).count() == 12 * len(Module)

    @pytest.mark.parametrize(("arguments", "words"), [(["2030"], "load_chart"), (["20300"], "20300 is no year")])
    def test_by_command_says_what_is_missing(self, company, arguments, words):
        with pytest.raises(CommandError, match=words):
            call_command("open_year", *arguments, "--company", company.code)

    def test_sets_up_twelve_months_for_every_module_once(self, books):
        assert Period.objects.filter(company=books, year=2025).count() == 12 * len(Module)
        assert open_year(books, 2025) == 0

        february = period_of(books, 2, year=2026)
        assert (february.first_date, february.last_date) == (date(2026, 2, 1), date(2026, 2, 28))

    def test_a_fiscal_year_is_named_after_the_year_it_ends_in(self, books):
        LedgerPolicy.objects.filter(company=books).update(fiscal_year_first_month=4)

        open_year(books, 2028)

        first, last = period_of(books, 1, year=2028), period_of(books, 12, year=2028)
        assert (first.first_date, last.last_date) == (date(2027, 4, 1), date(2028, 3, 31))

    def test_needs_books(self, company):
        with pytest.raises(errors.NoBooks):
            open_year(company, 2026)


class TestClosing:
    def test_leaves_a_record_of_each_step(self, books, finance):
        period = period_of(books)

        close_periods([period.pk], by=finance).require_all()

        steps = PeriodStep.objects.filter(period=period).values_list("state", "by")
        assert list(steps) == [("closing", finance.pk), ("closed", finance.pk)]

    def test_twice_changes_nothing(self, books, finance):
        period = period_of(books)
        close_periods([period.pk], by=finance)

        outcomes = close_periods([period.pk], by=finance)

        assert (outcomes.done, outcomes.already, outcomes.refused) == ([], [period.pk], {})

    def test_a_closing_period_refuses_postings(self, books, payer, finance):
        begin_closing([period_of(books).pk], by=finance).require_all()

        outcomes = post_entries([a_sale(payer)], on=JANUARY_15, by=None)

        assert (outcomes.refused[0].code, outcomes.refused[0].state) == ("ledger.period_closed", "closing")

    def test_months_close_in_their_order(self, books, finance):
        february = period_of(books, 2)

        outcomes = close_periods([february.pk], by=finance)

        assert codes(outcomes.refused.values()) == ["ledger.closing_blocked"]
        assert outcomes.refused[february.pk].obstacles == ["Sales 2025-01 is open"]
        february.refresh_from_db()
        assert february.state == PeriodState.OPEN

    def test_a_set_closes_in_business_order_whatever_its_own(self, books, finance):
        wanted = sorted(ids(books, number__in=[1, 2]), reverse=True)

        assert sorted(close_periods(wanted, by=finance).done) == sorted(wanted)

    def test_the_general_ledger_closes_after_the_other_modules(self, books, finance):
        general = period_of(books, module=Module.GENERAL)

        outcomes = close_periods([general.pk], by=finance)

        assert outcomes.refused[general.pk].obstacles == [
            "Receivables 2025-01 is open",
            "Sales 2025-01 is open",
            "Stock 2025-01 is open",
        ]

    @pytest.mark.parametrize("role", ["sales", "auditor"])
    def test_needs_the_right(self, books, user_as, role):
        period = period_of(books)

        outcomes = close_periods([period.pk], by=user_as(role))

        assert codes(outcomes.refused.values()) == ["core.not_permitted"]
        period.refresh_from_db()
        assert period.state == PeriodState.OPEN


@pytest.fixture
def check() -> Iterator[ClosingCheck]:
    """A check as a stage would register it: finds one draft in the way."""
    found = ClosingCheck(
        "test.unposted",
        "Everything is posted",
        frozenset({Module.SALES}),
        lambda period: [Obstacle("Draft 7 is not posted", "test.invoice", 7)],
    )
    closing.register(found)
    yield found
    del closing._checks["test.unposted"]


class TestChecks:
    def test_what_a_stage_finds_blocks_and_is_listed_with_its_document(self, books, finance, check):
        period = period_of(books)

        outcomes = close_periods([period.pk], by=finance)

        assert outcomes.refused[period.pk].obstacles == ["Draft 7 is not posted"]
        [finding] = closing.in_the_way(period)
        assert finding.obstacles == [Obstacle("Draft 7 is not posted", "test.invoice", 7)]

    def test_the_period_is_open_again_for_what_clears_the_way(self, books, payer, finance, check):
        close_periods([period_of(books).pk], by=finance)

        assert post_entries([a_sale(payer)], on=JANUARY_15, by=None).done == [0]

    def test_a_period_that_was_closing_before_stays_closing(self, books, finance, check):
        period = period_of(books)
        begin_closing([period.pk], by=finance)

        close_periods([period.pk], by=finance)

        period.refresh_from_db()
        assert period.state == PeriodState.CLOSING

    def test_other_modules_are_not_asked(self, books, finance, check):
        stock = period_of(books, module=Module.STOCK)

        assert close_periods([stock.pk], by=finance).done == [stock.pk]


class TestReopening:
    def test_lets_postings_in_again_and_keeps_the_reason(self, books, payer, finance, user_as):
        period, head = period_of(books), user_as("finance")
        close_periods([period.pk], by=finance)

        reopen_periods([period.pk], by=head, reason="An invoice came late").require_all()

        assert post_entries([a_sale(payer)], on=JANUARY_15, by=None).done == [0]
        step = PeriodStep.objects.filter(period=period).last()
        assert step is not None
        assert (step.state, step.by, step.reason) == ("open", head, "An invoice came late")

    def test_needs_a_right_of_its_own(self, books, finance, user_as):
        period = period_of(books)
        close_periods([period.pk], by=finance)

        outcomes = reopen_periods([period.pk], by=user_as("auditor"), reason="because")

        assert codes(outcomes.refused.values()) == ["core.not_permitted"]

    def test_needs_a_reason(self, books):
        with pytest.raises(errors.ReasonMissing):
            reopen_periods([period_of(books).pk], by=None, reason="  ")

    def test_an_open_period_is_already_open(self, books):
        period = period_of(books)

        assert reopen_periods([period.pk], by=None, reason="to be sure").already == [period.pk]


class TestYearEnd:
    def test_takes_the_result_to_retained_earnings(self, books, payer, finance):
        post(a_sale(payer, "100.00", "20.00"), on=JANUARY_15)
        post(a_draft(books), on=JANUARY_15)
        close_all_but_last(books, finance)

        closed = close_year(books, 2025, by=finance)

        assert closed.result == 90
        assert trial_balance(books) == {"1010": -10, "1200": 120, "2200": -20, "3100": -90}
        entry = JournalEntry.objects.get(pk=closed.entry_id)
        assert (entry.kind, entry.posting_date, entry.source) == ("closing", date(2025, 12, 31), "year_end:2025:1")
        assert not Period.objects.filter(company=books, year=2025).exclude(state="closed").exists()

    def test_is_refused_where_the_last_month_was_closed_without_the_result(self, books, payer, finance):
        post(a_sale(payer), on=JANUARY_15)
        close_periods(ids(books), by=finance).require_all()

        with pytest.raises(errors.ResultNotBooked):
            close_year(books, 2025, by=finance)

        reopen_periods([period_of(books, 12, Module.GENERAL).pk], by=finance, reason="The result").require_all()
        assert close_year(books, 2025, by=finance).result == 100

    def test_twice_changes_nothing(self, books, payer, finance):
        post(a_sale(payer), on=JANUARY_15)
        close_all_but_last(books, finance)
        first = close_year(books, 2025, by=finance)
        before = rows_in_the_books()

        assert close_year(books, 2025, by=finance).entry_id == first.entry_id
        assert rows_in_the_books() == before

    def test_a_year_without_a_result_closes_without_entry(self, books, finance):
        close_all_but_last(books, finance)

        assert close_year(books, 2025, by=finance).entry_id is None

    def test_needs_every_other_period_closed(self, books, finance):
        with pytest.raises(errors.YearNotReady) as refusal:
            close_year(books, 2025, by=finance)

        assert len(refusal.value.open_periods) == 47

    def test_a_period_of_a_closed_year_is_not_reopened_alone(self, books, payer, finance):
        post(a_sale(payer), on=JANUARY_15)
        close_all_but_last(books, finance)
        close_year(books, 2025, by=finance)

        outcomes = reopen_periods([period_of(books).pk], by=None, reason="late invoice")

        assert codes(outcomes.refused.values()) == ["ledger.year_closed"]

    def test_reopening_the_year_takes_the_result_back_and_it_closes_again_with_the_new_one(self, books, payer, finance):
        post(a_sale(payer, "100.00", "0"), on=JANUARY_15)
        close_all_but_last(books, finance)
        close_year(books, 2025, by=finance)

        reopen_year(books, 2025, by=None, reason="audit adjustment")
        assert trial_balance(books) == {"1200": 100, "4000": -100}

        post(a_draft(books), on=date(2025, 12, 31))
        again = close_year(books, 2025, by=finance)

        assert again.result == money("90")
        assert trial_balance(books) == {"1010": -10, "1200": 100, "3100": -90}

    def test_a_year_without_periods_is_refused(self, books, finance):
        with pytest.raises(errors.NoSuchYear):
            close_year(books, 2040, by=finance)

"""Several clerks at once: no item is settled beyond its amount, no source is booked twice, no closing is passed by."""

import threading
from datetime import date
from functools import partial

import pytest
from django.db import transaction

from core import invariants
from ledger.models import JournalEntry, OpenItem, Period, Settlement, SettlementUndo
from ledger.operations import (
    IfClosed,
    begin_closing,
    close_periods,
    post_entries,
    reverse_entries,
    set_dunning_level,
    settle,
    undo,
)
from ledger.settling import Pair
from tests.ledger.factories import (
    MARCH_1,
    a_draft,
    a_sale,
    an_invoice,
    keep_books,
    money,
    money_received,
    open_amounts,
    trial_balance,
)

CLERKS = 8
MARCH_10 = date(2026, 3, 10)


def nothing_differs() -> bool:
    """Every invariant of the ledger holds."""
    checks = [check for check in invariants.all_checks() if check.name.startswith("ledger")]
    assert checks, "the ledger has registered its checks"
    return all(result.holds for result in invariants.run(checks))


def raised(results: list) -> list[Exception]:
    return [result for result in results if isinstance(result, Exception)]


def test_eight_clerks_settling_one_invoice_never_take_more_than_is_open(concurrently, books, payer):
    invoice = an_invoice(payer, "100.00", "0")
    receipts = [money_received(payer, "30.00") for _ in range(CLERKS)]

    results = concurrently(
        *(partial(settle, [Pair(invoice.pk, receipt.pk, money("30.00"))], on=MARCH_10, by=None) for receipt in receipts)
    )

    assert raised(results) == []
    assert sorted(len(outcomes.done) for outcomes in results) == [0] * 5 + [1] * 3
    assert {error.code for outcomes in results for error in outcomes.refused.values()} == {"ledger.more_than_open"}
    assert open_amounts(invoice) == [(10, 10)]
    assert nothing_differs()


def test_sets_that_overlap_in_opposite_order_do_not_deadlock(concurrently, books, payer):
    invoices = [an_invoice(payer, "100.00", "0") for _ in range(10)]
    receipts = [money_received(payer, "100.00") for _ in range(10)]
    forward = [Pair(invoice.pk, receipt.pk, money(10)) for invoice, receipt in zip(invoices, receipts, strict=True)]

    results = concurrently(
        *(partial(settle, pairs, on=MARCH_10, by=None) for pairs in [forward, forward[::-1]] * (CLERKS // 2))
    )

    assert raised(results) == []
    assert open_amounts(*invoices) == [(20, 20)] * 10
    assert Settlement.objects.count() == 10 * CLERKS


def test_the_same_source_at_once_is_booked_once(concurrently, books, payer):
    draft = a_sale(payer, source="invoice:1")

    results = concurrently(*(partial(post_entries, [draft], on=MARCH_1, by=None) for _ in range(CLERKS)))

    assert raised(results) == []
    assert sorted((len(one.done), len(one.already)) for one in results) == [(0, 1)] * (CLERKS - 1) + [(1, 0)]
    assert len({one.entries[0] for one in results}) == 1
    assert JournalEntry.objects.count() == OpenItem.objects.count() == 1


def test_the_same_sources_in_opposite_order_do_not_deadlock(concurrently, books):
    drafts = [a_draft(books, source=f"rent:{number}") for number in range(20)]

    results = concurrently(
        *(partial(post_entries, some, on=MARCH_1, by=None) for some in [drafts, drafts[::-1]] * (CLERKS // 2))
    )

    assert raised(results) == []
    assert sum(len(one.done) for one in results) == JournalEntry.objects.count() == 20


def test_one_source_with_two_contents_at_once_books_one_and_refuses_the_other(concurrently, books, payer):
    drafts = [a_sale(payer, net, "0", source="invoice:1") for net in ("100.00", "90.00")]

    results = concurrently(*(partial(post_entries, [draft], on=MARCH_1, by=None) for draft in drafts))

    assert sorted(len(one.done) for one in results) == [0, 1]
    assert [error.code for one in results for error in one.refused.values()] == ["ledger.source_clash"]
    assert JournalEntry.objects.count() == 1


def test_a_settlement_is_undone_once(concurrently, books, payer):
    invoice, receipt = an_invoice(payer), money_received(payer)
    settlement = settle([Pair(invoice.pk, receipt.pk)], on=MARCH_10, by=None).settlements[0]

    results = concurrently(*(partial(undo, [settlement], on=MARCH_10, by=None) for _ in range(CLERKS)))

    assert raised(results) == []
    assert sorted((len(one.done), len(one.already)) for one in results) == [(0, 1)] * (CLERKS - 1) + [(1, 0)]
    assert SettlementUndo.objects.count() == 1
    assert open_amounts(invoice, receipt) == [(120, 120), (120, 120)]
    assert nothing_differs()


@pytest.mark.parametrize("with_items", [True, False])
def test_an_entry_is_reversed_once(concurrently, books, payer, with_items):
    draft = a_sale(payer) if with_items else a_draft(books)
    entry = post_entries([draft], on=MARCH_1, by=None).entries[0]

    results = concurrently(
        *(partial(reverse_entries, [entry], on=MARCH_10, by=None, of_documents=True) for _ in range(CLERKS))
    )

    assert raised(results) == []
    assert sorted((len(one.done), len(one.already)) for one in results) == [(0, 1)] * (CLERKS - 1) + [(1, 0)]
    assert trial_balance(books) == {}
    assert nothing_differs()


def test_settling_and_reversing_at_once_leaves_one_of_them(concurrently, books, payer):
    invoice, receipt = an_invoice(payer), money_received(payer)

    settled, reversal = concurrently(
        partial(settle, [Pair(invoice.pk, receipt.pk)], on=MARCH_10, by=None),
        partial(reverse_entries, [invoice.entry_id], on=MARCH_10, by=None, of_documents=True),
    )

    assert (len(settled.done), len(reversal.done)) in {(1, 0), (0, 1)}
    assert nothing_differs()


def test_changing_facts_and_settling_at_once_keeps_both(concurrently, books, payer):
    invoice, receipt = an_invoice(payer), money_received(payer, "50.00")

    concurrently(
        partial(settle, [Pair(invoice.pk, receipt.pk)], on=MARCH_10, by=None),
        partial(set_dunning_level, {invoice.pk: 1}, on=MARCH_10, by=None),
    )

    invoice.refresh_from_db()
    assert (invoice.open_amount, invoice.dunning_level) == (70, 1)


class TestPostingAgainstClosing:
    def test_no_entry_is_dated_into_a_period_that_closed_before_it(self, concurrently, books):
        general = list(Period.objects.filter(company=books, year=2025, number=1))

        results = concurrently(
            *(partial(post_entries, [a_draft(books)], on=date(2025, 1, 15), by=None) for _ in range(CLERKS - 1)),
            partial(close_periods, [period.pk for period in general], by=None),
        )

        assert raised(results) == []
        *posted, closed = results
        assert sorted(closed.done) == sorted(period.pk for period in general)
        booked = sum(len(one.done) for one in posted)
        assert JournalEntry.objects.count() == booked
        assert {error.code for one in posted for error in one.refused.values()} <= {"ledger.period_closed"}
        assert post_entries([a_draft(books)], on=date(2025, 1, 15), by=None).refused

    def test_closing_waits_for_a_posting_under_way(self, concurrently, books):
        """The posting holds its period until it commits: closing sees its entry, and nothing slips in after."""
        period = Period.objects.get(company=books, year=2025, number=1, module="general")
        posted, seen_by_others = threading.Event(), []

        def post_slowly() -> None:
            with transaction.atomic():
                post_entries([a_draft(books)], on=date(2025, 1, 15), by=None).require_all()
                posted.set()
                closing.join(timeout=0.3)
                seen_by_others.append(closing.is_alive())

        def close_now() -> int:
            posted.wait(10)
            begin_closing([period.pk], by=None).require_all()
            return JournalEntry.objects.filter(period=period).count()

        counted: list[int] = []
        closing = threading.Thread(target=lambda: counted.extend(concurrently(close_now)))
        closing.start()
        post_slowly()
        closing.join()

        assert seen_by_others == [True]
        assert counted == [1]

    def test_a_posting_moves_past_the_next_open_month_when_that_begins_to_close_while_it_waits(
        self, concurrently, books
    ):
        general = Period.objects.filter(company=books, year=2025, module="general")
        january, february = general.get(number=1), general.get(number=2)
        begin_closing([january.pk], by=None).require_all()
        move = partial(post_entries, [a_draft(books)], on=date(2025, 1, 15), by=None, if_closed=IfClosed.FIRST_OPEN_DAY)
        results: list = []
        posting = threading.Thread(target=lambda: results.extend(concurrently(move)))

        with transaction.atomic():
            begin_closing([february.pk], by=None).require_all()
            posting.start()
            posting.join(timeout=0.3)
            assert posting.is_alive()
        posting.join()

        assert raised(results) == []
        assert JournalEntry.objects.get().posting_date == date(2025, 3, 1)

    def test_two_companies_do_not_wait_for_each_other(self, concurrently, books, other_company):
        keep_books(other_company, 2025)
        period = Period.objects.get(company=other_company, year=2025, number=1, module="general")

        with transaction.atomic():
            begin_closing([period.pk], by=None)
            [outcome] = concurrently(partial(post_entries, [a_draft(books)], on=date(2025, 1, 15), by=None))

        assert outcome.done == [0]

"""Numbers without gaps, in the order of document dates; and numbers nobody waits for."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from core import numbering
from core.models import NumberSeries
from core.numbering import EarlierThanLastNumber, NumberKind, OutsideSeries
from tests.core.factories import CompanyFactory, NumberSeriesFactory
from tests.fixtures import MARCH_1

PAPER = NumberKind(key="test.paper", label="Paper", pattern="P-{year}-{number:04}")
PARCEL = NumberKind(key="test.parcel", label="Parcel", pattern="PA-{number:06}")


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(numbering, "_kinds", {})
    numbering.register(PAPER, PARCEL)


def draw(series, count=1, *, on=MARCH_1):
    with transaction.atomic():
        return numbering.take(series, count, on=on)


def test_numbers_follow_each_other(company):
    series = numbering.series_for(company, PAPER.key, MARCH_1)

    assert draw(series, 2) == ["P-2026-0001", "P-2026-0002"]
    assert draw(series) == ["P-2026-0003"]


def test_a_date_before_the_last_number_is_refused_and_nothing_moves(company):
    series = numbering.series_for(company, PAPER.key, MARCH_1)
    draw(series)

    with pytest.raises(EarlierThanLastNumber) as refused:
        draw(series, on=MARCH_1 - timedelta(days=1))

    assert (refused.value.last, refused.value.code) == (MARCH_1, "core.earlier_than_last_number")
    series.refresh_from_db()
    assert (series.last_number, series.last_date) == (1, MARCH_1)


def test_another_year_has_a_series_of_its_own_with_the_same_pattern(company):
    march = NumberSeriesFactory(company=company, kind=PAPER.key, year=2026, pattern="RE{year}/{number:03}")

    january = numbering.series_for(company, PAPER.key, date(2027, 1, 4))

    assert draw(january, on=date(2027, 1, 4)) == ["RE2027/001"]
    with pytest.raises(OutsideSeries):
        draw(march, on=date(2027, 1, 4))


def test_asking_twice_for_a_series_gives_the_same_one(company):
    first = numbering.series_for(company, PAPER.key, MARCH_1)

    assert numbering.series_for(company, PAPER.key, MARCH_1) == first
    assert NumberSeries.objects.count() == 1


def test_each_company_counts_on_its_own(company):
    other = CompanyFactory()

    draw(numbering.series_for(company, PAPER.key, MARCH_1), 5)

    assert draw(numbering.series_for(other, PAPER.key, MARCH_1)) == ["P-2026-0001"]


def test_fifty_numbers_take_one_statement(company, statements):
    series = numbering.series_for(company, PAPER.key, MARCH_1)

    assert statements(numbering.take, series, 50, on=MARCH_1) == 1
    assert statements(numbering.take, series, 1, on=MARCH_1) == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_a_bug():
    series = NumberSeriesFactory()

    with pytest.raises(AssertionError, match="belongs to the transaction"):
        numbering.take(series, 1, on=MARCH_1)


@pytest.mark.parametrize(
    "change",
    [
        {"last_number": 4},
        {"last_date": MARCH_1 - timedelta(days=1)},
        {"pattern": "X{year}{number}"},
        {"year": 2027},
    ],
)
def test_the_database_refuses_to_turn_a_used_series_back(company, change):
    series = numbering.series_for(company, PAPER.key, MARCH_1)
    draw(series, 5)

    with pytest.raises(IntegrityError), transaction.atomic():
        NumberSeries.objects.filter(pk=series.pk).update(**change)


def test_the_database_refuses_to_delete_a_used_series(company):
    used = numbering.series_for(company, PAPER.key, MARCH_1)
    draw(used)
    unused = numbering.series_for(company, PAPER.key, date(2027, 1, 1))

    unused.delete()

    with pytest.raises(IntegrityError, match=r"number_series_only_grows|may only go on"), transaction.atomic():
        used.delete()


@pytest.mark.parametrize("pattern", ["INV-{number}", "INV-{year}", "{number.__class__}{year}", "{year}-{number}-X"])
def test_a_pattern_without_year_and_number_is_refused(company, pattern):
    with pytest.raises(IntegrityError, match="numberseries_pattern_has_year_and_number"):
        NumberSeriesFactory(company=company, pattern=pattern)


def test_eight_workers_draw_without_gap_or_double(concurrently):
    series = NumberSeriesFactory()

    drawn = concurrently(*[lambda: [draw(series)[0] for _ in range(10)] for _ in range(8)])

    numbers = sorted(number for each in drawn for number in each)
    assert numbers == [f"P-2026-{ordinal:04}" for ordinal in range(1, 81)]


def test_a_rollback_gives_its_numbers_back_to_the_worker_that_waits(concurrently):
    series = NumberSeriesFactory()
    drawn = threading.Event()

    def change_my_mind():
        with transaction.atomic():
            numbering.take(series, 3, on=MARCH_1)
            drawn.set()
            transaction.set_rollback(True)

    def wait_and_draw():
        drawn.wait()
        return draw(series)

    assert concurrently(change_my_mind, wait_and_draw) == [None, ["P-2026-0001"]]


def test_workers_with_different_dates_never_draw_out_of_order(concurrently):
    series = NumberSeriesFactory()

    def work(day):
        numbers = []
        for _ in range(10):
            try:
                numbers.append((draw(series, on=day)[0], day))
            except EarlierThanLastNumber:
                return numbers
        return numbers

    days = [MARCH_1 + timedelta(days=offset) for offset in range(4)]
    drawn = sorted(pair for each in concurrently(*[lambda day=day: work(day) for day in days]) for pair in each)

    assert [number for number, _ in drawn] == [f"P-2026-{ordinal:04}" for ordinal in range(1, len(drawn) + 1)]
    assert [day for _, day in drawn] == sorted(day for _, day in drawn)


def test_two_workers_open_a_year_once(concurrently):
    company = CompanyFactory()

    def first_number():
        with transaction.atomic():
            return numbering.take(numbering.series_for(company, PAPER.key, MARCH_1), 1, on=MARCH_1)

    assert sorted(concurrently(first_number, first_number)) == [["P-2026-0001"], ["P-2026-0002"]]


def test_plain_numbers_count_per_company_and_take_one_statement(company, statements):
    other = CompanyFactory()

    assert numbering.next_numbers(company, PARCEL.key, 2) == ["PA-000001", "PA-000002"]
    assert numbering.next_numbers(other, PARCEL.key, 1) == ["PA-000001"]
    assert statements(numbering.next_numbers, company, PARCEL.key, 50) == 1
    assert numbering.next_numbers(company, PARCEL.key, 1) == ["PA-000053"]


def test_nobody_waits_for_a_plain_number(concurrently):
    company = CompanyFactory()
    numbering.next_numbers(company, PARCEL.key, 1)
    holding = threading.Event()
    drawn = threading.Event()

    def hold():
        with transaction.atomic():
            numbers = numbering.next_numbers(company, PARCEL.key, 1)
            holding.set()
            assert drawn.wait(10), "the other worker had to wait"
            return numbers

    def draw_meanwhile():
        holding.wait()
        numbers = numbering.next_numbers(company, PARCEL.key, 1)
        drawn.set()
        return numbers

    assert concurrently(hold, draw_meanwhile) == [["PA-000002"], ["PA-000003"]]


def test_eight_workers_make_a_plain_sequence_once(concurrently):
    company = CompanyFactory()

    drawn = concurrently(*[lambda: numbering.next_numbers(company, PARCEL.key, 5) for _ in range(8)])

    numbers = {number for each in drawn for number in each}
    assert numbers == {f"PA-{ordinal:06}" for ordinal in range(1, 41)}

"""When money is due, in which parts, and what paying early is worth."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DomainError
from core.money import minor_unit
from masterdata.terms import EarlyPayment, Line, Step, Term, add_months, check, due_dates

JANUARY_31 = date(2026, 1, 31)


def days(number):
    return Step("add_days", number)


def months(number):
    return Step("add_months", number)


END_OF_MONTH = Step("end_of_month")


def rest(*steps):
    return Line("rest", steps=steps)


def share(percent, *steps):
    return Line("share", percent=Decimal(percent), steps=steps)


def fixed(amount, currency, *steps):
    return Line("fixed", amount=Decimal(amount), currency=currency, steps=steps)


def term(*lines, discounts=()):
    return Term("the term", lines, discounts)


def due(a_term, total="100.00", on=JANUARY_31, currency="GBP"):
    return [(part.due_date, part.amount) for part in due_dates(a_term, on, Decimal(total), currency)]


@pytest.mark.parametrize(
    ("steps", "on", "expected"),
    [
        ([], JANUARY_31, JANUARY_31),
        ([days(30)], JANUARY_31, date(2026, 3, 2)),
        ([months(1)], JANUARY_31, date(2026, 2, 28)),
        ([months(1)], date(2028, 1, 31), date(2028, 2, 29)),
        ([months(2)], JANUARY_31, date(2026, 3, 31)),
        ([months(11)], date(2026, 2, 15), date(2027, 1, 15)),
        ([END_OF_MONTH], date(2026, 4, 1), date(2026, 4, 30)),
        ([END_OF_MONTH, days(15)], date(2026, 4, 1), date(2026, 5, 15)),
        ([days(30), END_OF_MONTH], date(2026, 1, 1), JANUARY_31),
        ([Step("day_of_month", 10)], date(2026, 4, 10), date(2026, 4, 10)),
        ([Step("day_of_month", 10)], date(2026, 4, 11), date(2026, 5, 10)),
        ([Step("day_of_month", 31)], date(2026, 2, 10), date(2026, 2, 28)),
        ([Step("day_of_month", 30)], JANUARY_31, date(2026, 2, 28)),
        ([END_OF_MONTH, months(1)], date(2026, 2, 10), date(2026, 3, 28)),
    ],
)
def test_the_steps_lead_to_the_due_date(steps, on, expected):
    assert due(term(rest(*steps)), on=on) == [(expected, Decimal("100.00"))]


def test_instalments_share_the_total_and_the_last_takes_the_rest():
    thirds = term(share("33.3333", days(30)), share("33.3333", days(60)), rest(days(90)))

    assert [amount for _, amount in due(thirds)] == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]


def test_shares_of_the_whole_need_no_rest_and_lose_no_cent():
    halves = term(share(50, days(30)), share(50, days(60)))

    assert [amount for _, amount in due(halves, "0.01")] == [Decimal("0.01")]
    assert [amount for _, amount in due(halves, "100.01")] == [Decimal("50.01"), Decimal("50.00")]


def test_a_fixed_amount_comes_first_and_the_rest_follows():
    assert due(term(fixed(30, "GBP"), rest(days(30)))) == [(JANUARY_31, 30), (date(2026, 3, 2), 70)]


def test_a_currency_without_cents_gets_whole_amounts():
    halves = term(share(50), rest(days(30)))

    assert [amount for _, amount in due(halves, "101", currency="JPY")] == [51, 50]


def test_a_credit_note_falls_due_in_the_same_parts():
    assert [amount for _, amount in due(term(fixed(30, "GBP"), share(50), rest()), "-100")] == [-30, -50, -20]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "masterdata.term_leaves_rest"),
        ([share(50)], "masterdata.term_leaves_rest"),
        ([fixed(10, "GBP")], "masterdata.term_leaves_rest"),
        ([rest(), share(50)], "masterdata.term_leaves_rest"),
        ([share(60), share(60)], "masterdata.term_takes_too_much"),
        ([share(100), fixed(1, "GBP")], "masterdata.term_takes_too_much"),
    ],
)
def test_a_term_that_does_not_add_up_is_refused(lines, code):
    with pytest.raises(DomainError) as refusal:
        check(term(*lines))

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([fixed(10, "EUR"), rest()], "masterdata.term_in_other_currency"),
        ([fixed(101, "GBP"), rest()], "masterdata.term_takes_too_much"),
    ],
)
def test_a_term_that_does_not_fit_the_document_is_refused(lines, code):
    with pytest.raises(DomainError) as refusal:
        due(term(*lines))

    assert refusal.value.code == code


def test_paying_early_is_worth_its_discount_until_the_last_day():
    a_term = term(rest(days(30)), discounts=(EarlyPayment(14, Decimal(2)), EarlyPayment(7, Decimal(3))))

    (part,) = due_dates(a_term, JANUARY_31, Decimal("119.99"), "GBP")

    assert [(offer.last_date, offer.discount, offer.payable) for offer in part.discounts] == [
        (date(2026, 2, 7), Decimal("3.60"), Decimal("116.39")),
        (date(2026, 2, 14), Decimal("2.40"), Decimal("117.59")),
    ]


def test_each_instalment_earns_its_own_share_of_the_discount():
    a_term = term(share(50, days(10)), rest(days(60)), discounts=(EarlyPayment(14, Decimal(2)),))

    first, last = due_dates(a_term, JANUARY_31, Decimal(200), "GBP")

    assert first.discounts == []  # due before the discount's last day: nothing is early about it
    assert [offer.discount for offer in last.discounts] == [2]


steps = st.lists(
    st.one_of(
        st.builds(days, st.integers(0, 120)),
        st.builds(months, st.integers(0, 24)),
        st.just(END_OF_MONTH),
        st.builds(lambda day: Step("day_of_month", day), st.integers(1, 31)),
    ),
    max_size=4,
)
some_day = st.dates(date(2000, 1, 1), date(2060, 12, 31))
amounts = st.decimals(min_value=0, max_value=10_000_000, places=2, allow_nan=False, allow_infinity=False)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    parts=st.lists(st.tuples(st.integers(1, 30), steps), max_size=3),
    last=steps,
    on=some_day,
    total=amounts,
    currency=st.sampled_from(["GBP", "KWD"]),
)
def test_the_parts_of_any_term_add_up_to_the_total_on_days_not_before_the_document(parts, last, on, total, currency):
    a_term = term(*(share(percent, *steps) for percent, steps in parts), rest(*last))

    found = due_dates(a_term, on, total, currency)

    assert sum(part.amount for part in found) == total
    assert all(part.due_date >= on for part in found)
    assert all(part.amount % minor_unit(currency) == 0 and part.amount >= 0 for part in found)


@given(day=some_day, number=st.integers(0, 60))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, number):
    later = add_months(day, number)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == number
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)

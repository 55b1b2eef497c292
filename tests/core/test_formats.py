"""Numbers, money and days as people read them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from core import clock, formats

NOON = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "currency", "written"),
    [
        ("1404.52", "EUR", "1,404.52"),
        ("1404.5", "EUR", "1,404.50"),
        ("-214.8", "GBP", "−214.80"),
        ("0", "EUR", "0.00"),
        ("2.345", "EUR", "2.35"),
        ("-2.345", "EUR", "−2.35"),
        ("1250000", "JPY", "1,250,000"),
        ("0.5", "JPY", "1"),
        ("12.3456", "KWD", "12.346"),
        ("-0.004", "EUR", "0.00"),
    ],
)
def test_amounts_have_all_decimals_of_their_currency_and_round_half_away_from_zero(value, currency, written):
    assert formats.amount(Decimal(value), currency) == written


def test_an_amount_that_does_not_apply_is_a_dash():
    assert formats.amount(None, "EUR") == "–"


@pytest.mark.parametrize(("language", "written"), [("de", "−1.404,52"), ("fr", "−1\N{NARROW NO-BREAK SPACE}404,52")])
def test_amounts_use_the_separators_of_the_language(language, written):
    with translation.override(language):
        assert formats.amount(Decimal("-1404.52"), "EUR") == written


@pytest.mark.parametrize(("value", "written"), [("12.5", "12.50"), ("0.042500", "0.0425"), ("0.1234567", "0.123457")])
def test_unit_prices_show_up_to_six_decimals(value, written):
    assert formats.unit_price(Decimal(value)) == written


@pytest.mark.parametrize(("value", "written"), [("48.0000", "48"), ("2.5000", "2.5"), ("-1234", "−1,234")])
def test_quantities_show_no_decimals_that_say_nothing(value, written):
    assert formats.quantity(Decimal(value)) == written


@pytest.mark.parametrize(("places", "written"), [(1, "20.0%"), (0, "20%")])
def test_percentages(places, written):
    assert formats.percent(Decimal("19.95"), places) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 11, 23), "Today"),
        (date(2026, 11, 22), "Yesterday"),
        (date(2026, 11, 20), "20 Nov"),
        (date(2025, 11, 23), "23 Nov 2025"),
        (None, "–"),
    ],
)
def test_days_in_lists_are_short(value, written):
    with clock.at(NOON):
        assert formats.day_in_list(value) == written


def test_today_is_the_day_where_the_person_is():
    with clock.at(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)), timezone.override("Europe/Berlin"):
        assert formats.day_in_list(date(2026, 11, 24)) == "Today"


def test_moments_are_in_the_zone_of_the_person():
    with clock.at(NOON), timezone.override("Europe/Amsterdam"):
        assert formats.moment(datetime(2026, 11, 23, 10, 41, tzinfo=UTC)) == "23 Nov 11:41"
        assert formats.moment(datetime(2025, 12, 31, 23, 30, tzinfo=UTC)) == "1 Jan 00:30"


def test_the_long_day_has_its_weekday():
    assert formats.long_day(date(2026, 11, 23)) == "Monday 23 November 2026"


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(0, "0 min"), (38, "38 min"), (190, "3 h 10 min"), (180, "3 h"), (3060, "2 d 3 h"), (2885, "2 d"), (-5, "0 min")],
)
def test_durations_name_the_two_largest_units(minutes, written):
    assert formats.duration(timedelta(minutes=minutes)) == written


def test_waiting_counts_from_a_moment():
    with clock.at(NOON):
        assert formats.waiting(NOON - timedelta(minutes=38)) == "38 min"

"""Amounts: exact, rounded half away from zero, and shared without losing a cent."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.models import Company
from core.money import AmountField, CurrencyField, decimals, known_currency, minor_unit, round_amount, spread

D = Decimal
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "CLF"])


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("2.345", "EUR", "2.35"),
        ("-2.345", "EUR", "-2.35"),
        ("2.344999", "EUR", "2.34"),
        ("1234.5", "JPY", "1235"),
        ("1.0005", "KWD", "1.001"),
    ],
)
def test_rounds_half_away_from_zero_to_the_minor_unit(amount, currency, rounded):
    assert str(round_amount(D(amount), currency)) == rounded


def test_knows_how_many_decimals_a_currency_has():
    assert [decimals(code) for code in ["EUR", "JPY", "KWD", "CLF"]] == [2, 0, 3, 4]
    assert minor_unit("JPY") == 1


def test_the_rest_is_taken_from_the_last_line_backwards():
    assert spread(D("10.00"), [D(1), D(1), D(1)], "EUR") == [D("3.33"), D("3.33"), D("3.34")]
    assert spread(D("0.02"), [D(1)] * 3, "EUR") == [D("0.01"), D("0.01"), D("0.00")]


def test_a_line_that_weighs_nothing_gets_nothing():
    assert spread(D("1.00"), [D(0), D(3), D(0)], "EUR") == [D("0"), D("1.00"), D("0")]


def test_nothing_can_be_shared_over_nothing():
    assert spread(D(0), [D(0), D(0)], "EUR") == [0, 0]
    with pytest.raises(ValueError, match="weigh nothing"):
        spread(D(1), [D(0)], "EUR")


amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
weights = st.lists(st.decimals(min_value=0, max_value=10**6, places=4), min_size=1, max_size=30)


@given(amounts, weights.filter(any), CURRENCIES)
def test_shares_add_up_and_none_is_off_by_more_than_its_part_of_the_rest(amount, weights, currency):
    total = round_amount(amount, currency)

    shares = spread(total, weights, currency)

    unit = minor_unit(currency)
    assert sum(shares) == total
    assert all(share == round_amount(share, currency) for share in shares)
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - total * weight / sum(weights)) <= unit * D("1.5")
        assert weight or not share


@given(amounts, weights.filter(any))
def test_sharing_a_credit_mirrors_sharing_its_debit(amount, weights):
    total = round_amount(amount, "EUR")

    assert spread(-total, weights, "EUR") == [-share for share in spread(total, weights, "EUR")]


def test_a_field_carries_its_precision_so_that_migrations_need_not():
    kwargs = AmountField(null=True).deconstruct()[3]

    assert kwargs == {"null": True}
    rebuilt = AmountField(**kwargs)
    assert (rebuilt.max_digits, rebuilt.decimal_places) == (20, 4)
    assert CurrencyField().deconstruct()[3] == {}


def test_a_currency_is_three_capital_letters():
    company = Company(code="x", name="X", country="GB", currency="gbp")

    with pytest.raises(ValidationError, match="three capital letters"):
        company.clean_fields()


@pytest.mark.parametrize("code", ["XQZ", "eur", "EURO", ""])
def test_three_letters_alone_make_no_currency(code):
    assert not known_currency(code)


@pytest.mark.parametrize("code", ["EUR", "JPY", "CLF"])
def test_currencies_of_the_standard_are_known(code):
    assert known_currency(code)

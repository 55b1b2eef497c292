"""Money: exact decimals, rounded half-up to the currency's minor unit at the points the rules name. Never floats."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from babel import Locale
from django.core.validators import RegexValidator
from django.db import models

ZERO = Decimal(0)

# ISO 4217, list one: every currency that does not have two decimals.
_CURRENCIES_BY_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DECIMALS = {code: places for places, codes in _CURRENCIES_BY_DECIMALS.items() for code in codes.split()}

CURRENCIES = frozenset(Locale("en").currencies)
"""Every code that is or was a currency (ISO 4217, as the Unicode CLDR lists them)."""


def known_currency(code: str) -> bool:
    """Whether there is such a currency: three capital letters alone make none."""
    return code in CURRENCIES


def decimals(currency: str) -> int:
    """How many decimals amounts of this currency have (ISO 4217): EUR 2, JPY 0, KWD 3."""
    return _DECIMALS.get(currency, 2)


@cache
def minor_unit(currency: str) -> Decimal:
    """The smallest amount of this currency: 0.01 EUR, 1 JPY."""
    return Decimal(1).scaleb(-decimals(currency))


def round_amount(amount: Decimal, currency: str) -> Decimal:
    """The amount in whole minor units, half away from zero (2.345 EUR is 2.35, -2.345 is -2.35)."""
    return amount.quantize(minor_unit(currency), ROUND_HALF_UP)


def spread(total: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Share an amount over lines in proportion to their weights, so that the shares add up to it exactly.

    Each share is rounded; what is left over or missing is taken from the last line backwards, one minor unit
    each. Lines of weight zero get nothing. Without any weight the amount can't be shared: `ValueError`,
    unless it is zero.
    """
    whole = sum(weights, ZERO)
    if not whole:
        if total:
            raise ValueError("an amount can't be shared over lines that weigh nothing")
        return [ZERO for _ in weights]
    shares = [round_amount(total * weight / whole, currency) for weight in weights]
    missing = total - sum(shares, ZERO)
    step = minor_unit(currency).copy_sign(missing)
    sharing = [index for index, weight in enumerate(weights) if weight]
    while missing:
        for index in reversed(sharing):
            part = step if abs(step) <= abs(missing) else missing
            shares[index] += part
            missing -= part
            if not missing:
                break
    return shares


class _ExactField(models.DecimalField[Any, Any]):
    """A decimal of the house's precision; the precision is the field's meaning, so nobody repeats it."""

    digits: int
    places: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_digits=self.digits, decimal_places=self.places)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs


class AmountField(_ExactField):
    """An amount of money; its currency stands beside it or on its document."""

    digits, places = 20, 4


class UnitPriceField(_ExactField):
    """A price for one unit: six decimals, never rounded to the cent."""

    digits, places = 20, 6


class QuantityField(_ExactField):
    """A quantity in the unit that stands beside it."""

    digits, places = 20, 4


class PercentField(_ExactField):
    """A percentage: 20 is twenty per cent."""

    digits, places = 9, 4


class ExchangeRateField(_ExactField):
    """Foreign units for one unit of the base currency, as published."""

    digits, places = 20, 10


class CurrencyField(models.CharField[Any, Any]):
    """An ISO 4217 code."""

    default_validators = [RegexValidator(r"^[A-Z]{3}$", "A currency is three capital letters, such as EUR.")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 3
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

"""Prices of lines: `find` is the one way to a price."""

from masterdata.prices.find import find
from masterdata.prices.finding import NextBreak, PriceFinding, PriceLine, Reason

__all__ = ["NextBreak", "PriceFinding", "PriceLine", "Reason", "find"]

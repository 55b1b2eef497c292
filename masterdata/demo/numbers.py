"""Invented identifiers for the demo whose check digits are right: VAT ids, bank accounts, barcodes."""

from itertools import count

from stdnum import ean, iban
from stdnum.ch import vat as ch_vat
from stdnum.eu import vat as eu_vat
from stdnum.gb import vat as gb_vat
from stdnum.no import mva as no_vat

PREFIX = 5012345
"""The GS1 prefix of the demo's house."""

SHAPES = {
    "AT": "ATU{:08}",
    "BE": "BE0{:09}",
    "DE": "DE{:09}",
    "FR": "FR{:011}",
    "GB": "{:09}",
    "NL": "NL{:09}B01",
    "NO": "{:09}MVA",
    "CH": "CHE{:09}MWST",
}
CHECKS = {"GB": gb_vat.is_valid, "NO": no_vat.is_valid, "CH": ch_vat.is_valid}
FIRST = {"FR": 40_300_000_000, "NO": 910_000_000, "AT": 10_000_000}
BANKS = {"GB": "NWBK601613{:08}", "DE": "37040044{:010}", "NL": "ABNA{:010}"}


def vat_id(country: str, ordinal: int) -> str:
    """The VAT id of the demo's business with this ordinal, below a thousand: the first valid one of its own range."""
    assert 0 <= ordinal < 1000, f"there is no number range for business {ordinal}"
    shape, is_valid = SHAPES[country], CHECKS.get(country, eu_vat.is_valid)
    start = FIRST.get(country, 100_000_000) + ordinal * 10_000
    found = next(text for text in (shape.format(number) for number in count(start)) if is_valid(text))
    return country + found if country in {"GB", "NO"} else found


def bank_account(country: str, ordinal: int) -> str:
    """An IBAN whose check digits are right."""
    bban = BANKS[country].format(12_340_000 + ordinal)
    return f"{country}{iban.calc_check_digits(f'{country}00{bban}')}{bban}"


def piece_gtin(item: int) -> str:
    """The GTIN-13 of one piece."""
    digits = f"{PREFIX}{item:05}"
    return digits + ean.calc_check_digit(digits)


def carton_gtin(item: int) -> str:
    """The GTIN-14 of a carton of it."""
    digits = f"1{PREFIX}{item:05}"
    return digits + ean.calc_check_digit(digits)


def gln(ordinal: int) -> str:
    """A global location number."""
    digits = f"{PREFIX}{90000 + ordinal}"
    return digits + ean.calc_check_digit(digits)

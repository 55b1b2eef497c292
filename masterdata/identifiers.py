"""Numbers that identify businesses, accounts and goods: their compact form, and a refusal of wrong check digits."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from stdnum import bic as bic_module
from stdnum import ean
from stdnum import iban as iban_module
from stdnum import lei as lei_module
from stdnum.ch import vat as ch_vat
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError as NotValid
from stdnum.gb import vat as gb_vat
from stdnum.no import mva as no_vat

GTIN_LENGTHS = (8, 12, 13, 14)
GLN_LENGTH = 13


def vat_number(text: str) -> str:
    """A VAT number in its compact form with the country in front (`DE136695976`), its check digits right.

    Known are the European Union (Greece as EL, one-stop-shop numbers as EU and IM), Northern Ireland (XI), the
    United Kingdom, Norway and Switzerland; numbers of other countries are kept as tax numbers, without a check.
    """
    compact = "".join(character for character in text.upper() if character.isalnum())
    match compact[:2]:
        case "GB":
            return "GB" + _checked(gb_vat.validate, compact[2:], text, "VAT number", "GB980780684")
        case "NO":
            return "NO" + _checked(no_vat.validate, compact[2:], text, "VAT number", "NO995525828MVA")
        case "CH":
            return _checked(ch_vat.validate, compact, text, "VAT number", "CHE107787577MWST")
        case _:
            return _checked(eu_vat.validate, compact, text, "VAT number", "DE136695976")


def iban(text: str) -> str:
    """An international bank account number without blanks, its check digits right (ISO 13616)."""
    return _checked(iban_module.validate, text, text, "IBAN", "GB29NWBK60161331926819")


def bic(text: str) -> str:
    """A bank identifier of eight or eleven letters and digits (ISO 9362)."""
    return _checked(bic_module.validate, text, text, "BIC", "NWBKGB2L")


def gtin(text: str) -> str:
    """A GTIN of 8, 12, 13 or 14 digits, its check digit right (GS1)."""
    digits = _checked(ean.validate, text, text, "GTIN", "4006381333931")
    if len(digits) not in GTIN_LENGTHS:
        raise ValidationError(_wrong(text, "GTIN", "4006381333931"))
    return digits


def gln(text: str) -> str:
    """A global location number of 13 digits, its check digit right (GS1)."""
    digits = _checked(ean.validate, text, text, "GLN", "4012345000009")
    if len(digits) != GLN_LENGTH:
        raise ValidationError(_wrong(text, "GLN", "4012345000009"))
    return digits


def lei(text: str) -> str:
    """A legal entity identifier of 20 letters and digits, its check digits right (ISO 17442)."""
    return _checked(lei_module.validate, text, text, "LEI", "213800KUD8LAJWSQ9D15")


def _checked(validate: Callable[[str], Any], number: str, text: str, what: str, example: str) -> str:
    try:
        return str(validate(number))
    except NotValid as error:
        raise ValidationError(_wrong(text, what, example)) from error


def _wrong(text: str, what: str, example: str) -> str:
    article = "an" if what == "IBAN" else "a"
    return f"{text} is not {article} {what}: look for a mistyped character. One looks like {example}."


def validate_vat_number(text: str) -> None:
    """For a stored VAT number: in compact form, check digits right."""
    _same(vat_number(text), text)


def validate_iban(text: str) -> None:
    """For a stored IBAN."""
    _same(iban(text), text)


def validate_bic(text: str) -> None:
    """For a stored BIC."""
    _same(bic(text), text)


def validate_gtin(text: str) -> None:
    """For a stored GTIN."""
    _same(gtin(text), text)


def validate_gln(text: str) -> None:
    """For a stored GLN."""
    _same(gln(text), text)


def validate_lei(text: str) -> None:
    """For a stored LEI."""
    _same(lei(text), text)


def _same(compact: str, text: str) -> None:
    if compact != text:
        raise ValidationError(f"Write {text} without blanks and signs: {compact}.")

"""Countries as public facts: ISO 3166 codes, their names in our languages, and who was in the European Union when."""

from datetime import date

from babel import Locale
from django.core.exceptions import ValidationError

# Regulation and accession treaties; Croatia joined last, the United Kingdom left the VAT territory at the end of 2020.
_FOUNDERS = "BE DE FR IT LU NL"
_JOINED = {
    date(1973, 1, 1): "DK GB IE",
    date(1981, 1, 1): "GR",
    date(1986, 1, 1): "ES PT",
    date(1995, 1, 1): "AT FI SE",
    date(2004, 5, 1): "CY CZ EE HU LT LV MT PL SI SK",
    date(2007, 1, 1): "BG RO",
    date(2013, 7, 1): "HR",
}
_EU_FROM = {country: date(1958, 1, 1) for country in _FOUNDERS.split()} | {
    country: joined for joined, countries in _JOINED.items() for country in countries.split()
}
_EU_TO = {"GB": date(2020, 12, 31)}

_NOT_A_COUNTRY = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
CODES = frozenset(
    code
    for code in map(str, Locale("en").territories)
    if len(code) == 2 and code.isalpha() and code not in _NOT_A_COUNTRY
)
"""Every two-letter country code in use."""

CHOICES = sorted(((code, Locale("en").territories[code]) for code in CODES), key=lambda pair: pair[1])


def name(code: str, language: str = "en") -> str:
    """What people call the country in their language; the code itself where it has no name."""
    return str(Locale(language).territories.get(code, code))


def in_eu(code: str, on: date) -> bool:
    """Whether the country belonged to the Union's VAT territory on that day."""
    joined, left = _EU_FROM.get(code), _EU_TO.get(code)
    return joined is not None and joined <= on and (left is None or on <= left)


def validate(code: str) -> None:
    """Refuse what is no country."""
    if code not in CODES:
        raise ValidationError(f"{code} is not a country. Use its two-letter code, such as GB or DE.")

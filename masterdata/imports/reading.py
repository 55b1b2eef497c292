"""Reading cells: text as people and programs write it becomes a value, or a refusal that says what would be right."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db import models

from core.money import known_currency
from masterdata import countries
from masterdata.imports.errors import (
    AmbiguousNumber,
    NotAChoice,
    NotADay,
    NotANumber,
    NotValid,
    OutOfRange,
    Shortened,
    TooLong,
    UnknownCode,
)
from masterdata.imports.known import Known

Reader = Callable[[str, Known], Any]

YES = {"yes", "y", "true", "1", "x", "ja", "j", "oui", "o"}
NO = {"no", "n", "false", "0", "nein", "non"}
SHORTENED = re.compile(r"^\d([.,]\d+)?E\+\d+$", re.IGNORECASE)
DAY_FIRST = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$")
SLASHED = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")


def text(longest: int) -> Reader:
    """A text of at most so many characters, on one line."""

    def read(written: str, _: Known) -> str:
        plain = " ".join(written.split())
        if len(plain) > longest:
            raise TooLong(length=len(plain), longest=longest)
        return plain

    return read


def code(longest: int) -> Reader:
    """A number or code that names a record: no blanks inside, and never a long number that was shortened."""

    def read(written: str, known: Known) -> str:
        if SHORTENED.match(written):
            raise Shortened(text=written)
        return str(text(longest)(written, known))

    return read


def known_code(kind: str, what: str) -> Reader:
    """The code of something the company has, whatever its capitals."""

    def read(written: str, known: Known) -> str:
        codes = known.codes(kind)
        found = codes.get(written.strip().casefold())
        if found is None:
            raise UnknownCode(what=what, text=written, known=codes.values())
        return found

    return read


def choice(choices: type[models.TextChoices]) -> Reader:
    """One of a few words: as stored, or as the screen shows it."""
    by_word = {word.casefold(): str(value) for value, label in choices.choices for word in (str(value), str(label))}

    def read(written: str, _: Known) -> str:
        found = by_word.get(written.casefold())
        if found is None:
            raise NotAChoice(text=written, choices=[str(value) for value in choices.values])
        return found

    return read


def one_of(values: Iterable[str]) -> Reader:
    """One of these codes, whatever its capitals."""
    by_word = {value.casefold(): value for value in values}

    def read(written: str, _: Known) -> str:
        found = by_word.get(written.casefold())
        if found is None:
            raise NotAChoice(text=written, choices=list(by_word.values()))
        return found

    return read


def yes_or_no(written: str, _: Known) -> bool:
    """Yes or no, in the words of our languages."""
    word = written.casefold()
    if word in YES | NO:
        return word in YES
    raise NotAChoice(text=written, choices=["yes", "no"])


def country(written: str, _: Known) -> str:
    """A country by its two letters, or by its English, German or French name."""
    found = written.upper() if len(written) == 2 else COUNTRIES.get(written.casefold(), "")
    if found not in countries.CODES:
        raise NotValid(reason=f"“{written}” is not a country. Use its two letters, such as GB or DE.")
    return found


COUNTRIES = {
    countries.name(str(code), language).casefold(): str(code)
    for language in ("en", "de", "fr")
    for code in countries.CODES
} | {"uk": "GB", "usa": "US", "holland": "NL"}


def currency(written: str, _: Known) -> str:
    """A currency by its three letters."""
    found = written.upper()
    if not known_currency(found):
        raise NotValid(reason=f"“{written}” is not a currency. Use its three letters, such as GBP or EUR.")
    return found


def identifier(compact: Callable[[str], str]) -> Reader:
    """A VAT number, IBAN, GTIN or the like: compact, check digits right. `None` where the cell is empty."""

    def read(written: str, _: Known) -> str:
        if SHORTENED.match(written):
            raise Shortened(text=written)
        try:
            return compact(written)
        except ValidationError as error:
            raise NotValid(reason=error.messages[0]) from error

    return read


def customs_code(written: str, _: Known) -> str:
    """A code of the Harmonised System, with or without its dots and blanks."""
    digits = re.sub(r"[\s.]", "", written)
    if not re.fullmatch(r"\d{6}|\d{8}|\d{10}", digits):
        raise NotValid(reason=f"“{written}” is not a customs code. It has 6, 8 or 10 digits, such as 94055000.")
    return digits


def email(written: str, _: Known) -> str:
    """A mail address."""
    return _valid(EmailValidator(), written, "a mail address, such as orders@example.com")


def web_address(written: str, _: Known) -> str:
    """A web address; one without its scheme gets https."""
    address = written if "://" in written else f"https://{written}"
    return _valid(URLValidator(["http", "https"]), address, "a web address, such as https://example.com")


def _valid(validator: Callable[[str], None], written: str, wanted: str) -> str:
    try:
        validator(written)
    except ValidationError as error:
        raise NotValid(reason=f"“{written}” is not {wanted}.") from error
    return written


def number(least: Decimal | int, most: Decimal | int, places: int) -> Reader:
    """A number within bounds, with at most so many decimals, however it is written."""

    def read(written: str, _: Known) -> Decimal:
        value = decimal(written)
        fine = value == round(value, places)
        if not (least <= value <= most) or not fine:
            decimals = f"with at most {places} decimals" if places else "without decimals"
            raise OutOfRange(text=written, allowed=f"a number from {least} to {most} {decimals}")
        return value

    return read


def whole(least: int, most: int) -> Reader:
    """A whole number within bounds."""
    read_number = number(least, most, 0)

    def read(written: str, known: Known) -> int:
        return int(read_number(written, known))

    return read


def decimal(written: str) -> Decimal:
    """`1234.5`, `1,234.50`, `1.234,50`, `12,5`, `1 234,50`; `1,234` alone can't be told and is refused."""
    plain = re.sub(r"[\s\u00a0\u202f'’]", "", written).replace("\N{MINUS SIGN}", "-")
    if "," in plain and "." not in plain and re.fullmatch(r"-?[1-9]\d{0,2},\d{3}", plain):
        raise AmbiguousNumber(text=plain)
    if "," in plain:
        plain = _with_decimal_point(plain)
    elif plain.count(".") > 1 and re.fullmatch(r"-?\d{1,3}(\.\d{3})+", plain):
        plain = plain.replace(".", "")
    if not re.fullmatch(r"-?\d+(\.\d+)?|-?\.\d+", plain):
        raise NotANumber(text=written)
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise NotANumber(text=written) from error


def _with_decimal_point(plain: str) -> str:
    """The last separator is the decimal one; a separator that comes more than once groups thousands."""
    if plain.rfind(",") > plain.rfind(".") and plain.count(",") == 1:
        return plain.replace(".", "").replace(",", ".")
    return plain.replace(",", "")


def day(written: str, _: Known) -> date:
    """`2026-11-23`, `23.11.2026`, or with slashes where only one reading is a day."""
    try:
        if found := DAY_FIRST.match(written):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := SLASHED.match(written):
            return _slashed(int(found[1]), int(found[2]), int(found[3]))
        return date.fromisoformat(written[:10] if written[10:] in {"", " 00:00:00"} else written)
    except ValueError as error:
        raise NotADay(text=written) from error


def _slashed(first: int, second: int, year: int) -> date:
    if first == second or second > 12:
        return date(year, first, second)
    if first > 12:
        return date(year, second, first)
    raise ValueError("day and month can't be told apart")

"""What people type into a filter: days such as `today`, `-7d`, `nov`, `1.11.-15.11.`; amounts such as `>500`."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from babel.dates import get_month_names
from babel.numbers import NumberFormatError, parse_decimal
from django.utils.translation import gettext

from core import formats

NEARBY = {"today": 0, "yesterday": -1, "tomorrow": 1}
SPAN = re.compile(r"([+-])(\d{1,4})([dwm])")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
DOTTED = re.compile(r"(\d{1,2})[./](\d{1,2})[./]?(\d{4})?")
MONTH_WORD = re.compile(r"([^\W\d]{3,})\.?\s*(\d{4})?")
YEAR_MONTH = re.compile(r"(\d{4})(?:-(\d{1,2}))?")
BETWEEN = re.compile(r"\s*(?:\.\.|–|\bto\b|(?<=[.\s])-|\s-(?=\s))\s*")
PLAIN = re.compile(r"-?\d[\d.,'’\s]*")
COMPARED = re.compile(r"(>=|<=|>|<|=)?\s*(.+)")


class NotUnderstood(ValueError):
    """The words say no range; the message says what would."""


@dataclass(frozen=True)
class Days:
    """From the first to the last day, both included; `None` is open."""

    first: date | None
    last: date | None


@dataclass(frozen=True)
class Amounts:
    """Bounds of an amount and whether each is included; `None` is open."""

    least: Decimal | None = None
    most: Decimal | None = None
    inclusive: bool = True


def days(words: str, today: date) -> Days:
    """Read days, a month, a year, or two of them with `-` or `..` between; raise `NotUnderstood` with examples."""
    text = words.strip().lower()
    try:
        return _one(text, today) or _two(text, today)
    except ValueError as error:
        message = gettext("“%(words)s” is no day. Write today, -7d, nov, 1.11.-15.11. or 2026-11-30.") % {
            "words": words
        }
        raise NotUnderstood(message) from error


def _two(text: str, today: date) -> Days:
    begin, separator, end = _parted(text)
    if not separator:
        raise ValueError(text)
    first = _one(begin, today) if begin else Days(None, None)
    last = _one(end, today) if end else Days(None, None)
    if first is None or last is None:
        raise ValueError(text)
    return Days(first.first, last.last)


def _parted(text: str) -> tuple[str, str, str]:
    found = BETWEEN.search(text)
    return (text[: found.start()].strip(), found.group(), text[found.end() :].strip()) if found else (text, "", "")


def _one(text: str, today: date) -> Days | None:
    if text in NEARBY:
        there = today + timedelta(days=NEARBY[text])
        return Days(there, there)
    for pattern, read in (
        (SPAN, _span),
        (ISO, _iso),
        (DOTTED, _dotted),
        (YEAR_MONTH, _year_month),
        (MONTH_WORD, _named),
    ):
        if found := pattern.fullmatch(text):
            return read(found, today)
    return None


def _span(found: re.Match[str], today: date) -> Days:
    length = int(found[2]) * {"d": 1, "w": 7, "m": 30}[found[3]]
    there = today + timedelta(days=length if found[1] == "+" else -length)
    return Days(min(there, today), max(there, today))


def _iso(found: re.Match[str], _: date) -> Days:
    there = date(int(found[1]), int(found[2]), int(found[3]))
    return Days(there, there)


def _dotted(found: re.Match[str], today: date) -> Days:
    there = date(int(found[3] or today.year), int(found[2]), int(found[1]))
    return Days(there, there)


def _year_month(found: re.Match[str], _: date) -> Days:
    year = int(found[1])
    return _month(year, int(found[2])) if found[2] else Days(date(year, 1, 1), date(year, 12, 31))


def _named(found: re.Match[str], today: date) -> Days:
    for number, name in _month_names():
        if name.startswith(found[1]):
            return _month(int(found[2] or today.year), number)
    raise ValueError(found[1])


def _month_names() -> list[tuple[int, str]]:
    here, english = get_month_names("wide", locale=formats.locale()), get_month_names("wide", locale="en")
    return [(number, names[number].lower()) for number in range(1, 13) for names in (here, english)]


def _month(year: int, number: int) -> Days:
    return Days(date(year, number, 1), date(year, number, monthrange(year, number)[1]))


def amounts(words: str) -> Amounts:
    """Read `500`, `>500`, `<=20` or `100..200` in the person's number format; raise `NotUnderstood` with examples."""
    text = words.strip().replace("\N{MINUS SIGN}", "-")
    try:
        begin, between, end = text.partition("..")
        if between:
            return Amounts(number(begin) if begin.strip() else None, number(end) if end.strip() else None)
        return _compared(text)
    except (NumberFormatError, InvalidOperation, ValueError) as error:
        message = gettext("“%(words)s” is no amount. Write 500, >500, <=20 or 100..200.") % {"words": words}
        raise NotUnderstood(message) from error


def _compared(text: str) -> Amounts:
    found = COMPARED.fullmatch(text)
    if found is None:
        raise ValueError(text)
    value = number(found[2])
    match found[1]:
        case ">" | ">=":
            return Amounts(least=value, inclusive=found[1] == ">=")
        case "<" | "<=":
            return Amounts(most=value, inclusive=found[1] == "<=")
        case _:
            return Amounts(value, value)


def number(text: str) -> Decimal:
    """A number as people write it in their language: `1,404.52` or `1.404,52`; grouping must be where it belongs."""
    if not PLAIN.fullmatch(text.strip()):  # no NaN, no Infinity, no 1e5
        raise ValueError(text)
    read: Decimal = parse_decimal(text.strip(), locale=formats.locale(), strict=True)
    return read

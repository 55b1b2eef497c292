"""What people type into filters."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from core import ranges
from core.ranges import Amounts, Days, NotUnderstood

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("today", TODAY, TODAY),
        ("Yesterday", date(2026, 11, 22), date(2026, 11, 22)),
        ("-7d", date(2026, 11, 16), TODAY),
        ("+2w", TODAY, date(2026, 12, 7)),
        ("nov", date(2026, 11, 1), date(2026, 11, 30)),
        ("feb 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2026-03", date(2026, 3, 1), date(2026, 3, 31)),
        ("1.11.-15.11.", date(2026, 11, 1), date(2026, 11, 15)),
        ("1.11.2025", date(2025, 11, 1), date(2025, 11, 1)),
        ("2026-11-01..2026-11-15", date(2026, 11, 1), date(2026, 11, 15)),
        ("2026-11-01 - 2026-11-15", date(2026, 11, 1), date(2026, 11, 15)),
        ("jan to mar", date(2026, 1, 1), date(2026, 3, 31)),
        ("..today", None, TODAY),
        ("2026-11-01..", date(2026, 11, 1), None),
    ],
)
def test_days_are_understood(words, first, last):
    assert ranges.days(words, TODAY) == Days(first, last)


def test_months_are_understood_in_the_language_of_the_person():
    with translation.override("de"):
        assert ranges.days("märz", TODAY) == Days(date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.parametrize("words", ["someday", "31.11.", "2026-13", "99", "1.2.3.4", "-7x", "-10000d", "0000"])
def test_what_is_no_day_is_refused_with_examples(words):
    with pytest.raises(NotUnderstood, match=r"is no day\. Write today, -7d"):
        ranges.days(words, TODAY)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("500", Amounts(Decimal(500), Decimal(500))),
        ("1,404.52", Amounts(Decimal("1404.52"), Decimal("1404.52"))),
        (">500", Amounts(least=Decimal(500), inclusive=False)),
        ("<= 20", Amounts(most=Decimal(20))),
        ("100..200", Amounts(Decimal(100), Decimal(200))),
        ("..200", Amounts(None, Decimal(200))),
        ("−5", Amounts(Decimal(-5), Decimal(-5))),
    ],
)
def test_amounts_are_understood(words, meant):
    assert ranges.amounts(words) == meant


def test_amounts_are_understood_in_the_format_of_the_person():
    with translation.override("de"):
        assert ranges.amounts(">1.404,52") == Amounts(least=Decimal("1404.52"), inclusive=False)


@pytest.mark.parametrize("words", ["much", "12,34,5", ">", "1..b", "NaN", "1e5"])
def test_what_is_no_amount_is_refused_with_examples(words):
    with pytest.raises(NotUnderstood, match=r"is no amount\. Write 500"):
        ranges.amounts(words)

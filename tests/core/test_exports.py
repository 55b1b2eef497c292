"""Cells of exported files: typed, and nothing a spreadsheet would run."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils.safestring import mark_safe

from core.exports import typed


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-cmd", "@sum", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert typed(text) == f"'{text}"


@pytest.mark.parametrize("value", [None, True, 5, Decimal("-5.20"), date(2026, 11, 23)])
def test_numbers_and_days_stay_what_they_are(value):
    assert typed(value) is value


def test_moments_are_text_and_marks_are_taken_off():
    assert typed(datetime(2026, 11, 23, 11, 41, 9, 5)) == "2026-11-23 11:41:09"  # noqa: DTZ001 (nothing to do with zones)
    assert typed(mark_safe('<b class="x">Kettle</b>')) == "Kettle"

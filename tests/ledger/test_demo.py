"""The demo's books are whole, the same every time, and written once."""

from collections.abc import Iterator
from datetime import date

import pytest

from core import clock, invariants
from core import demo as house
from core.models import Company
from ledger import demo
from ledger.models import JournalEntry, LedgerPolicy, OpenItem, Period, Settlement
from masterdata import demo as masterdata
from tests.ledger.factories import rows_in_the_books, trial_balance


@pytest.fixture
def loaded(db: None) -> Iterator[dict[str, int]]:
    """The demo as somebody sees it on a Monday in March; returns what was made."""
    with clock.at(date(2026, 3, 16)):
        house.load()
        masterdata.load()
        yield demo.load()


def test_the_books_agree_with_themselves_and_are_written_once(loaded):
    assert loaded["journal entries"] == JournalEntry.objects.count() > 200
    assert LedgerPolicy.objects.count() == 2
    checks = [check for check in invariants.all_checks() if check.name.startswith("ledger")]
    assert [result.check.name for result in invariants.run(checks) if not result.holds] == []
    before = rows_in_the_books()

    assert set(demo.load().values()) == {0}
    assert rows_in_the_books() == before


def test_shows_what_an_accountant_wants_to_see(loaded):
    hearth = Company.objects.get(code="hearth")
    settlements, items = Settlement.objects.filter(company=hearth), OpenItem.objects.filter(company=hearth)
    periods = Period.objects.filter(company=hearth, module="general", first_date__lt="2026-04-01")

    assert settlements.filter(discount__gt=0).exists()
    assert settlements.filter(small_difference__gt=0).exists()
    assert settlements.exclude(exchange_difference=0).exists()
    assert items.filter(blocked_amount__gt=0).count() == items.filter(promised_amount__gt=0).count() == 1
    assert items.filter(dunning_level__gt=0, open_amount__gt=0).exists()
    assert trial_balance(hearth)["6500"] > 0
    assert JournalEntry.objects.filter(company=hearth, kind="closing").count() == 1
    assert list(periods.order_by("first_date").values_list("state", flat=True))[-4:] == [
        "closed",
        "closed",
        "open",
        "open",
    ]

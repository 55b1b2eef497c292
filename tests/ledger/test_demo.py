"""The demo's books are whole, the same every time, and written once."""

from datetime import date

import pytest

from core import clock, invariants
from core import demo as house
from core.models import Company
from ledger import demo
from ledger.models import JournalEntry, OpenItem, Period, Settlement
from masterdata import demo as masterdata
from tests.ledger.factories import rows_in_the_books, trial_balance


@pytest.mark.slow
def test_the_demos_books_are_whole_worth_looking_at_and_written_once(db):
    with clock.at(date(2026, 3, 16)):
        house.load()
        masterdata.load()
        made = demo.load()
        before = rows_in_the_books()
        again = demo.load()

    assert made["journal entries"] == JournalEntry.objects.count() > 200
    assert (set(again.values()), rows_in_the_books()) == ({0}, before)
    checks = [check for check in invariants.all_checks() if check.name.startswith("ledger")]
    assert [result.check.name for result in invariants.run(checks) if not result.holds] == []
    shows_what_an_accountant_wants_to_see(Company.objects.get(code="hearth"))


def shows_what_an_accountant_wants_to_see(hearth: Company) -> None:
    settlements, items = Settlement.objects.filter(company=hearth), OpenItem.objects.filter(company=hearth)
    assert settlements.filter(discount__gt=0).exists()
    assert settlements.filter(small_difference__gt=0).exists()
    assert settlements.exclude(exchange_difference=0).exists()
    assert items.filter(blocked_amount__gt=0).count() == items.filter(promised_amount__gt=0).count() == 1
    assert items.filter(dunning_level__gt=0, open_amount__gt=0).exists()
    assert trial_balance(hearth)["6500"] > 0
    assert JournalEntry.objects.filter(company=hearth, kind="closing").count() == 1

    months = Period.objects.filter(company=hearth, module="general", first_date__lt="2026-04-01")
    states = list(months.order_by("first_date").values_list("state", flat=True))
    assert states[-4:] == ["closed", "closed", "open", "open"]

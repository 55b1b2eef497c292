"""Revaluing from the page of a month and by command: asked in numbers, booked once, refused with the reason."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from ledger.models import JournalEntry, Module, Period
from ledger.operations import close_periods
from masterdata.models import ExchangeRate
from tests.ledger.factories import an_invoice

MARCH_31, APRIL_1 = date(2026, 3, 31), date(2026, 4, 1)


@pytest.fixture(autouse=True)
def invoice(books, payer):
    """100 USD at 1.25: booked at 80.00."""
    return an_invoice(payer, "100.00", "0", currency="USD", rate="1.25")


@pytest.fixture
def rates(db) -> None:
    """100 USD at 1.20 are 83.33."""
    ExchangeRate.objects.create(currency="USD", day=MARCH_31, rate=Decimal("1.20"))
    ExchangeRate.objects.create(currency="GBP", day=MARCH_31, rate=Decimal("1.00"))


@pytest.fixture
def client(client_as):
    return client_as("finance")


def march(books, module=Module.GENERAL) -> Period:
    return Period.objects.get(company=books, year=2026, number=3, module=module)


def where(period: Period, name="period_revalue") -> str:
    return reverse(f"ledger:{name}", kwargs={"pk": period.pk})


def revaluations() -> list[tuple[date, bool]]:
    rows = JournalEntry.objects.filter(kind="revaluation").order_by("pk")
    return [(entry.posting_date, entry.reverses_id is not None) for entry in rows]


BOOKED = [(MARCH_31, False), (APRIL_1, True)]


def test_the_page_asks_in_numbers_and_books_nothing_yet(books, client, rates):
    said = client.get(where(march(books))).content.decode()

    assert "100.00 USD, booked at 80.00, worth 83.33 GBP." in said
    assert revaluations() == []


def test_it_is_booked_and_taken_back_and_a_second_click_books_nothing(books, client, rates):
    first = client.post(where(march(books)), follow=True).content.decode()
    again = client.post(where(march(books)), follow=True).content.decode()

    assert "Foreign items are revalued." in first
    assert "Nothing to book" in again
    assert revaluations() == BOOKED


def test_without_a_rate_it_says_which_and_books_nothing(books, client):
    asked = client.get(where(march(books))).content.decode()
    said = client.post(where(march(books)), follow=True).content.decode()

    assert "USD" in asked
    assert "USD" in said
    assert revaluations() == []


def test_only_an_open_month_of_the_general_ledger_offers_it(books, client):
    def offers(period: Period) -> bool:
        return where(period) in client.get(where(period, "period")).content.decode()

    january = Period.objects.get(company=books, year=2025, number=1, module=Module.GENERAL)
    assert [offers(march(books)), offers(march(books, Module.SALES)), offers(january)] == [True, False, True]
    close_periods([p.pk for p in Period.objects.filter(company=books, year=2025, number=1)], by=None).require_all()
    assert not offers(january)
    assert client.get(where(march(books, Module.SALES))).status_code == 404


def test_who_may_not_close_may_not_revalue(books, client_as, rates):
    assert client_as("auditor").post(where(march(books))).status_code == 403
    assert revaluations() == []


def command(**options) -> str:
    out = StringIO()
    call_command("revalue", stdout=out, **options)
    return out.getvalue()


def test_the_command_books_it_once(books, rates):
    told = json.loads(command(company=books.code, on=MARCH_31, json=True))
    again = command(company=books.code, on=MARCH_31)

    assert (len(told["entries"]), len(told["reversals"])) == (1, 1)
    assert "nothing to book" in again
    assert revaluations() == BOOKED


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"company": "nobody", "on": MARCH_31}, "There is no company nobody"),
        ({"company": "hearth", "on": date(2026, 3, 30)}, "2026-03-31"),
    ],
)
def test_the_command_says_what_is_wrong(books, given, words):
    code = books.code if given["company"] == "hearth" else given["company"]

    with pytest.raises(CommandError, match=words):
        command(company=code, on=given["on"])

    assert revaluations() == []


def test_the_command_takes_no_day_that_is_none(books):
    with pytest.raises(CommandError, match="is no day"):
        call_command("revalue", "--company", books.code, "--on", "31.3.")

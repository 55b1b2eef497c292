"""The pages of the books: what they say, what they refuse, and that they cost the same for a long list."""

import html
import re
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock, verification
from core.exports import rows_of
from ledger.models import JournalEntry, OpenItem, Period, PeriodState, Settlement, SettlementUndo
from ledger.open_items import open_as_of
from ledger.operations import close_periods
from ledger.tables import OpenItemTable
from tests.damage import plant
from tests.ledger.factories import a_draft, a_sale, an_invoice, money_received, post
from tests.ledger.month import MARCH_20, MARCH_31, a_month


@pytest.fixture
def month(books):
    return a_month(books)


@pytest.fixture(autouse=True)
def end_of_march():
    with clock.at(MARCH_31):
        yield


@pytest.fixture
def client(client_as):
    return client_as("finance")


def page(client, name, *, status=200, htmx=False, query="", **where) -> str:
    headers = {"HX-Request": "true"} if htmx else {}
    response = client.get(reverse(f"ledger:{name}", kwargs=where or None) + query, headers=headers)
    assert response.status_code == status
    return response.content.decode()


# Reading


def test_the_trial_balance_says_that_it_adds_up(month, client):
    said = page(client, "trial_balance")

    assert "Debits equal credits" in said
    assert "Trade receivables" in said
    assert "340.00" in said  # what is owed, in the closing column


def test_a_span_the_wrong_way_round_is_said_at_its_field(month, client):
    said = page(client, "trial_balance", query="?first=2026-03-31&last=2026-03-01", status=422)

    assert "The last day is before the first" in said


def test_the_books_of_an_empty_company_say_what_appears(books, client):
    assert "Nothing is booked up to this day" in page(client, "trial_balance")
    assert "Nobody owed anything" in page(client, "ageing")
    assert "Nothing is booked yet" in page(client, "entries")
    assert "The checks have not run yet" in page(client, "tie_out")


def test_an_entry_shows_lines_tax_and_items(month, client):
    said = page(client, "entry", pk=month.open.entry_id)

    assert "200.00" in said
    assert "40.00" in said
    assert month.open.number in said


def test_an_entry_of_a_document_says_where_it_is_reversed_and_offers_it_not_here(month, client):
    said = page(client, "entry", pk=month.open.entry_id)
    asked = client.post(reverse("ledger:entry_reverse", kwargs={"pk": month.open.entry_id}), {"on": "2026-03-31"})

    assert "Reverse it where it was made" in said
    assert "Reverse…" not in said
    assert (asked.status_code, "Reverse it where it was made" in asked.content.decode()) == (422, True)
    assert not JournalEntry.objects.filter(reverses=month.open.entry_id).exists()


def test_an_entry_written_by_hand_offers_to_be_reversed(month, client):
    assert "Reverse…" in page(client, "entry", pk=post(a_draft(month.company)))


def test_an_entry_in_foreign_currency_shows_both(month, client):
    said = page(client, "entry", pk=month.foreign.entry_id)

    assert "In document currency" in said
    assert "at 1.2000" in said


def test_a_reversed_entry_leads_to_its_reversal_and_offers_no_other(month, client):
    said = page(client, "entry", pk=month.reversed.pk)

    assert f"Reversed by entry {month.reversed.reversed_by.pk}" in said
    assert "Reverse…" not in said


def test_open_items_of_a_past_day_tie_to_the_control_account(month, client):
    said = page(client, "items", query="?on=2026-03-10")

    assert "equals its open items" in said
    assert month.paid.number in said


def test_a_band_of_the_ageing_leads_to_its_items_and_they_add_up_to_it(month, client):
    late = page(client, "ageing", query="?on=2026-04-30")
    (query,) = re.findall(r'href="/ledger/items\?([^"]*)">31 to 60', late)

    said = page(client, "items", query=f"?{html.unescape(query)}")

    assert month.open.number in said
    assert month.foreign.number not in said
    assert said.count("240.00") == 4  # amount, open, open in company currency, and their sum


def test_items_are_found_by_their_payer(month, client):
    said = page(client, "items", query=f"?q={month.other.number}")

    assert month.foreign.number in said
    assert month.open.number not in said


def test_the_ageing_says_that_it_equals_the_ledger(month, client):
    said = page(client, "ageing", query="?on=2026-04-30")

    assert "equals its open items" in said
    assert "31 to 60" in said


def test_the_ageing_says_when_it_differs(month, client):
    plant("UPDATE ledger_openitem SET company_amount = 250, open_company_amount = 250 WHERE id = %s", [month.open.pk])

    assert "differs by" in page(client, "ageing")


def test_a_statement_shows_the_customers_account(month, client):
    said = page(client, "statement", pk=month.payer.pk)

    assert "240.00" in said
    assert "Settlement of" not in said


def test_account_determination_says_which_rule_won(books, client):
    said = page(client, "determination", query="?fact=sales")

    assert "Booked to 4000 Sales" in said
    assert "Wins: the most specific rule that fits." in said


@pytest.mark.parametrize("name", ["entries", "chart", "items"])
def test_htmx_gets_the_list_alone(month, client, name):
    said = page(client, name, htmx=True)

    assert "<html" not in said
    assert "</table>" in said


@pytest.mark.parametrize("name", ["trial_balance", "ageing", "tax", "entries", "chart", "items", "tie_out"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_list_leaves_as_a_file(month, client, name, kind):
    verification.check_again(by=None)

    response = client.get(reverse(f"ledger:{name}") + f"?export={kind}")

    assert response.status_code == 200
    assert response["Content-Disposition"].endswith(f'.{kind}"')


def test_an_exported_list_has_the_amounts_as_numbers(month, client):
    response = client.get(reverse("ledger:trial_balance") + "?export=csv")

    lines = b"".join(response).decode("utf-8-sig").splitlines()
    receivables = next(line.split(",") for line in lines if line.startswith("1200"))
    assert receivables[-1] == "340.0000"


@pytest.mark.parametrize("name", ["trial_balance", "entries", "items", "ageing", "chart", "tie_out"])
def test_pages_cost_the_same_for_many_rows(month, client, name):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            page(client, name)
        return len(captured)

    cost()
    before = cost()
    for _ in range(15):
        an_invoice(month.payer, on=MARCH_20)

    assert cost() == before


def test_the_list_of_open_items_reads_a_page_of_them_only(month, client):
    for _ in range(60):
        an_invoice(month.payer, on=MARCH_20)
    read: list[int] = []

    def count_items(sender, instance, **_: object) -> None:
        read.append(instance.pk)

    post_init.connect(count_items, sender=OpenItem)
    try:
        response = client.get(reverse("ledger:items"))
    finally:
        post_init.disconnect(count_items, sender=OpenItem)

    assert response.context["listing"].count == 62
    assert len(read) == 50


def test_an_exported_list_is_read_in_sets_and_kept_nowhere(month, rf):
    request, rows = rf.get("/"), open_as_of(month.company, MARCH_31)
    request.company = month.company
    table = OpenItemTable(rows, on=MARCH_31, sums={}, request=request)

    head, *lines = rows_of(table)

    assert (head[0], len(lines)) == ("Item", 2)
    assert table.data.data._result_cache is None


def test_another_companys_documents_do_not_exist(month, client_as, other_company):
    stranger = client_as("finance", company=other_company)

    page(stranger, "entry", pk=month.open.entry_id, status=404)
    page(stranger, "item", pk=month.open.pk, status=404)
    page(stranger, "statement", pk=month.payer.pk, status=404)


def test_sales_may_not_read_the_ledger(month, client_as):
    page(client_as("sales"), "trial_balance", status=403)


# Writing an entry by hand


def typed(*lines, **head) -> dict[str, str]:
    given = {
        "key": str(uuid4()),
        "posting_date": "2026-03-31",
        "journal": "general",
        "currency": "gbp",
        "description": "Rent for March",
        "line-TOTAL_FORMS": str(len(lines)),
        "line-INITIAL_FORMS": "0",
    }
    for number, line in enumerate(lines):
        given |= {f"line-{number}-{name}": value for name, value in line.items()}
    return given | head


RENT = ({"account": "6100", "debit": "1,250.00"}, {"account": "1010", "credit": "1250"})


def test_an_entry_is_booked_and_shown(books, client):
    response = client.post(reverse("ledger:entry_new"), typed(*RENT))

    entry = JournalEntry.objects.get()
    assert response.url == reverse("ledger:entry", kwargs={"pk": entry.pk})
    assert [(line.account.number, line.debit, line.credit) for line in entry.lines.all()] == [
        ("6100", 1250, None),
        ("1010", None, 1250),
    ]


def test_a_second_click_books_nothing_twice(books, client):
    given = typed(*RENT)
    client.post(reverse("ledger:entry_new"), given)

    response = client.post(reverse("ledger:entry_new"), given)

    assert response.status_code == 302
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (({"account": "6100", "debit": "10"}, {"account": "1010", "credit": "9"}), "Debits are 10"),
        (({"account": "6100", "debit": "10"}, {"account": "9999", "credit": "10"}), "There is no account 9999."),
        (({"account": "6100", "debit": "10"}, {"account": "1200", "credit": "10"}), "payer"),
        (({"account": "6100", "debit": "10", "credit": "10"}, RENT[1]), "Write either a debit or a credit."),
        (({"debit": "10"}, RENT[1]), "Which account?"),
        (({"account": "6100", "debit": "ten"}, RENT[1]), "is no number"),
        ((RENT[0],), "An entry has at least two lines"),
        (({"account": "1200", "payer": "nobody", "debit": "10"}, RENT[1]), "There is no customer nobody."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(books, client, lines, words):
    response = client.post(reverse("ledger:entry_new"), typed(*lines))

    said = response.content.decode()
    assert response.status_code == 422
    assert words in said
    assert "Rent for March" in said
    assert not JournalEntry.objects.exists()


def test_more_lines_keep_what_was_typed(books, client):
    response = client.post(reverse("ledger:entry_new"), typed(*RENT, more="1"))

    said = response.content.decode()
    assert response.status_code == 200
    assert 'name="line-7-account"' in said
    assert "1,250.00" in said


def test_more_lines_than_were_ever_shown_are_no_error(books, client):
    response = client.post(reverse("ledger:entry_new"), typed(*RENT, more="1") | {"line-TOTAL_FORMS": "many"})

    assert response.status_code == 200
    assert 'name="line-5-account"' in response.content.decode()


def test_a_currency_that_does_not_exist_books_nothing(books, client):
    response = client.post(reverse("ledger:entry_new"), typed(*RENT, currency="XQZ", rate="1.5"))

    assert response.status_code == 422
    assert "There is no currency XQZ." in response.content.decode()
    assert not JournalEntry.objects.exists()


# Taking back


def test_an_entry_is_reversed_after_asking(month, client):
    rent = post(a_draft(month.company))
    where = reverse("ledger:entry_reverse", kwargs={"pk": rent})
    assert f"Reverse entry {rent}?" in client.get(where).content.decode()

    client.post(where, {"on": "2026-03-31"})

    assert JournalEntry.objects.get(reverses=rent).posting_date == MARCH_31


def test_an_entry_whose_item_is_settled_says_why_it_stays(month, client):
    response = client.post(reverse("ledger:entry_reverse", kwargs={"pk": month.paid.entry_id}), {"on": "2026-03-31"})

    assert response.status_code == 422
    assert not JournalEntry.objects.filter(reverses=month.paid.entry_id).exists()


def test_items_are_settled_and_it_is_undone(month, client):
    receipt = money_received(month.payer, "100.00", on=MARCH_20)
    given = {"key": str(uuid4()), "other": receipt.pk, "amount": "100", "on": "2026-03-31"}
    client.post(reverse("ledger:item_settle", kwargs={"pk": month.open.pk}), given)
    assert OpenItem.objects.get(pk=month.open.pk).open_amount == 140
    settlement = Settlement.objects.latest("pk")

    client.post(
        reverse("ledger:settlement_undo", kwargs={"pk": settlement.pk}), {"on": "2026-03-31", "reason": "Wrong invoice"}
    )

    assert SettlementUndo.objects.get(settlement=settlement).reason == "Wrong invoice"
    assert OpenItem.objects.get(pk=month.open.pk).open_amount == 240


def test_more_than_is_open_is_refused_at_the_form(month, client):
    receipt = money_received(month.payer, "100.00", on=MARCH_20)
    given = {"key": str(uuid4()), "other": receipt.pk, "amount": "100.01", "on": "2026-03-31"}

    response = client.post(reverse("ledger:item_settle", kwargs={"pk": month.open.pk}), given)

    assert response.status_code == 422
    assert OpenItem.objects.get(pk=month.open.pk).open_amount == 240


# Periods


def a_period(month, module="sales") -> Period:
    return Period.objects.get(company=month.company, module=module, first_date=date(2025, 1, 1))


def test_a_period_is_closed_and_opened_again_with_its_reason_on_record(month, client):
    period = a_period(month)
    client.post(reverse("ledger:period_close", kwargs={"pk": period.pk}))
    period.refresh_from_db()
    assert period.state == PeriodState.CLOSED

    client.post(reverse("ledger:period_reopen", kwargs={"pk": period.pk}), {"reason": "A late invoice"})

    period.refresh_from_db()
    assert period.state == PeriodState.OPEN
    assert "A late invoice" in page(client, "period", pk=period.pk)


def test_closing_the_last_month_closes_the_year_and_reopening_takes_its_result_back(books, payer, client):
    post(a_sale(payer), on=date(2025, 12, 5))
    months = Period.objects.filter(company=books, year=2025)
    last = months.get(module="general", number=12)
    close_periods([period.pk for period in months if period != last], by=None).require_all()
    result = JournalEntry.objects.filter(kind="closing")

    client.post(reverse("ledger:period_close", kwargs={"pk": last.pk}))
    assert (Period.objects.get(pk=last.pk).state, result.count()) == (PeriodState.CLOSED, 1)

    client.post(reverse("ledger:period_reopen", kwargs={"pk": last.pk}), {"reason": "A late invoice"})
    assert (Period.objects.get(pk=last.pk).state, result.count()) == (PeriodState.OPEN, 2)


def test_a_year_with_open_months_says_which(books, client):
    last = Period.objects.get(company=books, year=2025, module="general", number=12)

    response = client.post(reverse("ledger:period_close", kwargs={"pk": last.pk}), follow=True)

    assert "Sales 2025-01" in response.content.decode()
    assert Period.objects.get(pk=last.pk).state == PeriodState.OPEN


def test_a_period_says_what_is_in_the_way(month, client):
    march = Period.objects.get(company=month.company, module="sales", first_date=date(2026, 3, 1))

    said = page(client, "period", pk=march.pk)
    response = client.post(reverse("ledger:period_close", kwargs={"pk": march.pk}), follow=True)

    assert "Blocks" in said
    assert "disabled" in said
    assert "can&#x27;t close yet" in response.content.decode()


# Tie-out


def test_the_tie_out_names_the_document_that_differs(month, client):
    plant("UPDATE ledger_openitem SET open_amount = open_amount - 1 WHERE id = %s", [month.open.pk])

    said = client.post(reverse("ledger:check_again"), follow=True).content.decode()

    assert "checks differs" in said
    assert reverse("ledger:item", kwargs={"pk": month.open.pk}) in said
    assert month.open.number in said


def test_the_tie_out_says_that_all_is_well(month, client):
    said = client.post(reverse("ledger:check_again"), follow=True).content.decode()

    assert "All checks hold" in said
    assert "Equal" in said


def test_documents_of_other_companies_stay_hidden_in_the_tie_out(month, client_as, other_company):
    plant("UPDATE ledger_openitem SET open_amount = open_amount - 1 WHERE id = %s", [month.open.pk])
    stranger = client_as("auditor", company=other_company)

    said = stranger.post(reverse("ledger:check_again"), follow=True).content.decode()

    assert "In companies you do not work in." in said
    assert month.open.number not in said

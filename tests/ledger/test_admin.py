"""The ledger in the admin: the chart is kept there, what was booked is only looked at."""

import pytest
from django.test import Client
from django.urls import reverse

from ledger.models import Account, JournalEntry
from tests.ledger.factories import a_draft, an_invoice, keep_books, post

BOOKED = ["journalentry", "openitem", "settlement", "period"]


@pytest.fixture
def administrator(books, user_as, client: Client) -> Client:
    user = user_as("administrator")
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


@pytest.fixture
def accountant(books, user_as, client: Client) -> Client:
    user = user_as("finance")
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


def change(account: Account) -> str:
    return reverse("admin:ledger_account_change", args=[account.pk])


def as_form(account: Account, **changes: str) -> dict[str, str]:
    return {
        "number": account.number,
        "name": account.name,
        "translations": "{}",
        "type": account.type,
        "control": account.control,
        "currency": "",
        "is_active": "on",
    } | changes


def test_an_unused_account_is_edited(books, administrator):
    account = Account.objects.get(company=books, number="6200")

    administrator.post(change(account), as_form(account, number="6210", name="Office"))

    account.refresh_from_db()
    assert (account.number, account.name) == ("6210", "Office")


def test_a_used_account_keeps_its_meaning_and_may_get_a_better_name(books, administrator):
    post(a_draft(books))
    account = Account.objects.get(company=books, number="6100")

    administrator.post(change(account), as_form(account, number="9999", type="asset", name="Rent"))

    account.refresh_from_db()
    assert (account.number, account.type, account.name) == ("6100", "expense", "Rent")


def test_accounts_of_other_companies_are_not_there(books, administrator, other_company):
    keep_books(other_company)
    account = Account.objects.get(company=other_company, number="6100")

    assert administrator.get(change(account)).status_code == 302
    page = administrator.get(reverse("admin:ledger_account_changelist"))
    assert page.context["cl"].queryset.filter(company=other_company).count() == 0


@pytest.mark.parametrize("model", BOOKED)
def test_what_was_booked_is_looked_at_only(books, payer, accountant, model):
    an_invoice(payer)

    assert accountant.get(reverse(f"admin:ledger_{model}_changelist")).status_code == 200
    assert accountant.get(reverse(f"admin:ledger_{model}_add")).status_code == 403


def test_an_entry_is_not_deleted(books, accountant):
    entry_id = post(a_draft(books))

    answer = accountant.post(reverse("admin:ledger_journalentry_delete", args=[entry_id]), {"post": "yes"})

    assert answer.status_code == 403
    assert JournalEntry.objects.filter(pk=entry_id).exists()

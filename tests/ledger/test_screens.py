"""The books in the shell: search finds them, the menu counts what differs, My work says so."""

import pytest
from django.urls import reverse

from core import menu, search, verification, work
from tests.damage import plant
from tests.ledger.month import a_month


@pytest.fixture
def month(books):
    return a_month(books)


def hits(user, company, words):
    return {provider.kind: [hit.url for hit in found] for provider, found in search.search(user, company, words)}


def url(name, pk):
    return reverse(f"ledger:{name}", kwargs={"pk": pk})


def test_an_entry_is_found_by_its_number_and_goes_straight_there(month, finance):
    entry = month.open.entry_id
    (found,) = [group for kind, group in hits(finance, month.company, str(entry)).items() if "entry" in kind]

    assert found == [url("entry", entry)]


def test_an_open_item_is_found_by_the_number_on_the_document(month, finance):
    assert hits(finance, month.company, month.open.number) == {"ledger.openitem": [url("item", month.open.pk)]}


def test_an_account_is_found_by_number_and_by_name(month, finance):
    receivables = month.open.account_id

    assert hits(finance, month.company, "1200")["ledger.account"] == [url("account_sheet", receivables)]
    assert url("account_sheet", receivables) in hits(finance, month.company, "trade receiv")["ledger.account"]


def test_who_may_not_read_the_books_finds_nothing_in_them(month, user_as):
    assert hits(user_as("warehouse"), month.company, month.open.number) == {}


def test_other_companies_items_are_not_found(month, user_as, other_company):
    stranger = user_as("finance", company=other_company)

    assert hits(stranger, other_company, month.open.number) == {}


def test_checks_that_differ_wait_in_my_work_and_in_the_menu(month, user_as):
    auditor = user_as("auditor")
    plant("UPDATE ledger_openitem SET open_amount = open_amount - 1 WHERE id = %s", [month.open.pk])

    verification.check_again(by=auditor)

    waiting = {queue.key: found.count for queue, found in work.queues_for(auditor, month.company)}
    assert waiting["tie-out"] == 1
    books = dict(menu.entries_for(auditor, month.company))["Books"]
    tie_out = next(entry for entry in books if entry.url_name == "ledger:tie_out")
    assert tie_out.count
    assert tie_out.count(auditor, month.company) == 1


def test_nothing_waits_while_all_checks_hold(month, user_as):
    auditor = user_as("auditor")

    verification.check_again(by=auditor)

    assert {queue.key: found.count for queue, found in work.queues_for(auditor, month.company)}["tie-out"] == 0

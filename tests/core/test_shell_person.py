"""What people set for themselves, and what the shell shows them: company, language, theme, menu, work, search."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from core import clock, documents, eventlog, menu, search, work
from core.context_processors import Shell
from core.documents import DocumentKind
from core.eventlog import Fact
from core.menu import MenuEntry
from core.models import User
from core.search import Hit, Provider
from core.work import Queue, Waiting
from tests.core.factories import MembershipFactory

NOON = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)


@pytest.fixture
def somebody(user_as) -> User:
    return user_as("finance")


@pytest.fixture
def browser_of(client, somebody):
    cache.clear()
    client.force_login(somebody, backend="core.backends.MembershipBackend")
    return client


def test_another_company_is_worked_in_from_then_on(browser_of, somebody, other_company):
    MembershipFactory(user=somebody, role="auditor", company=other_company)

    browser_of.post(reverse("core:company"), {"code": "elsewhere"})

    assert browser_of.get("/").wsgi_request.company == other_company


def test_a_company_without_a_role_is_not_entered(browser_of, company, other_company):
    page = browser_of.post(reverse("core:company"), {"code": "elsewhere"}, follow=True)

    assert page.wsgi_request.company == company
    assert "You have no role in that company." in page.content.decode()


def test_the_theme_that_was_chosen_is_in_the_page_from_the_start(browser_of):
    page = browser_of.post(reverse("core:preferences"), {"theme": "dark", "next": "/profile"}, follow=True)

    assert page.redirect_chain == [("/profile", 302)]
    assert 'data-bs-theme="dark"' in page.content.decode()


def test_a_preference_leaves_the_others_as_they_are(browser_of, somebody):
    browser_of.post(reverse("core:preferences"), {"density": "comfortable", "username": "boss"})

    somebody.refresh_from_db()
    assert (somebody.density, somebody.theme) == ("comfortable", "system")
    assert somebody.username != "boss"


def test_the_profile_changes_language_and_time_zone(browser_of, somebody):
    answer = browser_of.post(
        reverse("core:profile"),
        {"language": "de", "time_zone": "Europe/Berlin", "theme": "system", "density": "compact"},
    )

    somebody.refresh_from_db()
    assert answer.status_code == 302
    assert (somebody.language, somebody.time_zone, somebody.keyboard_shortcuts) == ("de", "Europe/Berlin", False)
    assert '<html lang="de"' in browser_of.get("/").content.decode()


def test_a_wrong_time_zone_answers_422_at_its_field(browser_of):
    page = browser_of.post(reverse("core:profile"), {"time_zone": "Mars/Base"}).content.decode()

    assert 'aria-invalid="true"' in page
    assert 'id="id_time_zone_error"' in page


def test_the_menu_shows_what_the_roles_permit_and_what_waits_there(browser_of, somebody, company, monkeypatch):
    monkeypatch.setattr(menu, "_entries", {})
    menu.register(MenuEntry("Books", "Journal", "book", "core:keys", "ledger.view_ledger", count=lambda *_: 1204))
    menu.register(MenuEntry("System", "People", "users", "core:profile", "core.administer"))

    page = browser_of.get("/").content.decode()

    assert 'Journal<span class="n ">1,204</span>' in page
    assert "People" not in page


def test_of_two_entries_above_a_page_the_nearest_is_current(rf, somebody, company):
    request = rf.get("/ledger/entries/5")
    shell = Shell(request)

    assert [shell.is_current(path) for path in ("/ledger/entries", "/ledger/", "/", "/led")] == [
        True,
        True,
        False,
        False,
    ]


def test_my_work_shows_each_queue_with_what_waits(browser_of, monkeypatch):
    monkeypatch.setattr(work, "_queues", {})
    waiting = Waiting(count=14, oldest="SO-2026-004790", oldest_at=NOON - timedelta(hours=51), late=True)
    work.register(
        Queue("held", "Orders held", "core:keys", "ledger.view_ledger", lambda *_: waiting, target="4 working hours")
    )
    work.register(Queue("other", "Not mine", "core:keys", "core.administer", lambda *_: waiting))

    with clock.at(NOON):
        page = browser_of.get("/").content.decode()

    assert "Orders held" in page
    assert '<span class="dot is-bad">2 d 3 h</span>' in page
    assert "Not mine" not in page


def test_an_exact_number_goes_straight_to_its_document(browser_of, monkeypatch):
    monkeypatch.setattr(search, "_providers", {})
    hits = {"INV-1": [Hit("INV-1", "", "/keys", exact=True)], "INV": [Hit("INV-1", "12.00 EUR", "/keys")]}
    search.register(
        Provider("test", "Invoices", "ledger.view_ledger", lambda _user, _company, words: hits.get(words, []))
    )

    assert browser_of.get("/search?q=INV-1").url == "/keys"
    assert "12.00 EUR" in browser_of.get("/search?q=INV").content.decode()
    assert "Nothing found for “INV-2”" in browser_of.get("/search?q=INV-2").content.decode()


def test_what_others_did_meanwhile_is_told_in_one_line_each(browser_of, somebody, company, monkeypatch):
    kind = DocumentKind("core.user", "Person", "core:components_person", "ledger.view_ledger")
    monkeypatch.setattr(documents, "_kinds", {"core.user": kind})
    session = browser_of.session
    session["left_at"] = (NOON - timedelta(days=3)).isoformat()
    session.save()
    greeted, moved = (Fact(what, "core.user", somebody.pk, company.pk) for what in ("core.greeted", "core.moved"))
    with clock.at(NOON):
        eventlog.record([greeted, greeted, moved])

        page = browser_of.get("/").content.decode()

    assert "Greeted, 2 times" in page
    assert f"Person {somebody.pk}: Moved" in page

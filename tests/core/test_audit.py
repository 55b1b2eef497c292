"""The story of a document: events, changes and mail in business words, newest first."""

from datetime import date

import pytest
from django.db import transaction
from django.template.loader import render_to_string

from core import audit, clock, eventlog
from core.audit import FieldChange, Wording
from core.context import IMPORT, SCREEN, Cause, because_of
from core.eventlog import Fact
from core.models import Company, Membership
from tests.core.factories import CompanyFactory, MembershipFactory, UserFactory, WarehouseFactory
from tests.fixtures import MARCH_1

KIND = "core.company"


@pytest.fixture(autouse=True)
def wordings(monkeypatch):
    monkeypatch.setattr(audit, "_wordings", {})


def test_field_changes_read_as_before_and_after(db):
    membership = MembershipFactory(valid_to=date(2026, 11, 19), warehouse=None)
    leeds = WarehouseFactory(company=membership.company, name="Leeds")
    Membership.objects.filter(pk=membership.pk).update(valid_to=date(2026, 11, 26), warehouse=leeds)

    newest = audit.changes(membership)[0]

    assert newest.fields == [
        FieldChange("Warehouse", "–", "Leeds"),
        FieldChange("Valid to", "19 Nov 2026", "26 Nov 2026"),
    ]
    assert str(newest.fields[1]) == "Valid to 19 Nov 2026 → 26 Nov 2026"


def test_choices_and_yes_or_no_read_as_on_the_screen(company):
    Company.objects.filter(pk=company.pk).update(language="de", is_active=False)

    assert [str(change) for change in audit.changes(company)[0].fields] == [
        "Language English → Deutsch",
        "Is active yes → no",
    ]


def test_a_change_says_who_and_through_what(company):
    priya = UserFactory(first_name="Priya", last_name="Nair")
    with because_of(Cause(by=priya.pk, via=IMPORT)):
        Company.objects.filter(pk=company.pk).update(name="Renamed")

    newest = audit.changes(company)[0]

    assert (newest.sentence, newest.by, newest.via_word) == ("Changed", "Priya Nair", "import")


def test_what_was_deleted_is_told(db):
    row = WarehouseFactory()
    key = row.pk
    row.delete()
    row.pk = key

    assert [entry.sentence for entry in audit.changes(row)] == ["Deleted", "Created"]


def test_an_event_reads_as_its_app_words_it(company):
    audit.register({"core.company_closed": Wording("Closed for {reason}, {missing}", icon="lock", family="is-warn")})
    eventlog.record([Fact("core.company_closed", KIND, company.pk, company.pk, data={"reason": "stocktaking"})])
    eventlog.record([Fact("core.company_opened", KIND, company.pk, company.pk)])

    told = {entry.sentence: entry for entry in audit.timeline(KIND, company.pk) if entry.kind == "event"}

    assert set(told) == {"Closed for stocktaking, –", "Company opened"}
    assert told["Closed for stocktaking, –"].family == "is-warn"


@pytest.mark.django_db(transaction=True)
def test_fields_that_changed_with_an_event_stand_below_it():
    company = CompanyFactory(name="Before")
    with transaction.atomic():
        Company.objects.filter(pk=company.pk).update(name="After")
        eventlog.record([Fact("core.company_renamed", KIND, company.pk, company.pk)])
    Company.objects.filter(pk=company.pk).update(name="Later")

    told = [(entry.sentence, [str(change) for change in entry.fields]) for entry in audit.timeline(KIND, company.pk)]

    assert told == [
        ("Changed", ["Name After → Later"]),
        ("Company renamed", ["Name Before → After"]),
        ("Created", []),
    ]


def test_business_time_decides_the_order(company):
    with clock.at(MARCH_1):
        eventlog.record([Fact("core.company_founded", KIND, company.pk, company.pk)])

    assert audit.timeline(KIND, company.pk)[-1].sentence == "Company founded"


def test_a_long_story_takes_no_more_statements_than_a_short_one(company, statements):
    def retell(times):
        for number in range(times):
            person = UserFactory()
            with because_of(Cause(by=person.pk, via=SCREEN)):
                Company.objects.filter(pk=company.pk).update(name=f"Name {number} of {times}")
        return statements(audit.timeline, KIND, company.pk)

    assert retell(1) == retell(20)


def test_the_partial_shows_who_when_and_what(company):
    priya = UserFactory(first_name="Priya", last_name="Nair")
    with because_of(Cause(by=priya.pk, via=SCREEN)):
        Company.objects.filter(pk=company.pk).update(name="Renamed")

    page = render_to_string("core/_timeline.html", {"entries": audit.timeline(KIND, company.pk)})

    assert "Name Hearth &amp; Harbour Ltd → Renamed" in page
    assert "Priya Nair" in page
    assert "System" in page


def test_the_partial_of_an_empty_story_says_so():
    assert "Nothing has happened here yet." in render_to_string("core/_timeline.html", {"entries": []})

"""The administrator's pages: only one's own companies, and roles only through the verbs that check them."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from core import numbering
from core.models import Company, ConflictingDuties, Job, JobLine, Membership, NumberSeries, User, Warehouse
from core.numbering import NumberKind
from tests.core.factories import (
    ConflictingDutiesFactory,
    MembershipFactory,
    NumberSeriesFactory,
    UserFactory,
    WarehouseFactory,
)
from tests.fixtures import MARCH_1


@pytest.fixture
def administrator(user_as) -> User:
    return user_as("administrator")


@pytest.fixture
def office(administrator) -> Client:
    client = Client()
    client.force_login(administrator, backend="core.backends.MembershipBackend")
    return client


def address(model, action, *args):
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{action}", args=args)


def listed(office, model):
    return set(office.get(address(model, "changelist")).context["cl"].queryset)


def errors_in(response):
    assert response.status_code == 200, "the form was accepted"
    return " ".join(message for found in response.context["adminform"].form.errors.values() for message in found)


@pytest.mark.parametrize("model", [Company, Warehouse, User, Membership, NumberSeries, ConflictingDuties])
@pytest.mark.parametrize("action", ["changelist", "add"])
def test_every_page_opens(office, warehouse, model, action):
    assert office.get(address(model, action)).status_code == 200


def test_lists_show_ones_own_companies_only(office, administrator, company, other_company):
    mine, foreign = WarehouseFactory(company=company), WarehouseFactory(company=other_company)
    colleague = MembershipFactory(company=company).user
    stranger = MembershipFactory(company=other_company).user
    nobody_yet = UserFactory()

    assert listed(office, Company) == {company}
    assert listed(office, Warehouse) == {mine}
    assert listed(office, User) == {administrator, colleague, nobody_yet}
    assert office.get(address(Warehouse, "change", foreign.pk)).status_code == 302
    assert office.get(address(User, "change", stranger.pk)).status_code == 302


def test_choices_offer_ones_own_companies_only(office, company, other_company):
    form = office.get(address(Warehouse, "add")).context["adminform"].form

    assert list(form.fields["company"].queryset) == [company]


def test_a_forged_choice_of_another_company_is_refused(office, company, other_company):
    response = office.post(
        address(Warehouse, "add"), {"company": other_company.pk, "code": "x", "name": "X", "country": "GB"}
    )

    assert "Select a valid choice" in errors_in(response)
    assert not Warehouse.objects.filter(company=other_company).exists()


def test_what_a_row_points_at_belongs_to_its_own_company(office, administrator, company, other_company):
    MembershipFactory(user=administrator, role="administrator", company=other_company)
    foreign = WarehouseFactory(company=other_company)

    response = office.post(
        address(Membership, "add"),
        {"user": UserFactory().pk, "role": "sales", "company": company.pk, "warehouse": foreign.pk},
    )

    assert "belongs to another company" in errors_in(response)


def test_gives_a_role(office, company):
    person = UserFactory()

    response = office.post(address(Membership, "add"), {"user": person.pk, "role": "sales", "company": company.pk})

    assert response.status_code == 302
    assert [row.role for row in Membership.objects.filter(user=person)] == ["sales"]


def test_says_beside_the_form_why_a_role_is_refused(office, administrator, company):
    response = office.post(
        address(Membership, "add"), {"user": administrator.pk, "role": "finance", "company": company.pk}
    )

    assert "You can't change your own roles." in errors_in(response)
    assert [row.role for row in Membership.objects.filter(user=administrator)] == ["administrator"]


def test_changes_only_the_time_of_a_membership(office, company):
    membership = MembershipFactory(company=company)

    office.post(
        address(Membership, "change", membership.pk),
        {"user": UserFactory().pk, "role": "finance", "company": company.pk, "valid_to": "2026-03-01"},
    )

    changed = Membership.objects.get(pk=membership.pk)
    assert (changed.user, changed.role, changed.valid_to) == (membership.user, "sales", MARCH_1)


def test_takes_a_role_away_but_not_ones_own(office, administrator, company):
    membership = MembershipFactory(company=company)
    own = Membership.objects.get(user=administrator)

    office.post(address(Membership, "delete", membership.pk), {"post": "yes"})
    refused = office.post(address(Membership, "delete", own.pk), {"post": "yes"})

    assert refused.status_code == 403
    assert list(Membership.objects.all()) == [own]


def person_form(user, **more):
    return {
        "username": user.username,
        "first_name": "New",
        "last_name": "Name",
        "email": "",
        "is_active": "on",
        "language": "en",
        "time_zone": "Europe/London",
        "theme": "system",
        "density": "compact",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
        **more,
    }


def test_changes_a_person_and_their_roles_on_one_page(office, company):
    person = MembershipFactory(company=company).user
    membership = Membership.objects.get(user=person)

    response = office.post(
        address(User, "change", person.pk),
        person_form(
            person,
            **{
                "memberships-TOTAL_FORMS": "2",
                "memberships-INITIAL_FORMS": "1",
                "memberships-0-id": membership.pk,
                "memberships-0-user": person.pk,
                "memberships-0-DELETE": "on",
                "memberships-1-user": person.pk,
                "memberships-1-role": "auditor",
                "memberships-1-company": company.pk,
            },
        ),
    )

    assert response.status_code == 302
    person.refresh_from_db()
    assert person.first_name == "New"
    assert [row.role for row in Membership.objects.filter(user=person)] == ["auditor"]


def test_nobody_sets_the_password_of_somebody_who_also_works_elsewhere(office, company, other_company):
    person = MembershipFactory(company=company).user
    MembershipFactory(user=person, company=other_company, role="finance")
    before = person.password

    response = office.post(
        f"/admin/core/user/{person.pk}/password/",
        {"password1": "kettle-harbour-42", "password2": "kettle-harbour-42"},
    )

    assert response.status_code == 403
    assert User.objects.get(pk=person.pk).password == before


def test_nobody_makes_themselves_a_superuser(office, administrator):
    office.post(address(User, "change", administrator.pk), person_form(administrator, is_superuser="on", is_staff="on"))

    assert not User.objects.get(pk=administrator.pk).is_superuser


def test_superusers_are_out_of_reach(office):
    root = UserFactory(is_superuser=True)

    assert root not in listed(office, User)


def test_a_company_keeps_its_code_and_currency(office, company):
    office.post(
        address(Company, "change", company.pk),
        {
            "code": "new",
            "currency": "EUR",
            "name": "New",
            "country": "GB",
            "time_zone": "Europe/London",
            "language": "en",
        },
    )

    company.refresh_from_db()
    assert (company.code, company.currency, company.name) == ("hearth", "GBP", "New")


def test_nothing_of_the_house_is_deleted(office, company, warehouse):
    assert office.post(address(Company, "delete", company.pk), {"post": "yes"}).status_code == 403
    assert office.post(address(Warehouse, "delete", warehouse.pk), {"post": "yes"}).status_code == 403


def test_a_pattern_changes_until_its_first_number(office, company, monkeypatch):
    monkeypatch.setattr(numbering, "_kinds", {"test.paper": NumberKind("test.paper", "Paper", "P-{year}-{number}")})
    fresh = NumberSeriesFactory(company=company)
    used = NumberSeriesFactory(company=company, year=2025, last_number=3, last_date=MARCH_1.replace(year=2025))

    for series in (fresh, used):
        office.post(
            address(NumberSeries, "change", series.pk),
            {"company": company.pk, "kind": "test.paper", "year": series.year, "pattern": "X{year}-{number:05}"},
        )
        series.refresh_from_db()

    assert (fresh.pattern, used.pattern) == ("X{year}-{number:05}", "P-{year}-{number:04}")


def test_what_holds_for_all_companies_is_decided_by_who_administers_all(office, administrator, other_company):
    pair = ConflictingDutiesFactory()
    page = address(ConflictingDuties, "change", pair.pk)
    facts = {
        name: getattr(pair, name) for name in ["first_permission", "first_event", "second_permission", "second_event"]
    }

    assert office.post(page, {**facts, "reason": "Changed"}).status_code == 403

    MembershipFactory(user=administrator, role="administrator", company=other_company)
    assert office.post(page, {**facts, "reason": "Changed"}).status_code == 302
    pair.refresh_from_db()
    assert pair.reason == "Changed"


def test_the_history_of_a_row_is_told_in_business_words(office, company):
    office.post(
        address(Company, "change", company.pk),
        {"name": "Renamed", "country": "GB", "time_zone": "Europe/London", "language": "en", "is_active": "on"},
    )

    page = office.get(address(Company, "history", company.pk)).content.decode()

    assert "Name Hearth &amp; Harbour Ltd → Renamed" in page


def test_the_history_of_a_foreign_row_does_not_exist(office, other_company):
    assert office.get(address(Company, "history", other_company.pk)).status_code == 404


@pytest.mark.parametrize("role", ["sales", "finance", "auditor", "customer"])
def test_other_roles_stay_outside_even_with_the_door_open(client, user_as, role):
    person = user_as(role)
    person.is_staff = True
    person.save()
    client.force_login(person, backend="core.backends.MembershipBackend")

    assert client.get(address(Membership, "changelist")).status_code == 403


def test_every_table_with_a_company_is_scoped():
    unscoped = [
        model._meta.label
        for model, page in admin.site._registry.items()
        if any(field.name == "company" for field in model._meta.fields) and not hasattr(page, "company_of")
    ]

    assert unscoped == []


class TestChoices:
    """What a field of the admin offers: nothing of other companies, whatever the model that it points at."""

    def offered(self, field, person, rf):
        request = rf.get("/admin/")
        request.user = person
        offered = admin.site._registry[Warehouse].formfield_for_foreignkey(field, request)
        assert offered is not None
        assert offered.queryset is not None
        return set(offered.queryset)

    def test_rows_of_ones_own_companies(self, administrator, company, other_company, rf):
        assert self.offered(Warehouse._meta.get_field("company"), administrator, rf) == {company}

    def test_public_rows_as_their_own_page_lists_them(self, administrator, other_company, rf):
        MembershipFactory(company=other_company)
        nobody_yet = UserFactory()

        assert self.offered(Membership._meta.get_field("user"), administrator, rf) == {administrator, nobody_yet}

    def test_nothing_of_a_model_that_does_not_say_whose_its_rows_are(self, administrator, rf):
        job = Job.objects.create(kind="core.sample", title="Sample", key="sample", by=administrator)

        assert self.offered(JobLine._meta.get_field("job"), administrator, rf) == set()
        assert Job.objects.get() == job

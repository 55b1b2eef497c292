"""What every request carries: the company worked in, and who is behind it."""

import pytest
from django.test import Client

from core.models import Company
from tests.core.factories import MembershipFactory, UserFactory


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="core.backends.MembershipBackend")
    return client


def company_of(client) -> Company | None:
    return client.get("/").wsgi_request.company


def test_the_first_company_is_worked_in_until_another_is_chosen(company, other_company):
    person = MembershipFactory(company=company).user
    MembershipFactory(user=person, company=other_company)
    client = signed_in(person)

    assert company_of(client) == other_company  # elsewhere stands before hearth
    client.post("/company", {"code": company.code})
    assert company_of(client) == company


def test_a_company_one_has_no_role_in_can_not_be_chosen(company, other_company):
    client = signed_in(MembershipFactory(company=company).user)

    client.post("/company", {"code": other_company.code})

    assert company_of(client) == company


def test_a_company_whose_role_was_taken_away_is_no_longer_worked_in(company, other_company):
    membership = MembershipFactory(company=company)
    MembershipFactory(user=membership.user, company=other_company)
    client = signed_in(membership.user)
    client.post("/company", {"code": company.code})

    membership.delete()

    assert company_of(client) == other_company


@pytest.mark.parametrize("address", ["/", "/search", "/ledger/items", "/customers/"])
def test_without_any_role_there_is_nothing_to_see(db, address):
    response = signed_in(UserFactory()).get(address)

    assert response.status_code == 403
    assert "Ask an administrator" in response.content.decode()


def test_without_any_role_one_can_still_leave(db):
    assert signed_in(UserFactory()).post("/logout").status_code == 302


def test_a_page_asks_for_memberships_once(company, django_assert_max_num_queries):
    client = signed_in(MembershipFactory(company=company, role="customer").user)
    client.get("/keys")

    with django_assert_max_num_queries(3):
        client.get("/keys")

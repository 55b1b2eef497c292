"""Every address, as every role, with documents of one's own company and of others."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from structlog.testing import capture_logs

from core.models import Company
from core.roles import all_roles, permissions_of
from tests.access_matrix import EXPECTED, Page

OUTSIDE = {"admin"}
"""Namespaces that are walked apart from the table."""

ROLES = [
    "sales",
    "credit",
    "warehouse",
    "billing",
    "finance",
    "collector",
    "service",
    "auditor",
    "administrator",
    "customer",
]


def names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The name of every address the application answers to."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = pattern.namespace or ""
            if inner not in OUTSIDE:
                yield from names(pattern, f"{namespace}{inner}:" if inner else namespace)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"the address {pattern.pattern} has no name"
            yield f"{namespace}{pattern.name}"


PAGES = sorted(set(names(get_resolver())))
KNOWN = [name for name in PAGES if name in EXPECTED]
WITH_DOCUMENT = [name for name in KNOWN if EXPECTED[name].thing]


def ask(client: Client, name: str, kwargs: dict[str, Any]) -> HttpResponse:
    page = EXPECTED[name]
    address = reverse(name, kwargs=kwargs or page.given or None)
    return client.post(address) if page.post else client.get(address)


def kwargs_in(page: Page, company: Company) -> dict[str, Any]:
    return page.thing(company) if page.thing else {}


def test_every_address_says_who_may_open_it():
    assert [name for name in PAGES if name not in EXPECTED] == []


def test_no_address_is_listed_that_does_not_exist():
    assert sorted(set(EXPECTED) - set(PAGES)) == []


def test_all_ten_roles_are_walked():
    assert [role.code for role in all_roles()] == ROLES


def test_every_permission_in_the_table_is_somebodys():
    given = {permission for role in ROLES for permission in permissions_of(role)}

    assert {page.permission for page in EXPECTED.values() if page.permission} <= given


@pytest.mark.parametrize("name", KNOWN)
def test_a_stranger_is_sent_to_the_door(client, company, name):
    response = ask(client, name, kwargs_in(EXPECTED[name], company))

    if EXPECTED[name].open:
        assert response.status_code == 200
    else:
        assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/login")


@pytest.mark.parametrize("name", KNOWN)
def test_each_role_gets_what_the_matrix_gives_it(client_as, company, name):
    page = EXPECTED[name]
    kwargs = kwargs_in(page, company)

    refused = {role for role in ROLES if ask(client_as(role), name, kwargs).status_code == 403}

    assert refused == {role for role in ROLES if page.permission and page.permission not in permissions_of(role)}


@pytest.mark.parametrize("name", KNOWN)
def test_whoever_may_open_it_finds_it(client_as, company, name):
    page = EXPECTED[name]
    role = next(role for role in ROLES if not page.permission or page.permission in permissions_of(role))

    status = ask(client_as(role), name, kwargs_in(page, company)).status_code

    assert status in ({200, 302, 422, 409} if page.post else {200, 302})


@pytest.mark.parametrize("name", WITH_DOCUMENT)
def test_a_document_of_another_company_does_not_exist_and_the_try_is_logged(client_as, other_company, name):
    page = EXPECTED[name]
    role = next(role for role in ROLES if not page.permission or page.permission in permissions_of(role))
    client = client_as(role)
    foreign = kwargs_in(page, other_company)

    with capture_logs() as logged:
        response = ask(client, name, foreign)

    assert response.status_code == 404
    assert [entry["event"] for entry in logged if entry["event"] == "foreign_id"] == ["foreign_id"]


MANAGED = sorted(model._meta.label_lower for model in admin.site._registry if model._meta.app_label != "auth")


@pytest.mark.parametrize("label", MANAGED)
def test_only_administrators_get_into_the_admin(client_as, label):
    app_label, model = label.split(".")
    address = reverse(f"admin:{app_label}_{model}_changelist")

    opened = {role for role in ROLES if client_as(role).get(address).status_code == 200}

    assert opened <= {"administrator"}

"""Every address, as every role, with documents of one's own company and of others."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from structlog.testing import capture_logs

from core.models import Company
from core.roles import all_roles, permissions_of
from tests.access_matrix import EXPECTED, Page

OUTSIDE = {"admin"}
"""Namespaces that are walked apart from the table."""

LAST = "core:logout"
"""Whoever has left opens no more pages."""

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
            yield f"{namespace}{pattern.name or f'(without a name: {pattern.pattern})'}"


PAGES = sorted(set(names(get_resolver())))
KNOWN = [name for name in PAGES if name in EXPECTED]
WITH_DOCUMENT = [name for name in KNOWN if EXPECTED[name].thing]


@pytest.fixture(autouse=True)
def stored_files(settings, tmp_path):
    """Files of these tests lie in a folder of their own."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }


def ask(client: Client, name: str, kwargs: dict[str, Any]) -> Any:
    page = EXPECTED[name]
    address = reverse(name, kwargs=kwargs or page.given or None)
    return client.post(address) if page.post else client.get(address)


def roles_without(permission: str) -> set[str]:
    return {role for role in ROLES if permission and permission not in permissions_of(role)}


def entitled(page: Page) -> str:
    """The first role that may open the page and sees its document."""
    kept_out = roles_without(page.permission) | roles_without(page.hidden_without)
    return next(role for role in ROLES if role not in kept_out)


def answer_to(client: Client, name: str, company: Company) -> int:
    """The status of a page with a document of this company; whatever the visit changed is undone."""
    with transaction.atomic():
        status: int = ask(client, name, kwargs_in(EXPECTED[name], company)).status_code
        transaction.set_rollback(True)
    return status


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

    named = {name for page in EXPECTED.values() for name in (page.permission, page.hidden_without) if name}
    assert named <= given


@pytest.mark.parametrize("name", KNOWN)
def test_a_stranger_is_sent_to_the_door(client, company, name):
    response = ask(client, name, kwargs_in(EXPECTED[name], company))

    if EXPECTED[name].open:
        assert response.status_code == 200
    else:
        assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/login")


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_matrix_gives_it(client_as, company, role):
    client = client_as(role)
    mine = permissions_of(role)

    def kept_out(permission: str) -> bool:
        return bool(permission) and permission not in mine

    surprises = {}
    for name in sorted(KNOWN, key=lambda name: name == LAST):
        page, status = EXPECTED[name], answer_to(client, name, company)
        if kept_out(page.permission):
            right = status == 403
        elif kept_out(page.hidden_without):
            right = status == 404
        else:
            right = status in (page.answers | {409, 422} if page.post else page.answers)
        if not right:
            surprises[name] = status

    assert surprises == {}


@pytest.mark.parametrize("name", WITH_DOCUMENT)
def test_a_document_of_another_company_does_not_exist_and_the_try_is_logged(client_as, other_company, name):
    page = EXPECTED[name]
    client = client_as(entitled(page))
    foreign = kwargs_in(page, other_company)

    with capture_logs() as logged:
        response = ask(client, name, foreign)

    assert response.status_code == 404
    assert [entry["event"] for entry in logged if entry["event"] == "foreign_id"] == ["foreign_id"]


MANAGED = sorted(model._meta.label_lower for model in admin.site._registry if model._meta.app_label != "auth")


@pytest.mark.parametrize("label", MANAGED)
def test_the_admin_is_for_administrators_even_if_its_door_stands_open(client, company, user_as, label):
    person = user_as("service")
    person.is_staff = True
    person.save()
    client.force_login(person, backend="core.backends.MembershipBackend")
    app_label, model = label.split(".")

    assert client.get(reverse(f"admin:{app_label}_{model}_add")).status_code == 403


@pytest.mark.parametrize("role", ROLES)
def test_the_door_of_the_admin_opens_to_administrators_only(client_as, role):
    assert client_as(role).get("/admin/").status_code == (200 if role == "administrator" else 302)

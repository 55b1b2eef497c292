"""The shell: who may come in, and what every page shows around its body."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from tests.core.factories import MembershipFactory, UserFactory


@pytest.fixture
def person(db: None) -> User:
    user = UserFactory(username="priya", first_name="Priya", last_name="Nair")
    user.set_password("kettle-harbour-42")
    user.save()
    MembershipFactory(user=user, role="finance")
    return user


@pytest.fixture
def signed_in(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


@pytest.mark.parametrize("name", ["my_work", "search", "keys", "profile", "password_change"])
def test_pages_of_the_shell_open(signed_in, name):
    response = signed_in.get(reverse(f"core:{name}"))

    assert response.status_code == 200
    assert "Priya Nair" in response.content.decode()


@pytest.mark.parametrize("name", ["my_work", "search", "keys", "profile"])
def test_a_stranger_is_sent_to_the_door(client, db, name):
    response = client.get(reverse(f"core:{name}"))

    assert response.status_code == 302
    assert response.url == f"/login?next={reverse(f'core:{name}')}"


@pytest.mark.parametrize("name", ["login", "password_reset", "password_sent"])
def test_the_door_is_open_to_strangers(client, db, name):
    assert client.get(reverse(f"core:{name}")).status_code == 200


def test_no_page_carries_inline_style_or_script(signed_in):
    for name in ["my_work", "profile", "keys"]:
        page = signed_in.get(reverse(f"core:{name}")).content.decode()

        assert " style=" not in page
        assert "<script>" not in page


def test_pages_of_a_person_are_kept_by_no_browser(signed_in):
    assert signed_in.get("/")["Cache-Control"] == "private, no-store"

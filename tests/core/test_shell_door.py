"""The door: signing in, the pause after wrong passwords, and links for new passwords."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from core import accounts
from core.models import User
from tests.core.factories import MembershipFactory, UserFactory

PASSWORD = "kettle-harbour-42"


@pytest.fixture
def priya(company) -> User:
    person = UserFactory(username="priya", first_name="Priya", last_name="Nair", email="priya@harbour.example")
    person.set_password(PASSWORD)
    person.save()
    MembershipFactory(user=person, role="finance", company=company)
    return person


def sign_in(client: Client, name: str, password: str, **more: str):
    return client.post("/login", {"username": name, "password": password} | more)


@pytest.mark.parametrize("name", ["priya", "priya@harbour.example", "PRIYA@harbour.example"])
def test_name_or_mail_address_and_password_let_in(client, priya, name):
    assert sign_in(client, name, PASSWORD).url == "/"


def test_a_mail_address_of_two_accounts_is_nobodys_name(client, priya):
    UserFactory(email=priya.email)

    assert sign_in(client, priya.email, PASSWORD).status_code == 422


def test_a_wrong_password_answers_422_in_plain_words(client, priya):
    answer = sign_in(client, "priya", "wrong")

    assert answer.status_code == 422
    assert "Name and password do not match." in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "led_to"), [("/profile", "/profile"), ("https://elsewhere.example/", "/"), ("//elsewhere.example", "/")]
)
def test_signing_in_leads_on_only_within_the_house(client, priya, asked, led_to):
    assert sign_in(client, "priya", PASSWORD, next=asked).url == led_to


def test_five_wrong_passwords_close_the_door_for_a_while_even_to_the_right_one(client, priya):
    answers = [sign_in(client, "priya", "wrong").status_code for _ in range(5)]

    closed = sign_in(client, "priya", PASSWORD)

    assert answers == [422, 422, 422, 422, 429]
    assert closed.status_code == 429
    assert "After 5 wrong passwords this account is closed to your computer for 15 min." in closed.content.decode()


def test_signing_out_needs_a_post(client, priya):
    client.force_login(priya, backend="core.backends.MembershipBackend")

    assert client.get("/logout").status_code == 405
    assert client.post("/logout").url == "/login"
    assert client.get("/").status_code == 302


def test_a_part_of_a_page_asked_for_after_the_session_ended_leads_to_the_door(client, priya):
    answer = client.get(
        "/login?next=/components/part", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/profile"}
    )

    assert answer["HX-Redirect"] == "/login?next=/profile"


@pytest.mark.parametrize("address", ["priya@harbour.example", "nobody@harbour.example"])
def test_asking_for_a_link_answers_the_same_whether_the_address_is_known(client, priya, monkeypatch, address):
    asked: list[str] = []
    monkeypatch.setattr("core.forms.send_password_link.delay", asked.append)

    answer = client.post(reverse("core:password_reset"), {"email": address})

    assert answer.url == reverse("core:password_sent")
    assert asked == [address]


def test_the_link_sets_a_new_password_once(client, priya):
    accounts.send_password_link("PRIYA@harbour.example")
    found = re.search(r"/password/new/\S+", str(mail.outbox[0].body))
    assert found
    page = client.get(found.group(), follow=True)

    changed = client.post(
        page.redirect_chain[-1][0], {"new_password1": "teapot-lighthouse", "new_password2": "teapot-lighthouse"}
    )

    assert changed.url == "/login"
    assert sign_in(client, "priya", "teapot-lighthouse").url == "/"
    again = Client().get(found.group(), follow=True)
    assert "This link was used already" in again.content.decode()


def test_the_link_is_written_in_the_language_of_its_reader_and_never_stored(priya, django_assert_num_queries):
    priya.language = "de"
    priya.save()

    accounts.send_password_link(priya.email)

    assert mail.outbox[0].subject == "Ein neues Passwort für Hearth & Harbour Ltd"
    assert mail.outbox[0].to == [priya.email]


def test_closed_accounts_and_strangers_get_no_link(priya, company):
    UserFactory(email="stranger@harbour.example")  # has a role nowhere
    closed = UserFactory(email="closed@harbour.example", is_active=False)
    MembershipFactory(user=closed, company=company)

    sent = [accounts.send_password_link(f"{name}@harbour.example") for name in ("stranger", "closed", "nobody")]

    assert sent == [0, 0, 0]
    assert mail.outbox == []

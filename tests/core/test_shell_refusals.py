"""What people see when something is refused or goes wrong."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from core.errors import DomainError, NotFound, NotPermitted, WrongState
from core.refusals import RefusalMiddleware

REFUSALS = [
    (NotPermitted(permission="ledger.post_entry", company="Hearth"), 403),
    (NotFound(what="invoice", key="INV-1"), 404),
    (WrongState(verb="post", state="draft", allowed=["approved"]), 409),
]


@pytest.mark.parametrize(("error", "status"), REFUSALS, ids=str)
def test_a_refusal_that_no_view_answers_becomes_a_page_with_its_message(
    rf: RequestFactory, db, error: DomainError, status
):
    request = rf.get("/")
    request.htmx = False  # set by HtmxMiddleware

    answer = RefusalMiddleware(lambda _: HttpResponse()).process_exception(request, error)

    assert answer is not None
    assert answer.status_code == status
    assert error.message.split("(")[0] in answer.content.decode()


def test_a_failure_of_ours_is_left_to_django(rf):
    assert RefusalMiddleware(lambda _: HttpResponse()).process_exception(rf.get("/"), ValueError("a bug")) is None


def test_no_permission_answers_403_and_says_whom_to_ask(client_as):
    answer = client_as("sales").get("/components")

    assert answer.status_code == 403
    assert "Ask an administrator for the role" in answer.content.decode()


def test_an_unknown_address_answers_404_with_a_way_on(client_as):
    answer = client_as("sales").get("/nowhere")

    assert answer.status_code == 404
    assert "Nothing stands here" in answer.content.decode()


def test_a_form_without_its_token_answers_403_and_says_what_to_do(user_as):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_as("sales"), backend="core.backends.MembershipBackend")

    answer = client.post(reverse("core:preferences"), {"theme": "dark"})

    assert answer.status_code == 403
    assert "This page was open too long" in answer.content.decode()

"""Administrators see events that were parked and retry them; nobody else does."""

import pytest
from django.urls import reverse

from core import outbox
from core.models import EventState, OutboxEvent

EVENT = "test.happened"
LIST = "admin:core_outboxevent_changelist"


@pytest.fixture
def parked(answered_by, db):
    answered_by(EVENT, lambda payloads: None, operation="test.answer")
    outbox.publish(EVENT, [{"number": 1}])
    OutboxEvent.objects.update(state=EventState.PARKED, tries=10, last_error="ValueError: broken")
    return OutboxEvent.objects.get()


def test_an_administrator_sees_why_an_event_was_parked(client, user_as, parked):
    client.force_login(user_as("administrator"))

    page = client.get(reverse(LIST), {"state__exact": "parked"}).content.decode()

    assert "ValueError: broken" in page
    assert "test.answer" in page


def test_an_administrator_retries_it(client, user_as, parked):
    client.force_login(user_as("administrator"))

    client.post(reverse(LIST), {"action": "retry", "_selected_action": [parked.pk]})

    parked.refresh_from_db()
    assert (parked.state, parked.tries) == (EventState.PENDING, 0)


def test_nobody_else_sees_it(client, user_as, parked):
    person = user_as("finance")
    person.is_staff = True
    person.save()
    client.force_login(person)

    assert client.get(reverse(LIST)).status_code == 403


def test_it_waits_in_my_work_of_administrators_only(client, user_as, parked):
    client.force_login(user_as("administrator"))
    assert "Steps that failed ten times" in client.get("/").content.decode()

    client.force_login(user_as("finance"))
    assert "Steps that failed ten times" not in client.get("/").content.decode()

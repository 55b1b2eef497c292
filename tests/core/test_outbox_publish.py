"""Publishing: an event is stored with the change that caused it, or not at all."""

import pytest
from django.db import IntegrityError, connection, transaction

from core import context, outbox
from core.models import EventState, OutboxEvent

EVENT = "test.happened"


def answer(payloads):
    """An operation of a later stage that has nothing to do."""


def answer_too(payloads):
    """Another one."""


@pytest.fixture
def kind(answered_by):
    return answered_by(EVENT, answer)


def test_an_event_says_who_and_which_request_caused_it(clerk, kind):
    with context.because_of(context.Cause(by=clerk.pk, request_id="request-1", via="screen")):
        outbox.publish(EVENT, [{"order_id": 1}])

    event = OutboxEvent.objects.get()
    assert (event.name, event.operation, event.payload) == (EVENT, "tests.answer", {"order_id": 1})
    assert (event.by, event.request_id, event.via, event.cause_id) == (clerk, "request-1", "screen", None)
    assert (event.state, event.tries, event.handled_at) == (EventState.PENDING, 0, None)


def test_an_event_that_two_operations_answer_is_two_rows(db, kind, answered_by):
    answered_by(EVENT, answer_too)

    outbox.publish(EVENT, [{"order_id": 1}])

    rows = OutboxEvent.objects.order_by("operation").values_list("operation", flat=True)
    assert list(rows) == ["tests.answer", "tests.answer_too"]


def test_an_event_that_nobody_answers_is_not_stored(db):
    outbox.publish("test.unheard_of", [{"order_id": 1}])

    assert not OutboxEvent.objects.exists()


def test_the_same_payload_twice_is_one_event(db, kind):
    outbox.publish(EVENT, [{"order_id": 1, "line_id": 2}, {"line_id": 2, "order_id": 1}, {"order_id": 2}])

    assert OutboxEvent.objects.count() == 2


def test_fifty_events_take_as_many_statements_as_one(kind, statements):
    def cost(size):
        return statements(outbox.publish, EVENT, [{"order_id": number} for number in range(size)])

    assert cost(50) == cost(1) == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_was_never_published(kind):
    @transaction.atomic
    def fail():
        outbox.publish(EVENT, [{"order_id": 1}])
        raise ValueError("the verb fails after publishing")

    with pytest.raises(ValueError, match="fails"):
        fail()

    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_of_a_transaction_is_a_mistake(kind):
    with pytest.raises(AssertionError, match="in the transaction that caused it"):
        outbox.publish(EVENT, [{"order_id": 1}])


def test_one_name_is_answered_by_one_operation_of_that_name(kind):
    with pytest.raises(AssertionError, match="twice"):
        outbox.handles(EVENT, answer_too, operation="tests.answer")


@pytest.mark.parametrize(("start", "target"), [("done", "pending"), ("done", "parked"), ("parked", "done")])
def test_raw_sql_cannot_move_an_event_against_its_lifecycle(db, kind, start, target):
    outbox.publish(EVENT, [{"order_id": 1}])
    handled = "now()" if start == "done" else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE core_outboxevent SET state = '{start}', handled_at = {handled}")

    handled = "now()" if target == "done" else "NULL"
    with pytest.raises(IntegrityError, match="may not go from"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE core_outboxevent SET state = '{target}', handled_at = {handled}")


def test_work_found_from_state_is_published_as_if_it_had_just_happened(company, other_company, answered_by):
    answered_by(EVENT, answer, due=lambda owner: [{"company_id": owner.pk}])

    found = outbox.publish_due()

    assert found == {"tests.answer": 2}
    payloads = OutboxEvent.objects.order_by("pk").values_list("payload", flat=True)
    assert sorted(payload["company_id"] for payload in payloads) == sorted([company.pk, other_company.pk])


def test_nothing_refers_to_an_event_so_that_months_can_be_taken_off():
    assert not OutboxEvent._meta.related_objects

"""Handling events in sets: done with their effect, halved when a set raises, parked when nothing helps."""

from datetime import timedelta

import psycopg
import pytest
from django.contrib.postgres.functions import TransactionNow
from django.db import OperationalError, transaction

from core import context, eventlog, outbox
from core.errors import DomainError, NotFound, NotPermitted
from core.eventlog import Fact
from core.models import EventState, LoggedEvent, OutboxEvent
from core.outbox import MOST_TRIES
from core.outcomes import Outcomes

EVENT = "test.happened"

pytestmark = pytest.mark.django_db(transaction=True)


class Answer:
    """An operation that leaves a fact for each document, so that its effect can be counted."""

    def __init__(self, company, poison=()):
        self.company, self.poison, self.sets = company, poison, []

    def __call__(self, payloads):
        numbers = [payload["number"] for payload in payloads]
        self.sets.append(numbers)
        eventlog.record([Fact("test.answered", "test.order", number, self.company.pk) for number in numbers])
        for number in numbers:
            if number in self.poison:
                raise ValueError(f"order {number} is poison")


@pytest.fixture
def answer(company, answered_by):
    operation = Answer(company)
    answered_by(EVENT, operation, operation="test.answer")
    return operation


def publish(*numbers, event=EVENT):
    with transaction.atomic():
        outbox.publish(event, [{"number": number} for number in numbers])


def answered():
    return sorted(LoggedEvent.objects.values_list("document_id", flat=True))


def states():
    return {event.payload["number"]: event.state for event in OutboxEvent.objects.all()}


def forget_backoff():
    OutboxEvent.objects.update(next_try_at=TransactionNow())


def test_a_sweep_hands_all_events_of_a_kind_over_as_one_set(answer):
    publish(1, 2)
    publish(3)

    tally = outbox.sweep()

    assert tally.done == 3
    assert answer.sets == [[1, 2, 3]]
    assert set(states().values()) == {EventState.DONE}


def test_a_second_sweep_does_nothing(answer):
    publish(1)
    outbox.sweep()

    assert outbox.sweep().total == 0
    assert answered() == [1]


def test_the_same_document_in_two_transactions_is_handed_over_once(answer):
    publish(1)
    publish(1)

    assert outbox.sweep().done == 2
    assert answer.sets == [[1]]


def test_a_set_is_never_larger_than_its_kind_allows(company, answered_by):
    operation = Answer(company)
    answered_by(EVENT, operation, operation="test.answer", batch=2)
    publish(1, 2, 3, 4, 5)

    outbox.sweep()

    assert answer_sizes(operation) == [2, 2, 1]


def answer_sizes(operation):
    return [len(numbers) for numbers in operation.sets]


def test_kinds_take_turns_and_the_oldest_begins(company, answered_by):
    turns = []
    answered_by("test.first", lambda payloads: turns.append("first"), operation="test.first", batch=1)
    answered_by("test.second", lambda payloads: turns.append("second"), operation="test.second", batch=1)
    publish(1, 2, event="test.second")
    publish(1, 2, event="test.first")

    outbox.sweep()

    assert turns == ["second", "first", "second", "first"]


def test_a_refusal_is_a_finished_event(answered_by):
    def refuse(payloads):
        return Outcomes(refused={payload["number"]: NotFound(what="order", key=1) for payload in payloads})

    answered_by(EVENT, refuse, operation="test.refuse")
    publish(1, 2)

    tally = outbox.sweep()

    assert (tally.done, tally.refused, tally.failed) == (2, 2, 0)
    assert set(states().values()) == {EventState.DONE}


def test_a_refusal_that_is_raised_finishes_the_event_and_stays_readable(answered_by):
    def refuse(payloads):
        raise NotFound(what="order", key=payloads[0]["number"])

    answered_by(EVENT, refuse, operation="test.refuse")
    publish(1)

    tally = outbox.sweep()

    assert (tally.done, tally.refused) == (1, 1)
    event = OutboxEvent.objects.get()
    assert (event.state, event.tries) == (EventState.DONE, 0)
    assert event.last_error.startswith(DomainError.code.partition(".")[0] + ".not_found")


def test_only_the_culprit_of_a_set_fails(answer):
    answer.poison = {13}
    publish(*range(20))

    tally = outbox.sweep()

    assert (tally.done, tally.failed) == (19, 1)
    assert answered() == [number for number in range(20) if number != 13]
    culprit = OutboxEvent.objects.get(state=EventState.PENDING)
    assert (culprit.payload, culprit.tries) == ({"number": 13}, 1)
    assert culprit.last_error == "ValueError: order 13 is poison"
    assert not OutboxEvent.objects.exclude(pk=culprit.pk).exclude(tries=0).exists()


def test_the_culprit_waits_longer_after_every_failure(answer):
    answer.poison = {1}
    publish(1)

    waits = []
    for _ in range(3):
        forget_backoff()
        outbox.sweep()
        event = OutboxEvent.objects.annotate(wait=TransactionNow()).get()
        waits.append(round((event.next_try_at - event.wait).total_seconds()))

    assert waits == [2, 4, 8]


def test_a_waiting_culprit_is_left_alone(answer):
    answer.poison = {1}
    publish(1)
    outbox.sweep()

    assert outbox.sweep().total == 0
    assert len(answer.sets) == 1


def test_after_ten_tries_an_event_is_parked(answer):
    answer.poison = {1}
    publish(1)

    for _ in range(MOST_TRIES + 3):
        forget_backoff()
        outbox.sweep()

    event = OutboxEvent.objects.get()
    assert (event.state, event.tries) == (EventState.PARKED, 10)
    assert len(answer.sets) == 10
    assert answered() == []


def test_an_administrator_retries_what_was_parked(answer, user_as):
    answer.poison = {1}
    publish(1)
    OutboxEvent.objects.update(state=EventState.PARKED, tries=10)
    answer.poison = set()

    event = OutboxEvent.objects.get()
    outcomes = outbox.retry([event.pk], by=user_as("administrator"))

    assert outcomes.done == [event.pk]
    assert outbox.sweep().done == 1
    assert answered() == [1]


def test_nobody_else_retries_what_was_parked(answer, user_as):
    publish(1)
    OutboxEvent.objects.update(state=EventState.PARKED, tries=10)

    with pytest.raises(NotPermitted):
        outbox.retry(OutboxEvent.objects.values_list("pk", flat=True), by=user_as("sales"))

    assert states() == {1: EventState.PARKED}


@pytest.mark.parametrize("sqlstate", ["40P01", "40001", "55P03", "08006", "57P01", None])
def test_a_fault_of_the_moment_counts_no_try_and_halves_nothing(answered_by, sqlstate):
    sizes = []

    def collide(payloads):
        sizes.append(len(payloads))
        cause = psycopg.errors.lookup(sqlstate)("gone") if sqlstate else psycopg.OperationalError("gone")
        raise OperationalError("gone") from cause

    answered_by(EVENT, collide, operation="test.collide")
    publish(1, 2, 3)

    assert outbox.sweep().total == 0
    assert set(sizes) == {3}
    assert set(OutboxEvent.objects.values_list("state", "tries")) == {(EventState.PENDING, 0)}


def test_a_deadlock_is_tried_again_at_once(company, answered_by):
    operation, falls = Answer(company), iter([True, False])

    def fall_once(payloads):
        if next(falls):
            raise OperationalError("deadlock detected") from psycopg.errors.DeadlockDetected()
        operation(payloads)

    answered_by(EVENT, fall_once, operation="test.fall_once")
    publish(1, 2)

    assert outbox.sweep().done == 2
    assert answered() == [1, 2]


def test_a_statement_that_takes_too_long_is_the_fault_of_its_set(answered_by):
    def too_long(payloads):
        raise OperationalError("canceled") from psycopg.errors.QueryCanceled()

    answered_by(EVENT, too_long, operation="test.too_long")
    publish(1)

    assert outbox.sweep().failed == 1
    assert OutboxEvent.objects.get().tries == 1


def test_trouble_with_one_kind_does_not_stop_the_others(answer, answered_by):
    def collide(payloads):
        raise OperationalError("gone") from psycopg.errors.AdminShutdown()

    answered_by("test.other", collide, operation="test.collide")
    publish(1, event="test.other")
    publish(2)

    outbox.sweep()

    assert answered() == [2]


def test_the_system_acts_because_of_the_events_and_request_behind_the_set(answer, clerk):
    with context.because_of(context.Cause(by=clerk.pk, request_id="request-1", via="task")):
        publish(1, 2)

    outbox.sweep()

    first = OutboxEvent.objects.earliest("pk")
    causes = LoggedEvent.objects.values_list("by", "request_id", "via", "cause_id").distinct()
    assert list(causes) == [(None, "request-1", "task", first.pk)]
    behind = [(event.payload["number"], event.by) for event in outbox.events_of_set(first.pk)]
    assert behind == [(1, clerk), (2, clerk)]


def test_a_set_of_several_causes_names_its_events_instead(answer, clerk):
    with context.because_of(context.Cause(by=clerk.pk, request_id="request-1", via="task")):
        publish(1)
    with context.because_of(context.Cause(by=None, request_id="request-2", via="task")):
        publish(2)

    outbox.sweep()

    fact = LoggedEvent.objects.earliest("pk")
    assert (fact.by, fact.request_id) == (None, "")
    assert [event.request_id for event in outbox.events_of_set(fact.cause_id or 0)] == ["request-1", "request-2"]


def test_events_that_follow_are_put_down_to_the_same_person(answer, answered_by, clerk):
    def follow(payloads):
        outbox.publish(EVENT, payloads)

    answered_by("test.begun", follow, operation="test.follow")
    with context.because_of(context.Cause(by=clerk.pk, request_id="request-1", via="task")):
        publish(1, event="test.begun")

    outbox.sweep()

    followed = OutboxEvent.objects.get(name=EVENT)
    assert (followed.by, followed.request_id, followed.state) == (clerk, "request-1", EventState.DONE)
    assert followed.cause_id == OutboxEvent.objects.get(name="test.begun").pk


def test_fifty_events_take_as_many_statements_as_one(answer, statements):
    def cost(size):
        publish(*range(size))
        return statements(outbox.sweep)

    assert cost(50) == cost(1)


def test_the_order_of_events_does_not_matter(answer):
    publish(3)
    publish(1)
    publish(2)
    OutboxEvent.objects.filter(payload__number=3).update(next_try_at=TransactionNow() + timedelta(seconds=60))
    outbox.sweep()
    forget_backoff()
    outbox.sweep()

    assert answered() == [1, 2, 3]


def test_draining_raises_what_an_operation_raises(answer):
    answer.poison = {1}
    publish(1)

    with pytest.raises(ValueError, match="poison"):
        outbox.drain()

    assert states() == {1: EventState.PENDING}


@pytest.mark.django_db(transaction=False)
def test_draining_handles_what_follows_too_within_a_transaction(answer, answered_by):
    answered_by("test.begun", lambda payloads: outbox.publish(EVENT, payloads), operation="test.follow")
    publish(1, 2, event="test.begun")

    tally = outbox.drain()

    assert tally.done == 4
    assert answered() == [1, 2]

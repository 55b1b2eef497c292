"""Several workers at the outbox: each event takes effect once, whoever gets it."""

import threading

import pytest
from django.db import transaction

from core import eventlog, outbox
from core.eventlog import Fact
from core.models import EventState, LoggedEvent, OutboxEvent
from core.outbox.handling import handle_set

EVENT = "test.happened"

pytestmark = pytest.mark.django_db(transaction=True)


def publish(numbers):
    with transaction.atomic():
        outbox.publish(EVENT, [{"number": number} for number in numbers])


def answer_for(company):
    def answer(payloads):
        eventlog.record([Fact("test.answered", "test.order", each["number"], company.pk) for each in payloads])

    return answer


def answered():
    return sorted(LoggedEvent.objects.values_list("document_id", flat=True))


def test_two_sweeps_at_once_answer_every_event_once(company, answered_by, concurrently):
    answered_by(EVENT, answer_for(company), operation="test.answer", batch=7)
    publish(range(300))

    tallies = concurrently(outbox.sweep, outbox.sweep)

    assert sum(tally.done for tally in tallies) == 300
    assert answered() == list(range(300))


def test_a_worker_skips_what_another_has_claimed_and_does_not_wait(company, answered_by, concurrently):
    claimed, over = threading.Event(), threading.Event()

    def hold_on(payloads):
        claimed.set()
        assert over.wait(10)

    kind = answered_by(EVENT, hold_on, operation="test.hold_on", batch=2)
    publish([1, 2])

    def second_worker():
        assert claimed.wait(10)
        tally = handle_set(kind, 2)
        over.set()
        return tally

    first, second = concurrently(lambda: handle_set(kind, 2), second_worker)

    assert (first.done, second.total) == (2, 0)


def test_halving_beside_other_workers_fails_the_culprit_only(company, answered_by, concurrently):
    answer = answer_for(company)

    def poisoned(payloads):
        answer(payloads)
        if {"number": 77} in payloads:
            raise ValueError("poison")

    answered_by(EVENT, poisoned, operation="test.poisoned", batch=50)
    publish(range(200))

    concurrently(outbox.sweep, outbox.sweep, outbox.sweep)

    assert answered() == [number for number in range(200) if number != 77]
    assert OutboxEvent.objects.get(state=EventState.PENDING).payload == {"number": 77}


def test_publishing_goes_on_while_workers_sweep(company, answered_by, concurrently):
    answered_by(EVENT, answer_for(company), operation="test.answer")

    def publish_some(start):
        for number in range(start, start + 40):
            publish([number])

    concurrently(lambda: publish_some(0), lambda: publish_some(40), outbox.sweep)
    outbox.sweep()

    assert answered() == list(range(80))

"""Right after the commit: what people wait for is answered in their click, within a budget, the rest by the worker."""

import time

import pytest
from django.db import connection, transaction

from core import context, outbox
from core.models import EventState, OutboxEvent
from core.outbox import loops
from core.wake import wake

EVENT = "test.submitted"
LATER = "test.mailed"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def woken(monkeypatch):
    """How often the worker was called."""
    calls: list[str] = []
    monkeypatch.setattr(loops, "wake", calls.append)
    return calls


@pytest.fixture
def answers():
    """What was handed over, set by set."""
    return []


@pytest.fixture
def interactive(answers, answered_by):
    return answered_by(EVENT, answers.append, operation="test.check", interactive=True)


def numbers(start, stop):
    return [{"number": number} for number in range(start, stop)]


def pending():
    return OutboxEvent.objects.filter(state=EventState.PENDING).count()


def test_an_interactive_event_is_answered_when_the_commit_returns(interactive, answers, woken):
    with transaction.atomic():
        outbox.publish(EVENT, numbers(0, 2))
        assert answers == []

    assert answers == [numbers(0, 2)]
    assert (pending(), woken) == (0, [])


def test_other_events_are_left_to_the_worker_which_is_woken(answered_by, answers, woken):
    answered_by(LATER, answers.append, operation="test.mail")

    with transaction.atomic():
        outbox.publish(LATER, numbers(0, 2))

    assert answers == []
    assert (pending(), woken) == (2, [loops.SWEEP_TASK])


def test_the_loop_waits_for_the_outermost_commit(interactive, answers, woken):
    with transaction.atomic():
        with transaction.atomic():
            outbox.publish(EVENT, numbers(0, 1))
        assert answers == []

    assert answers == [numbers(0, 1)]


def test_several_calls_in_a_transaction_are_answered_as_one_set(interactive, answers, woken):
    with transaction.atomic():
        outbox.publish(EVENT, numbers(0, 1))
        outbox.publish(EVENT, numbers(1, 3))

    assert answers == [numbers(0, 3)]


def test_an_event_whose_savepoint_is_undone_is_not_answered_and_the_others_are(interactive, answers, woken):
    @transaction.atomic
    def fail():
        outbox.publish(EVENT, numbers(0, 1))
        raise ValueError("undone")

    with transaction.atomic():
        with pytest.raises(ValueError, match="undone"):
            fail()
        outbox.publish(EVENT, numbers(1, 2))

    assert answers == [numbers(1, 2)]


def test_an_undone_transaction_leaves_nothing_to_the_next(interactive, answers, woken):
    @transaction.atomic
    def fail():
        outbox.publish(EVENT, numbers(0, 1))
        raise ValueError("undone")

    with pytest.raises(ValueError, match="undone"):
        fail()
    with transaction.atomic():
        outbox.publish(EVENT, numbers(1, 2))

    assert answers == [numbers(1, 2)]


def test_no_more_than_fifty_documents_are_answered_at_once(interactive, answers, woken):
    with transaction.atomic():
        outbox.publish(EVENT, numbers(0, 70))

    assert [len(payloads) for payloads in answers] == [50]
    assert (pending(), woken) == (20, [loops.SWEEP_TASK])


def test_no_set_begins_when_the_time_is_used_up(answered_by, answers, woken):
    def slow(payloads):
        answers.append(payloads)
        time.sleep(loops.SECONDS_AT_ONCE)

    answered_by(EVENT, slow, operation="test.slow", interactive=True, batch=2)

    with transaction.atomic():
        outbox.publish(EVENT, numbers(0, 6))

    assert answers == [numbers(0, 2)]
    assert (pending(), woken) == (4, [loops.SWEEP_TASK])


def test_what_follows_is_answered_in_the_same_loop_and_never_nested(answered_by, woken):
    depth, deepest, rest = 0, 0, iter(range(5))

    def chain(payloads):
        nonlocal depth, deepest
        depth += 1
        deepest = max(deepest, depth)
        for number in rest:
            with transaction.atomic():
                outbox.publish(EVENT, [{"number": number + 1}])
            break
        depth -= 1

    answered_by(EVENT, chain, operation="test.chain", interactive=True)

    with transaction.atomic():
        outbox.publish(EVENT, numbers(0, 1))

    assert OutboxEvent.objects.filter(state=EventState.DONE).count() == 6
    assert (deepest, pending()) == (1, 0)


def test_events_that_follow_count_towards_the_budget(answered_by, woken):
    def breed(payloads):
        outbox.publish(EVENT, [{"number": payload["number"] + 100} for payload in payloads])

    answered_by(EVENT, breed, operation="test.breed", interactive=True)

    with transaction.atomic():
        outbox.publish(EVENT, numbers(0, 30))

    assert OutboxEvent.objects.filter(state=EventState.DONE).count() == 50
    assert woken == [loops.SWEEP_TASK]


def test_a_failing_answer_never_reaches_the_person(answered_by, woken):
    def fail(payloads):
        raise ValueError("broken")

    answered_by(EVENT, fail, operation="test.fail", interactive=True)

    with transaction.atomic():
        outbox.publish(EVENT, numbers(0, 1))

    event = OutboxEvent.objects.get()
    assert (event.state, event.tries, event.last_error) == (EventState.PENDING, 1, "ValueError: broken")


@pytest.mark.parametrize("via", [context.TASK, context.IMPORT, context.COMMAND])
def test_where_nobody_waits_at_a_screen_the_worker_answers(interactive, answers, woken, via):
    with context.because_of(context.Cause(via=via)), transaction.atomic():
        outbox.publish(EVENT, numbers(0, 2))

    assert answers == []
    assert woken == [loops.SWEEP_TASK]


def test_answers_run_in_a_transaction_of_their_own(answered_by, woken):
    seen = []
    answered_by(
        EVENT,
        lambda payloads: seen.append((connection.in_atomic_block, len(connection.savepoint_ids))),
        operation="test.look",
        interactive=True,
    )

    with transaction.atomic():
        outbox.publish(EVENT, numbers(0, 1))

    assert seen == [(True, 0)]


def test_a_sweep_within_a_transaction_is_a_mistake(db):
    with pytest.raises(AssertionError, match="outside of the transaction"), transaction.atomic():
        outbox.sweep()


def test_the_worker_is_called_once_until_it_has_begun(monkeypatch):
    sent = []
    monkeypatch.setattr("core.wake.current_app.send_task", lambda task, **options: sent.append(task))
    monkeypatch.setattr("core.wake.cache.add", set_once := SetOnce())

    wake("test.task")
    wake("test.task")
    set_once.forget()
    wake("test.task")

    assert sent == ["test.task", "test.task"]


class SetOnce:
    """A cache's `add` that can be made to forget."""

    def __init__(self):
        self.keys = set()

    def __call__(self, key, value, timeout):
        added = key not in self.keys
        self.keys.add(key)
        return added

    def forget(self):
        self.keys.clear()


def test_a_broker_that_is_away_stops_nobody(monkeypatch, interactive, answers, answered_by):
    answered_by(LATER, answers.append, operation="test.mail")

    def refuse(*args, **options):
        raise ConnectionError("no broker")

    monkeypatch.setattr("core.wake.cache.add", refuse)

    with transaction.atomic():
        outbox.publish(LATER, numbers(0, 1))

    assert pending() == 1

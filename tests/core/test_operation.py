"""One transaction per verb, and another try where two collided."""

import threading

import pytest
from django.db import IntegrityError, OperationalError, transaction

from core.models import User
from core.operation import TRIES, operation, running
from tests.core.factories import UserFactory


class _Cause(Exception):
    def __init__(self, sqlstate):
        self.sqlstate = sqlstate


def collision(sqlstate="40P01"):
    error = OperationalError("collided")
    error.__cause__ = _Cause(sqlstate)
    return error


def failing(times, error):
    """A verb that fails so many times before it succeeds, and counts its tries."""
    tries = []

    @operation
    def verb():
        tries.append(None)
        if len(tries) <= times:
            raise error
        return "done"

    verb.tries = tries
    return verb


def test_everything_of_a_failed_verb_is_undone(db):
    @operation
    def half():
        UserFactory(username="half")
        raise IntegrityError("broken")

    with pytest.raises(IntegrityError):
        half()

    assert not User.objects.filter(username="half").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
def test_two_collisions_are_tried_again(sqlstate):
    verb = failing(2, collision(sqlstate))

    assert verb() == "done"
    assert len(verb.tries) == 3


@pytest.mark.django_db(transaction=True)
def test_the_third_collision_is_raised():
    verb = failing(TRIES, collision())

    with pytest.raises(OperationalError):
        verb()

    assert len(verb.tries) == TRIES


@pytest.mark.django_db(transaction=True)
def test_any_other_failure_is_not_tried_again():
    verb = failing(1, OperationalError("the server went away"))

    with pytest.raises(OperationalError):
        verb()

    assert len(verb.tries) == 1


@pytest.mark.django_db(transaction=True)
def test_within_another_transaction_only_the_outermost_may_try_again():
    verb = failing(1, collision())

    with pytest.raises(OperationalError), transaction.atomic():
        verb()

    assert len(verb.tries) == 1


@pytest.mark.django_db(transaction=True)
def test_a_verb_within_a_verb_is_one_run():
    @operation
    def inner():
        return running()

    @operation
    def outer():
        return running(), inner()

    first, second = outer()

    assert first is second
    assert running() is None


def test_a_real_deadlock_is_solved_by_trying_again(concurrently):
    left, right = UserFactory(), UserFactory()
    both_hold_one = threading.Barrier(2, timeout=10)
    tries = []

    def locking(first, second):
        met = []

        @operation
        def verb():
            tries.append(first)
            User.objects.filter(pk=first).update(first_name=f"locked {first}")
            if not met:
                met.append(both_hold_one.wait())
            User.objects.filter(pk=second).update(last_name=f"after {first}")

        return verb

    results = concurrently(locking(left.pk, right.pk), locking(right.pk, left.pk))

    assert results == [None, None]
    assert len(tries) == 3
    left.refresh_from_db()
    right.refresh_from_db()
    assert (left.first_name, left.last_name) == (f"locked {left.pk}", f"after {right.pk}")
    assert (right.first_name, right.last_name) == (f"locked {right.pk}", f"after {left.pk}")

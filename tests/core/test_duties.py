"""Four eyes: who did one half of a matter does not do the other."""

from decimal import Decimal

import pytest

from core import context, eventlog
from core.duties import (
    OtherPersonNeeded,
    RolesConflict,
    Worth,
    conflict_of,
    never_held_together,
    others_needed,
    require_other_person,
)
from core.eventlog import Fact
from core.roles import Role, register
from tests.core.factories import ConflictingDutiesFactory, UserFactory

KIND = "core.company"
REQUEST, APPROVE = "test.request", "test.approve"


@pytest.fixture
def pair(db):
    return ConflictingDutiesFactory()


@pytest.fixture
def person(db):
    return UserFactory()


def did(person, what, company, *ids):
    with context.because_of(context.Cause(by=person.pk)):
        eventlog.record(Fact(what, KIND, pk, company.pk) for pk in ids)


def test_who_asked_may_not_approve(pair, person, company):
    did(person, "test.requested", company, 1)

    refused = others_needed(APPROVE, KIND, [1, 2], by=person)

    assert {pk: error.code for pk, error in refused.items()} == {1: OtherPersonNeeded.code}
    with pytest.raises(OtherPersonNeeded, match="One person could give money away alone"):
        require_other_person(APPROVE, KIND, 1, by=person)


def test_who_approved_may_not_ask_afterwards(pair, person, company):
    did(person, "test.approved", company, 1)

    assert list(others_needed(REQUEST, KIND, [1], by=person)) == [1]


def test_somebody_else_may(pair, person, company):
    did(person, "test.requested", company, 1)

    assert others_needed(APPROVE, KIND, [1], by=UserFactory()) == {}
    require_other_person(APPROVE, KIND, 1, by=UserFactory())


def test_the_system_is_nobodys_second_half(pair, person, company):
    eventlog.record([Fact("test.requested", KIND, 1, company.pk)])

    assert others_needed(APPROVE, KIND, [1], by=None) == {}
    assert others_needed(APPROVE, KIND, [1], by=person) == {}


@pytest.mark.parametrize(
    ("amount", "currency", "refused"), [("499.99", "GBP", []), ("500", "GBP", [1]), ("1", "EUR", [1])]
)
def test_below_the_threshold_one_person_is_enough(person, company, amount, currency, refused):
    ConflictingDutiesFactory(threshold=Decimal(500), currency="GBP")
    did(person, "test.requested", company, 1)

    found = others_needed(APPROVE, KIND, [1], by=person, worth={1: Worth(Decimal(amount), currency)})

    assert list(found) == refused


def test_a_document_whose_worth_is_not_known_counts_as_large(person, company):
    ConflictingDutiesFactory(threshold=Decimal(500), currency="GBP")
    did(person, "test.requested", company, 1)

    assert list(others_needed(APPROVE, KIND, [1], by=person)) == [1]


def test_fifty_documents_take_as_many_statements_as_one(pair, person, company, statements):
    did(person, "test.requested", company, *range(50))

    assert statements(others_needed, APPROVE, KIND, range(50), by=person) == 2
    assert statements(others_needed, APPROVE, KIND, [1], by=person) == 2


@pytest.fixture
def matrix(monkeypatch):
    monkeypatch.setattr("core.roles._roles", {})
    register([Role("asks", "Asks", frozenset({REQUEST})), Role("approves", "Approves", frozenset({APPROVE}))])
    register([Role("both", "Both", frozenset({REQUEST, APPROVE})), Role("neither", "Neither", frozenset())])


def test_two_roles_that_make_a_pair_do_not_meet_in_one_person(pair, matrix):
    conflict = conflict_of("approves", {"asks"}, never_held_together())

    assert isinstance(conflict, RolesConflict)
    assert (conflict.role, conflict.other) == ("approves", "asks")


def test_a_role_that_is_a_pair_by_itself_is_given_to_nobody(pair, matrix):
    assert isinstance(conflict_of("both", set(), never_held_together()), RolesConflict)


def test_roles_that_have_nothing_to_do_with_each_other_do_meet(pair, matrix):
    assert conflict_of("approves", {"neither"}, never_held_together()) is None
    assert conflict_of("neither", {"asks"}, never_held_together()) is None


def test_a_pair_with_a_threshold_may_be_held_for_small_amounts(matrix, db):
    ConflictingDutiesFactory(threshold=Decimal(500), currency="GBP")

    assert conflict_of("approves", {"asks"}, never_held_together()) is None

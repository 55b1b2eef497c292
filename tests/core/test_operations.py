"""Roles are given and taken away by administrators, and never one person's to combine at will."""

from datetime import date

import pytest

from core import roles
from core.duties import RolesConflict
from core.errors import NotFound, NotPermitted
from core.models import Membership, User
from core.operations import OwnRoles, UnknownRole, WarehouseElsewhere, grant_role, revoke_roles
from core.roles import Role, register
from tests.core.factories import ConflictingDutiesFactory, MembershipFactory, UserFactory, WarehouseFactory


@pytest.fixture(autouse=True)
def matrix_as_before(monkeypatch):
    monkeypatch.setattr(roles, "_roles", dict(roles._roles))


@pytest.fixture
def administrator(user_as):
    return user_as("administrator")


def roles_of(user):
    return sorted(Membership.objects.filter(user=user).values_list("role", flat=True))


def test_gives_people_a_role(administrator, company):
    people = UserFactory.create_batch(2)

    outcomes = grant_role([person.pk for person in people], "sales", company, by=administrator)

    assert outcomes.done == [person.pk for person in people]
    assert [roles_of(person) for person in people] == [["sales"], ["sales"]]


def test_giving_it_twice_changes_nothing(administrator, company):
    person = UserFactory()
    grant_role([person.pk], "sales", company, by=administrator)

    outcomes = grant_role([person.pk], "sales", company, by=administrator)

    assert (outcomes.done, outcomes.already) == ([], [person.pk])
    assert roles_of(person) == ["sales"]


def test_giving_it_for_another_time_changes_the_time(administrator, company):
    person = UserFactory()
    grant_role([person.pk], "sales", company, by=administrator, valid_to=date(2026, 1, 31))

    assert grant_role([person.pk], "sales", company, by=administrator).done == [person.pk]
    assert [row.valid_to for row in Membership.objects.filter(user=person)] == [None]


def test_a_role_in_one_warehouse_and_in_all_are_two_memberships(administrator, company, warehouse):
    person = UserFactory()

    grant_role([person.pk], "warehouse", company, by=administrator, warehouse=warehouse)
    grant_role([person.pk], "warehouse", company, by=administrator)

    assert roles_of(person) == ["warehouse", "warehouse"]


def test_refuses_who_is_not_there_and_gives_it_to_the_others(administrator, company):
    person = UserFactory()

    outcomes = grant_role([person.pk, 0], "sales", company, by=administrator)

    assert outcomes.done == [person.pk]
    assert isinstance(outcomes.refused[0], NotFound)


def test_refuses_ones_own_roles(administrator, company):
    outcomes = grant_role([administrator.pk], "finance", company, by=administrator)

    assert isinstance(outcomes.refused[administrator.pk], OwnRoles)
    assert roles_of(administrator) == ["administrator"]


def test_refuses_a_role_of_which_there_is_none(administrator, company):
    with pytest.raises(UnknownRole):
        grant_role([UserFactory().pk], "king", company, by=administrator)


def test_refuses_a_warehouse_of_another_company(administrator, company, other_company):
    with pytest.raises(WarehouseElsewhere):
        grant_role(
            [UserFactory().pk],
            "warehouse",
            company,
            by=administrator,
            warehouse=WarehouseFactory(company=other_company),
        )


def test_refuses_everybody_who_does_not_administer_that_company(administrator, other_company, user_as, company):
    person = UserFactory()

    for by, where in [(user_as("finance"), company), (administrator, other_company)]:
        with pytest.raises(NotPermitted):
            grant_role([person.pk], "sales", where, by=by)
    assert roles_of(person) == []


def test_refuses_the_second_half_of_a_dangerous_pair(administrator, company, other_company):
    register([Role("test-asks", "Asks", frozenset({"test.request"}))])
    register([Role("test-approves", "Approves", frozenset({"test.approve"}))])
    ConflictingDutiesFactory()
    person = MembershipFactory(company=company, role="test-asks").user
    elsewhere = MembershipFactory(company=other_company, role="test-asks").user

    outcomes = grant_role([person.pk, elsewhere.pk], "test-approves", company, by=administrator)

    assert isinstance(outcomes.refused[person.pk], RolesConflict)
    assert outcomes.done == [elsewhere.pk]
    assert roles_of(person) == ["test-asks"]


def test_takes_roles_away(administrator, company):
    membership = MembershipFactory(company=company)

    assert revoke_roles([membership.pk], by=administrator).done == [membership.pk]
    assert roles_of(membership.user) == []


def test_what_is_gone_already_is_refused_as_not_found(administrator):
    assert isinstance(revoke_roles([0], by=administrator).refused[0], NotFound)


def test_nobody_takes_roles_from_themselves(administrator):
    own = Membership.objects.get(user=administrator)

    assert isinstance(revoke_roles([own.pk], by=administrator).refused[own.pk], OwnRoles)
    assert roles_of(administrator) == ["administrator"]


def test_nobody_takes_roles_in_a_company_they_do_not_administer(administrator, other_company):
    membership = MembershipFactory(company=other_company)

    with pytest.raises(NotPermitted):
        revoke_roles([membership.pk], by=administrator)
    assert roles_of(membership.user) == ["sales"]


def test_the_admins_door_opens_and_closes_with_the_role(administrator, company):
    person = UserFactory()

    grant_role([person.pk], "administrator", company, by=administrator)
    assert User.objects.get(pk=person.pk).is_staff

    revoke_roles([Membership.objects.get(user=person).pk], by=administrator)
    assert not User.objects.get(pk=person.pk).is_staff


def test_a_role_taken_away_stays_in_the_history(administrator, company):
    membership = MembershipFactory(company=company)
    revoke_roles([membership.pk], by=administrator)

    history = Membership.pgh_event_model.objects.filter(pgh_obj_id=membership.pk).order_by("pgh_id")
    assert [(row.pgh_label, row.role) for row in history] == [("insert", "sales"), ("delete", "sales")]


def test_fifty_people_take_as_many_statements_as_one(administrator, company, statements):
    def cost(size):
        ids = [person.pk for person in UserFactory.create_batch(size)]
        return statements(grant_role, ids, "sales", company, by=administrator)

    cost(1)
    assert cost(50) == cost(1)


def test_two_administrators_do_not_give_one_half_each_at_once(concurrently, transactional_db):
    register([Role("test-asks", "Asks", frozenset({"test.request"}))])
    register([Role("test-approves", "Approves", frozenset({"test.approve"}))])
    ConflictingDutiesFactory()
    company = WarehouseFactory().company
    person = UserFactory()

    def give(role):
        return lambda: grant_role([person.pk], role, company, by=None)

    outcomes = concurrently(give("test-asks"), give("test-approves"))

    assert sorted(len(outcome.done) for outcome in outcomes) == [0, 1]
    assert len(roles_of(person)) == 1

"""Who may do what, and where."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from structlog.testing import capture_logs

from core import clock
from core.errors import NotPermitted
from core.models import Company, Membership, User, Warehouse
from core.roles import (
    Role,
    companies_of,
    has_permission,
    permissions_of,
    register,
    require,
    visible_to,
)
from core.shortcuts import get_visible_or_404
from tests.core.factories import MembershipFactory, UserFactory, WarehouseFactory
from tests.fixtures import MARCH_1

READ = "core.read_paper"
WRITE = "core.write_paper"


@pytest.fixture(autouse=True)
def matrix(monkeypatch):
    monkeypatch.setattr("core.roles._roles", {})
    register([Role("reader", "Reader", frozenset({READ})), Role("writer", "Writer", frozenset({READ, WRITE}))])


def member(role, company, **more) -> User:
    return MembershipFactory(role=role, company=company, **more).user


def test_a_role_gives_its_permissions_in_its_company_only(company, other_company):
    reader = member("reader", company)

    assert has_permission(reader, READ, company)
    assert not has_permission(reader, WRITE, company)
    assert not has_permission(reader, READ, other_company)
    assert has_permission(reader, READ)


def test_django_asks_the_same_matrix(company, other_company):
    reader = member("reader", company)

    assert reader.has_perm(READ)
    assert reader.has_perm(READ, company)
    assert not reader.has_perm(READ, other_company)
    assert reader.has_module_perms("core")
    assert not reader.has_module_perms("ledger")
    assert reader.get_all_permissions() == {READ}


def test_a_role_that_is_in_no_matrix_gives_nothing(company):
    assert permissions_of("king") == frozenset()
    assert not has_permission(member("king", company), READ, company)


def test_a_role_in_one_warehouse_does_not_reach_another(company, warehouse):
    picker = member("reader", company, warehouse=warehouse)

    assert has_permission(picker, READ, warehouse)
    assert not has_permission(picker, READ, WarehouseFactory(company=company))


def test_a_role_without_warehouse_reaches_all_of_the_company(company, warehouse):
    assert has_permission(member("reader", company), READ, warehouse)


@pytest.mark.parametrize(
    ("begins", "ends", "valid"), [(0, 0, True), (-5, 5, True), (1, None, False), (None, -1, False)]
)
def test_a_membership_counts_from_its_first_to_its_last_day(company, begins, ends, valid):
    days = [None if offset is None else MARCH_1 + timedelta(days=offset) for offset in (begins, ends)]
    person = member("reader", company, valid_from=days[0], valid_to=days[1])

    with clock.at(MARCH_1):
        assert has_permission(person, READ, company) is valid


def test_who_has_left_or_never_came_may_nothing(company):
    gone = member("reader", company)
    gone.is_active = False

    assert not has_permission(gone, READ, company)
    assert not has_permission(AnonymousUser(), READ, company)


def test_nobody_works_in_a_company_that_is_closed(company):
    person = member("reader", company)
    company.is_active = False
    company.save()

    assert companies_of(person) == []


def test_companies_are_those_where_the_person_has_the_permission(company, other_company):
    person = member("writer", other_company)
    MembershipFactory(user=person, role="reader", company=company)

    assert companies_of(person, READ) == [other_company, company]
    assert companies_of(person, WRITE) == [other_company]


def test_a_superuser_sees_every_company(company, other_company):
    assert companies_of(UserFactory(is_superuser=True)) == [other_company, company]


def test_a_verb_is_refused_in_words(company, other_company):
    with pytest.raises(NotPermitted, match=r"core\.not_permitted: Your roles in Elsewhere BV do not include this"):
        require(member("reader", company), READ, other_company)


def test_the_system_itself_needs_no_role(company):
    require(None, WRITE, company)


def test_rows_are_those_of_companies_with_the_permission(company, other_company):
    WarehouseFactory(company=other_company)
    mine = WarehouseFactory(company=company)

    assert list(visible_to(Warehouse.objects.all(), member("reader", company), READ)) == [mine]
    assert list(visible_to(Company.objects.all(), member("reader", company), READ, company="pk")) == [company]
    assert not visible_to(Warehouse.objects.all(), member("reader", company), WRITE).exists()


def test_rows_of_one_warehouse_are_those_of_that_warehouse(company, warehouse):
    WarehouseFactory(company=company)
    picker = member("reader", company, warehouse=warehouse)

    assert list(visible_to(Warehouse.objects.all(), picker, READ, warehouse="pk")) == [warehouse]
    assert visible_to(Warehouse.objects.all(), member("reader", company), READ, warehouse="pk").count() == 2


def test_two_roles_show_each_their_rows_once(company, warehouse):
    picker = member("reader", company, warehouse=warehouse)
    MembershipFactory(user=picker, role="writer", company=company)

    assert visible_to(Warehouse.objects.all(), picker, READ, warehouse="pk").count() == 1


def test_memberships_are_read_once_for_a_person(company, statements):
    person = User.objects.get(pk=member("reader", company).pk)

    assert statements(has_permission, person, READ, company) == 1
    assert statements(has_permission, person, WRITE, company) == 0


@pytest.fixture
def request_of(rf):
    def make(user):
        request = rf.get("/papers/1")
        request.user = user
        return request

    return make


def test_a_foreign_row_does_not_exist_and_the_try_is_logged(company, other_company, request_of):
    foreign = WarehouseFactory(company=other_company)
    reader = member("reader", company)

    with capture_logs() as logged, pytest.raises(Http404):
        get_visible_or_404(request_of(reader), Warehouse.objects.all(), foreign.pk, READ)

    assert [(entry["event"], entry["pk"], entry["user"]) for entry in logged] == [("foreign_id", foreign.pk, reader.pk)]


def test_a_row_that_never_was_is_not_logged(company, request_of):
    with capture_logs() as logged, pytest.raises(Http404):
        get_visible_or_404(request_of(member("reader", company)), Warehouse.objects.all(), 0, READ)

    assert logged == []


def test_an_own_row_is_found(company, warehouse, request_of):
    reader = member("reader", company)

    assert get_visible_or_404(request_of(reader), Warehouse.objects.all(), warehouse.pk, READ) == warehouse


def test_a_membership_is_held_once(company):
    first = MembershipFactory(company=company)

    assert Membership.objects.filter(user=first.user).count() == 1
    with pytest.raises(Exception, match="membership_once"):
        MembershipFactory(user=first.user, company=company)

"""The demo's companies and people."""

import pytest
from django.contrib.auth import authenticate

from core import demo
from core.models import Company, Membership, User, Warehouse
from core.roles import all_roles

pytestmark = pytest.mark.django_db


def test_makes_companies_warehouses_and_somebody_for_every_role():
    assert demo.load() == {"companies": 2, "warehouses": 3, "people": 11}
    assert {row.role for row in Membership.objects.all()} == {role.code for role in all_roles()}
    assert [str(company) for company in Company.objects.all()] == [
        "Hearth & Harbour Ltd",
        "Hearth & Harbour Europe BV",
    ]


def test_twice_makes_nothing_more():
    demo.load()

    assert demo.load() == {"companies": 0, "warehouses": 0, "people": 0}
    assert (Warehouse.objects.count(), User.objects.count(), Membership.objects.count()) == (3, 11, 14)


def test_everybody_signs_in_with_the_same_password(rf):
    demo.load()

    signed_in = authenticate(rf.post("/login"), username="europe", password="demo")

    assert signed_in == User.objects.get(username="europe")


def test_only_the_administrator_gets_into_the_admin():
    demo.load()

    assert [user.username for user in User.objects.filter(is_staff=True)] == ["administrator"]

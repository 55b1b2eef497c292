"""`manage.py load_demo`: a company to look at, the same again when run again, never in production."""

import json
import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from core import roles
from core.demo import PASSWORD, PEOPLE
from core.models import Company, Membership, User
from o2c.management.commands import load_demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def house_only(monkeypatch):
    """Companies and people; the rest takes longer than most tests need it."""
    monkeypatch.setattr(load_demo, "LOADERS", {"house": load_demo.LOADERS["house"]})


def run(*words):
    out = StringIO()
    call_command("load_demo", *words, stdout=out)
    return out.getvalue()


def test_there_is_one_login_per_role(rf, house_only):
    said = run()

    assert {person.role for person in PEOPLE} == {role.code for role in roles.all_roles()}
    for person in PEOPLE:
        assert re.search(rf"{person.username} +{PASSWORD}$", said, re.MULTILINE)
        user = authenticate(rf.post("/login"), username=person.username, password=PASSWORD)
        assert user is not None
        assert {membership.role for membership in user.memberships.all()} == {person.role}


def test_loading_again_adds_nothing(house_only):
    run()
    before = [model.objects.count() for model in (Company, User, Membership)]

    run()

    assert [model.objects.count() for model in (Company, User, Membership)] == before


def test_a_changed_password_is_kept(house_only):
    run()
    finance = User.objects.get(username="finance")
    finance.set_password("something else")
    finance.save()

    run()

    finance.refresh_from_db()
    assert finance.check_password("something else")


def test_machines_get_every_stage_with_its_figures(house_only):
    report = json.loads(run("--json"))

    assert list(report["stages"]) == ["house"]
    assert report["stages"]["house"]["documents"] >= len(PEOPLE)
    assert set(report["stages"]["house"]) == {"documents", "seconds", "per_second"}
    assert report["lines"]["total"] == sum(report["lines"].values()) - report["lines"]["total"]


def test_production_refuses(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="everybody knows its passwords"):
        run()

    assert not User.objects.exists()


@pytest.mark.slow
def test_the_whole_demo_adds_up_and_may_be_loaded_again():
    first, again = json.loads(run("--json")), json.loads(run("--json"))

    assert list(first["stages"]) == ["house", "master data", "ledger", "mail", "checks"]
    assert [name for name, stage in first["stages"].items() if not stage["documents"]] == []
    assert [name for name, stage in again["stages"].items() if stage["documents"]] == []
    call_command("verify", stdout=StringIO())  # exits with an error on any difference

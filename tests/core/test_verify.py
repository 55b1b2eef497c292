"""The command that proves the invariants, and the checks that every table gets from its shape."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core import invariants
from core.invariants import Check
from core.models import Company, OutboxEvent, User, Warehouse
from tests.damage import found, plant


@pytest.fixture
def company(db):
    return Company.objects.create(code="hearth", name="Hearth", country="GB", currency="GBP")


@pytest.fixture
def one_check(monkeypatch):
    """Only this check is known: companies are named in lower case."""
    check = Check(
        name="shop.names",
        title="Names are in lower case",
        rows="SELECT count(*) FROM core_company",
        differences="""
            SELECT 'core.company' AS document_kind, id AS document_id, 'name' AS what, lower(name) AS expected,
                name AS found FROM core_company WHERE name <> lower(name)
        """,
    )
    monkeypatch.setattr(invariants, "_checks", {check.name: check})
    return check


def test_a_difference_is_printed_with_its_document_and_exits_with_one(company, one_check, capsys):
    with pytest.raises(SystemExit, match="1"):
        call_command("verify")

    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("DIFFERS            1 rows        1 differences")
    assert told[1:] == [
        f"          core.company {company.pk}: name; expected hearth, found Hearth",
        told[2],
    ]
    assert told[2].startswith("1 of 1 checks differ: 1 rows looked at in ")


def test_all_in_order_exits_with_zero(one_check, capsys, db):
    call_command("verify")

    assert capsys.readouterr().out.splitlines()[-1].startswith("All 1 checks hold: 0 rows looked at in ")


def test_machines_get_the_agreed_shape(company, one_check, capsys):
    with pytest.raises(SystemExit, match="1"):
        call_command("verify", json=True)

    told = json.loads(capsys.readouterr().out)
    seconds = told["checks"][0].pop("seconds")
    assert told == {"ok": False, "checks": [{"name": "shop.names", "rows": 1, "differences": 1}]}
    assert isinstance(seconds, float)


def test_only_the_named_check_or_group_runs(db, capsys):
    call_command("verify", only="core.seal", json=True)
    assert [check["name"] for check in json.loads(capsys.readouterr().out)["checks"]] == ["core.seal"]

    call_command("verify", only="core", json=True)
    names = [check["name"] for check in json.loads(capsys.readouterr().out)["checks"]]
    assert {name.partition(".")[0] for name in names} == {"core"}
    assert {"core.companies_agree", "core.events_handled", "core.history_complete", "core.seal"} <= set(names)


def test_an_unknown_name_is_refused_with_those_that_are_known(one_check):
    with pytest.raises(CommandError, match=r"no check shop\.prices\. Known are: shop\.names"):
        call_command("verify", only="shop.prices")


def test_many_differences_are_counted_and_the_first_shown(one_check, capsys, db):
    for number in range(invariants.SHOWN + 3):
        Company.objects.create(code=f"c{number}", name="Upper", country="GB", currency="GBP")

    with pytest.raises(SystemExit):
        call_command("verify")

    told = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("          core.company") for line in told) == invariants.SHOWN
    assert "          and 3 more" in told


@pytest.mark.django_db(transaction=True)
def test_checks_see_one_snapshot(one_check):
    Company.objects.create(code="a", name="a", country="GB", currency="GBP")
    other = connection.copy()
    other.connect()

    def meanwhile() -> None:
        other.cursor().execute("UPDATE core_company SET name = 'CHANGED'")

    looking = Check("shop.first", "Looks first", one_check.rows, one_check.differences)
    changing = Check("shop.then", "Somebody writes", one_check.rows, one_check.differences, meanwhile)
    try:
        results = invariants.run([looking, changing])
    finally:
        other.close()

    assert [result.differences for result in results] == [0, 0]
    assert [result.differences for result in invariants.run([one_check])] == [1]


def test_a_row_changed_past_its_history_is_named(company):
    plant("UPDATE core_company SET name = 'Someone else'")

    assert found("core.history_complete") == {
        "core.history_complete": [("core.company", company.pk, "changed past the history")]
    }


def test_a_row_removed_past_its_history_is_named(company):
    plant("DELETE FROM core_company")

    assert found("core.history_complete") == {
        "core.history_complete": [("core.company", company.pk, "gone without a trace")]
    }


def test_a_row_added_past_its_history_is_named(company):
    plant(
        "INSERT INTO core_warehouse (company_id, code, name, country, is_active) VALUES (%s, 'x', 'X', 'GB', true)",
        [company.pk],
    )

    assert found("core.history_complete") == {
        "core.history_complete": [("core.warehouse", Warehouse.objects.get().pk, "no history")]
    }


def test_changes_and_deletes_by_the_application_are_no_difference(company):
    company.name = "Renamed"
    company.save()
    Warehouse.objects.create(company=company, code="x", name="X", country="GB").delete()
    User.objects.create_user("someone", password="secret-of-someone").set_password("another")

    assert found("core.history_complete") == {}


def test_a_reference_into_another_company_is_named(company):
    other = Company.objects.create(code="other", name="Other", country="GB", currency="GBP")
    user = User.objects.create_user("someone")
    warehouse = Warehouse.objects.create(company=other, code="x", name="X", country="GB")
    membership = user.memberships.create(role="sales", company=company)
    plant("UPDATE core_membership SET warehouse_id = %s", [warehouse.pk])

    assert found("core.companies_agree") == {
        "core.companies_agree": [("core.membership", membership.pk, "company of warehouse_id")]
    }


def test_a_parked_event_is_named(db):
    event = OutboxEvent.objects.create(
        name="test.happened", operation="test.answer", payload={}, state="parked", tries=10
    )

    assert found("core.events_handled") == {
        "core.events_handled": [("core.outboxevent", event.pk, "test.happened for test.answer")]
    }

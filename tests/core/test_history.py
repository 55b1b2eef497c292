"""The history of every tracked table: complete, with its cause, and only ever added to."""

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction

from core import context
from core.context import Cause, because_of
from core.history import Event
from core.models import Company, HistoryContext, Warehouse
from tests.core.factories import CompanyFactory, UserFactory, WarehouseFactory
from tests.fixtures import truncate_guards


def history_of(row):
    return type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk).select_related("pgh_context").order_by("pgh_id")


def causes_of(row):
    return [event.pgh_context and event.pgh_context.metadata for event in history_of(row)]


def raw(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_keeps_what_was_made_changed_and_deleted_also_by_raw_sql(db):
    row = WarehouseFactory(name="Bristol")
    raw("UPDATE core_warehouse SET name = 'Avonmouth' WHERE id = %s", row.pk)
    raw("DELETE FROM core_warehouse WHERE id = %s", row.pk)

    assert [(event.pgh_label, event.name) for event in history_of(row)] == [
        ("insert", "Bristol"),
        ("update", "Avonmouth"),
        ("delete", "Avonmouth"),
    ]


def test_a_set_is_kept_row_by_row_in_one_statement(company, statements):
    WarehouseFactory.create_batch(20, company=company)

    assert statements(company.warehouses.update, country="NL") == 1
    assert Warehouse.pgh_event_model.objects.filter(pgh_label="update", country="NL").count() == 20


def test_a_change_that_changes_nothing_leaves_no_trace(company):
    Company.objects.filter(pk=company.pk).update(name=company.name)

    assert [event.pgh_label for event in history_of(company)] == ["insert"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_companyevent SET name = 'X'",
        "DELETE FROM core_companyevent",
        "UPDATE pghistory_context SET metadata = '{}'",
        "DELETE FROM pghistory_context",
    ],
)
def test_the_database_refuses_to_change_history(db, sql):
    with because_of(Cause(via=context.COMMAND)):
        CompanyFactory()

    with pytest.raises((IntegrityError, ProgrammingError), match=r"only ever added|Cannot update or delete"):
        raw(sql)


@pytest.mark.parametrize("model", [Company.pgh_event_model, HistoryContext])
def test_the_database_refuses_to_empty_history(guarded, model):
    guarded(model)

    with pytest.raises(IntegrityError, match=r"TRUNCATE of .* is refused"):
        raw(f"TRUNCATE {model._meta.db_table} CASCADE")


def test_every_history_table_is_guarded_against_truncate():
    guarded = {uri.partition(":")[0] for uri in truncate_guards()}

    history = {model._meta.label for model in apps.get_models() if issubclass(model, Event) and model._meta.managed}
    assert "core.CompanyEvent" in history
    assert history <= guarded


def test_a_change_carries_its_cause(company):
    person = UserFactory()
    cause = Cause(by=person.pk, request_id="abc", via=context.SCREEN)

    with because_of(cause):
        Company.objects.filter(pk=company.pk).update(name="Renamed")

    assert causes_of(company) == [None, {"by": person.pk, "request_id": "abc", "via": "screen"}]


def test_what_the_system_does_because_of_somebody_is_not_put_down_to_them(company):
    with because_of(Cause(by=1, via=context.SCREEN)):
        Company.objects.filter(pk=company.pk).update(name="By hand")
        with because_of(Cause(event_id=7, via=context.TASK)):
            Company.objects.filter(pk=company.pk).update(name="By the system")
        Company.objects.filter(pk=company.pk).update(name="By hand again")

    assert causes_of(company)[1:] == [
        {"by": 1, "via": "screen"},
        {"event_id": 7, "via": "task"},
        {"by": 1, "via": "screen"},
    ]


def test_a_cause_ends_with_its_block_also_after_an_error(company):
    with pytest.raises(ZeroDivisionError), because_of(Cause(by=1)):
        raise ZeroDivisionError

    assert context.current() == context.NOTHING_KNOWN
    Company.objects.filter(pk=company.pk).update(name="Later")
    assert causes_of(company) == [None, None]


def test_a_cause_can_be_told_more_closely(company):
    with because_of(Cause(by=1, via=context.SCREEN)), context.also(via=context.IMPORT):
        Company.objects.filter(pk=company.pk).update(name="Imported")

    assert causes_of(company)[-1] == {"by": 1, "via": "import"}


def test_a_request_puts_its_changes_down_to_who_asked(client, company, user_as):
    person = user_as("administrator")
    client.force_login(person, backend="core.backends.MembershipBackend")

    client.post(
        f"/admin/core/company/{company.pk}/change/",
        {"name": "Renamed", "country": "GB", "time_zone": "Europe/London", "language": "en", "is_active": "on"},
        headers={"X-Request-ID": "request-4711"},
    )

    assert causes_of(company)[-1] == {"by": person.pk, "request_id": "request-4711", "via": "screen"}

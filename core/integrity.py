"""Checks that follow from the shape of the tables, so that every app gets them without asking."""

from collections.abc import Iterator
from typing import Any, cast

import pghistory.models
from django.apps import apps
from django.db import connection, models

from core import seal
from core.invariants import Check, register
from core.models import Company, LoggedEvent, OutboxEvent
from core.seal import Sealed
from core.seal_check import SEAL

# The row in a history table says what changed, the context it points to says who did it: sealed together.
_CONTEXT = "(SELECT context.metadata FROM pghistory_context AS context WHERE context.id = row.pgh_context_id)"


def register_all() -> None:
    """Put history and event log under the seal, and make the checks of the kernel known. Runs once, at start."""
    seal.register(Sealed(LoggedEvent._meta.db_table, "core.loggedevent"))
    seal.register(*(Sealed(e._meta.db_table, e._meta.label_lower, "pgh_id", _CONTEXT) for e in history_tables()))
    register(SEAL, parked_events(), companies_agree(), history_complete())


def history_tables() -> list[type[pghistory.models.Event]]:
    """The history table of every tracked model, by table name."""
    found = [model for model in apps.get_models() if issubclass(model, pghistory.models.Event) and model._meta.managed]
    return sorted(found, key=lambda model: model._meta.db_table)


def parked_events() -> Check:
    """Events that ten tries did not get done wait for a person; until then some document lags behind."""
    table = OutboxEvent._meta.db_table
    return Check(
        name="core.events_handled",
        title="No event is parked",
        rows=f"SELECT count(*) FROM {table}",  # noqa: S608
        differences=f"""
            SELECT 'core.outboxevent' AS document_kind, id AS document_id, name || ' for ' || operation AS what,
                'handled' AS expected, 'parked after ' || tries || ' tries' AS found, NULL::bigint AS company_id
            FROM {table} WHERE state = 'parked'
        """,  # noqa: S608
    )


def companies_agree() -> Check:
    """A row and the rows it refers to belong to one company, wherever both name theirs."""
    pairs = list(_references_within_company())
    return Check(
        name="core.companies_agree",
        title="A document and what it refers to belong to one company",
        rows=_sum_of(sorted({f"SELECT count(*) FROM {model._meta.db_table}" for model, *_ in pairs})),  # noqa: S608
        differences=_union([_company_differs(*pair) for pair in pairs]),
    )


def _references_within_company() -> Iterator[tuple[type[models.Model], str, type[models.Model]]]:
    for model in filter(_names_company, apps.get_models()):
        for field in model._meta.concrete_fields:
            other = field.related_model
            if isinstance(other, type) and _names_company(other):
                yield model, str(field.column), other


def _names_company(model: type[models.Model]) -> bool:
    if issubclass(model, pghistory.models.Event):
        return False
    return any(field.name == "company" and field.related_model is Company for field in model._meta.concrete_fields)


def _company_differs(model: type[models.Model], column: str, other: type[models.Model]) -> str:
    return f"""
        SELECT '{model._meta.label_lower}' AS document_kind, one.{_key(model)}::bigint AS document_id,
            'company of {column}' AS what, one.company_id::text AS expected, two.company_id::text AS found,
            one.company_id::bigint AS company_id
        FROM {model._meta.db_table} AS one JOIN {other._meta.db_table} AS two ON two.{_key(other)} = one.{column}
        WHERE two.company_id <> one.company_id
    """  # noqa: S608


def _key(model: type[models.Model]) -> str:
    assert model._meta.pk is not None
    return str(model._meta.pk.column)


def history_complete() -> Check:
    """Every tracked row stands in its history as it is now, so nothing was changed past the audit."""
    tracked = [(_tracked(event)._meta.db_table, _tracked(event), event) for event in history_tables()]
    return Check(
        name="core.history_complete",
        title="The last entry in its history shows every tracked row as it is",
        rows=_sum_of([f"SELECT count(*) FROM {table}" for table, _, _ in tracked]),  # noqa: S608
        differences=_union([_history_differs(model, event) for _, model, event in tracked]),
    )


def _tracked(event: type[pghistory.models.Event]) -> type[models.Model]:
    model: Any = event.pgh_tracked_model
    return cast(type[models.Model], model)


def _history_differs(model: type[models.Model], event: type[pghistory.models.Event]) -> str:
    known = {field.column for field in event._meta.concrete_fields}
    columns = [field.column for field in model._meta.concrete_fields if field.column in known]
    key = _key(model)
    now, kept = (", ".join(f"{row}.{connection.ops.quote_name(str(c))}" for c in columns) for row in ("now", "kept"))
    return f"""
        SELECT '{model._meta.label_lower}' AS document_kind, coalesce(now.{key}, kept.{key})::bigint AS document_id,
            CASE WHEN kept.{key} IS NULL THEN 'no history' WHEN now.{key} IS NULL THEN 'gone without a trace'
                 ELSE 'changed past the history' END AS what,
            left(ROW({kept})::text, 200) AS expected, left(ROW({now})::text, 200) AS found, NULL::bigint AS company_id
        FROM {model._meta.db_table} AS now
        FULL JOIN (
            SELECT * FROM {event._meta.db_table} WHERE pgh_id IN (
                SELECT max(pgh_id) FROM {event._meta.db_table} GROUP BY {key}
            ) AND pgh_label <> 'delete'
        ) AS kept ON kept.{key} = now.{key}
        WHERE now.{key} IS NULL OR kept.{key} IS NULL OR ROW({now}) IS DISTINCT FROM ROW({kept})
    """  # noqa: S608


def _sum_of(counts: list[str]) -> str:
    return "SELECT " + (" + ".join(f"({count})" for count in counts) or "0")


def _union(selects: list[str]) -> str:
    return " UNION ALL ".join(selects) or (
        "SELECT NULL::text AS document_kind, NULL::bigint AS document_id, NULL::text AS what, NULL::text AS expected,"
        " NULL::text AS found, NULL::bigint AS company_id WHERE false"
    )

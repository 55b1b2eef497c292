"""Adding many rows to one table in one statement: a thousand entries cost the statements of one.

`bulk_create` builds a model instance and adapts every value for every row; booking must keep pace with plain SQL, so
rows go in as tuples, with keys drawn before, so that lines and items can point at their entry.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Draw keys for rows to come. Those not used leave gaps, as with every sequence."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor]


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows with COPY, in one statement, so that statement-level triggers see all of them together."""
    if not rows:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with (
        connection.wrap_database_errors,  # COPY goes past Django's cursor, which would do this
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def insert_new(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, once: Sequence[str]
) -> set[int]:
    """Add the rows that no unique constraint over `once` knows yet; returns the keys that went in.

    Another transaction that is adding the same waits for us or we for it: exactly one goes in.
    """
    if not rows:
        return set()
    table, quote = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name
    by_column = {field.column: field for field in model._meta.concrete_fields}
    arrays = ", ".join(f"%s::{by_column[column].db_type(connection)}[]" for column in columns)
    values = [list(values) for values in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(map(quote, columns))}) SELECT * FROM unnest({arrays}) "  # noqa: S608
            f"ON CONFLICT ({', '.join(map(quote, once))}) DO NOTHING RETURNING id",
            values,
        )
        return {row[0] for row in cursor}

"""Reading the seal again: which sealed rows were changed, removed or added since, and whether the chain is whole."""

from typing import Any

from django.db import connection

from core.invariants import Check
from core.seal import BATCH_HASH, GENESIS, MARK, Sealed, columns_of, digest, sealed_tables, write_alike


def compare_with_rows() -> None:
    """Leave a row per difference in the temporary table `seal_difference`.

    Batches are compared by their hash, in SQL; only those that differ are looked into row by row.
    """
    write_alike()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.seal_difference")
        cursor.execute("""
            CREATE TEMPORARY TABLE seal_difference (
                document_kind text, document_id bigint, what text, expected text, found text, company_id bigint
            ) ON COMMIT DROP
        """)
        cursor.execute(_CHAIN, {"genesis": GENESIS})
    known = {table.table: table for table in sealed_tables()}
    for name, columns in _stretches():
        _compare(known.get(name, Sealed(name, name)), columns)


def _stretches() -> list[tuple[str, list[str]]]:
    with connection.cursor() as cursor:
        cursor.execute('SELECT DISTINCT "table", columns FROM core_sealbatch ORDER BY "table", columns')
        return [(row[0], row[1]) for row in cursor]


def _compare(table: Sealed, columns: list[str]) -> None:
    gone = [column for column in columns if column not in columns_of(table)]
    values: dict[str, Any] = {
        "table": table.table,
        "columns": columns,
        "kind": table.kind,
        "gone": ", ".join(gone),
    }
    names = {"table": table.table, "key": table.key, "digest": digest(table, columns), "mark": MARK}
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS_GONE if gone else _ROWS.format(**names), values)


_CHAIN = f"""
    INSERT INTO seal_difference
    SELECT 'core.sealbatch', id, what, encode(expected, 'hex'), encode(found, 'hex')
    FROM (
        SELECT id, number, after_id, previous_hash, hash, {BATCH_HASH} AS hashed,
            lag(hash, 1, %(genesis)s::bytea) OVER chain AS hash_before,
            lag(number, 1, 0::bigint) OVER chain AS number_before,
            lag(up_to_id) OVER (PARTITION BY "table" ORDER BY number) AS up_to_before
        FROM core_sealbatch WINDOW chain AS (ORDER BY number)
    ) AS batch
    CROSS JOIN LATERAL (VALUES
        (hash <> hashed, 'the seal itself was changed', hash, hashed),
        (number <> number_before + 1 OR previous_hash <> hash_before OR after_id <> up_to_before,
         'a batch of the seal before this one was removed or added', previous_hash, hash_before)
    ) AS test (fails, what, expected, found)
    WHERE fails
"""  # noqa: S608

_COLUMNS_GONE = """
    INSERT INTO seal_difference
    SELECT 'core.sealbatch', id, 'columns of ' || "table" || ' are gone, so its rows cannot be compared', %(gone)s, NULL
    FROM core_sealbatch WHERE "table" = %(table)s AND columns = %(columns)s::varchar[]
"""

# The inner query of `differing` reads each stretch by its key, so memory holds one batch at a time.
_ROWS = """
    WITH differing AS MATERIALIZED (
        SELECT batch.after_id, batch.up_to_id, batch.row_ids, batch.row_marks
        FROM core_sealbatch AS batch
        CROSS JOIN LATERAL (
            SELECT count(*) AS row_count, sha256(string_agg({digest}, ''::bytea ORDER BY row.{key})) AS rows_hash
            FROM {table} AS row WHERE row.{key} > batch.after_id AND row.{key} <= batch.up_to_id
        ) AS now
        WHERE batch."table" = %(table)s AND batch.columns = %(columns)s::varchar[]
          AND (now.row_count, now.rows_hash) IS DISTINCT FROM (batch.row_count, batch.rows_hash)
    ), sealed AS (
        SELECT given.id, given.mark FROM differing, unnest(row_ids, row_marks) AS given (id, mark)
    ), present AS (
        SELECT id, {mark} AS mark FROM (
            SELECT row.{key} AS id, {digest} AS digest
            FROM differing JOIN {table} AS row ON row.{key} > differing.after_id AND row.{key} <= differing.up_to_id
        ) AS row
    )
    INSERT INTO seal_difference
    SELECT %(kind)s, coalesce(sealed.id, present.id),
        CASE WHEN present.id IS NULL THEN 'removed after it was sealed'
             WHEN sealed.id IS NULL THEN 'added among sealed rows'
             ELSE 'changed after it was sealed' END,
        lpad(to_hex(sealed.mark), 8, '0'), lpad(to_hex(present.mark), 8, '0')
    FROM sealed FULL JOIN present USING (id)
    WHERE sealed.mark IS DISTINCT FROM present.mark
"""

SEAL = Check(
    name="core.seal",
    title="Seal over ledger, event log and audit rows unbroken",
    rows="SELECT coalesce(sum(row_count), 0) FROM core_sealbatch",
    differences="SELECT * FROM pg_temp.seal_difference",
    prepare=compare_with_rows,
)

"""The seal: a chain of hashes over rows that may never change, so that a change behind our back shows.

A superuser can switch triggers off. What they can't do is change, remove or add a row in a sealed stretch and
have `manage.py verify` not see it; or rebuild the whole chain and have it end in the hash that was mailed out.
"""

import time
from dataclasses import dataclass

from django.db import connection, transaction

from core import clock

BATCH = 10_000
"""Rows in one batch: what one statement reads, and what is read again to find the row that differs."""

BEFORE_ALL = -(2**63)
GENESIS = bytes(32)
SEALING_LOCK = 7_031_001
WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class Sealed:
    """A table whose rows are only ever added, keyed by a number from a sequence.

    `kind` is what its rows are called as documents. `along` is an SQL expression over the row, named `row`, for
    a fact that is kept elsewhere and sealed along with it.
    """

    table: str
    kind: str
    key: str = "id"
    along: str = "NULL"


@dataclass(frozen=True)
class Sealing:
    """What one run sealed, where the chain ends now, and whether running transactions kept it from more."""

    rows: int
    batches: int
    number: int
    head: str
    held_up: bool = False


_tables: dict[str, Sealed] = {}


def register(*tables: Sealed) -> None:
    """Put tables under the seal, at start."""
    for table in tables:
        assert _tables.get(table.table, table) == table, f"table {table.table} sealed twice"
        _tables[table.table] = table


def sealed_tables() -> list[Sealed]:
    """Every table under the seal, by name."""
    return [_tables[name] for name in sorted(_tables)]


def seal(*, wait: float = WAIT_SECONDS) -> Sealing:
    """Seal every row that is settled: no transaction that still runs can add another one below it.

    Keys are drawn before their rows can be seen, so the highest key visible now is a safe end only once all
    transactions that run now are over. The run waits that long, `wait` seconds at most, and else seals nothing.
    Safe to run twice and side by side: a lock makes one chain.
    """
    ends = _highest_keys()
    if not _over(_running(), within=wait):
        return _report([], held_up=True)
    sizes: list[int] = []
    for table in sealed_tables():
        while ends.get(table.table) is not None and (size := _seal_batch(table, ends[table.table])):
            sizes.append(size)
    return _report(sizes)


def head() -> tuple[int, str]:
    """Where the chain ends: the last batch's number and its hash in hexadecimal; 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, encode(hash, 'hex') FROM core_sealbatch ORDER BY number DESC LIMIT 1")
        found = cursor.fetchone()
    return (int(found[0]), str(found[1])) if found else (0, GENESIS.hex())


def position(of: str) -> int | None:
    """The number of the batch with this hash; None where the chain does not contain it: it was rebuilt or cut."""
    if of == GENESIS.hex():
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM core_sealbatch WHERE encode(hash, 'hex') = %s", [of])
        found = cursor.fetchone()
    return int(found[0]) if found else None


def _report(sizes: list[int], *, held_up: bool = False) -> Sealing:
    number, end = head()
    return Sealing(sum(sizes), len(sizes), number, end, held_up)


def _highest_keys() -> dict[str, int]:
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table in sealed_tables():
            cursor.execute(f"SELECT max({table.key}) FROM {table.table}")  # noqa: S608
            (highest,) = cursor.fetchone()
            if highest is not None:
                found[table.table] = highest
    return found


def _running() -> set[str]:
    # Every transaction holds a lock on its virtual number from its first statement on. The transaction number
    # (xid) that pg_snapshot_xmin() knows comes later: a key can be drawn before it.
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT held.virtualtransaction FROM pg_locks held JOIN pg_stat_activity session USING (pid)
            WHERE held.locktype = 'virtualxid' AND held.mode = 'ExclusiveLock' AND held.granted
              AND session.datname = current_database() AND session.backend_type = 'client backend'
              AND held.pid <> pg_backend_pid()
            UNION ALL SELECT gid FROM pg_prepared_xacts WHERE database = current_database()
        """)
        return {row[0] for row in cursor}


def _over(transactions: set[str], *, within: float) -> bool:
    give_up = time.monotonic() + within
    while transactions & _running():
        if time.monotonic() >= give_up:
            return False
        time.sleep(0.05)
    return True


def _seal_batch(table: Sealed, end: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING_LOCK])
        write_alike()
        columns = columns_of(table)
        cursor.execute(
            _SEAL_BATCH.format(table=table.table, key=table.key, digest=digest(table, columns)),
            {
                "table": table.table,
                "columns": columns,
                "end": end,
                "batch": BATCH,
                "before_all": BEFORE_ALL,
                "genesis": GENESIS,
                "now": clock.now(),
            },
        )
        sealed = cursor.fetchone()
    return int(sealed[0]) if sealed else 0


def write_alike() -> None:
    """Have the database write dates, moments and numbers as text in one way, whatever the session prefers."""
    settings = {"TimeZone": "UTC", "DateStyle": "ISO, MDY", "IntervalStyle": "postgres", "bytea_output": "hex"}
    with connection.cursor() as cursor:
        for name, value in (settings | {"extra_float_digits": "1"}).items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def columns_of(table: Sealed) -> list[str]:
    """The columns the table has now, in their order; none if there is no such table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"
            " ORDER BY attnum",
            [table.table],
        )
        return [row[0] for row in cursor]


def digest(table: Sealed, columns: list[str]) -> str:
    """SQL for the hash of one row, named `row`, over these columns and what is sealed along."""
    quoted = ", ".join(f"row.{connection.ops.quote_name(column)}" for column in columns)
    return f"sha256(convert_to(ROW({quoted}, {table.along})::text, 'UTF8'))"


MARK = "('x' || substr(encode(digest, 'hex'), 1, 8))::bit(32)::int"
"""SQL for the first four bytes of a digest: enough to find the row, once the hash has shown that one differs."""

BATCH_HASH = """sha256(previous_hash || convert_to(concat_ws('|', number, "table", after_id, up_to_id, row_count,
    array_to_string(columns, ','), to_char(sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')), 'UTF8')
    || rows_hash)"""
"""SQL for the hash of a batch: everything it says, and the hash of the batch before it."""

_SEAL_BATCH = f"""
    WITH last AS (
        SELECT coalesce(max(up_to_id), %(before_all)s) AS id FROM core_sealbatch WHERE "table" = %(table)s
    ), head AS (
        SELECT number, hash FROM core_sealbatch
        UNION ALL SELECT 0, %(genesis)s::bytea ORDER BY number DESC LIMIT 1
    ), given AS (
        SELECT row.{{key}} AS id, {{digest}} AS digest FROM {{table}} AS row
        WHERE row.{{key}} > (SELECT id FROM last) AND row.{{key}} <= %(end)s
        ORDER BY row.{{key}} LIMIT %(batch)s
    ), batch AS (
        SELECT count(*)::int AS row_count, max(id) AS up_to_id,
            sha256(string_agg(digest, ''::bytea ORDER BY id)) AS rows_hash,
            array_agg(id ORDER BY id) AS row_ids, array_agg({MARK} ORDER BY id) AS row_marks
        FROM given HAVING count(*) > 0
    ), link AS (
        SELECT head.number + 1 AS number, %(table)s::text AS "table", last.id AS after_id, batch.*,
            %(columns)s::text[] AS columns, head.hash AS previous_hash, %(now)s::timestamptz AS sealed_at
        FROM batch, last, head
    )
    INSERT INTO core_sealbatch (number, "table", after_id, up_to_id, row_count, columns, rows_hash, previous_hash, hash,
        row_ids, row_marks, sealed_at)
    SELECT number, "table", after_id, up_to_id, row_count, columns, rows_hash, previous_hash, {BATCH_HASH},
        row_ids, row_marks, sealed_at
    FROM link
    RETURNING row_count
"""  # noqa: S608

"""Finding work costs the same however long the history of answered events is: by index, never by reading it."""

import pytest
from django.db import connection

from core.models import OutboxEvent
from core.outbox import loops

EVENT = "test.happened"


@pytest.fixture
def long_history(db):
    """Fifty thousand answered events, of which nothing is to be read."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_outboxevent
                (name, operation, payload, state, tries, last_error, handled_at, via, request_id)
            SELECT %s, 'test.answer', '{}', 'done', 0, '', now(), '', '' FROM generate_series(1, 50000)
            """,
            [EVENT],
        )
        cursor.execute("ANALYZE core_outboxevent")


def plan(sql, parameters):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", parameters)
        return "\n".join(row[0] for row in cursor)


def test_the_sweep_finds_what_waits_by_index(long_history):
    found = plan(loops.OLDEST_OF_EACH_KIND, [[EVENT], ["test.answer"]])

    assert "outboxevent_waiting" in found
    assert "Seq Scan on core_outboxevent" not in found


def test_a_claim_reads_only_what_waits(long_history):
    claim = OutboxEvent.objects.filter(name=EVENT, operation="test.answer", state="pending").order_by(
        "next_try_at", "pk"
    )
    sql, parameters = claim.select_for_update(skip_locked=True, no_key=True)[:1000].query.sql_with_params()

    found = plan(sql, parameters)

    assert "outboxevent_waiting" in found
    assert "Seq Scan" not in found


def test_parked_events_are_found_by_index(long_history):
    sql, parameters = OutboxEvent.objects.filter(state="parked").order_by("pk").query.sql_with_params()

    assert "outboxevent_parked" in plan(sql, parameters)

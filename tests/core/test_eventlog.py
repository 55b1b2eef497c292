"""The event log: what happened, written with its cause, and never changed."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from core import clock, context, eventlog
from core.eventlog import Fact
from core.models import LoggedEvent

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EARLIER = datetime(2026, 2, 27, 9, 30, tzinfo=UTC)


def posted(company, document_id=7, **facts):
    return Fact("ledger.entry_posted", "ledger.journalentry", document_id, company.pk, **facts)


def test_a_fact_says_who_through_what_and_because_of_which_event(company, clerk):
    with (
        context.because_of(context.Cause(by=clerk.pk, request_id="request-1", via="screen", event_id=9)),
        clock.at(NOON),
    ):
        eventlog.record([posted(company, data={"lines": 2})])

    (row,) = eventlog.of_document("ledger.journalentry", 7)
    assert (row.what, row.by, row.via, row.request_id, row.cause_id) == (
        "ledger.entry_posted", clerk, "screen", "request-1", 9,
    )  # fmt: skip
    assert (row.happened_at, row.company, row.data) == (NOON, company, {"lines": 2})


def test_the_business_moment_may_lie_before_the_recording(company):
    with clock.at(NOON):
        eventlog.record([posted(company, happened_at=EARLIER)])

    row = LoggedEvent.objects.get()
    assert row.happened_at == EARLIER
    assert row.recorded_at > NOON  # the clock of the database, which no test sets


def test_facts_of_a_document_stand_in_the_order_of_the_business(company):
    eventlog.record([posted(company, happened_at=NOON), posted(company, happened_at=EARLIER), posted(company, 8)])

    assert [row.happened_at for row in eventlog.of_document("ledger.journalentry", 7)] == [EARLIER, NOON]


def test_fifty_facts_take_as_many_statements_as_one(company, statements):
    def cost(size):
        return statements(eventlog.record, [posted(company, number) for number in range(size)])

    assert cost(50) == cost(1) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE core_loggedevent SET what = 'nothing'",
        "DELETE FROM core_loggedevent",
    ],
)
def test_raw_sql_can_neither_change_nor_remove_a_fact(company, damage):
    eventlog.record([posted(company)])

    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(damage)

    assert LoggedEvent.objects.get().what == "ledger.entry_posted"


def test_the_table_cannot_be_truncated(company, guarded):
    guarded(LoggedEvent)

    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE core_loggedevent")


@pytest.mark.django_db(transaction=True)
def test_a_fact_is_recorded_only_in_the_transaction_that_made_it(company):
    with pytest.raises(AssertionError, match="transaction"):
        eventlog.record([posted(company)])


def test_nothing_refers_to_a_fact_so_that_months_can_be_taken_off():
    assert not LoggedEvent._meta.related_objects

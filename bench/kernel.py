"""The kernel: changing many rows at once."""

from django.db import connection

from bench.measure import Measure, Scale, alternate
from core.models import OutboxEvent
from core.sets import update_each


def update_each_against_sql(scale: Scale) -> Measure:
    """Rows a second that get values of their own, against the bare statement."""
    OutboxEvent.objects.bulk_create(
        OutboxEvent(name="bench.measured", operation="bench.measure", payload={"row": row})
        for row in range(scale.set_size)
    )
    rows = list(OutboxEvent.objects.filter(name="bench.measured"))
    for tries, row in enumerate(rows):
        row.tries = tries

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE core_outboxevent SET tries = given.tries "
                "FROM unnest(%s::bigint[], %s::smallint[]) AS given(id, tries) WHERE core_outboxevent.id = given.id",
                [[row.pk for row in rows], [row.tries for row in rows]],
            )

    ours, reference = alternate(lambda: update_each(rows, ["tries"]), bare, scale.repeats)
    OutboxEvent.objects.filter(name="bench.measured").delete()
    return Measure(len(rows) / ours, len(rows) / reference, "rows/s", target=0.5)

"""The ageing as of a past day over many open items, against the textbook's formula in bare SQL."""

from decimal import Decimal

from django.db import connection

from bench import books
from bench.measure import Measure, Scale, alternate
from ledger.ageing import ageing
from ledger.models import AgeingBy


def ageing_as_of(scale: Scale) -> Measure:
    """Seconds for the whole ageing page's figures as of the last day of the year, when every item was still open."""
    books.fill(max(scale.items - books.open_items(), 0))
    sums: dict[str, Decimal] = {}

    def ours() -> None:
        sums["ours"] = ageing(books.company(), books.LAST_DAY, AgeingBy.DUE).open

    def bare() -> None:
        sums["bare"] = _amount_minus_settlements()

    taken, reference = alternate(ours, bare, scale.repeats)
    assert sums["ours"] == sums["bare"], f"the ageing says {sums['ours']}, the formula {sums['bare']}"
    return Measure(taken, reference, "s", target=1.0, less_is_better=True, absolute=True)


def _amount_minus_settlements() -> Decimal:
    """Amount minus settlements dated up to the day, in bands by payer: rules of the trade, word for word."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH settled AS (
                SELECT item_id, sum(amount) AS amount FROM (
                    SELECT debit_item_id AS item_id, debit_company_amount AS amount FROM ledger_settlement
                    WHERE "on" <= %(on)s
                    UNION ALL SELECT credit_item_id, credit_company_amount FROM ledger_settlement WHERE "on" <= %(on)s
                ) AS taken GROUP BY item_id
            ), aged AS (
                SELECT payer_id, width_bucket(%(on)s::date - due_date, ARRAY[1, 31, 61, 91]) AS band,
                    sum(CASE side WHEN 'debit' THEN 1 ELSE -1 END
                        * (company_amount - coalesce(settled.amount, 0))) AS open
                FROM ledger_openitem LEFT JOIN settled ON settled.item_id = ledger_openitem.id
                WHERE company_id = %(company)s AND posting_date <= %(on)s GROUP BY payer_id, band
            )
            SELECT sum(open) FROM aged
            """,
            {"company": books.company().pk, "on": books.LAST_DAY},
        )
        return Decimal(cursor.fetchone()[0])

"""A company that keeps books, and a history of any size written straight into its tables.

Sound books: every check holds on them. They are written set by set with INSERT … SELECT and the triggers off, as
booking a million entries one by one would take longer than what is measured.
"""

from datetime import date
from typing import Any

from django.db import connection

from core.models import Company
from ledger.models import Account, Journal, OpenItem
from ledger.operations import load_chart, open_year
from masterdata.models import Customer

YEAR = 2025
LAST_DAY = date(YEAR, 12, 31)
PAYERS = 5_000


def company() -> Company:
    """The company of the benchmarks with its chart, two open years and payers; made once."""
    found, made = Company.objects.get_or_create(
        code="bench", defaults={"name": "Benchmark Ltd", "country": "GB", "currency": "GBP"}
    )
    if made:
        load_chart(found)
        open_year(found, YEAR)
        open_year(found, YEAR + 1)
        Customer.objects.bulk_create(
            Customer(company=found, number=f"B{number:05}", name=f"Payer {number}") for number in range(PAYERS)
        )
    return found


def fill(entries: int) -> None:
    """Add entries of two lines and one open item each to the year, half invoices and half receipts of their payers.

    Every tenth pair is settled in the first days of the next year. As of the year's last day all of them are open.
    """
    books = company()
    values: dict[str, Any] = {
        "company": books.pk,
        "journal": Journal.objects.get(company=books, code=Journal.SALES).pk,
        "receivables": Account.objects.get(company=books, number="1200").pk,
        "sales": Account.objects.get(company=books, number="4000").pk,
        "first_day": date(YEAR, 1, 1),
        "entries": entries - entries % 2,
        "payers": list(Customer.objects.filter(company=books).order_by("pk").values_list("pk", flat=True)),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            for statement in (_PLAN, _ENTRIES, _LINES, _ITEMS, _SETTLEMENTS, _OPEN_AMOUNTS):
                cursor.execute(statement, values)
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("DROP TABLE bench_plan")
        # What autovacuum does soon after a bulk load; within a transaction, as in tests, only half of it is possible.
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")


def open_items() -> int:
    """How many items there are by now."""
    return OpenItem.objects.filter(company=company()).count()


# Entry number n is an invoice when odd and the receipt for it when even, of the same payer and amount.
_PLAN = """
    CREATE TEMPORARY TABLE bench_plan AS
    SELECT n, nextval('ledger_journalentry_id_seq') AS entry_id, nextval('ledger_journalline_id_seq') AS receivable_id,
        nextval('ledger_journalline_id_seq') AS sales_id, nextval('ledger_openitem_id_seq') AS item_id,
        CASE n %% 2 WHEN 1 THEN 'debit' ELSE 'credit' END AS side,
        (%(payers)s::bigint[])[1 + (n + 1) / 2 %% cardinality(%(payers)s::bigint[])] AS payer_id,
        (100 + (n + 1) / 2 %% 900)::numeric AS amount,
        %(first_day)s::date + ((n + 1) / 2 %% 365)::int AS day
    FROM generate_series(1, %(entries)s) AS n
"""

_ENTRIES = """
    INSERT INTO ledger_journalentry (id, company_id, journal_id, period_id, kind, posting_date, document_date, source,
        content, description, document_kind, currency, line_count, recorded_at)
    SELECT entry_id, %(company)s, %(journal)s, period.id, 'normal', day, day, 'history:' || entry_id, '', 'History', '',
        'GBP', 2, day
    FROM bench_plan JOIN ledger_period AS period ON period.company_id = %(company)s AND period.module = 'sales'
        AND day BETWEEN period.first_date AND period.last_date
"""

_LINES = """
    INSERT INTO ledger_journalline (id, company_id, entry_id, position, account_id, payer_id, posting_date,
        debit, credit, currency, document_amount, text)
    SELECT line.id, %(company)s, entry_id, line.position, line.account_id, line.payer_id, day,
        CASE line.side WHEN 'debit' THEN amount END, CASE line.side WHEN 'credit' THEN amount END, 'GBP', amount, ''
    FROM bench_plan CROSS JOIN LATERAL (VALUES
        (receivable_id, 1, %(receivables)s, payer_id, side),
        (sales_id, 2, %(sales)s, NULL, CASE side WHEN 'debit' THEN 'credit' ELSE 'debit' END)
    ) AS line (id, position, account_id, payer_id, side)
"""

_ITEMS = """
    INSERT INTO ledger_openitem (id, company_id, payer_id, account_id, side, kind, entry_id, line_id, document_kind,
        number, posting_date, document_date, currency, amount, open_amount, company_amount, open_company_amount,
        payment_reference, due_date, earmark, blocked_amount, block_reason, dunning_level)
    SELECT item_id, %(company)s, payer_id, %(receivables)s, side,
        CASE side WHEN 'debit' THEN 'invoice' ELSE 'receipt' END, entry_id, receivable_id, '', 'H-' || item_id,
        day, day, 'GBP', amount, amount, amount, amount, '', day + 30, '', 0, '', 0
    FROM bench_plan
"""

_SETTLEMENTS = """
    INSERT INTO ledger_settlement (company_id, payer_id, debit_item_id, credit_item_id, content, "on", currency,
        debit_amount, credit_amount, discount, small_difference, debit_company_amount, credit_company_amount,
        company_discount, company_small_difference, exchange_difference, is_reversal, recorded_at)
    SELECT %(company)s, invoice.payer_id, invoice.item_id, receipt.item_id, '',
        %(first_day)s::date + 365 + (invoice.n %% 20)::int,
        'GBP', invoice.amount, invoice.amount, 0, 0, invoice.amount, invoice.amount, 0, 0, 0, false, now()
    FROM bench_plan AS invoice JOIN bench_plan AS receipt ON receipt.n = invoice.n + 1
    WHERE invoice.n %% 20 = 1
"""

_OPEN_AMOUNTS = """
    UPDATE ledger_openitem AS item SET open_amount = 0, open_company_amount = 0
    FROM bench_plan WHERE item.id = bench_plan.item_id AND bench_plan.n %% 20 IN (1, 2)
"""

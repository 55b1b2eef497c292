"""The mail list reads what it shows: however much mail there is, by index."""

import pytest
from django.db import connection

from core.filters import SearchFilter
from core.models import Message


@pytest.fixture
def much_mail(company):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_message (company_id, document_kind, key, template, language, sender, recipient, reply_to,
                subject, text, html, message_id, state, delivery, tries, last_error, created_at, sent_at, request_id)
            SELECT %s, '', 'key' || n, 'notice', 'en', 'us', 'contact' || n || '@example.com', '',
                'Invoice INV-' || n, '', '', '<' || n || '>', 'sent', 'smtp', 0, '', now() - n * interval '1 minute',
                now(), ''
            FROM generate_series(1, 20000) AS n
            """,
            [company.pk],
        )
        cursor.execute("ANALYZE core_message")


def plan(rows):
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", parameters)
        return "\n".join(row[0] for row in cursor)


def test_the_first_page_is_read_in_its_order(company, much_mail):
    page = Message.objects.filter(company=company).order_by("-created_at", "pk")[:50]

    found = plan(page)

    assert "message_newest" in found
    assert "Sort" not in found


def test_a_part_of_a_subject_or_address_is_found_by_index(company, much_mail):
    search = SearchFilter(["subject", "recipient"], label="Subject or address")
    rows = Message.objects.filter(company=company).order_by("-created_at", "pk")

    found = plan(search.filter(rows, "INV-12345")[:50])

    assert "message_subject_contains" in found
    assert "Seq Scan" not in found

"""What the database refuses by itself, whoever asks: raw SQL against the books."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from ledger.models import (
    Account,
    JournalEntry,
    JournalLine,
    OpenItem,
    OpenItemChange,
    Period,
    PeriodStep,
    Settlement,
    SettlementUndo,
    TaxLine,
)
from ledger.operations import load_chart, set_dunning_level, settle, undo
from ledger.settling import Pair
from tests.ledger.factories import MARCH_1, a_draft, an_invoice, money_received, post, rows_in_the_books

NEVER_CHANGED = [JournalEntry, JournalLine, TaxLine, OpenItemChange, Settlement, SettlementUndo, PeriodStep]


@pytest.fixture
def full(books, payer, clerk):
    """Books in which every table has rows."""
    invoice, receipt = an_invoice(payer), money_received(payer)
    settlements = settle([Pair(invoice.pk, receipt.pk)], on=MARCH_1, by=None).settlements
    undo([settlements[0]], on=MARCH_1, by=None).require_all()
    set_dunning_level({invoice.pk: 1}, on=MARCH_1, by=None).require_all()
    period = Period.objects.filter(company=books).first()
    PeriodStep.objects.create(period=period, state="open", at="2026-03-01T00:00Z")
    connection.check_constraints()  # TRUNCATE waits for no foreign key that is still to be checked
    return books


def attack(sql: str, *params: int) -> str:
    """Run SQL that must be refused; returns the name of the rule that did, after checking that nothing moved."""
    before = rows_in_the_books()
    with pytest.raises(IntegrityError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
    assert rows_in_the_books() == before
    cause: Any = refusal.value.__cause__
    return str(cause.diag.constraint_name)


@pytest.mark.parametrize("model", NEVER_CHANGED)
def test_booked_rows_are_neither_changed_nor_removed(full, guarded, model):
    table = model._meta.db_table
    guarded(model)

    assert attack(f"UPDATE {table} SET id = id") == "append_only"
    assert attack(f"DELETE FROM {table}") == "append_only"
    assert attack(f"TRUNCATE {table} CASCADE").endswith("no_truncate")


def test_open_items_keep_what_they_were_booked_with(full, guarded):
    guarded(OpenItem)

    assert attack("UPDATE ledger_openitem SET amount = amount + 1") == "openitem_booked_facts_fixed"
    assert attack("UPDATE ledger_openitem SET due_date = due_date, payer_id = payer_id + 1").endswith("fixed")
    assert attack("DELETE FROM ledger_openitem") == "openitem_never_deleted"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("open_amount = amount + 1", "openitem_open_within_amount"),
        ("open_amount = -1", "openitem_open_within_amount"),
        ("open_company_amount = company_amount + 1", "openitem_open_within_company_amount"),
        ("open_company_amount = 0", "openitem_zero_in_both_currencies"),
        ("blocked_amount = amount + 1, block_reason = 'x'", "openitem_blocked_within_amount"),
        ("blocked_amount = 1, block_reason = ''", "openitem_block_has_reason"),
        ("promised_date = '2026-03-31'", "openitem_promise_whole"),
    ],
)
def test_open_amounts_stay_between_zero_and_the_amount(full, change, rule):
    assert attack(f"UPDATE ledger_openitem SET {change}") == rule


@dataclass(frozen=True)
class Lines:
    """SQL that copies the lines of one entry to another, each column as it is unless said otherwise."""

    of_entry: int
    to_entry: int
    position: str = "position"
    account: str = "account_id"
    day: str = "posting_date"
    debit: str = "debit"
    credit: str = "credit"

    def __str__(self) -> str:
        return (
            "INSERT INTO ledger_journalline (company_id, entry_id, position, account_id, posting_date, debit, credit, "
            f"currency, document_amount, text) SELECT company_id, {self.to_entry}, {self.position}, {self.account}, "
            f"{self.day}, {self.debit}, {self.credit}, currency, 1, '' "
            f"FROM ledger_journalline WHERE entry_id = {self.of_entry}"
        )


def test_nothing_is_added_to_an_old_entry(books):
    old = post(a_draft(books))

    assert attack(str(Lines(old, old, position="position + 2"))) == "journalentry_line_count"
    assert attack(str(Lines(old, old))) == "journalline_position_once_per_entry"


@pytest.fixture
def entry_with(books) -> Callable[..., str]:
    """`entry_with(debit="1")` writes an entry by SQL with the lines of another, changed; says which rule refuses it."""

    def write(line_count: int = 2, **changes: str) -> str:
        model = post(a_draft(books))
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ledger_journalentry (company_id, journal_id, period_id, kind, posting_date, "
                "document_date, source, content, description, document_kind, currency, line_count, recorded_at) "
                "SELECT company_id, journal_id, period_id, kind, posting_date, document_date, source || ':raw', '', "
                "'', '', currency, %s, recorded_at FROM ledger_journalentry WHERE id = %s RETURNING id",
                [line_count, model],
            )
            bare = cursor.fetchone()[0]
        return attack(str(Lines(model, bare, **changes)))

    return write


def test_an_entry_must_balance(entry_with):
    assert entry_with(debit="debit + 1") == "journalentry_balanced"


def test_an_entry_has_as_many_lines_as_it_says(entry_with):
    assert entry_with(line_count=3) == "journalentry_line_count"


@pytest.mark.parametrize(("debit", "credit"), [("1", "1"), ("0", "NULL"), ("NULL", "NULL"), ("-1", "NULL")])
def test_a_line_is_a_debit_or_a_credit(entry_with, debit, credit):
    assert entry_with(debit=debit, credit=credit) == "journalline_debit_xor_credit"


def test_a_line_has_the_day_of_its_entry(entry_with):
    assert entry_with(day="posting_date + 1") == "journalline_fits_entry"


def test_lines_on_open_item_accounts_name_their_payer(entry_with, books):
    receivables = Account.objects.get(company=books, number="1200").pk

    assert entry_with(account=str(receivables)) == "journalline_fits_entry"


class TestPeriod:
    INSERT = (
        "INSERT INTO ledger_journalentry (company_id, journal_id, period_id, kind, posting_date, document_date, "
        "source, content, description, document_kind, currency, line_count, recorded_at) "
        "SELECT company_id, journal_id, {period}, kind, {day}, document_date, 'raw', '', '', '', currency, 2, "
        "recorded_at FROM ledger_journalentry WHERE id = %s"
    )

    def test_a_closed_period_takes_no_entry(self, books):
        entry_id = post(a_draft(books))
        Period.objects.filter(company=books, number=3).update(state="closing")
        Period.objects.filter(company=books, number=3).update(state="closed")

        assert attack(self.INSERT.format(period="period_id", day="posting_date"), entry_id) == (
            "journalentry_period_open"
        )

    def test_the_day_is_one_of_the_period(self, books):
        entry_id = post(a_draft(books))

        sql = self.INSERT.format(period="period_id", day="posting_date + 40")

        assert attack(sql, entry_id) == "journalentry_period_open"

    def test_the_period_is_one_of_the_journals_module(self, books):
        entry_id = post(a_draft(books))
        sales = Period.objects.get(company=books, year=2026, number=3, module="sales").pk

        sql = self.INSERT.format(period=str(sales), day="posting_date")

        assert attack(sql, entry_id) == "journalentry_period_open"

    def test_a_period_moves_only_along_its_lifecycle(self, books):
        assert attack("UPDATE ledger_period SET state = 'closed'") == "period_lifecycle"

    def test_days_of_a_period_with_entries_are_fixed(self, books):
        post(a_draft(books))

        assert attack("UPDATE ledger_period SET last_date = last_date - 1") == "period_days_fixed"

    def test_periods_of_a_module_never_overlap(self, books):
        sql = (
            "INSERT INTO ledger_period (company_id, module, year, number, first_date, last_date, state) "
            "SELECT company_id, module, year, 13, last_date, last_date, state FROM ledger_period LIMIT 1"
        )

        assert attack(sql) == "period_days_do_not_overlap"


class TestAccounts:
    def test_a_used_account_keeps_its_meaning(self, books):
        post(a_draft(books))

        for change in ("number = '9'", "type = 'asset'", "control = 'tax'", "currency = 'USD'"):
            sql = f"UPDATE ledger_account SET {change} WHERE number = '6100'"
            assert attack(sql) == "account_fixed_once_used"

    def test_its_name_may_be_bettered(self, books):
        post(a_draft(books))

        assert Account.objects.filter(company=books, number="6100").update(name="Rent", is_active=False) == 1

    def test_an_unused_account_may_change(self, books):
        assert Account.objects.filter(company=books, number="6200").update(number="6201", type="asset") == 1

    def test_loading_the_chart_again_keeps_what_the_company_changed(self, books):
        Account.objects.filter(company=books, number="4000").update(name="Turnover")

        assert load_chart(books) == 0
        assert Account.objects.get(company=books, number="4000").name == "Turnover"

"""Sound books verify clean, and each kind of damage is reported by its check with its document, and by no other."""

import pytest

from core import seal
from ledger.models import Account, JournalEntry, JournalLine, OpenItem, Period, TaxLine
from ledger.operations import close_periods, reopen_periods
from tests.damage import found, plant
from tests.ledger.factories import RECEIVABLES, TAX, a_draft, a_sale, an_invoice, post
from tests.ledger.month import MARCH_1, a_month


@pytest.fixture
def month(books):
    return a_month(books)


def line_of(entry_id: int, number: str) -> JournalLine:
    return JournalLine.objects.get(entry=entry_id, account__number=number)


def post_rent(month) -> int:
    """An entry without open items and tax."""
    return post(a_draft(month.company))


def account(month, number: str) -> int:
    return Account.objects.get(company=month.company, number=number).pk


def test_sound_books_verify_clean(month):
    seal.seal()

    assert found() == {}


def test_an_unbalanced_entry(month):
    line = line_of(month.open.entry_id, "4000")
    plant("UPDATE ledger_journalline SET credit = credit + 1 WHERE id = %s", [line.pk])

    assert found("ledger") == {
        "ledger.entries_balance": [("ledger.journalentry", month.open.entry_id, "debits and credits")]
    }


def test_an_entry_without_lines(month):
    plant("DELETE FROM ledger_journalline WHERE entry_id = %s", [post_rent(month)])

    assert [what for _, _, what in found("ledger")["ledger.entries_complete"]] == ["number of lines"]


def test_a_line_added_to_an_old_entry(month):
    rent = post_rent(month)
    plant(
        "INSERT INTO ledger_journalline (company_id, entry_id, position, account_id, posting_date, debit, credit,"
        " currency, document_amount, text) SELECT company_id, entry_id, position + 10, account_id, posting_date,"
        " debit, credit, currency, document_amount, '' FROM ledger_journalline WHERE entry_id = %s",
        [rent],
    )

    assert found("ledger") == {"ledger.entries_complete": [("ledger.journalentry", rent, "number of lines")]}


def test_lines_without_their_entry(month):
    rent = post_rent(month)
    plant("DELETE FROM ledger_journalentry WHERE id = %s", [rent])

    assert found("ledger") == {"ledger.entries_complete": [("ledger.journalentry", rent, "number of lines")]}


def test_a_line_on_another_day_than_its_entry(month):
    rent = post_rent(month)
    plant("UPDATE ledger_journalline SET posting_date = '2026-03-02' WHERE entry_id = %s", [rent])

    assert found("ledger") == {
        "ledger.lines_fit": [
            ("ledger.journalentry", rent, "posting date of line 1"),
            ("ledger.journalentry", rent, "posting date of line 2"),
        ]
    }


def test_a_line_of_another_company(month, other_company):
    rent = post_rent(month)
    plant(
        "UPDATE ledger_journalline SET company_id = %s WHERE entry_id = %s AND position = 1", [other_company.pk, rent]
    )

    assert found("ledger") == {"ledger.lines_fit": [("ledger.journalentry", rent, "company of line 1")]}


def test_a_control_account_line_without_payer(month):
    line = line_of(month.open.entry_id, RECEIVABLES)
    plant("UPDATE ledger_journalline SET payer_id = NULL WHERE id = %s", [line.pk])

    assert found("ledger") == {
        "ledger.items_from_lines": [("ledger.openitem", month.open.pk, "facts of the line")],
        "ledger.lines_fit": [("ledger.journalentry", month.open.entry_id, f"payer of line {line.position}")],
    }


def test_an_entry_outside_of_its_period(month):
    rent = post_rent(month)
    april = Period.objects.get(company=month.company, module="general", first_date="2026-04-01")
    plant("UPDATE ledger_journalentry SET period_id = %s WHERE id = %s", [april.pk, rent])

    assert found("ledger") == {"ledger.entries_in_period": [("ledger.journalentry", rent, "period")]}


def test_an_entry_posted_after_its_period_closed(month):
    earlier = Period.objects.filter(company=month.company, last_date__lte="2026-03-31")
    close_periods([period.pk for period in earlier], by=None).require_all()
    march = Period.objects.get(company=month.company, module="general", first_date="2026-03-01")
    plant(
        "INSERT INTO ledger_journalentry (company_id, journal_id, period_id, kind, posting_date, document_date, source,"
        " content, description, document_kind, currency, line_count, recorded_at)"
        " SELECT company_id, id, %s, 'normal', '2026-03-31', '2026-03-31', 'smuggled', '', '', '', 'GBP', 2,"
        " clock_timestamp()"
        " FROM ledger_journal WHERE code = 'general' AND company_id = %s",
        [march.pk, month.company.pk],
    )
    smuggled = JournalEntry.objects.get(source="smuggled").pk

    assert found("ledger") == {
        "ledger.closed_periods": [("ledger.journalentry", smuggled, "posted after closing")],
        "ledger.entries_complete": [("ledger.journalentry", smuggled, "number of lines")],
    }


def test_a_posting_after_reopening_is_no_difference(month):
    earlier = Period.objects.filter(company=month.company, last_date__lte="2026-03-31")
    close_periods([period.pk for period in earlier], by=None).require_all()
    march = Period.objects.get(company=month.company, module="general", first_date="2026-03-01")
    reopen_periods([march.pk], by=None, reason="One more").require_all()

    post_rent(month)

    assert found("ledger") == {}


def test_a_control_account_that_differs_from_its_items(month):
    plant("UPDATE ledger_openitem SET posting_date = '2026-03-06' WHERE id = %s", [month.open.pk])

    assert found("ledger") == {
        "ledger.control_accounts": [
            ("ledger.account", account(month, RECEIVABLES), "movement on 2026-03-05"),
            ("ledger.account", account(month, RECEIVABLES), "movement on 2026-03-06"),
        ],
        "ledger.items_from_lines": [("ledger.openitem", month.open.pk, "facts of the line")],
    }


def test_a_tax_account_that_differs_from_its_tax_lines(month):
    tax = TaxLine.objects.filter(entry=month.open.entry_id).get()
    plant("UPDATE ledger_taxline SET company_tax = company_tax - 0.01 WHERE id = %s", [tax.pk])

    assert found("ledger") == {"ledger.tax_accounts": [("ledger.account", account(month, TAX), "tax on 2026-03-05")]}


def test_a_tax_line_on_another_day(month):
    tax = TaxLine.objects.filter(entry=month.open.entry_id).get()
    plant("UPDATE ledger_taxline SET posting_date = '2026-03-06' WHERE id = %s", [tax.pk])

    assert set(found("ledger")) == {"ledger.tax_accounts", "ledger.tax_lines_fit"}
    assert found("ledger.tax_lines_fit")["ledger.tax_lines_fit"] == [
        ("ledger.journalentry", month.open.entry_id, f"tax line {tax.pk}")
    ]


def test_a_removed_open_item(month):
    stranger = an_invoice(month.other)
    plant("DELETE FROM ledger_openitem WHERE id = %s", [stranger.pk])

    assert found("ledger") == {
        "ledger.control_accounts": [("ledger.account", account(month, RECEIVABLES), "movement on 2026-03-01")],
        "ledger.items_from_lines": [("ledger.journalentry", stranger.entry_id, "a line without open item")],
    }


def test_an_open_amount_that_drifted(month):
    plant("UPDATE ledger_openitem SET open_amount = open_amount - 1 WHERE id = %s", [month.open.pk])

    assert found("ledger") == {"ledger.open_amounts": [("ledger.openitem", month.open.pk, "open amount")]}


def test_a_removed_undo(month):
    plant("DELETE FROM ledger_settlementundo")

    assert {check: [pk for _, pk, _ in rows] for check, rows in found("ledger.open_amounts").items()} == {
        "ledger.open_amounts": [month.open.pk, month.receipt.pk]
    }


def test_a_settlement_dated_into_days_that_another_one_held(month):
    plant("UPDATE ledger_openitem SET open_amount = 0, open_company_amount = 0 WHERE id = %s", [month.open.pk])
    plant(
        'INSERT INTO ledger_settlement (company_id, payer_id, debit_item_id, credit_item_id, content, "on", currency,'
        " debit_amount, credit_amount, discount, small_difference, debit_company_amount, credit_company_amount,"
        " company_discount, company_small_difference, exchange_difference, is_reversal, recorded_at)"
        ' SELECT company_id, payer_id, debit_item_id, credit_item_id, content, "on", currency, amount, amount, 0, 0,'
        " amount, amount, 0, 0, 0, false, recorded_at"
        " FROM ledger_settlement, (SELECT amount FROM ledger_openitem WHERE id = %s) AS whole"
        " WHERE ledger_settlement.id = %s",
        [month.open.pk, month.undone.pk],
    )

    assert ("ledger.openitem", month.open.pk, f"open at the end of {month.undone.on}") in found("ledger.open_as_of")[
        "ledger.open_as_of"
    ]


def test_a_settlement_across_payers(month):
    plant("UPDATE ledger_settlement SET payer_id = %s WHERE id = %s", [month.other.pk, month.settlement.pk])

    assert found("ledger") == {
        "ledger.settlements_fit": [("ledger.openitem", month.paid.pk, f"settlement {month.settlement.pk}: payers")]
    }


def test_a_settlement_dated_before_its_items(month):
    plant("UPDATE ledger_settlement SET \"on\" = '2026-02-01' WHERE id = %s", [month.settlement.pk])

    assert ("ledger.openitem", month.paid.pk, f"settlement {month.settlement.pk}: day") in found("ledger")[
        "ledger.settlements_fit"
    ]


def test_a_transfer_between_control_accounts_that_was_not_booked(month):
    plant("UPDATE ledger_settlement SET entry_id = NULL WHERE id = %s", [month.settlement.pk])

    assert found("ledger") == {
        "ledger.settlements_booked": [("ledger.openitem", month.paid.pk, f"settlement {month.settlement.pk}")]
    }


def test_an_undo_that_was_not_booked(month):
    plant("UPDATE ledger_settlementundo SET entry_id = NULL")

    assert found("ledger") == {
        "ledger.settlements_booked": [("ledger.openitem", month.open.pk, f"undo of settlement {month.undone.pk}")]
    }


def test_a_reversal_that_does_not_take_everything_back(month):
    counter = month.reversed.reversed_by
    plant("UPDATE ledger_journalline SET debit = debit + 1 WHERE entry_id = %s AND debit IS NOT NULL", [counter.pk])

    rows = found("ledger.reversals_mirror")["ledger.reversals_mirror"]
    assert {pk for _, pk, _ in rows} == {counter.pk}
    assert "account 4000" in {what for _, _, what in rows}


def test_facts_of_an_item_changed_without_history(month):
    plant(
        'INSERT INTO ledger_openitemchange (item_id, "on", what, due_date, blocked_amount, block_reason,'
        " dunning_level, earmark, reason, recorded_at)"
        " SELECT id, posting_date, 'posted', due_date, 0, '', 0, '', '', now() FROM ledger_openitem WHERE id = %s",
        [month.open.pk],
    )
    assert found("ledger") == {}

    plant("UPDATE ledger_openitem SET due_date = due_date + 30 WHERE id = %s", [month.open.pk])

    assert found("ledger") == {"ledger.item_history": [("ledger.openitem", month.open.pk, "facts")]}


def test_a_posted_line_changed_by_a_superuser_breaks_the_seal(month):
    seal.seal()
    line = line_of(month.open.entry_id, "4000")
    plant("UPDATE ledger_journalline SET text = 'Nothing to see here' WHERE id = %s", [line.pk])

    assert found() == {"core.seal": [("ledger.journalline", line.pk, "changed after it was sealed")]}


def test_a_tax_line_renumbered_among_sealed_ones_breaks_the_seal(month):
    seal.seal()
    plant("UPDATE ledger_taxline SET id = -1 WHERE id = (SELECT min(id) FROM ledger_taxline)")

    assert [what for _, _, what in found("core.seal")["core.seal"]] == [
        "added among sealed rows",
        "removed after it was sealed",
    ]


def test_checks_hold_for_empty_books(books):
    assert OpenItem.objects.count() == 0
    assert found() == {}


def test_sales_on_many_days_stay_clean(month):
    for day in (1, 2, 3):
        post(a_sale(month.payer), MARCH_1.replace(day=day))

    assert found("ledger") == {}

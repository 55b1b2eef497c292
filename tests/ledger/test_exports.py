"""The books leave the house whole: Beancount has our trial balance, CSV is harmless, the audit file is complete."""

import csv
import json
from datetime import date
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core.data import Balance, Transaction
from beancount.core.realization import compute_balance, realize
from defusedxml import ElementTree
from django.core.management import CommandError, call_command

from ledger import reports
from ledger.models import JournalEntry, JournalLine
from ledger.reports import Span
from tests.ledger.factories import a_draft, post
from tests.ledger.month import MARCH_10, MARCH_31, a_month

NS = "{urn:OECD:StandardAuditFile-Tax:2.00}"


@pytest.fixture
def month(books):
    return a_month(books)


def written(tmp_path, file_format, **options):
    file = tmp_path / f"books.{file_format}"
    call_command("export_ledger", file, file_format=file_format, **options)
    return file


def beans(file):
    entries, errors, _ = loader.load_file(str(file))
    assert errors == []
    return entries


def balances_of(entries) -> dict[str, Decimal]:
    """Balances by account number in company currency, zeros left out."""
    found = {}
    for account in _leaves(realize(entries)):
        position = compute_balance(account).get_only_position() if not account.balance.is_empty() else None
        if position:
            found[account.account.rpartition(":")[2].partition("-")[0]] = position.units.number
    return found


def _leaves(account):
    children = list(account.values())
    return [account] if not children else [leaf for child in children for leaf in _leaves(child)]


def ours(company, first, last) -> dict[str, Decimal]:
    rows = reports.trial_balance(company, Span(first, last))
    return {row.number: row.closing for row in rows if row.closing}


def test_beancount_accepts_the_file_and_has_the_balances_of_the_trial_balance(month, tmp_path):
    entries = beans(written(tmp_path, "beancount", company="hearth"))

    assert balances_of(entries) == ours(month.company, None, MARCH_31)
    booked = [entry for entry in entries if isinstance(entry, Transaction)]
    assert len(booked) == JournalEntry.objects.count()


def test_a_part_of_the_year_opens_with_what_was_before(month, tmp_path):
    entries = beans(written(tmp_path, "beancount", company="hearth", first=MARCH_10, last=date(2026, 3, 14)))

    opening = next(entry for entry in entries if isinstance(entry, Transaction))
    assert (opening.narration, opening.date) == ("Opening balances", date(2026, 3, 9))
    assert balances_of(entries) == ours(month.company, MARCH_10, date(2026, 3, 14))
    assert {entry.date for entry in entries if isinstance(entry, Balance)} == {date(2026, 3, 15)}


def test_beancount_would_refuse_a_file_that_differs_from_our_balances(month, tmp_path):
    file = written(tmp_path, "beancount", company="hearth")
    file.write_text(file.read_text() + "2026-12-31 balance Assets:Hearth:1010-Bank  1 GBP\n")

    _, errors, _ = loader.load_file(str(file))

    assert len(errors) == 1


def test_words_that_beancount_would_read_as_syntax_are_quoted(books, tmp_path):
    post(a_draft(books, source='say "hi" \\ ; * #tag'))

    narrations = [entry.narration for entry in beans(written(tmp_path, "beancount")) if isinstance(entry, Transaction)]

    assert 'say "hi" \\ ; * #tag' in narrations


def test_csv_has_a_row_for_every_line(month, tmp_path):
    rows = list(csv.DictReader(written(tmp_path, "csv", company="hearth").open(encoding="utf-8")))

    assert len(rows) == JournalLine.objects.count()
    assert sum(Decimal(row["debit"] or 0) for row in rows) == sum(Decimal(row["credit"] or 0) for row in rows)
    foreign = next(row for row in rows if row["document_currency"] == "EUR")
    assert (foreign["debit"], foreign["document_amount"], foreign["rate"]) == ("100.00", "120.00", "1.2")


def test_csv_runs_no_formula(books, tmp_path):
    post(a_draft(books, source='=HYPERLINK("http://evil")'))

    rows = list(csv.DictReader(written(tmp_path, "csv").open(encoding="utf-8")))

    assert {row["source"] for row in rows} == {'\'=HYPERLINK("http://evil")'}


def test_the_audit_file_is_well_formed_and_complete(month, tmp_path):
    root = ElementTree.parse(written(tmp_path, "saft", company="hearth")).getroot()

    entries = root.find(f"{NS}GeneralLedgerEntries")
    assert len(entries.findall(f".//{NS}Transaction")) == JournalEntry.objects.count()
    assert entries.findtext(f"{NS}NumberOfEntries") == str(JournalEntry.objects.count())
    assert len(entries.findall(f".//{NS}Line")) == JournalLine.objects.count()
    assert entries.findtext(f"{NS}TotalDebit") == entries.findtext(f"{NS}TotalCredit")
    customers = {node.text for node in root.findall(f".//{NS}CustomerID")}
    assert customers == {month.payer.number, month.other.number}


def test_machines_are_told_how_much_it_was(month, tmp_path, capsys):
    file = written(tmp_path, "csv", json=True)

    assert json.loads(capsys.readouterr().out) == {
        "file": str(file),
        "companies": 1,
        "entries": JournalEntry.objects.count(),
        "lines": JournalLine.objects.count(),
    }


def test_an_unknown_company_is_refused_with_those_there_are(books, tmp_path):
    with pytest.raises(CommandError, match=r"no company nowhere\. Known are: hearth\."):
        written(tmp_path, "csv", company="nowhere")


def test_days_the_wrong_way_round_are_refused(books, tmp_path):
    with pytest.raises(CommandError, match="before the first"):
        written(tmp_path, "csv", first=MARCH_31, last=MARCH_10)


def test_a_file_that_cannot_be_written_is_refused_and_leaves_nothing(month, tmp_path):
    with pytest.raises(CommandError, match="can't be written"):
        call_command("export_ledger", tmp_path / "no" / "folder.csv", file_format="csv")

    assert list(tmp_path.iterdir()) == []

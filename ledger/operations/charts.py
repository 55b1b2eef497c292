"""Giving a company its books: the default chart of a wholesaler with journals, account determination and policy."""

import csv
from importlib import resources

from core.models import Company
from core.operation import operation
from ledger.models import Account, AccountDetermination, Journal, LedgerPolicy, Module

JOURNALS = {
    Journal.SALES: ("Sales", Module.SALES),
    Journal.RECEIVABLES: ("Receipts and settlements", Module.RECEIVABLES),
    Journal.STOCK: ("Stock", Module.STOCK),
    Journal.GENERAL: ("General", Module.GENERAL),
    Journal.EXCHANGE: ("Exchange differences", Module.GENERAL),
    Journal.CLOSING: ("Year end", Module.GENERAL),
}


@operation
def load_chart(company: Company) -> int:
    """Give a company the default chart for a wholesaler; returns how many accounts were new.

    Safe to run again: what the company has keeps its name, account and policy; only what is missing is added.
    """
    rows = default_chart()
    before = Account.objects.filter(company=company).count()
    Account.objects.bulk_create((_account(company, row) for row in rows), ignore_conflicts=True)
    numbers = {account.number: account for account in Account.objects.filter(company=company)}
    Journal.objects.bulk_create(
        (Journal(company=company, code=code, name=name, module=module) for code, (name, module) in JOURNALS.items()),
        ignore_conflicts=True,
    )
    AccountDetermination.objects.bulk_create(
        (
            AccountDetermination(company=company, fact=row["fact"], account=numbers[row["number"]])
            for row in rows
            if row["fact"]
        ),
        ignore_conflicts=True,
    )
    LedgerPolicy.objects.get_or_create(
        company=company,
        defaults={row["policy"]: numbers[row["number"]] for row in rows if row["policy"]},
    )
    return len(numbers) - before


def default_chart() -> list[dict[str, str]]:
    """The accounts of a wholesaler with their facts, policies and names in three languages."""
    text = resources.files("ledger").joinpath("data/chart_wholesale.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _account(company: Company, row: dict[str, str]) -> Account:
    return Account(
        company=company,
        number=row["number"],
        name=row.get(company.language) or row["en"],
        translations={language: row[language] for language in ("en", "de", "fr")},
        type=row["type"],
        control=row["control"],
        currency=row["currency"] or None,
    )

"""Control accounts against their sub-ledgers as of any day: what the Tie-out page and the ageing compare."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from core.models import Company
from core.money import ZERO
from ledger.ageing import open_sums
from ledger.models import Account, Control


@dataclass(frozen=True)
class SubTotal:
    """What a sub-ledger says an account should hold: its sum in company currency and how many documents make it."""

    amount: Decimal
    documents: int


@dataclass(frozen=True)
class SubLedger:
    """Where the documents behind the accounts of one control flag live, and how they add up as of a day.

    `noun` is what it counts. `totals` answers by account id in company currency, debit minus credit.
    """

    control: Control
    noun: str
    totals: Callable[[Company, date], dict[int, SubTotal]]
    url_name: str = ""


@dataclass(frozen=True)
class ControlAccount:
    """A control account beside its sub-ledger."""

    account: Account
    ledger: Decimal
    sub_ledger: Decimal
    documents: int
    noun: str
    url_name: str

    @property
    def difference(self) -> Decimal:
        return self.ledger - self.sub_ledger


_sub_ledgers: dict[Control, SubLedger] = {}


def register(*sub_ledgers: SubLedger) -> None:
    """Say at start who keeps the documents behind a control flag; stock moves belong to a later stage."""
    for one in sub_ledgers:
        assert _sub_ledgers.get(one.control, one) == one, f"two sub-ledgers for {one.control}"
        _sub_ledgers[one.control] = one


def control_accounts(company: Company, on: date) -> list[ControlAccount]:
    """Every control account with a registered sub-ledger, by number, with both sums at the end of the day."""
    accounts = Account.objects.filter(company=company, control__in=_sub_ledgers).order_by("number")
    booked = _booked(company, on)
    kept = {control: one.totals(company, on) for control, one in _sub_ledgers.items()}
    return [_beside(account, booked, kept) for account in accounts]


def _beside(account: Account, booked: dict[int, Decimal], kept: dict[Control, dict[int, SubTotal]]) -> ControlAccount:
    one = _sub_ledgers[Control(account.control)]
    total = kept[one.control].get(account.pk, SubTotal(ZERO, 0))
    return ControlAccount(account, booked.get(account.pk, ZERO), total.amount, total.documents, one.noun, one.url_name)


def _booked(company: Company, on: date) -> dict[int, Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT line.account_id, sum(coalesce(line.debit, 0) - coalesce(line.credit, 0))
            FROM ledger_account AS account JOIN ledger_journalline AS line ON line.account_id = account.id
            WHERE account.company_id = %s AND account.control <> 'none' AND line.posting_date <= %s
            GROUP BY line.account_id
            """,
            [company.pk, on],
        )
        return dict(cursor.fetchall())


def _open_items(company: Company, on: date) -> dict[int, SubTotal]:
    return {account: SubTotal(amount, items) for account, (amount, items) in open_sums(company, on).items()}


def _tax_lines(company: Company, on: date) -> dict[int, SubTotal]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT account_id, -sum(company_tax), count(DISTINCT entry_id) FROM ledger_taxline
            WHERE company_id = %s AND posting_date <= %s AND account_id IS NOT NULL GROUP BY account_id
            """,
            [company.pk, on],
        )
        return {account: SubTotal(amount, entries) for account, amount, entries in cursor}


SUB_LEDGERS = [
    SubLedger(Control.RECEIVABLES, "open items", _open_items, "ledger:items"),
    SubLedger(Control.ON_ACCOUNT, "open items", _open_items, "ledger:items"),
    SubLedger(Control.TAX, "entries with tax", _tax_lines, "ledger:tax"),
]
"""The sub-ledgers that the ledger itself keeps."""

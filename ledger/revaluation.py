"""What foreign open items are worth at a month's end, against what they were booked at."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from core.errors import DomainError
from core.models import Company
from core.money import ZERO
from ledger.models import Account, LedgerPolicy
from masterdata.rates import Conversion, conversions

Rates = Mapping[str, Decimal]
"""Units of the foreign currency for one unit of company currency."""


@dataclass(frozen=True)
class Position:
    """Foreign open items of one control account and currency on a day; what is owed to us is positive."""

    account: Account
    currency: str
    open_amount: Decimal
    booked: Decimal
    value: Decimal

    @property
    def difference(self) -> Decimal:
        """Unrealised, in company currency; a gain is positive."""
        return self.value - self.booked


# Amount minus the settlements dated up to the day, undone ones counting until their undo.
_FOREIGN = """
    WITH taken AS (
        SELECT settlement.*
        FROM ledger_settlement AS settlement
        LEFT JOIN ledger_settlementundo AS undo ON undo.settlement_id = settlement.id AND undo."on" <= %(on)s
        WHERE settlement.company_id = %(company)s AND settlement."on" <= %(on)s AND undo.id IS NULL
          AND settlement.currency <> %(home)s
    ), moves AS (
        SELECT account_id, currency, CASE side WHEN 'debit' THEN amount ELSE -amount END AS amount,
            CASE side WHEN 'debit' THEN company_amount ELSE -company_amount END AS company_amount
        FROM ledger_openitem WHERE company_id = %(company)s AND posting_date <= %(on)s AND currency <> %(home)s
        UNION ALL
        SELECT item.account_id, item.currency, -taken.debit_amount, -taken.debit_company_amount
        FROM taken JOIN ledger_openitem AS item ON item.id = taken.debit_item_id
        UNION ALL
        SELECT item.account_id, item.currency, taken.credit_amount, taken.credit_company_amount
        FROM taken JOIN ledger_openitem AS item ON item.id = taken.credit_item_id
    )
    SELECT account_id, currency, sum(amount), sum(company_amount) FROM moves
    GROUP BY account_id, currency HAVING sum(amount) <> 0 OR sum(company_amount) <> 0
    ORDER BY currency, account_id
"""

_BOOKED = """
    SELECT entry.currency, line.account_id, sum(coalesce(line.debit, 0) - coalesce(line.credit, 0))
    FROM ledger_journalentry AS entry JOIN ledger_journalline AS line ON line.entry_id = entry.id
    WHERE entry.company_id = %s AND entry.posting_date = %s AND entry.kind = 'revaluation' AND entry.reverses_id IS NULL
    GROUP BY entry.currency, line.account_id
"""


def positions(company: Company, on: date, rates: Rates | None = None) -> list[Position]:
    """Foreign open items at the end of a day, valued at the rates of that day, or at those given.

    Without a rate for one of the currencies, that error is raised.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FOREIGN, {"company": company.pk, "on": on, "home": company.currency})
        rows = cursor.fetchall()
    accounts = {account.pk: account for account in Account.objects.filter(company=company)}
    found = _conversions(company, on, {row[1] for row in rows}, rates)
    return [
        Position(accounts[account], currency, amount, booked, found[currency].convert(amount))
        for account, currency, amount, booked in rows
    ]


def _conversions(company: Company, on: date, currencies: Collection[str], rates: Rates | None) -> dict[str, Conversion]:
    """How each currency becomes company currency on that day: by the rates given, else by the published ones."""
    home = company.currency
    if rates is not None:
        return {currency: Conversion(currency, home, rates[currency], Decimal(1), on) for currency in currencies}
    known = {}
    for (currency, _), found in conversions({(currency, home) for currency in currencies}, on).items():
        if isinstance(found, DomainError):
            raise found
        known[currency] = found
    return known


def still_to_book(
    company: Company, policy: LedgerPolicy, on: date, rates: Rates | None = None
) -> dict[str, dict[int, Decimal]]:
    """By currency and account id, what the revaluation of a day still has to book; a debit is positive.

    What was booked for that day before is taken off, so a second run books only what came in between.
    """
    wanted: dict[str, dict[int, Decimal]] = {}
    for position in positions(company, on, rates):
        gain = position.difference > 0
        result = policy.unrealised_gain_account_id if gain else policy.unrealised_loss_account_id
        by_account = wanted.setdefault(position.currency, {})
        by_account[policy.revaluation_account_id] = (
            by_account.get(policy.revaluation_account_id, ZERO) + position.difference
        )
        by_account[result] = by_account.get(result, ZERO) - position.difference
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, [company.pk, on])
        for currency, account_id, booked in cursor.fetchall():
            by_account = wanted.setdefault(currency, {})
            by_account[account_id] = by_account.get(account_id, ZERO) - booked
    left = {
        currency: {account: amount for account, amount in by_account.items() if amount}
        for currency, by_account in wanted.items()
    }
    return {currency: by_account for currency, by_account in left.items() if by_account}

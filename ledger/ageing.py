"""Who owes how much since when, as of any day: amount minus settlements up to it, undone ones until their undo."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from django.db import connection

from core.models import Company
from core.money import ZERO
from ledger.models import Account, AgeingBy, Control, LedgerPolicy

# What settlements and undos dated after the day took from items (in minus) or gave back: today's open amount minus
# this is the open amount of the day. Few rows move after a recent day, however long the history.
_MOVES_LATER = """
    SELECT debit_item_id AS item_id, -debit_amount AS amount, -debit_company_amount AS company_amount
        FROM ledger_settlement WHERE company_id = %(company)s AND "on" > %(on)s
    UNION ALL SELECT credit_item_id, -credit_amount, -credit_company_amount
        FROM ledger_settlement WHERE company_id = %(company)s AND "on" > %(on)s
    UNION ALL SELECT s.debit_item_id, s.debit_amount, s.debit_company_amount
        FROM ledger_settlementundo u JOIN ledger_settlement s ON s.id = u.settlement_id
        WHERE s.company_id = %(company)s AND u."on" > %(on)s
    UNION ALL SELECT s.credit_item_id, s.credit_amount, s.credit_company_amount
        FROM ledger_settlementundo u JOIN ledger_settlement s ON s.id = u.settlement_id
        WHERE s.company_id = %(company)s AND u."on" > %(on)s
"""

# Only an item whose facts changed after the day asks its history for the due date of the day.
_DUE_DATE = """
    CASE WHEN item.changed_on > %(on)s THEN coalesce((
        SELECT due_date FROM ledger_openitemchange AS past WHERE past.item_id = item.id AND past."on" <= %(on)s
        ORDER BY past."on" DESC, past.id DESC LIMIT 1
    ), item.due_date) ELSE item.due_date END
"""


@dataclass(frozen=True)
class Bucket:
    """A band of days, both ends included; without a last day it is open-ended, without a first it is not due yet."""

    first: int | None
    last: int | None

    @property
    def label(self) -> str:
        if self.first is None:
            return "Not due"
        return f"Over {self.first - 1}" if self.last is None else f"{self.first} to {self.last}"


@dataclass(frozen=True)
class PayerAge:
    """What one payer owes as of the day, in company currency: by bucket, and money on account in minus."""

    pk: int
    number: str
    name: str
    items: int
    buckets: list[Decimal]
    on_account: Decimal

    @property
    def open(self) -> Decimal:
        return sum(self.buckets, ZERO) + self.on_account

    @property
    def overdue(self) -> Decimal:
        return sum(self.buckets[1:], ZERO)


@dataclass(frozen=True)
class Ageing:
    """Open items of a company as of a day in bands of days, payer by payer, in company currency."""

    on: date
    by: AgeingBy
    bands: list[Bucket]
    payers: list[PayerAge]

    @property
    def totals(self) -> list[Decimal]:
        return [sum(column, ZERO) for column in zip(*(payer.buckets for payer in self.payers), strict=True)] or [
            ZERO for _ in self.bands
        ]

    @property
    def on_account(self) -> Decimal:
        return sum((payer.on_account for payer in self.payers), ZERO)

    @property
    def open(self) -> Decimal:
        return sum((payer.open for payer in self.payers), ZERO)


def policy_of(company: Company) -> tuple[list[int], AgeingBy]:
    """The company's own ageing buckets, and from which date it counts."""
    policy = LedgerPolicy.objects.filter(company=company).only("ageing_buckets", "ageing_by").first()
    return (policy.ageing_buckets, AgeingBy(policy.ageing_by)) if policy else ([30, 60, 90], AgeingBy.DUE)


def bands_of(ends: Iterable[int], by: AgeingBy) -> list[Bucket]:
    """Bands between the policy's days. By due date the first is what is not due; else it starts with day 0."""
    first = Bucket(None, 0) if by == AgeingBy.DUE else None
    edges = [0 if by == AgeingBy.DUE else -1, *ends]
    between = [Bucket(low + 1, high) for low, high in pairwise(edges)]
    return [*([first] if first else []), *between, Bucket(edges[-1] + 1, None)]


def ageing(company: Company, on: date, by: AgeingBy | None = None) -> Ageing:
    """The ageing as of a day, by the company's buckets; its sum is the balance of the control accounts that day."""
    ends, counted_by = policy_of(company)
    counted_by = by or counted_by
    bands = bands_of(ends, counted_by)
    since = "due_date" if counted_by == AgeingBy.DUE else "document_date"
    return Ageing(on, counted_by, bands, _payers(company, on, since, _edges(bands)))


def _edges(bands: list[Bucket]) -> list[int]:
    return [band.first for band in bands[1:] if band.first is not None]


def _payers(company: Company, on: date, since: str, edges: list[int]) -> list[PayerAge]:
    cuts = {f"cut{number}": on - timedelta(days=edge) for number, edge in enumerate(edges)}
    money = Account.objects.filter(company=company, control=Control.ON_ACCOUNT)
    sums = ", ".join(f"coalesce(sum(amount) FILTER (WHERE band = {number}), 0)" for number in range(len(edges) + 1))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH aged AS (
                SELECT payer_id, sum(items)::int AS items, ARRAY[{sums}] AS bands,
                    coalesce(sum(amount) FILTER (WHERE band = -1), 0) AS on_account, sum(amount) AS open
                FROM ({_parts("payer_id", since, list(cuts))}) AS part
                GROUP BY payer_id HAVING sum(items) > 0
            )
            SELECT payer.id, payer.number, payer.name, aged.items, aged.bands, aged.on_account
            FROM aged JOIN masterdata_customer AS payer ON payer.id = aged.payer_id
            ORDER BY aged.open DESC, payer.id
            """,  # noqa: S608
            {"company": company.pk, "on": on, "money": list(money.values_list("pk", flat=True)), **cuts},
        )
        return [PayerAge(*row) for row in cursor]


def open_sums(company: Company, on: date) -> dict[int, tuple[Decimal, int]]:
    """What is open by control account at the end of a day: signed sum in company currency, and number of items."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT account_id, sum(amount), sum(items)::int FROM ({_parts("account_id", "due_date", [])}) AS part
            GROUP BY account_id HAVING sum(items) > 0
            """,  # noqa: S608
            {"company": company.pk, "on": on, "money": []},
        )
        return {account: (amount, items) for account, amount, items in cursor}


def _parts(key: str, since: str, cuts: list[str]) -> str:
    """SQL for signed sums of open items as of the day, by key and band: what is open now, and what moved since.

    Adding the two up reads each item once and joins only those that moved, which is what keeps a million items fast.
    The due date of the day is asked of the history only where it changed since. Money on account has band -1.
    """
    day = _DUE_DATE if since == "due_date" else f"item.{since}"
    now = f"""
        SELECT {key}, {{band}} AS band, count(*) AS items, sum({_signed("open_company_amount")}) AS amount
        FROM ledger_openitem AS item
        WHERE company_id = %(company)s AND posting_date <= %(on)s AND open_amount > 0 AND {{changed}}
        GROUP BY {key}, band
    """  # noqa: S608
    unchanged = now.format(band=_band(since, cuts), changed="(changed_on IS NULL OR changed_on <= %(on)s)")
    changed = now.format(band=_band(day, cuts), changed="changed_on > %(on)s")
    moved = f"""
        SELECT {key}, {_band("day", cuts)} AS band,
            sum((open_company_amount > moved)::int - (open_company_amount > 0)::int) AS items,
            -sum({_signed("moved")}) AS amount
        FROM (
            SELECT item.payer_id, item.account_id, item.side, item.open_company_amount, {day} AS day,
                sum(move.company_amount) AS moved
            FROM ({_MOVES_LATER}) AS move JOIN ledger_openitem AS item ON item.id = move.item_id
            WHERE item.posting_date <= %(on)s GROUP BY item.id
        ) AS item
        GROUP BY {key}, band
    """  # noqa: S608
    return f"{unchanged} UNION ALL {changed} UNION ALL {moved}"


def _signed(amount: str) -> str:
    return f"CASE side WHEN 'debit' THEN {amount} ELSE -{amount} END"


def _band(day: str, cuts: list[str]) -> str:
    """SQL for the number of the band that a day lies in; plain comparisons, as it is asked of every item."""
    later = " ".join(f"WHEN {day} > %({cut})s THEN {number}" for number, cut in enumerate(cuts))
    return f"CASE WHEN account_id = ANY(%(money)s::bigint[]) THEN -1 {later} ELSE {len(cuts)} END"

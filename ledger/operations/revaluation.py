"""Month-end revaluation of foreign open items, taken back on the next day."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.errors import DomainError
from core.models import Company, User
from core.money import ZERO
from core.operation import operation
from core.roles import require
from ledger import errors, queries
from ledger.books import Books
from ledger.models import EntryKind, Journal, JournalEntry, Module, Period
from ledger.operations.mirroring import mirrored
from ledger.operations.posting import IfClosed, open_periods
from ledger.preparing import Prepared, PreparedLine
from ledger.revaluation import Rates, still_to_book
from ledger.writing import Dated, write_entries


@dataclass(frozen=True)
class Revalued:
    """The entries of a revaluation and those that take it back on the next day; none where nothing differs."""

    entries: list[int]
    reversals: list[int]


@operation
def revalue(company: Company, *, on: date, by: User | None, rates: Rates | None = None) -> Revalued:
    """Bring foreign open items to their value at a month's end, on accounts of its own, and take it back next day.

    The items' booked amounts stay as they are. Safe to run twice: a second run books only what changed in between,
    mostly nothing. Raises `NotMonthEnd`, `PeriodClosed` for either day, or the rate that is missing. Needs the right
    to close.
    """
    require(by, "ledger.close_period", company)
    books = Books.of([company.pk])
    policy = books.policies.get(company.pk)
    if policy is None:
        raise errors.NoBooks(company=str(company))
    period, next_period = _open_period(company, on), _open_period(company, on + timedelta(days=1))
    if period.last_date != on:
        raise errors.NotMonthEnd(on=on, last_date=period.last_date)
    wanted = still_to_book(company, policy, on, rates)
    runs = queries.revaluation_runs(company.pk, on)
    dated = [
        Dated(
            _entry(
                company, books, currency, amounts, source=f"revaluation:{on}:{currency}:{runs.get(currency, 0) + 1}"
            ),
            period,
            on,
        )
        for currency, amounts in sorted(wanted.items())
    ]
    return _write(dated, next_period, by=by) if dated else Revalued([], [])


def _open_period(company: Company, on: date) -> Period:
    found = open_periods({(company.pk, Module.GENERAL.value)}, on=on, if_closed=IfClosed.REFUSE)
    period = found[company.pk, Module.GENERAL]
    if isinstance(period, DomainError):
        raise period
    return period


def _entry(company: Company, books: Books, currency: str, amounts: dict[int, Decimal], *, source: str) -> Prepared:
    lines = [
        PreparedLine(books.accounts_by_id[account], is_debit=amount > 0, amount=abs(amount), document_amount=ZERO)
        for account, amount in sorted(amounts.items())
    ]
    return Prepared(
        company=company,
        journal=books.journals[company.pk, Journal.EXCHANGE],
        kind=EntryKind.REVALUATION,
        source=source,
        content="",
        description=f"Revaluation of {currency} open items",
        document_date=None,
        currency=currency,
        rate=None,
        document_kind="",
        document_id=None,
        reverses_id=None,
        lines=lines,
        taxes=[],
        makes_items=False,
    )


def _write(dated: list[Dated], next_period: Period, *, by: User | None) -> Revalued:
    """Write the entries and their counter-entries. One that another run has booked meanwhile is left to that run."""
    entries = list(write_entries(dated, by=by).values())
    booked = list(JournalEntry.objects.filter(pk__in=entries))
    counter = mirrored(booked, lambda entry: f"back:{entry.source}", kind=EntryKind.REVALUATION)
    back = [Dated(one, next_period, next_period.first_date) for one in counter.values()]
    return Revalued(entries, list(write_entries(back, by=by).values()) if back else [])

"""Year end: the result goes to retained earnings and the year closes; reopening it takes that back."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.models import Company, User
from core.money import ZERO
from core.operation import operation
from core.roles import require
from ledger import errors, queries
from ledger.drafts import Draft, DraftLine
from ledger.models import EntryKind, Journal, LedgerPolicy, Module, Period, PeriodState
from ledger.operations.mirroring import mirrored
from ledger.operations.periods import close_periods, move_period
from ledger.operations.posting import post_entries
from ledger.writing import Dated, write_entries


@dataclass(frozen=True)
class YearClosing:
    """The entry that took the result to retained earnings (none for a year without one) and the result itself."""

    entry_id: int | None
    result: Decimal


@operation
def close_year(company: Company, year: int, *, by: User | None) -> YearClosing:
    """Take the year's result to retained earnings on its last day, and close its last period.

    Every other period of the year must be closed (`YearNotReady`). Closing a closed year changes nothing; one whose
    last period was closed by itself is refused (`ResultNotBooked`). The result is in company currency; a profit is
    positive. Needs the right to close.
    """
    require(by, "ledger.close_period", company)
    last = _last_period(company, year)
    balances = queries.result_balances(company.pk, *_days_of(company, year))
    if last.state == PeriodState.CLOSED:
        if balances:
            raise errors.ResultNotBooked(year=year, period=str(last))
        entry = queries.closing_entry_of(company.pk, year)
        return YearClosing(entry.pk if entry else None, ZERO)
    result = -sum(balances.values(), ZERO)
    entry_id = _book_result(company, year, last, balances, result, by=by) if balances else None
    close_periods([last.pk], by=by).require_all()
    return YearClosing(entry_id, result)


@operation
def reopen_year(company: Company, year: int, *, by: User | None, reason: str) -> int | None:
    """Open the last period of a closed year again and take its result back; returns the counter-entry, if any.

    Needs the right to reopen and a reason; both are kept on record.
    """
    require(by, "ledger.reopen_period", company)
    if not reason.strip():
        raise errors.ReasonMissing(step="reopen a year")
    last = _last_period(company, year, ready=False)
    if last.state != PeriodState.OPEN:
        move_period(last, PeriodState.OPEN, by=by, reason=reason)
    entry = queries.closing_entry_of(company.pk, year)
    if entry is None:
        return None
    counter = mirrored([entry], lambda closing: f"reopen:{closing.source}", kind=EntryKind.CLOSING)[entry.pk]
    return write_entries([Dated(counter, last, entry.posting_date)], by=by)[0]


def _last_period(company: Company, year: int, *, ready: bool = True) -> Period:
    """The last period of the general ledger, locked; the year's other periods must be closed where it is to close."""
    periods = queries.lock_periods(queries.periods_of(company.pk, year).values_list("pk", flat=True))
    general = [period for period in periods.values() if period.module == Module.GENERAL]
    if not general:
        raise errors.NoSuchYear(year=year, company=str(company))
    last = max(general, key=lambda period: period.first_date)
    waiting = [period for period in periods.values() if period.state != PeriodState.CLOSED and period != last]
    if ready and waiting:
        waiting.sort(key=lambda period: (period.first_date, period.module))
        raise errors.YearNotReady(year=year, open_periods=[str(period) for period in waiting])
    return last


def _days_of(company: Company, year: int) -> tuple[date, date]:
    periods = list(queries.periods_of(company.pk, year).filter(module=Module.GENERAL))
    return min(period.first_date for period in periods), max(period.last_date for period in periods)


def _book_result(
    company: Company, year: int, last: Period, balances: dict[str, Decimal], result: Decimal, *, by: User | None
) -> int:
    """Bring every income and expense account to zero against retained earnings."""
    policy = LedgerPolicy.objects.select_related("retained_earnings_account").get(company=company)
    amounts = {**balances, policy.retained_earnings_account.number: result}  # all of them credited
    draft = Draft(
        company=company,
        source=f"year_end:{year}:{queries.closings_of(company.pk, year) + 1}",
        description=f"Result of {year}",
        journal=Journal.CLOSING,
        kind=EntryKind.CLOSING,
        lines=[
            DraftLine(number, credit=max(amount, ZERO), debit=max(-amount, ZERO))
            for number, amount in sorted(amounts.items())
        ],
    )
    posted = post_entries([draft], on=last.last_date, by=by)
    posted.require_all()
    return posted.entries[0]

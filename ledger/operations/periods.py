"""Opening years, closing months, and reopening them with a reason that stays on record."""

from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import date

from core import clock
from core.errors import DomainError, NotPermitted, WrongState
from core.models import Company, User
from core.operation import operation
from core.outcomes import Outcomes
from core.roles import require
from ledger import closing, errors, queries
from ledger.models import PERIOD, LedgerPolicy, Module, Period, PeriodState, PeriodStep


@operation
def open_year(company: Company, year: int) -> int:
    """Set up the twelve months of a fiscal year for every module; returns how many periods were new.

    A year is named after the calendar year it ends in; its first month is the company's policy. Safe to run again.
    """
    policy = LedgerPolicy.objects.filter(company=company).first()
    if policy is None:
        raise errors.NoBooks(company=str(company))
    wanted = [
        Period(company=company, module=module, year=year, number=number, first_date=first, last_date=last)
        for number, (first, last) in enumerate(months_of(year, policy.fiscal_year_first_month), start=1)
        for module in Module
    ]
    known = set(queries.periods_of(company.pk, year).values_list("module", "number"))
    missing = [period for period in wanted if (period.module, period.number) not in known]
    return len(Period.objects.bulk_create(missing))


def months_of(year: int, first_month: int) -> list[tuple[date, date]]:
    """First and last days of the twelve months of a fiscal year that ends in the calendar year `year`."""
    starts_in = year if first_month == 1 else year - 1
    months = [divmod(starts_in * 12 + first_month - 1 + step, 12) for step in range(12)]
    return [(date(y, m + 1, 1), date(y, m + 1, monthrange(y, m + 1)[1])) for y, m in months]


@operation
def begin_closing(period_ids: Collection[int], *, by: User | None) -> Outcomes:
    """Let no new postings into periods, so that what their closing checks find can't change under them.

    Waits for postings under way. A period that is closing is `already`. Needs the right to close.
    """
    periods = queries.lock_periods(period_ids)
    outcomes = PERIOD.sift(
        "begin_closing", period_ids, periods, lambda period: _refuse_right(period, "ledger.close_period", by)
    )
    _move([periods[pk] for pk in outcomes.done], PeriodState.CLOSING, by=by)
    return outcomes


def close_periods(period_ids: Collection[int], *, by: User | None) -> Outcomes:
    """Close periods: new postings are refused first, then the closing checks are asked, then the period is closed.

    The first step is a transaction of its own, so that everybody sees it. A period in whose way something stands is
    refused (`ClosingBlocked` names it all) and is as it was before: open for the postings that clear the way, or
    still closing. Earlier months close before later ones. A closed period is `already`.
    """
    begun = begin_closing(period_ids, by=by)
    closing_ids = [*begun.done, *begun.already]
    closed_before = [
        pk for pk, error in begun.refused.items() if isinstance(error, WrongState) and error.state == PeriodState.CLOSED
    ]
    refused = {pk: error for pk, error in begun.refused.items() if pk not in closed_before}
    finished = _finish_closing(closing_ids, begun_now=begun.done, by=by)
    return Outcomes(finished.done, finished.already + closed_before, refused | finished.refused)


@operation
def _finish_closing(period_ids: Collection[int], *, begun_now: Collection[int], by: User | None) -> Outcomes:
    periods = queries.lock_periods(period_ids)
    outcomes = PERIOD.sift(
        "close", period_ids, periods, lambda period: _refuse_right(period, "ledger.close_period", by)
    )
    # One by one, in business order: a month is ready only once the one before it is closed, also within this set.
    for pk in sorted(outcomes.done, key=lambda pk: (periods[pk].first_date, periods[pk].module == Module.GENERAL)):
        if error := _refuse_blocked(periods[pk]):
            outcomes.refuse([pk], error)
            if pk in begun_now:
                _move([periods[pk]], PeriodState.OPEN, by=by, reason=error.message)
        else:
            _move([periods[pk]], PeriodState.CLOSED, by=by)
    return outcomes


@operation
def reopen_periods(period_ids: Collection[int], *, by: User | None, reason: str) -> Outcomes:
    """Open closed or closing periods again. Needs the right to reopen and a reason; both are kept on record.

    A period of a year whose result is booked is refused (`YearClosed`); an open one is `already`.
    """
    if not reason.strip():
        raise errors.ReasonMissing(step="reopen a period")
    periods = queries.lock_periods(period_ids)
    years = {(period.company_id, period.year) for period in periods.values()}
    closed_years = {key: entry.pk for key in sorted(years) if (entry := queries.closing_entry_of(*key))}

    outcomes = PERIOD.sift("reopen", period_ids, periods, lambda period: _refuse_reopen(period, closed_years, by))
    _move([periods[pk] for pk in outcomes.done], PeriodState.OPEN, by=by, reason=reason)
    return outcomes


def move_period(period: Period, state: PeriodState, *, by: User | None, reason: str = "") -> None:
    """Bring one locked period to a state, on record; for the verbs that close and reopen a year."""
    _move([period], state, by=by, reason=reason)


def _refuse_right(period: Period, permission: str, by: User | None) -> NotPermitted | None:
    try:
        require(by, permission, period)
    except NotPermitted as error:
        return error
    return None


def _refuse_reopen(period: Period, closed_years: Mapping[tuple[int, int], int], by: User | None) -> DomainError | None:
    if error := _refuse_right(period, "ledger.reopen_period", by):
        return error
    if entry := closed_years.get((period.company_id, period.year)):
        return errors.YearClosed(year=period.year, entry=entry)
    return None


def _refuse_blocked(period: Period) -> errors.ClosingBlocked | None:
    found = closing.in_the_way(period)
    blocking = [obstacle.what for finding in found if finding.check.blocks for obstacle in finding.obstacles]
    return errors.ClosingBlocked(period=str(period), obstacles=blocking) if blocking else None


def _move(periods: Collection[Period], state: PeriodState, *, by: User | None, reason: str = "") -> None:
    if not periods:
        return
    Period.objects.filter(pk__in=[period.pk for period in periods]).update(state=state)
    PeriodStep.objects.bulk_create(
        PeriodStep(period=period, state=state, by=by, reason=reason, at=clock.now()) for period in periods
    )
    for period in periods:
        period.state = state

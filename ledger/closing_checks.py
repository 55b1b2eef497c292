"""What the ledger itself looks at before a period closes."""

from core.errors import DomainError
from ledger import queries
from ledger.closing import ClosingCheck, Obstacle
from ledger.models import LedgerPolicy, Module, Period, PeriodState
from ledger.revaluation import still_to_book


def _earlier_periods(period: Period) -> list[Obstacle]:
    return [Obstacle(f"{earlier} is {earlier.state}") for earlier in queries.periods_before(period)]


def _other_modules(period: Period) -> list[Obstacle]:
    others = Period.objects.filter(company=period.company_id, year=period.year, number=period.number)
    waiting = others.exclude(module=Module.GENERAL).exclude(state=PeriodState.CLOSED).order_by("module")
    return [Obstacle(f"{other} is {other.state}") for other in waiting]


def _foreign_items(period: Period) -> list[Obstacle]:
    """Foreign items open at the month's end whose value differs from what is booked, or has no rate."""
    policy = LedgerPolicy.objects.filter(company=period.company_id).first()
    if policy is None:
        return []
    try:
        differing = still_to_book(period.company, policy, period.last_date)
    except DomainError as error:
        return [Obstacle(error.message)]
    return [Obstacle(f"Open items in {currency} are not revalued at {period.last_date}") for currency in differing]


CHECKS = (
    ClosingCheck("earlier_periods", "Earlier periods are closed", frozenset(Module), _earlier_periods),
    ClosingCheck("other_modules", "The other modules close first", frozenset({Module.GENERAL}), _other_modules),
    ClosingCheck(
        "foreign_items_revalued",
        "Foreign open items are revalued",
        frozenset({Module.GENERAL}),
        _foreign_items,
        blocks=False,
    ),
)

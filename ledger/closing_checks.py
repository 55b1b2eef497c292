"""What the ledger itself looks at before a period closes."""

from ledger import queries
from ledger.closing import ClosingCheck, Obstacle
from ledger.models import Module, OpenItem, Period, PeriodState


def _earlier_periods(period: Period) -> list[Obstacle]:
    return [Obstacle(f"{earlier} is {earlier.state}") for earlier in queries.periods_before(period)]


def _other_modules(period: Period) -> list[Obstacle]:
    others = Period.objects.filter(company=period.company_id, year=period.year, number=period.number)
    waiting = others.exclude(module=Module.GENERAL).exclude(state=PeriodState.CLOSED).order_by("module")
    return [Obstacle(f"{other} is {other.state}") for other in waiting]


def _foreign_items(period: Period) -> list[Obstacle]:
    """Foreign items open at the month's end that no revaluation has looked at."""
    foreign = OpenItem.objects.filter(
        company=period.company_id, posting_date__lte=period.last_date, open_amount__gt=0
    ).exclude(currency=period.company.currency)
    if not foreign.exists() or queries.revaluations_of(period.company_id, period.last_date).exists():
        return []
    return [Obstacle(f"Foreign open items are not revalued at {period.last_date}")]


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

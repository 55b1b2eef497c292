"""Running every check for people: the result is kept, so that a page shows it at once and says how old it is."""

from dataclasses import asdict

import structlog

from core import clock, invariants, seal
from core.models import CheckRun, User

log = structlog.get_logger(__name__)


def check_again(*, by: User | None) -> CheckRun:
    """Run all checks on one snapshot and keep what they found, with the first differences of each."""
    started = clock.now()
    results = invariants.run(invariants.all_checks())
    found = [
        {
            "name": result.check.name,
            "title": result.check.title,
            "rows": result.rows,
            "differences": result.differences,
            "seconds": round(result.seconds, 3),
            "shown": [_plain(row) for row in result.shown],
        }
        for result in results
    ]
    differing = sum(not result.holds for result in results)
    log.info("checks_run", checks=len(results), differing=differing)
    return CheckRun.objects.create(
        started_at=started, finished_at=clock.now(), by=by, differing=differing, results=found
    )


def last_run() -> CheckRun | None:
    """What the checks found when they last ran."""
    return CheckRun.objects.select_related("by").order_by("-pk").first()


def seal_now() -> dict[str, object]:
    """Seal what can be sealed, and say so in the log: the head of the chain is thereby kept outside of the database."""
    sealing = seal.seal()
    log.info("sealed", **asdict(sealing))
    return asdict(sealing)


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {name: value if isinstance(value, int | None) else str(value) for name, value in row.items()}

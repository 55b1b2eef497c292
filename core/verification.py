"""Running every check for people: the result is kept, so that a page shows it at once and says how old it is."""

from dataclasses import asdict

import structlog

from core import clock, invariants, messages, seal
from core.messages import Mail
from core.models import CheckRun, Company, Membership, User
from core.operation import operation
from core.roles import all_roles
from core.seal import Sealing
from core.sets import in_sets
from core.wake import call

AUDIT = "core.view_audit"
CHECK_TASK = "core.tasks.check_everything"
PATIENCE_SECONDS = 5
"""How long somebody may wait for a page; checks over long books take longer and run in the worker."""

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


def ask_again(*, by: User) -> CheckRun | None:
    """Check again now, or where that took long the last time, leave it to the worker (then there is no run yet)."""
    last = last_run()
    if last and (last.finished_at - last.started_at).total_seconds() > PATIENCE_SECONDS:
        call(CHECK_TASK, by.pk)
        return None
    return check_again(by=by)


def last_run() -> CheckRun | None:
    """What the checks found when they last ran."""
    return CheckRun.objects.select_related("by").order_by("-pk").first()


def seal_now() -> Sealing:
    """Seal what is settled, and say in the log where the chain ends now."""
    sealing = seal.seal()
    log.info("sealed", **asdict(sealing))
    return sealing


@operation
def mail_head() -> int:
    """Mail the head of the chain to everybody who may read the audit, once per head; returns how many mails.

    A chain that somebody rebuilds ends in another hash than the one in these mailboxes. With nothing sealed there
    is nothing to mail.
    """
    number, head = seal.head()
    if not number:
        return 0
    facts = {"number": number, "head": head, "on": clock.now().date()}
    readers = _auditors()
    for some in in_sets(readers):
        messages.queue(
            [
                Mail(company, "seal", user.email, user.language, facts, key=f"seal:{head[:32]}:{user.pk}")
                for user, company in some
            ]
        )
    return len(readers)


def _auditors() -> list[tuple[User, Company]]:
    roles = [role.code for role in all_roles() if AUDIT in role.permissions]
    rows = Membership.objects.filter(role__in=roles, company__is_active=True, user__is_active=True)
    by_user = {row.user_id: (row.user, row.company) for row in rows.select_related("user", "company").order_by("-pk")}
    return [(user, company) for user, company in by_user.values() if user.email]


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {name: value if isinstance(value, int | None) else str(value) for name, value in row.items()}

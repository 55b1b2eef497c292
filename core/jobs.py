"""Long work: written as a generator that works in sets, so that it can be watched, left, paused, cancelled and resumed.

A kind of job is a function that yields after each set. All it does up to a `yield` and the cursor it yields are one
transaction: after a crash the next worker goes on from the last cursor, and no set takes effect twice.

    def import_lines(job: Job) -> Iterator[Progress]:
        for numbers in sets_after(job.cursor or 0):
            outcomes = operations.take_lines(numbers, by=job.by)
            yield Progress(cursor=numbers[-1], done=len(outcomes.done), refused=len(outcomes.refused))
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from core import clock, context
from core.models import Company, Job, JobState, User
from core.models.jobs import JOB, Wish
from core.operation import operation
from core.outcomes import Outcomes
from core.roles import Someone, companies_of
from core.wake import call

RUN_TASK = "core.tasks.run_job"
ADMINISTER = "core.administer"


@dataclass(frozen=True)
class Progress:
    """What a set did. `cursor` is all that is needed to go on behind it; `total` may be known later than the start."""

    cursor: Any
    done: int = 0
    refused: int = 0
    total: int | None = None
    log: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    result: dict[str, Any] = field(default_factory=dict)
    """Facts about the outcome; those of later sets are laid over those of earlier ones."""

    file: tuple[str, bytes] | None = None
    """A result file to download: its name and content."""


Run = Callable[[Job], Iterator[Progress]]


Cancelled = Callable[[Job], None]

_kinds: dict[str, Run] = {}
_cancelled: dict[str, Cancelled] = {}


def register(kind: str, run: Run, *, cancelled: Cancelled | None = None) -> None:
    """Make a kind of job known, at start. `cancelled` leaves its documents tidy, in the transaction that cancels."""
    assert _kinds.setdefault(kind, run) is run, f"job kind {kind} registered twice"
    if cancelled:
        _cancelled[kind] = cancelled


def tell_cancelled(job: Job) -> None:
    """Let a kind of job tidy up behind one that has been cancelled."""
    if tidy := _cancelled.get(job.kind):
        tidy(job)


def run_of(kind: str) -> Run:
    """The function that does the work of a kind."""
    return _kinds[kind]


@operation
def start(
    kind: str,
    *,
    title: str,
    company: Company | None,
    by: User | None,
    parameters: dict[str, Any] | None = None,
    key: str = "",
) -> Job:
    """Ask for long work; a worker begins it after the commit. The same `key` again is the job that it was before."""
    assert kind in _kinds, f"job kind {kind} is not registered"
    job, _ = Job.objects.get_or_create(
        key=key or uuid.uuid4().hex,
        defaults={
            "kind": kind,
            "title": title,
            "company": company,
            "by": by,
            "parameters": parameters or {},
            "request_id": context.current().request_id,
        },
    )
    _run_after_commit([job.pk])
    return job


@operation
def pause(job_ids: list[int]) -> Outcomes:
    """Let jobs stop behind the set they are in; they can be resumed from there."""
    return _wish("pause", job_ids, Wish.PAUSE, JobState.PAUSED)


@operation
def cancel(job_ids: list[int]) -> Outcomes:
    """Let jobs end behind the set they are in. What they have done stays done."""
    return _wish("cancel", job_ids, Wish.CANCEL, JobState.CANCELLED)


@operation
def resume(job_ids: list[int]) -> Outcomes:
    """Let paused and failed jobs go on from where they are."""
    found = _locked(job_ids)
    outcomes = JOB.sift("resume", job_ids, found, what="job")
    Job.objects.filter(pk__in=outcomes.done).update(
        state=JobState.WAITING, wish="", last_error="", crashes=0, finished_at=None
    )
    _run_after_commit(outcomes.done)
    return outcomes


def _wish(verb: str, job_ids: list[int], wish: Wish, target: JobState) -> Outcomes:
    """A running job is asked and answers between two sets; any other is moved at once."""
    found = _locked(job_ids)
    outcomes = JOB.sift(verb, job_ids, found, what="job")
    running = [pk for pk in outcomes.done if found[pk].state == JobState.RUNNING]
    resting = [pk for pk in outcomes.done if found[pk].state != JobState.RUNNING]
    Job.objects.filter(pk__in=running).update(wish=wish)
    ended = clock.now() if target == JobState.CANCELLED else None
    Job.objects.filter(pk__in=resting).update(state=target, wish="", finished_at=ended)
    if target == JobState.CANCELLED:
        for pk in resting:
            tell_cancelled(found[pk])
    return outcomes


def _locked(job_ids: list[int]) -> dict[int, Job]:
    rows = Job.objects.filter(pk__in=job_ids).order_by("pk").select_for_update(no_key=True)
    return {row.pk: row for row in rows}


def visible_to(user: Someone) -> QuerySet[Job]:
    """The jobs that a person started, and those of the companies that they administer."""
    jobs = Job.objects.select_related("by", "company")
    if user.is_active and user.is_superuser:
        return jobs
    return jobs.filter(Q(by=user.pk) | Q(company__in=companies_of(user, ADMINISTER)))


def _run_after_commit(job_ids: list[int]) -> None:
    def call_all() -> None:
        for pk in job_ids:
            call(RUN_TASK, pk)

    transaction.on_commit(call_all)

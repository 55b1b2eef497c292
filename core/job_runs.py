"""Running jobs: set by set, each committed with how far it came, so that any worker can go on after a crash."""

import time
from datetime import timedelta
from typing import Any

import structlog
from django.contrib.postgres.functions import TransactionNow
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from core import clock, context, events, jobs, outbox
from core.models import Job, JobLine, JobState
from core.models.jobs import Wish
from core.operation import operation
from core.wake import call

RUN_SECONDS = 60.0
"""After so long a job lets others have the worker and goes on behind them."""

SILENT_AFTER = timedelta(minutes=2)
"""A running job that has not been heard of for so long has lost its worker. A set must not take longer."""

MOST_CRASHES = 5

log = structlog.get_logger(__name__)


class TakenOverError(Exception):
    """Another worker has taken the job, as this one was thought dead: the set is undone."""


def run(job_id: int, *, seconds: float = RUN_SECONDS) -> None:
    """Take a waiting job and work on it, set by set, until it ends, is asked to stop, or has had its time.

    A job that another worker has is left to it. What a set raises fails the job, with the reason in its log; lost
    connections and deadlocks let it wait for another worker.
    """
    assert not connection.in_atomic_block, "every set of a job is committed by itself"
    job = _take(job_id)
    if job is None:
        return
    cause = context.Cause(by=job.by_id, request_id=job.request_id, via=context.TASK)
    with context.because_of(cause):
        try:
            state = _work(job, time.monotonic() + seconds)
        except TakenOverError:
            log.warning("job_taken_over", job=job.pk, attempt=job.attempt)
        except (OperationalError, InterfaceError) as error:
            log.warning("job_interrupted", job=job.pk, error=repr(error))
            _let_wait(job)
        except Exception as error:
            log.exception("job_failed", job=job.pk)
            _fail(job, error)
        else:
            if state == JobState.WAITING:
                call(jobs.RUN_TASK, job.pk)


def _take(job_id: int) -> Job | None:
    with transaction.atomic():
        waiting = Job.objects.filter(pk=job_id, state=JobState.WAITING).select_for_update(skip_locked=True, no_key=True)
        job = waiting.first()
        if job is None:
            return None
        Job.objects.filter(pk=job_id).update(
            state=JobState.RUNNING,
            attempt=F("attempt") + 1,
            heartbeat_at=TransactionNow(),
            started_at=job.started_at or clock.now(),
        )
    return Job.objects.select_related("company", "by").get(pk=job_id)


def _work(job: Job, deadline: float) -> JobState:
    sets = jobs.run_of(job.kind)(job)
    while True:
        with transaction.atomic():
            progress = next(sets, None)
            state = _save(job, progress, time.monotonic() >= deadline)
        if state != JobState.RUNNING:
            return state


def _save(job: Job, progress: jobs.Progress | None, out_of_time: bool) -> JobState:
    """Note the set in its own transaction, and how the job goes on: behind this row's lock nobody can take it over."""
    now = (
        Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
        .select_for_update(no_key=True)
        .first()
    )
    if now is None:
        raise TakenOverError
    state = _next_state(progress, now.wish, out_of_time)
    facts: dict[str, Any] = {"state": state, "heartbeat_at": TransactionNow(), "wish": ""}
    if progress:
        _write_lines(job, progress)
        facts |= {
            "cursor": progress.cursor,
            "done": now.done + progress.done,
            "refused": now.refused + progress.refused,
        }
        facts |= {
            "result": now.result | progress.result,
            "total": now.total if progress.total is None else progress.total,
        }
        facts |= _store_file(job, progress)
        facts |= {"crashes": 0}
    if state in (JobState.DONE, JobState.CANCELLED):
        facts["finished_at"] = clock.now()
    Job.objects.filter(pk=job.pk).update(**facts)
    job.cursor = facts.get("cursor", job.cursor)
    if state == JobState.CANCELLED:
        jobs.tell_cancelled(job)
    return state


def _next_state(progress: jobs.Progress | None, wish: str, out_of_time: bool) -> JobState:
    if progress is None:
        return JobState.DONE
    wished = {Wish.CANCEL.value: JobState.CANCELLED, Wish.PAUSE.value: JobState.PAUSED}
    return wished.get(wish) or (JobState.WAITING if out_of_time else JobState.RUNNING)


def _write_lines(job: Job, progress: jobs.Progress) -> None:
    now = clock.now()
    lines = [(text, False) for text in progress.log] + [(text, True) for text in progress.problems]
    if lines:
        JobLine.objects.bulk_create(JobLine(job=job, at=now, text=text[:500], is_problem=bad) for text, bad in lines)


def _store_file(job: Job, progress: jobs.Progress) -> dict[str, str]:
    if progress.file is None:
        return {}
    name, content = progress.file
    return {
        "result_name": name,
        "result_stored_as": default_storage.save(f"jobs/{job.pk}/{name}", ContentFile(content)),
    }


def _let_wait(job: Job) -> None:
    mine = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
    mine.update(state=JobState.WAITING, heartbeat_at=TransactionNow())


@operation
def _fail(job: Job, error: Exception) -> None:
    reason = f"{type(error).__name__}: {error}"[:2000]
    mine = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
    if mine.update(state=JobState.FAILED, last_error=reason, wish="", finished_at=clock.now()):
        JobLine.objects.create(job=job, at=clock.now(), text=reason[:500], is_problem=True)
        outbox.publish(events.JOB_FAILED, [{"job_id": job.pk}])


def recover() -> int:
    """Bring jobs back to life whose worker has died, and call for those that wait unheard; says how many.

    A job whose workers die again and again at the same set is failed, so that it does not take every worker along.
    """
    with transaction.atomic():
        silent = Job.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=TransactionNow() - SILENT_AFTER)
        lost = list(silent.select_for_update(skip_locked=True, no_key=True))
        hopeless = [job for job in lost if job.crashes + 1 >= MOST_CRASHES]
        again = [job.pk for job in lost if job not in hopeless]
        Job.objects.filter(pk__in=again).update(state=JobState.WAITING, crashes=F("crashes") + 1)
        for job in hopeless:  # few, as each has killed five workers
            _fail(job, RuntimeError(f"its worker died {MOST_CRASHES} times in the same set"))
    waiting = list(Job.objects.filter(state=JobState.WAITING).order_by("pk").values_list("pk", flat=True)[:100])
    for pk in waiting:
        call(jobs.RUN_TASK, pk)
    return len(lost)

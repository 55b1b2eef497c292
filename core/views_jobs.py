"""Long work as people see it: how far it is, what it says, what came out, and stopping or resuming it."""

from collections.abc import Callable

import structlog
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from core import jobs
from core.answers import flash_outcomes
from core.http import Request
from core.lists import Empty, render_list
from core.models import Job, JobState
from core.outcomes import Outcomes
from core.tables import LinkColumn, MomentColumn, NumberColumn, SheetTable, StateColumn, TextColumn

MOST_LINES = 200
UNFINISHED = {JobState.WAITING, JobState.RUNNING}

VERBS: dict[str, tuple[Callable[[list[int]], Outcomes], str]] = {
    "pause": (jobs.pause, "asked to pause"),
    "cancel": (jobs.cancel, "asked to stop"),
    "resume": (jobs.resume, "going on"),
}

log = structlog.get_logger("security")


class JobTable(SheetTable):
    """Jobs, newest first."""

    title = LinkColumn("core:job_detail", css="strong")
    state = StateColumn(calm=[JobState.DONE, JobState.CANCELLED])
    done = NumberColumn()
    refused = NumberColumn()
    by = TextColumn(verbose_name="Started by")
    created_at = MomentColumn(verbose_name="Started")

    class Meta:
        model = Job
        fields = ["title", "state", "done", "refused", "by", "created_at"]
        order_by = "-created_at"


@require_GET
def job_list(request: Request) -> HttpResponseBase:
    """The jobs that the person started, and those of companies they administer."""
    return render_list(
        request,
        JobTable,
        jobs.visible_to(request.user),
        template="core/job_list.html",
        noun="jobs",
        empty=Empty(
            "No jobs yet", "Imports, exports and other long work appear here while they run and after.", "list-check"
        ),
    )


@require_GET
def job_detail(request: Request, pk: int) -> HttpResponse:
    """A job's own page: it can be left and come back to."""
    return render(request, "core/job_detail.html", _context(_visible(request, pk)))


@require_GET
def job_progress(request: Request, pk: int) -> HttpResponse:
    """The part of the page that changes while the job works; asks for itself again until it has ended."""
    return render(request, "core/_job.html", _context(_visible(request, pk)))


@require_POST
def job_act(request: Request, pk: int, verb: str) -> HttpResponse:
    """Pause, cancel or resume a job."""
    if verb not in VERBS:
        raise Http404(f"A job can't be asked to {verb}.")
    act, said = VERBS[verb]
    outcomes = act([_visible(request, pk).pk])
    flash_outcomes(request, outcomes, verb=said, noun="job")
    return redirect("core:job_detail", pk=pk)


@require_GET
def job_result(request: Request, pk: int) -> FileResponse:
    """The file that came out of a job."""
    job = _visible(request, pk)
    if not job.result_stored_as:
        raise Http404(f"Job {pk} has made no file.")
    return FileResponse(default_storage.open(job.result_stored_as), as_attachment=True, filename=job.result_name)


def _visible(request: HttpRequest, pk: int) -> Job:
    job = jobs.visible_to(request.user).filter(pk=pk).first()
    if job is None:
        if Job.objects.filter(pk=pk).exists():
            log.warning("foreign_id", user=request.user.pk, model="core.Job", pk=pk, path=request.path)
        raise Http404(f"There is no job {pk}.")
    return job


def _context(job: Job) -> dict[str, object]:
    newest = list(job.lines.order_by("-id")[:MOST_LINES])
    return {
        "job": job,
        "lines": newest,
        "is_unfinished": job.state in UNFINISHED,
        "may_pause": job.state in UNFINISHED and not job.wish,
        "may_cancel": job.state in UNFINISHED | {JobState.PAUSED, JobState.FAILED} and job.wish != "cancel",
        "may_resume": job.state in {JobState.PAUSED, JobState.FAILED},
    }

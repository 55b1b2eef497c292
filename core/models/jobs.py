"""Long work: what was asked for, how far it is, what it said and what came out."""

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Q

from core.lifecycle import Lifecycle
from core.models.organisation import Company, User


class JobState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class Wish(models.TextChoices):
    """What a person asked of a running job; it answers between two sets."""

    PAUSE = "pause", "Pausing"
    CANCEL = "cancel", "Cancelling"


JOB = Lifecycle.of(
    run=({JobState.WAITING}, JobState.RUNNING),
    requeue=({JobState.RUNNING}, JobState.WAITING),
    finish=({JobState.RUNNING}, JobState.DONE),
    fail=({JobState.RUNNING}, JobState.FAILED),
    pause=({JobState.WAITING, JobState.RUNNING}, JobState.PAUSED),
    cancel=({JobState.WAITING, JobState.RUNNING, JobState.PAUSED, JobState.FAILED}, JobState.CANCELLED),
    resume=({JobState.PAUSED, JobState.FAILED}, JobState.WAITING),
)


class Job(models.Model):
    """A piece of long work. `cursor` says how far it is and is saved with each set's effect, in one transaction.

    `attempt` goes up each time a worker takes the job: a worker that was thought dead finds a higher number and
    its set is undone, so every set takes effect once.
    """

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    request_id = models.CharField(max_length=64, blank=True)
    key = models.CharField(max_length=120, unique=True)
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=JobState, default=JobState.WAITING)
    wish = models.CharField(max_length=6, choices=Wish, blank=True)
    cursor = models.JSONField(null=True)
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    result = models.JSONField(default=dict)
    result_name = models.CharField(max_length=120, blank=True)
    result_stored_as = models.CharField(max_length=200, blank=True)
    last_error = models.TextField(blank=True)
    attempt = models.PositiveIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="job_state_known", condition=Q(state__in=JobState.values)),
            models.CheckConstraint(name="job_wish_known", condition=Q(wish="") | Q(wish__in=Wish.values)),
        ]
        indexes = [
            models.Index(
                fields=["state", "heartbeat_at"], name="job_unfinished", condition=Q(state__in=["waiting", "running"])
            ),
            models.Index(fields=["by", "-id"], name="job_of_person"),
        ]
        triggers = [JOB.trigger("job_lifecycle")]

    def __str__(self) -> str:
        return self.title


class JobLine(models.Model):
    """A line that a job wrote into its log."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="lines")
    at = models.DateTimeField()
    is_problem = models.BooleanField(default=False)
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text

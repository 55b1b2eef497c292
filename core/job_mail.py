"""Telling people how their long work ended, as they may have gone home meanwhile."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core import messages
from core.messages import Mail
from core.models import Company, Job, JobState
from core.outbox import Payload
from core.roles import companies_of


def tell_about_failures(payloads: list[Payload]) -> None:
    """Write to those whose jobs have failed and still are: what it said, and where to let it go on.

    One mail per job and attempt. Who has no address, or no company to write for, finds it on the page.
    """
    jobs = Job.objects.filter(pk__in=[payload["job_id"] for payload in payloads], state=JobState.FAILED)
    mails = [mail for job in jobs.select_related("by", "company").order_by("pk") for mail in _failure(job)]
    messages.queue(mails)


def _failure(job: Job) -> list[Mail]:
    company = job.company or _home(job)
    if job.by is None or not job.by.email or company is None:
        return []
    with translation.override(job.by.language):
        facts = {
            "name": job.by.first_name,
            "subject": _("“%(title)s” stopped with an error") % {"title": job.title},
            "paragraphs": [
                _("It did %(done)d of its items and then stopped: %(error)s")
                % {"done": job.done, "error": job.last_error},
                _("Once the reason is mended you can let it go on from there."),
            ],
            "url": f"{settings.PUBLIC_URL}/jobs/{job.pk}",
        }
    return [
        Mail(
            company=company,
            template="notice",
            recipient=job.by.email,
            language=job.by.language,
            facts=facts,
            document_kind="core.job",
            document_id=job.pk,
            key=f"job-failed:{job.pk}:{job.attempt}",
        )
    ]


def _home(job: Job) -> Company | None:
    return next(iter(companies_of(job.by)), None) if job.by else None

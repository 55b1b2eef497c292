"""When the kernel's work runs. Each task finds its work in the database: it can run twice, or die half-way."""

import structlog
from celery import shared_task

from core import accounts, context, delivery, housekeeping, job_runs, messages, outbox, verification
from core.models import User
from core.outbox.loops import SWEEP_TASK
from core.wake import awake

log = structlog.get_logger(__name__)


@shared_task
def sweep_outbox() -> None:
    """Answer events that wait. Runs every second and whenever a commit leaves events to the worker."""
    awake(SWEEP_TASK)
    tally = outbox.sweep()
    if tally.total:
        log.info("outbox_swept", done=tally.done, refused=tally.refused, failed=tally.failed)


@shared_task
def deliver_mail() -> None:
    """Send mail that is due. Runs every few seconds and whenever a commit leaves mail behind."""
    awake(messages.DELIVER_TASK)
    delivered = delivery.deliver()
    if delivered.sent or delivered.waiting or delivered.given_up:
        log.info("mail_delivered", **vars(delivered))


@shared_task
def run_job(job_id: int) -> None:
    """Work on a job until it ends or has had its time; then it is called again, behind the others."""
    job_runs.run(job_id)


@shared_task
def recover_jobs() -> None:
    """Bring back jobs whose worker has died, and those whose call was lost with the broker."""
    lost = job_runs.recover()
    if lost:
        log.warning("jobs_recovered", jobs=lost)


@shared_task
def publish_due_work() -> None:
    """Find what each step of the process has to do from state: whatever was missed is caught up by the morning."""
    with context.because_of(context.Cause(via=context.TASK)):
        found = outbox.publish_due()
    log.info("due_work_published", found=found)


@shared_task
def clear_done_events() -> None:
    """Remove events that were answered long ago."""
    log.info("outbox_cleared", removed=housekeeping.clear_done_events())


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def send_password_link(address: str) -> None:
    """Mail a link for a new password to whoever has this address; nobody learns whether anybody has."""
    log.info("password_links_sent", accounts=accounts.send_password_link(address))


@shared_task
def seal_rows() -> None:
    """Seal the rows that were written since the last run."""
    verification.seal_now()


@shared_task
def mail_seal_head() -> None:
    """Mail the head of the seal, so that it is kept where the database can't reach it."""
    log.info("seal_head_mailed", mails=verification.mail_head())


@shared_task(soft_time_limit=60 * 60, time_limit=61 * 60)
def check_everything(by_id: int | None = None) -> None:
    """Run every check: once a night, and when somebody asks; what differs waits in My work."""
    verification.check_again(by=User.objects.get(pk=by_id) if by_id else None)

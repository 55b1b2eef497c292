"""What the kernel's queues show people: pages in the menu, work that waits, and what their documents are called."""

from django.db.models import Count, Min, QuerySet

from core import documents, invariants, menu, messages, work
from core.documents import DocumentKind
from core.formats import waiting
from core.invariants import Check
from core.jobs import ADMINISTER
from core.menu import MenuEntry
from core.models import Company, EventState, Job, Message, MessageAttachment, MessageState, OutboxEvent
from core.roles import Someone
from core.work import Queue, Waiting


def register_all() -> None:
    """Make mail, jobs and the outbox known to menu, My work and links, at start."""
    menu.register(
        MenuEntry("Look up", "Mail", "mail", "core:mail_list", messages.VIEW, order=80, count=_count_not_sent)
    )
    menu.register(MenuEntry("System", "Jobs", "list-check", "core:job_list", ADMINISTER, order=10))
    work.register(
        Queue(
            key="mail_not_sent",
            title="Mail that could not be sent",
            url_name="core:mail_list",
            query="?state=failed&state=bounced",
            permission=messages.RESEND,
            waiting=_mail_not_sent,
            target="same day",
            order=70,
        )
    )
    work.register(
        Queue(
            key="parked_events",
            title="Steps that failed ten times",
            url_name="admin:core_outboxevent_changelist",
            query="?state__exact=parked",
            permission=ADMINISTER,
            waiting=_parked_events,
            target="same day",
            order=80,
        )
    )
    invariants.register(attachments_have_mail())
    documents.register(DocumentKind("core.message", "Mail", "core:mail_detail", messages.VIEW, "mail", _subjects))
    documents.register(DocumentKind("core.job", "Job", "core:job_detail", ADMINISTER, "list-check", _titles))


def attachments_have_mail() -> Check:
    """The database holds no reference from a file to its mail, so that mails can be partitioned; this looks instead."""
    attachment, mail = MessageAttachment._meta.db_table, Message._meta.db_table
    return Check(
        name="core.attachments_have_mail",
        title="Every file of a mail has its mail",
        rows=f"SELECT count(*) FROM {attachment}",  # noqa: S608
        differences=f"""
            SELECT 'core.messageattachment' AS document_kind, file.id AS document_id, file.name AS what,
                'mail ' || file.message_id AS expected, 'none' AS found, NULL::bigint AS company_id
            FROM {attachment} AS file WHERE NOT EXISTS (SELECT FROM {mail} AS mail WHERE mail.id = file.message_id)
        """,  # noqa: S608
    )


def _mail_not_sent(person: Someone, company: Company) -> Waiting:
    return _waiting(
        Message.objects.filter(company=company, state__in=[MessageState.FAILED, MessageState.BOUNCED]), "created_at"
    )


def _count_not_sent(person: Someone, company: Company) -> int:
    return _mail_not_sent(person, company).count


def _parked_events(person: Someone, company: Company) -> Waiting:
    return _waiting(OutboxEvent.objects.filter(state=EventState.PARKED), "created_at")


def _waiting(rows: QuerySet[Message] | QuerySet[OutboxEvent], since: str) -> Waiting:
    found = rows.order_by().aggregate(rows=Count("pk"), oldest=Min(since))
    return Waiting(count=found["rows"], oldest=waiting(found["oldest"]), oldest_at=found["oldest"])


def _subjects(pks: list[int]) -> dict[int, str]:
    return dict(Message.objects.filter(pk__in=pks).values_list("pk", "subject"))


def _titles(pks: list[int]) -> dict[int, str]:
    return dict(Job.objects.filter(pk__in=pks).values_list("pk", "title"))

"""Mail: stored in the transaction that caused it, sent later, and readable for as long as it is kept."""

import pgtrigger
from django.contrib.postgres.functions import TransactionNow
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from core.guards import append_only, no_truncate
from core.lifecycle import Lifecycle
from core.models.organisation import Company, User


class MessageState(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    BOUNCED = "bounced", "Bounced"


MESSAGE = Lifecycle.of(
    send=({MessageState.QUEUED}, MessageState.SENT),
    fail=({MessageState.QUEUED}, MessageState.FAILED),
    bounce=({MessageState.QUEUED, MessageState.SENT}, MessageState.BOUNCED),
    requeue=({MessageState.FAILED}, MessageState.QUEUED),
)


class Delivery(models.TextChoices):
    SMTP = "smtp", "Sent over SMTP"
    KEPT = "kept", "Kept here, not sent: no mail server configured"


AS_WRITTEN = [
    *("company_id", "document_kind", "document_id", "key", "template", "language", "sender", "recipient", "reply_to"),
    *("subject", "text", "html", "message_id", "resent_from_id", "created_at", "by_id", "request_id", "cause_id"),
]
"""The columns of a mail that say what was written, to whom and why."""


def kept_as_written() -> list[pgtrigger.Trigger]:
    """What was written stays as it was, and stays: only what became of the mail may change."""
    changed = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in AS_WRITTEN)
    refuse = """
        RAISE EXCEPTION '% of mail % is refused: it is kept as it was written', TG_OP, OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'message_kept_as_written';
    """
    return [
        pgtrigger.Trigger(
            name="text_never_changes",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(changed),
            func=refuse,
        ),
        pgtrigger.Trigger(name="never_removed", when=pgtrigger.Before, operation=pgtrigger.Delete, func=refuse),
        no_truncate(),
    ]


class Message(models.Model):
    """A mail to one address, as it was written: the text never changes, only what became of it.

    `key` makes asking for the same mail twice harmless. `message_id` is fixed when the mail is stored: a copy
    that a crash repeats is known to the recipient's server by it.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    document_kind = models.CharField(max_length=60, blank=True)
    document_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=120, unique=True)
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=7)
    sender = models.CharField(max_length=200)
    recipient = models.EmailField()
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=120, unique=True)
    resent_from_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=MessageState, default=MessageState.QUEUED)
    delivery = models.CharField(max_length=4, choices=Delivery, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=TransactionNow())
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    request_id = models.CharField(max_length=64, blank=True)
    cause_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = "mail"
        verbose_name_plural = "mail"
        ordering = ["-id"]
        permissions = [("resend_message", "Can send mail again")]
        constraints = [
            models.CheckConstraint(name="message_state_known", condition=Q(state__in=MessageState.values)),
            models.CheckConstraint(
                name="message_sent_says_when_and_how",
                condition=~Q(state="sent") | (Q(sent_at__isnull=False) & Q(delivery__in=Delivery.values)),
            ),
            models.CheckConstraint(
                name="message_document_kind_and_id",
                condition=Q(document_kind="", document_id=None) | (~Q(document_kind="") & Q(document_id__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], name="message_waiting", condition=Q(state="queued")),
            models.Index(fields=["document_kind", "document_id"], name="message_of_document"),
            models.Index(fields=["company", "-created_at", "id"], name="message_newest"),
            models.Index(fields=["company", "state", "-created_at", "id"], name="message_newest_in_state"),
            GinIndex(OpClass(Upper("subject"), "gin_trgm_ops"), name="message_subject_contains"),
            GinIndex(OpClass(Upper("recipient"), "gin_trgm_ops"), name="message_recipient_contains"),
        ]
        triggers = [MESSAGE.trigger("message_lifecycle"), *kept_as_written()]

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}"


class MessageAttachment(models.Model):
    """A file that goes with a mail; the same content is stored once, under its hash.

    The database holds no reference to the mail's row, so that mails can be partitioned by month.
    """

    message = models.ForeignKey(Message, models.DO_NOTHING, related_name="attachments", db_constraint=False)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)
    stored_as = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = "attachment"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="messageattachment_hash_is_sha256", condition=Q(sha256__regex="^[0-9a-f]{64}$")
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.name

"""Mail: stored first, in the transaction that caused it, and sent by the worker. The process never waits for it."""

import hashlib
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import QuerySet

from core import clock, context, events, mail_text, outbox
from core.models import Company, Message, MessageAttachment, MessageState, User
from core.models.messages import MESSAGE
from core.operation import operation
from core.outcomes import Outcomes
from core.roles import require
from core.sets import require_bounded
from core.wake import wake

VIEW = "core.view_message"
RESEND = "core.resend_message"
DELIVER_TASK = "core.tasks.deliver_mail"


@dataclass(frozen=True)
class Attachment:
    """A file to go with a mail."""

    name: str
    content: bytes
    content_type: str = "application/pdf"


@dataclass(frozen=True)
class Mail:
    """A mail to write: a template, to one address, about a document.

    Several contacts get a mail each, so that each has a state of its own. Without a language it is the company's.
    The same `key` again is the same mail; without one, every call is another mail.
    """

    company: Company
    template: str
    recipient: str
    language: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    document_kind: str = ""
    document_id: int | None = None
    key: str = ""
    reply_to: str = ""
    attachments: Sequence[Attachment] = ()


def queue(mails: Sequence[Mail]) -> list[Message]:
    """Write mails in their recipients' languages and store them, within the caller's transaction; undone with it.

    Returns them in the order asked for. A key that was used before gives the mail that was stored then: nothing
    is written or sent twice.
    """
    assert connection.in_atomic_block, "a mail is stored in the transaction that caused it"
    if not require_bounded(mails):
        return []
    written = [_written(mail) for mail in mails]
    Message.objects.bulk_create(written, ignore_conflicts=True)
    stored = {row.key: row for row in Message.objects.filter(key__in=[row.key for row in written])}
    attachments = [
        _attached(stored[row.key], attachment)
        for mail, row in zip(mails, written, strict=True)
        if stored[row.key].message_id == row.message_id  # new, not one of an earlier call
        for attachment in mail.attachments
    ]
    if attachments:
        MessageAttachment.objects.bulk_create(attachments)
    _send_after_commit()
    return [stored[row.key] for row in written]


def _written(mail: Mail) -> Message:
    text = mail_text.write(mail.template, mail.language or mail.company.language, mail.company, mail.facts)
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    cause = context.current()
    return Message(
        company=mail.company,
        document_kind=mail.document_kind,
        document_id=mail.document_id,
        key=mail.key or uuid.uuid4().hex,
        template=mail.template,
        language=text.language,
        sender=formataddr((mail.company.name, address)),
        recipient=mail.recipient,
        reply_to=mail.reply_to,
        subject=text.subject,
        text=text.text,
        html=text.html,
        message_id=_new_message_id(),
        created_at=clock.now(),
        by_id=cause.by,
        request_id=cause.request_id,
        cause_id=cause.event_id,
    )


def _new_message_id() -> str:
    """Unique over all time and hosts (RFC 5322, 3.6.4)."""
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"<{uuid.uuid4().hex}@{address.partition('@')[2] or 'localhost'}>"


def _attached(message: Message, attachment: Attachment) -> MessageAttachment:
    digest = hashlib.sha256(attachment.content).hexdigest()
    place = f"mail/{digest[:2]}/{digest}"
    if not default_storage.exists(place):
        place = default_storage.save(place, ContentFile(attachment.content))
    return MessageAttachment(
        message=message,
        name=attachment.name,
        content_type=attachment.content_type,
        stored_as=place,
        size=len(attachment.content),
        sha256=digest,
    )


@operation
def resend(message_ids: Collection[int], *, by: User, key: str) -> Outcomes:
    """Send mails again: a failed one as it is, under its old Message-ID; a sent or bounced one as a new mail.

    `key` names the wish, so that a double click is one copy. A mail that waits in the queue is left as it is.
    """
    rows = Message.objects.filter(pk__in=message_ids).select_related("company").order_by("pk")
    found = {row.pk: row for row in rows.select_for_update(no_key=True, of=("self",))}
    for message in found.values():
        require(by, RESEND, message)
    outcomes = MESSAGE.sift("requeue", message_ids, found, what="mail")
    again = [pk for pk in outcomes.refused if pk in found]
    Message.objects.filter(pk__in=outcomes.done).update(
        state=MessageState.QUEUED, tries=0, last_error="", next_try_at=TransactionNow()
    )
    _copy([found[pk] for pk in again], by=by, key=key)
    _send_after_commit()
    refused = {pk: error for pk, error in outcomes.refused.items() if pk not in found}
    return Outcomes([*outcomes.done, *again], outcomes.already, refused)


def key_of_copy(key: str, original_id: int) -> str:
    """The key of the copy that the wish `key` makes of a mail."""
    return f"again:{key}:{original_id}"


def _copy(originals: Sequence[Message], *, by: User, key: str) -> None:
    keys = {original.pk: key_of_copy(key, original.pk) for original in originals}
    copies = [
        Message(
            **{name: getattr(original, name) for name in _COPIED},
            key=keys[original.pk],
            message_id=_new_message_id(),
            resent_from_id=original.pk,
            created_at=clock.now(),
            by=by,
            request_id=context.current().request_id,
        )
        for original in originals
    ]
    ours = {copy.message_id for copy in copies}
    Message.objects.bulk_create(copies, ignore_conflicts=True)
    new = {row.resent_from_id: row for row in Message.objects.filter(key__in=keys.values()) if row.message_id in ours}
    attachments = list(MessageAttachment.objects.filter(message__in=new))
    for attachment in attachments:
        attachment.message, attachment.pk = new[attachment.message_id], None
    MessageAttachment.objects.bulk_create(attachments)


_COPIED = [
    *("company", "document_kind", "document_id", "template", "language", "sender", "recipient", "reply_to"),
    *("subject", "text", "html"),
]


@operation
def bounce(message_ids: Collection[int], *, reason: str) -> Outcomes:
    """Note that mails came back: their address does not take them. Whoever keeps the address is told by event."""
    rows = Message.objects.filter(pk__in=message_ids).order_by("pk").select_for_update(no_key=True)
    outcomes = MESSAGE.sift("bounce", message_ids, {row.pk: row for row in rows}, what="mail")
    Message.objects.filter(pk__in=outcomes.done).update(state=MessageState.BOUNCED, last_error=reason)
    outbox.publish(events.MESSAGE_BOUNCED, [{"message_id": pk} for pk in outcomes.done])
    return outcomes


def messages_of(document_kind: str, document_id: int) -> QuerySet[Message]:
    """All mail about a document, newest first, for its timeline."""
    return Message.objects.filter(document_kind=document_kind, document_id=document_id).select_related("by")


def _send_after_commit() -> None:
    transaction.on_commit(lambda: wake(DELIVER_TASK))

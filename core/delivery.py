"""Sending stored mail: one at a time, each in a transaction that holds its row until the mail server has answered."""

import smtplib
import time
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime

import structlog
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import QuerySet

from core import clock, events, messages, outbox
from core.models import Message, MessageState
from core.models.messages import Delivery
from core.sets import MAX_SET
from core.wake import wake

MOST_TRIES = 12
LONGEST_WAIT = timedelta(hours=4)
DELIVER_SECONDS = 20.0
SERVER_AWAY = "mail-server-away"
SERVER_AWAY_SECONDS = 30
KEPT_HERE = "django.core.mail.backends.dummy.EmailBackend"
"""Django's word for: no mail server is configured. Mail is then kept, to be read in the application."""

log = structlog.get_logger(__name__)


class ServerAwayError(Exception):
    """The mail server can't be reached or refuses to talk; no mail is at fault."""


@dataclass
class Delivered:
    """What became of the mails of one run: sent, to be tried again, or given up."""

    sent: int = 0
    waiting: int = 0
    given_up: int = 0


def deliver(*, seconds: float = DELIVER_SECONDS) -> Delivered:
    """Send what is due, oldest first, until nothing is left or the time is used up; then the next run is woken.

    Any number of workers may deliver at once. A worker that dies after the server took a mail and before that was
    noted leaves it queued: it is sent again under the same Message-ID. Without a mail server mails are kept here.
    """
    assert not connection.in_atomic_block, "the outcome of each mail is committed before the next one is sent"
    delivered = Delivered()
    if keeps_here():
        delivered.sent = _keep_all()
        return delivered
    if cache.get(SERVER_AWAY) or not _due().exists():
        return delivered
    deadline, server = time.monotonic() + seconds, get_connection()
    try:
        while _deliver_next(server, delivered):
            if time.monotonic() >= deadline:
                wake(messages.DELIVER_TASK)
                break
    except ServerAwayError as error:
        cache.set(SERVER_AWAY, str(error), SERVER_AWAY_SECONDS)
        log.warning("mail_server_away", error=str(error))
    finally:
        server.close()
    return delivered


def keeps_here() -> bool:
    """Whether mail is kept to be read here and not sent, as no mail server is configured."""
    return bool(settings.EMAIL_BACKEND == KEPT_HERE)


def waiting_for_server() -> str:
    """Why no mail is leaving at the moment; empty when the mail server answers."""
    return str(cache.get(SERVER_AWAY) or "")


def _due() -> QuerySet[Message]:
    due = Message.objects.filter(state=MessageState.QUEUED, next_try_at__lte=TransactionNow())
    return due.order_by("next_try_at", "pk")


def _keep_all() -> int:
    kept = 0
    while True:
        with transaction.atomic():
            keys = list(_due().select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[:MAX_SET])
            _note(keys, state=MessageState.SENT, delivery=Delivery.KEPT, sent_at=clock.now())
        kept += len(keys)
        if len(keys) < MAX_SET:
            return kept


def _deliver_next(server: BaseEmailBackend, delivered: Delivered) -> bool:
    """Send one mail; says whether there was one. The server is called before the row is locked."""
    _open(server)
    with transaction.atomic():
        message = (
            _due().select_related("company").select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        )
        if message is None:
            return False
        try:
            server.send_messages([email_of(message)])
        except Exception as error:  # noqa: BLE001 (whatever a server, a file or an address does: noted on the mail)
            server.close()  # after an error nobody knows where the conversation stands
            _note_failure(message, error, delivered)
        else:
            _note([message.pk], state=MessageState.SENT, delivery=Delivery.SMTP, sent_at=clock.now(), last_error="")
            delivered.sent += 1
            log.info("mail_sent", message=message.pk, message_id=message.message_id)
    return True


def _open(server: BaseEmailBackend) -> None:
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAwayError(f"{type(error).__name__}: {error}") from error


def email_of(message: Message) -> EmailMultiAlternatives:
    """The mail as it leaves: the same each time, with Message-ID and date of when it was stored."""
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=message.sender,
        to=[message.recipient],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": message.message_id,
            "Date": format_datetime(message.created_at),
            "Content-Language": message.language,
            "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office answers, please
        },
    )
    if message.html:
        email.attach_alternative(message.html, "text/html")
    for attachment in message.attachments.all():
        with default_storage.open(attachment.stored_as) as file:
            email.attach(attachment.name, file.read(), attachment.content_type)
    return email


def _note_failure(message: Message, error: Exception, delivered: Delivered) -> None:
    """A refused address bounces, a refused mail fails at once; anything else is tried again, longer apart each time."""
    reason, tries = f"{type(error).__name__}: {error}"[:2000], message.tries + 1
    log.warning("mail_not_sent", message=message.pk, tries=tries, error=reason)
    if isinstance(error, smtplib.SMTPRecipientsRefused) and is_final(error):
        _note([message.pk], state=MessageState.BOUNCED, tries=tries, last_error=reason)
        outbox.publish(events.MESSAGE_BOUNCED, [{"message_id": message.pk}])
        delivered.given_up += 1
    elif is_final(error) or tries >= MOST_TRIES:
        _note([message.pk], state=MessageState.FAILED, tries=tries, last_error=reason)
        delivered.given_up += 1
    else:
        wait = min(timedelta(minutes=2 ** (tries - 1)), LONGEST_WAIT)
        _note([message.pk], tries=tries, last_error=reason, next_try_at=TransactionNow() + wait)
        delivered.waiting += 1


def is_final(error: Exception) -> bool:
    """Whether the server said that it will never take this mail (a reply of 500 and above, RFC 5321 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)  # an address or header that no server will ever see


def _note(message_ids: list[int], **facts: object) -> None:
    Message.objects.filter(pk__in=message_ids).update(**facts)

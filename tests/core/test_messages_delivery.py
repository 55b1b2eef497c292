"""Delivery: over SMTP to a real server, each mail once, tried again while that may help."""

import email
import smtplib
import socket
from email.policy import default as modern
from email.utils import parsedate_to_datetime

import pytest
from aiosmtpd.controller import Controller
from django.contrib.postgres.functions import TransactionNow
from django.core.cache import cache
from django.db import transaction

from core import clock, delivery, messages
from core.messages import Attachment, Mail
from core.models import Message, MessageState
from tests.fixtures import MARCH_1

FACTS = {"subject": "Grüße & more", "paragraphs": ["Zwölf Boxkämpfer"]}

pytestmark = pytest.mark.django_db(transaction=True)


class MailServer:
    """Keeps what it is sent; `answers` are given for recipients instead of taking their mail."""

    def __init__(self):
        self.envelopes, self.answers = [], {}

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.answers and self.answers[address].startswith("R"):
            return self.answers[address][1:]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = self.answers.get(envelope.rcpt_tos[0], "250 OK")
        if answer.startswith("250"):
            self.envelopes.append(envelope)
        return answer

    @property
    def mails(self):
        return [email.message_from_bytes(envelope.content, policy=modern) for envelope in self.envelopes]


@pytest.fixture(autouse=True)
def no_memory_of_an_absent_server():
    cache.delete(delivery.SERVER_AWAY)


@pytest.fixture
def server(settings):
    handler = MailServer()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), ready_timeout=10)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    yield handler
    controller.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def queue(company, *recipients, **facts):
    with transaction.atomic(), clock.at(MARCH_1):
        return messages.queue(
            [
                Mail(company, "notice", recipient, facts=FACTS, **facts)
                for recipient in recipients or ["anna@example.com"]
            ]
        )


def states():
    return dict(Message.objects.values_list("recipient", "state"))


def test_a_mail_leaves_with_both_parts_its_files_and_its_message_id(company, server, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }
    (message,) = queue(company, attachments=[Attachment("invoice.pdf", b"%PDF-1.7")], reply_to="desk@example.com")

    assert delivery.deliver().sent == 1

    (mail,) = server.mails
    assert (mail["Subject"], mail["To"], mail["Reply-To"]) == ("Grüße & more", "anna@example.com", "desk@example.com")
    assert mail["From"] == "Hearth & Harbour Ltd <no-reply@example.com>"
    assert mail["Message-ID"] == message.message_id
    assert parsedate_to_datetime(mail["Date"]).date() == MARCH_1
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Zwölf Boxkämpfer" in mail.get_body(("plain",)).get_content()
    assert "Zwölf Boxkämpfer" in mail.get_body(("html",)).get_content()
    (attachment,) = mail.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == ("invoice.pdf", b"%PDF-1.7")
    message.refresh_from_db()
    assert (message.state, message.delivery) == (MessageState.SENT, "smtp")


def test_a_mail_is_sent_once(company, server):
    queue(company)

    delivery.deliver()
    delivery.deliver()

    assert len(server.mails) == 1


def test_two_workers_at_once_send_every_mail_once(company, server, concurrently):
    queue(company, *[f"contact{number}@example.com" for number in range(40)])

    runs = concurrently(delivery.deliver, delivery.deliver)

    assert sum(run.sent for run in runs) == 40
    assert sorted(mail["To"] for mail in server.mails) == sorted(f"contact{number}@example.com" for number in range(40))


def test_a_refused_address_bounces_and_the_others_leave(company, server):
    server.answers["gone@example.com"] = "R550 no such user"
    queue(company, "gone@example.com", "anna@example.com")

    run = delivery.deliver()

    assert (run.sent, run.given_up) == (1, 1)
    assert states() == {"gone@example.com": MessageState.BOUNCED, "anna@example.com": MessageState.SENT}
    assert "no such user" in Message.objects.get(recipient="gone@example.com").last_error


def test_a_refused_mail_fails_at_once_and_is_not_tried_again(company, server):
    server.answers["anna@example.com"] = "554 looks like spam"
    queue(company)

    delivery.deliver()
    Message.objects.update(next_try_at=TransactionNow())
    delivery.deliver()

    message = Message.objects.get()
    assert (message.state, message.tries) == (MessageState.FAILED, 1)
    assert "looks like spam" in message.last_error


@pytest.mark.parametrize("answer", ["R450 busy, come back", "451 come back"])
def test_a_server_that_is_busy_is_asked_again_later(company, server, answer):
    server.answers["anna@example.com"] = answer
    queue(company)

    assert delivery.deliver().waiting == 1
    assert delivery.deliver().waiting == 0  # not yet due
    server.answers.clear()
    Message.objects.update(next_try_at=TransactionNow())
    assert delivery.deliver().sent == 1

    assert len(server.mails) == 1


def test_each_try_waits_twice_as_long_and_the_last_one_gives_up(company, server):
    server.answers["anna@example.com"] = "451 come back"
    queue(company)

    waits = []
    for _ in range(delivery.MOST_TRIES):
        Message.objects.update(next_try_at=TransactionNow())
        delivery.deliver()
        message = Message.objects.annotate(now=TransactionNow()).get()
        waits.append(round((message.next_try_at - message.now).total_seconds() / 60))

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 0]
    assert (message.state, message.tries) == (MessageState.FAILED, 12)


def test_a_server_that_is_away_is_no_mails_fault(company, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    queue(company, "anna@example.com", "ben@example.com")

    delivery.deliver()

    assert set(Message.objects.values_list("state", "tries")) == {(MessageState.QUEUED, 0)}
    assert "ConnectionRefusedError" in delivery.waiting_for_server()


def test_a_server_that_came_back_gets_everything(company, server):
    cache.set(delivery.SERVER_AWAY, "away", 30)
    queue(company, "anna@example.com", "ben@example.com")
    assert delivery.deliver().sent == 0
    cache.delete(delivery.SERVER_AWAY)

    assert delivery.deliver().sent == 2


def test_an_address_no_server_will_take_fails_and_stops_nobody(company, server):
    queue(company, "anna@example.com\nBcc: all@example.com", "ben@example.com")

    delivery.deliver()

    assert Message.objects.get(recipient__startswith="anna").state == MessageState.FAILED
    assert [mail["To"] for mail in server.mails] == ["ben@example.com"]


def test_a_missing_file_is_tried_again_as_storage_may_come_back(company, server, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }
    (message,) = queue(company, attachments=[Attachment("invoice.pdf", b"%PDF-1.7")])
    (tmp_path / message.attachments.get().stored_as).unlink()

    assert delivery.deliver().waiting == 1
    message.refresh_from_db()
    assert message.state == MessageState.QUEUED
    assert message.last_error.startswith("FileNotFoundError")


def test_without_a_mail_server_mails_are_kept_to_be_read_here(company, settings):
    settings.EMAIL_BACKEND = delivery.KEPT_HERE
    queue(company, "anna@example.com", "ben@example.com")

    assert delivery.deliver().sent == 2

    assert set(Message.objects.values_list("state", "delivery")) == {(MessageState.SENT, "kept")}


@pytest.mark.parametrize(
    ("error", "final"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"gone")}), True),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"busy")}), False),
        (smtplib.SMTPDataError(552, b"too large"), True),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (TimeoutError("slow"), False),
    ],
)
def test_only_what_the_server_will_never_take_is_final(error, final):
    assert delivery.is_final(error) is final

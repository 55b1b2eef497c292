"""Mail is stored with the change that caused it, in the recipient's language, once per key."""

import hashlib
from email.utils import parseaddr

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.template import TemplateDoesNotExist

from core import context, messages
from core.errors import NotPermitted
from core.messages import Attachment, Mail
from core.models import Message, MessageAttachment, MessageState
from tests.damage import found, plant

FACTS = {"subject": "Your invoice 2026-0007", "paragraphs": ["It is due on 31 March."], "name": "Anna"}
PDF = Attachment("invoice.pdf", b"%PDF-1.7 the invoice")


@pytest.fixture(autouse=True)
def stored_files(settings, tmp_path):
    """Files of these tests lie in a folder of their own."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }
    return tmp_path


def mail(company, **facts):
    defaults = {"template": "notice", "recipient": "anna@example.com", "facts": FACTS}
    return Mail(company=company, **(defaults | facts))


def queue(company, **facts):
    with transaction.atomic():
        (message,) = messages.queue([mail(company, **facts)])
    return message


def in_state(message, state, **facts):
    Message.objects.filter(pk=message.pk).update(state=state, **facts)
    message.refresh_from_db()
    return message


def test_a_mail_is_stored_as_it_will_be_read(company, clerk):
    with context.because_of(context.Cause(by=clerk.pk, request_id="request-1", event_id=5)):
        message = queue(company, document_kind="ledger.journalentry", document_id=7)

    assert (message.state, message.recipient, message.subject) == (
        MessageState.QUEUED, "anna@example.com", "Your invoice 2026-0007",
    )  # fmt: skip
    assert message.text == "Hello Anna,\n\nIt is due on 31 March.\n\nHearth & Harbour Ltd\n"
    assert "Hearth &amp; Harbour Ltd" in message.html
    assert parseaddr(message.sender)[0] == "Hearth & Harbour Ltd"
    assert (message.by, message.request_id, message.cause_id) == (clerk, "request-1", 5)
    assert list(messages.messages_of("ledger.journalentry", 7)) == [message]


@pytest.mark.parametrize(
    ("asked", "written", "greeting"),
    [("de", "de", "Guten Tag Anna"), ("fr", "fr", "Bonjour Anna"), ("de-at", "de", "Guten Tag"), ("it", "en", "Hello")],
)
def test_a_mail_speaks_the_language_of_its_recipient_or_english(company, asked, written, greeting):
    message = queue(company, language=asked)

    assert message.language == written
    assert message.text.startswith(greeting)
    assert f'<html lang="{written}">' in message.html


def test_without_a_language_it_is_the_companys(company):
    company.language = "fr"

    assert queue(company).language == "fr"


def test_a_line_break_in_a_subject_begins_no_other_header(company):
    message = queue(company, facts=FACTS | {"subject": "Hello\r\nBcc: everybody@example.com"})

    assert message.subject == "Hello Bcc: everybody@example.com"


def test_what_people_wrote_is_escaped_in_html_and_plain_in_text(company):
    message = queue(company, facts=FACTS | {"paragraphs": ["<b>5 > 3 & 2</b>"]})

    assert "<b>5 > 3 & 2</b>" in message.text
    assert "&lt;b&gt;5 &gt; 3 &amp; 2&lt;/b&gt;" in message.html


def test_the_same_key_is_the_same_mail(company):
    first = queue(company, key="invoice-7", attachments=[PDF])
    second = queue(company, key="invoice-7", attachments=[PDF], facts=FACTS | {"subject": "Another"})

    assert (second.pk, second.subject) == (first.pk, "Your invoice 2026-0007")
    assert (Message.objects.count(), MessageAttachment.objects.count()) == (1, 1)


def test_two_requests_at_once_with_one_key_store_one_mail(company, concurrently):
    first, second = concurrently(lambda: queue(company, key="invoice-7"), lambda: queue(company, key="invoice-7"))

    assert first.pk == second.pk
    assert Message.objects.count() == 1


def test_every_mail_has_a_message_id_of_its_own(company):
    first, second = queue(company), queue(company)

    assert first.message_id != second.message_id
    assert first.message_id.startswith("<")
    assert first.message_id.endswith("@example.com>")


@pytest.mark.django_db(transaction=True)
def test_a_mail_of_an_undone_change_was_never_written(company):
    @transaction.atomic
    def fail():
        messages.queue([mail(company)])
        raise ValueError("the verb fails")

    with pytest.raises(ValueError, match="fails"):
        fail()

    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_mail_outside_of_a_transaction_is_a_mistake(company):
    with pytest.raises(AssertionError, match="in the transaction that caused it"):
        messages.queue([mail(company)])


def test_a_mail_without_templates_is_a_mistake(company):
    with pytest.raises(TemplateDoesNotExist):
        queue(company, template="unheard_of")


def test_a_file_is_stored_once_under_the_hash_of_its_content(company, stored_files):
    queue(company, attachments=[PDF, Attachment("copy.pdf", PDF.content)])

    first, second = MessageAttachment.objects.all()
    assert first.sha256 == hashlib.sha256(PDF.content).hexdigest()
    assert (first.stored_as, first.name, second.name) == (second.stored_as, "invoice.pdf", "copy.pdf")
    assert default_storage.open(first.stored_as).read() == PDF.content
    assert len([file for file in stored_files.rglob("*") if file.is_file()]) == 1


def test_fifty_mails_take_as_many_statements_as_one(company, statements):
    def cost(size):
        return statements(messages.queue, [mail(company, attachments=[PDF]) for _ in range(size)])

    assert cost(50) == cost(1)


def test_a_failed_mail_is_sent_again_under_its_old_message_id(company, clerk):
    message = in_state(queue(company), MessageState.FAILED, tries=12, last_error="away")
    before = message.message_id

    outcomes = messages.resend([message.pk], by=clerk, key="click-1")

    assert outcomes.done == [message.pk]
    message.refresh_from_db()
    assert (message.state, message.tries, message.last_error, message.message_id) == (
        MessageState.QUEUED,
        0,
        "",
        before,
    )
    assert Message.objects.count() == 1


@pytest.mark.parametrize("state", [MessageState.SENT, MessageState.BOUNCED])
def test_a_mail_that_left_is_sent_again_as_a_new_one_with_its_files(company, clerk, state):
    message = queue(company, attachments=[PDF], document_kind="ledger.journalentry", document_id=7)
    sent_at = message.created_at
    in_state(message, state, sent_at=sent_at, delivery="smtp")

    outcomes = messages.resend([message.pk], by=clerk, key="click-1")

    assert outcomes.done == [message.pk]
    copy = Message.objects.exclude(pk=message.pk).get()
    assert (copy.resent_from_id, copy.state, copy.text, copy.by) == (
        message.pk,
        MessageState.QUEUED,
        message.text,
        clerk,
    )
    assert copy.message_id != message.message_id
    assert [file.name for file in copy.attachments.all()] == ["invoice.pdf"]
    message.refresh_from_db()
    assert message.state == state


def test_a_double_click_is_one_copy(company, clerk):
    message = queue(company, attachments=[PDF])
    in_state(message, MessageState.SENT, sent_at=message.created_at, delivery="smtp")

    messages.resend([message.pk], by=clerk, key="click-1")
    messages.resend([message.pk], by=clerk, key="click-1")

    assert (Message.objects.count(), MessageAttachment.objects.count()) == (2, 2)


def test_a_mail_in_the_queue_is_left_as_it_is(company, clerk):
    message = queue(company)

    assert messages.resend([message.pk], by=clerk, key="click-1").already == [message.pk]
    assert Message.objects.count() == 1


def test_who_may_not_send_again_is_refused(company, user_as):
    message = in_state(queue(company), MessageState.FAILED)

    with pytest.raises(NotPermitted):
        messages.resend([message.pk], by=user_as("auditor"), key="click-1")

    message.refresh_from_db()
    assert message.state == MessageState.FAILED


def test_a_bounce_is_noted_on_the_mail(company):
    message = queue(company)
    in_state(message, MessageState.SENT, sent_at=message.created_at, delivery="smtp")

    assert messages.bounce([message.pk], reason="550 no such user").done == [message.pk]
    message.refresh_from_db()
    assert (message.state, message.last_error) == (MessageState.BOUNCED, "550 no such user")


def test_raw_sql_cannot_send_a_failed_mail(company):
    in_state(queue(company), MessageState.FAILED)

    with pytest.raises(IntegrityError, match="may not go from"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE core_message SET state = 'sent', sent_at = now(), delivery = 'smtp'")


def test_a_sent_mail_says_when_and_how(company):
    queue(company)

    with pytest.raises(IntegrityError, match="message_sent_says_when_and_how"), transaction.atomic():
        Message.objects.update(state=MessageState.SENT)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE core_message SET text = 'never mind'",
        "UPDATE core_message SET recipient = 'ben@example.com'",
        "DELETE FROM core_message",
        "UPDATE core_messageattachment SET name = 'other.pdf'",
        "DELETE FROM core_messageattachment",
    ],
)
def test_raw_sql_can_neither_change_nor_remove_what_was_written(company, damage):
    queue(company, attachments=[PDF])

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(damage)

    assert Message.objects.get().recipient == "anna@example.com"
    assert MessageAttachment.objects.get().name == "invoice.pdf"


def test_verify_finds_a_file_whose_mail_was_removed_behind_our_back(company):
    message = queue(company, attachments=[PDF])
    attachment = message.attachments.get()
    assert "core.attachments_have_mail" not in found()

    plant("DELETE FROM core_message")

    assert found("core")["core.attachments_have_mail"] == [("core.messageattachment", attachment.pk, "invoice.pdf")]

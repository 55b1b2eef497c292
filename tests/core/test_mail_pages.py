"""The mail pages: only one's own company's mail, shown without trusting it, and sent again once."""

import pytest
from django.db import transaction
from django.urls import reverse

from core import delivery, messages
from core.messages import Attachment, Mail
from core.models import Message, MessageState

FACTS = {"subject": "Order 7 has left", "paragraphs": ["<script>alert(1)</script>"]}


@pytest.fixture(autouse=True)
def stored_files(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }


def queue(company, **facts):
    defaults = {"template": "notice", "recipient": "anna@example.com", "facts": FACTS}
    with transaction.atomic():
        return messages.queue([Mail(company, **(defaults | facts))])[0]


@pytest.fixture
def message(company):
    return queue(company, attachments=[Attachment("note.pdf", b"%PDF-1.7")])


@pytest.fixture
def foreign(other_company):
    return queue(other_company, facts=FACTS | {"subject": "Foreign"})


def test_the_list_shows_the_mail_of_ones_own_company(client, user_as, message, foreign):
    client.force_login(user_as("sales"))

    page = client.get(reverse("core:mail_list"))

    assert page.status_code == 200
    assert "Order 7 has left" in page.content.decode()
    assert "Foreign" not in page.content.decode()


def test_the_list_says_when_mail_is_kept_here(client, user_as, message, settings):
    settings.EMAIL_BACKEND = delivery.KEPT_HERE
    client.force_login(user_as("sales"))

    assert "not sent: no mail server is configured" in client.get(reverse("core:mail_list")).content.decode()


def test_a_tab_shows_what_failed(client, user_as, message, company):
    failed = queue(company, facts=FACTS | {"subject": "Order 8 has left"})
    Message.objects.filter(pk=failed.pk).update(state=MessageState.FAILED)
    client.force_login(user_as("sales"))

    page = client.get(reverse("core:mail_list"), {"state": "failed"}).content.decode()

    assert "Order 8" in page
    assert "Order 7" not in page


def test_queries_do_not_grow_with_the_list(client, user_as, company, statements):
    client.force_login(user_as("sales"))

    def cost(size):
        for _ in range(size):
            queue(company)
        return statements(client.get, reverse("core:mail_list"))

    cost(1)
    assert cost(20) == cost(1)


@pytest.mark.parametrize("name", ["core:mail_list", "core:mail_detail", "core:mail_html"])
def test_who_may_not_see_mail_is_refused(client, user_as, message, name):
    client.force_login(user_as("warehouse"))

    address = reverse(name, args=[] if name == "core:mail_list" else [message.pk])
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("name", ["core:mail_detail", "core:mail_html", "core:mail_resend_one"])
def test_the_mail_of_another_company_does_not_exist(client, user_as, foreign, name):
    client.force_login(user_as("sales"))
    address = reverse(name, args=[foreign.pk])

    answer = client.post(address) if name == "core:mail_resend_one" else client.get(address)

    assert answer.status_code == 404


def test_a_file_is_downloaded_under_its_name_and_only_with_its_own_mail(client, user_as, message, company, foreign):
    client.force_login(user_as("sales"))
    attachment = message.attachments.get()

    answer = client.get(reverse("core:mail_attachment", args=[message.pk, attachment.pk]))

    assert b"".join(answer.streaming_content) == b"%PDF-1.7"
    assert answer["Content-Disposition"] == 'attachment; filename="note.pdf"'
    other = queue(company)
    assert client.get(reverse("core:mail_attachment", args=[other.pk, attachment.pk])).status_code == 404
    assert client.get(reverse("core:mail_attachment", args=[foreign.pk, attachment.pk])).status_code == 404


def test_the_page_shows_both_parts_and_what_became_of_it(client, user_as, message):
    Message.objects.update(state=MessageState.FAILED, last_error="554 looks like spam")
    client.force_login(user_as("sales"))

    page = client.get(reverse("core:mail_detail", args=[message.pk])).content.decode()

    assert f'src="{reverse("core:mail_html", args=[message.pk])}"' in page
    assert "sandbox" in page
    assert "554 looks like spam" in page
    assert "note.pdf" in page


def test_the_html_part_can_run_nothing_and_load_nothing(client, user_as, message):
    client.force_login(user_as("sales"))

    answer = client.get(reverse("core:mail_html", args=[message.pk]))

    policy = answer["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "<script>" not in answer.content.decode()


def test_a_mail_is_sent_again_once_however_often_the_button_is_pressed(client, user_as, message):
    Message.objects.update(state=MessageState.SENT, sent_at=message.created_at, delivery="smtp")
    client.force_login(user_as("sales"))
    address = reverse("core:mail_resend_one", args=[message.pk])

    first = client.post(address, {"key": "click-1"})
    client.post(address, {"key": "click-1"})

    copy = Message.objects.get(resent_from_id=message.pk)
    assert first.headers["Location"] == reverse("core:mail_detail", args=[copy.pk])


def test_ticked_mails_are_sent_again(client, user_as, company):
    failed = [queue(company), queue(company)]
    Message.objects.update(state=MessageState.FAILED)
    client.force_login(user_as("sales"))

    client.post(reverse("core:mail_resend"), {"pk": [mail.pk for mail in failed]})

    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.QUEUED}


def test_ticked_mails_of_another_company_are_a_fault(client, user_as, foreign):
    client.force_login(user_as("sales"))

    assert client.post(reverse("core:mail_resend"), {"pk": [foreign.pk]}).status_code == 422


def test_an_auditor_sees_mail_and_cannot_send_it_again(client, user_as, message):
    client.force_login(user_as("auditor"))

    page = client.get(reverse("core:mail_detail", args=[message.pk]))

    assert "Send again" not in page.content.decode()
    assert client.post(reverse("core:mail_resend_one", args=[message.pk])).status_code == 403

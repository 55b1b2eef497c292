"""The head of the seal leaves the house every day, to those who read the audit."""

from datetime import timedelta

import pytest

from core import seal, verification
from core.models import CheckRun, Company, Message
from tests.damage import plant


@pytest.fixture
def auditor(user_as):
    user = user_as("auditor")
    user.email = "auditor@example.com"
    user.save()
    return user


def test_nothing_is_mailed_before_anything_is_sealed(auditor):
    assert verification.mail_head() == 0
    assert not Message.objects.exists()


def test_the_head_is_mailed_to_auditors_once(auditor, user_as):
    user_as("sales")
    seal.seal()

    assert verification.mail_head() == 1
    assert verification.mail_head() == 1

    mail = Message.objects.get()
    assert mail.recipient == "auditor@example.com"
    assert seal.head()[1] in mail.text


def test_a_new_head_is_mailed_again(auditor, company):
    seal.seal()
    verification.mail_head()
    company.name = "Renamed"
    company.save()
    seal.seal()

    verification.mail_head()

    assert Message.objects.count() == 2


def test_what_the_checks_found_is_kept(auditor, company):
    plant("UPDATE core_company SET name = 'Someone else'")

    run = verification.check_again(by=auditor)

    assert verification.last_run() == run == CheckRun.objects.get()
    assert run.differing == 1
    (differing,) = [check for check in run.results if check["differences"]]
    assert differing["name"] == "core.history_complete"
    assert [row["document_id"] for row in differing["shown"]] == [Company.objects.get().pk]


def test_checks_that_take_long_are_left_to_the_worker(auditor, company, monkeypatch):
    called = []
    monkeypatch.setattr(verification, "call", lambda *task: called.append(task))
    run = verification.ask_again(by=auditor)
    assert run == verification.last_run()
    CheckRun.objects.update(finished_at=run.started_at + timedelta(seconds=6))

    assert verification.ask_again(by=auditor) is None
    assert called == [(verification.CHECK_TASK, auditor.pk)]
    assert CheckRun.objects.count() == 1

"""The demo's first mails."""

import pytest

from core import demo, demo_mail
from core.models import Message

pytestmark = pytest.mark.django_db


def test_everybody_is_welcomed_once_by_the_first_company_they_work_in():
    demo.load()

    assert demo_mail.load() == {"mails": 11}
    assert demo_mail.load() == {"mails": 0}
    companies = dict(Message.objects.values_list("recipient", "company__code"))
    assert (companies["finance@hearth.example"], companies["europe@hearth.example"]) == ("hearth", "hearth-eu")

"""What the killed workers do: an answer to an event whose effect can be counted. Imported by them and by the test."""

import time
from typing import Any

from core import eventlog, messages, outbox
from core.eventlog import Fact
from core.messages import Mail
from core.models import Company

EVENT = "test.order_shipped"
MAILED = 5
"""Every so manieth order gets a mail."""

SECONDS_PER_ORDER = 0.003
"""Slow enough that a kill finds the worker in the middle of a set."""


def note_shipment(payloads: list[dict[str, Any]]) -> None:
    """Leave a fact for every order and a mail for some. A second time would show, as neither looks for a first."""
    company = Company.objects.get(code="hearth")
    numbers = [payload["number"] for payload in payloads]
    eventlog.record([Fact("test.noted", "test.order", number, company.pk) for number in numbers])
    time.sleep(SECONDS_PER_ORDER * len(numbers))
    mailed = [number for number in numbers if number % MAILED == 0]
    messages.queue([_mail(company, number) for number in mailed])


def _mail(company: Company, number: int) -> Mail:
    facts = {"subject": f"Order {number} has left", "paragraphs": ["It is on its way."]}
    return Mail(company, "notice", f"customer{number}@example.com", facts=facts)


KIND = outbox.handles(EVENT, note_shipment, batch=40, operation="test.note_shipment")

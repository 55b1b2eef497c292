"""The demo's first mails: everybody is welcomed, so that the mail pages have something to show."""

from django.conf import settings
from django.db import transaction

from core import messages
from core.context import COMMAND, Cause, because_of
from core.messages import Mail
from core.models import Membership, Message

KEY = "demo-welcome:"


def load() -> dict[str, int]:
    """Welcome everybody in the first company they work in; says how many were. Running twice writes no second mail."""
    people = Membership.objects.select_related("user", "company").order_by("user", "company")
    first = {membership.user_id: membership for membership in reversed(people) if membership.user.email}
    known = set(Message.objects.filter(template="notice", key__startswith=KEY).values_list("key", flat=True))
    mails = [mail for mail in map(_welcome, first.values()) if mail.key not in known]
    with because_of(Cause(via=COMMAND)), transaction.atomic():
        return {"mails": len(messages.queue(mails))}


def _welcome(membership: Membership) -> Mail:
    person, company = membership.user, membership.company
    facts = {
        "name": person.first_name,
        "subject": f"Welcome to {company.name}",
        "paragraphs": [
            f"You can sign in as {person.username}. What you see there is what your role needs.",
            "Everything in this demo is made up, and nothing that you do leaves this machine.",
        ],
        "url": settings.PUBLIC_URL,
    }
    return Mail(company, "notice", person.email, facts=facts, key=f"{KEY}{person.username}")

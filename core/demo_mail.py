"""The demo's first mails: everybody is welcomed, so that the mail pages have something to show."""

from django.conf import settings
from django.db import transaction

from core import messages
from core.context import COMMAND, Cause, because_of
from core.messages import Mail
from core.models import Membership


def load() -> dict[str, int]:
    """Welcome everybody in the first company they work in. Running twice writes no second mail."""
    people = Membership.objects.select_related("user", "company").order_by("user", "company")
    first = {membership.user_id: membership for membership in reversed(people) if membership.user.email}
    with because_of(Cause(via=COMMAND)), transaction.atomic():
        mails = messages.queue([_welcome(membership) for membership in first.values()])
    return {"mails": len(mails)}


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
    return Mail(company, "notice", person.email, facts=facts, key=f"demo-welcome:{person.username}")

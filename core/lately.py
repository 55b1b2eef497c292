"""What others did since somebody was last here, for their first page: alike events are one line."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Q
from django.utils.translation import ngettext

from core import audit, documents, formats
from core.models import Company, LoggedEvent, User
from core.roles import has_permission

MOST_EVENTS = 300
MOST_LINES = 8


@dataclass(frozen=True)
class Line:
    """One line of what happened: a sentence, when (and by whom), and the document if it was one."""

    sentence: str
    when: str
    icon: str
    family: str
    url: str | None = None


def since(left_at: datetime, user: User, company: Company) -> list[Line]:
    """What others and the system did since then with documents this person may see; the newest kinds first."""
    kinds = [kind.kind for kind in documents.all_kinds() if has_permission(user, kind.permission, company)]
    rows = LoggedEvent.objects.filter(company=company, document_kind__in=kinds, happened_at__gt=left_at)
    others = rows.filter(Q(by=None) | ~Q(by=user)).select_related("by").order_by("-happened_at", "-id")
    found = sorted(others[:MOST_EVENTS], key=lambda event: event.what)  # stable: newest first within each
    groups = [list(events) for _, events in groupby(found, key=lambda event: event.what)]
    groups.sort(key=lambda events: events[0].happened_at, reverse=True)
    return [_line(events) for events in groups[:MOST_LINES]]


def _line(events: list[LoggedEvent]) -> Line:
    newest, entry = events[0], audit.entry_of(events[0])
    if len(events) == 1:
        name = documents.labels(newest.document_kind, [newest.document_id]).get(newest.document_id, "")
        when = ", ".join(filter(None, [formats.moment(newest.happened_at), entry.by]))
        url = documents.url(newest.document_kind, newest.document_id)
        return Line(f"{name}: {entry.sentence}", when, entry.icon, entry.family, url)
    happened = newest.what.rpartition(".")[2].replace("_", " ").capitalize()
    times = ngettext("%(what)s, once", "%(what)s, %(count)s times", len(events))
    when = f"{formats.moment(events[-1].happened_at)} – {formats.moment(newest.happened_at)}"
    return Line(times % {"what": happened, "count": formats.whole(len(events))}, when, entry.icon, entry.family)

"""Who changed what, when and through what: the history tables, the event log and the mail, told as one story."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext, gettext_lazy

from core import context, eventlog, formats
from core.models import LoggedEvent, Message, User
from core.models.messages import MessageState

MOST = 200
"""How many entries of a kind a timeline tells, the newest ones."""

Kind = Literal["change", "event", "mail"]

_VIA_WORDS = {
    context.API: gettext_lazy("API"),
    context.IMPORT: gettext_lazy("import"),
    context.TASK: gettext_lazy("automatic"),
    context.COMMAND: gettext_lazy("command line"),
}


@dataclass(frozen=True)
class FieldChange:
    """A field before and after, in the words of the screen: `Requested 19 Nov 2026 → 26 Nov 2026`."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.label} {self.before} → {self.after}"


@dataclass(frozen=True)
class Entry:
    """One thing that happened: a sentence, when, who, through what, and the fields that changed with it."""

    at: datetime
    kind: Kind
    sentence: str
    icon: str = "point"
    family: str = ""
    by: str = ""
    via: str = ""
    detail: str = ""
    fields: list[FieldChange] = field(default_factory=list)

    @property
    def via_word(self) -> str:
        """Through what, where it was not simply a screen."""
        return str(_VIA_WORDS.get(self.via, ""))


@dataclass(frozen=True)
class Wording:
    """How an event reads. The sentence may name facts of the event: `Posted as {number}`."""

    sentence: str
    icon: str = "point"
    family: str = ""


class _Known(dict[str, Any]):
    """Facts of an event; one that is missing reads as a dash instead of breaking the page."""

    def __missing__(self, key: str) -> str:
        return formats.NOTHING


_wordings: dict[str, Wording] = {}


def register(wordings: Mapping[str, Wording]) -> None:
    """Say at start how events read; an event without wording reads as its name: *Entry posted*."""
    _wordings.update(wordings)


def timeline(document_kind: str, document_id: int) -> list[Entry]:
    """Everything about a document, newest first: events, changes of its fields, and mail.

    Fields that changed in the transaction of an event stand below that event.
    """
    events = list(eventlog.of_document(document_kind, document_id).reverse()[:MOST])[::-1]
    told = _fold(events, _history(apps.get_model(document_kind), document_id))
    told += [_mail(message) for message in _mails(document_kind, document_id)]
    return _newest_first(told)


def changes(row: Model) -> list[Entry]:
    """What its history table knows about a row, newest first. Rows of tables without history have none."""
    return _newest_first([entry for _, entry in _history(type(row), row.pk)])


def _newest_first(told: list[Entry]) -> list[Entry]:
    # Sorted, then turned round: entries of the same moment stay in the order in which they were written.
    return sorted(told, key=lambda entry: entry.at)[::-1]


def _fold(events: list[LoggedEvent], history: list[tuple[datetime, Entry]]) -> list[Entry]:
    # The database stamps all rows of a transaction with the moment it began, so equal stamps belong together.
    by_stamp: dict[datetime, list[Entry]] = {}
    for stamp, entry in history:
        by_stamp.setdefault(stamp, []).append(entry)
    told = []
    for event in events:
        changed = [change for entry in by_stamp.pop(event.recorded_at, []) for change in entry.fields]
        told.append(replace(entry_of(event), fields=changed))
    return told + [entry for entries in by_stamp.values() for entry in entries]


def entry_of(event: LoggedEvent) -> Entry:
    """An event as people read it, in the words its app registered."""
    wording = _wordings.get(event.what, Wording(event.what.rpartition(".")[2].replace("_", " ").capitalize()))
    return Entry(
        at=event.happened_at,
        kind="event",
        sentence=wording.sentence.format_map(_Known(event.data)),
        icon=wording.icon,
        family=wording.family,
        by=str(event.by) if event.by else "",
        via=event.via,
    )


def _mails(document_kind: str, document_id: int) -> Iterable[Message]:
    return Message.objects.filter(document_kind=document_kind, document_id=document_id).order_by("-id")[:MOST]


_MAIL_LOOKS = {
    MessageState.QUEUED: ("mail", ""),
    MessageState.SENT: ("mail-check", ""),
    MessageState.FAILED: ("mail-x", "is-bad"),
    MessageState.BOUNCED: ("mail-x", "is-bad"),
}


def _mail(message: Message) -> Entry:
    icon, family = _MAIL_LOOKS[MessageState(message.state)]
    state = message.get_state_display()
    return Entry(
        at=message.sent_at or message.created_at,
        kind="mail",
        sentence=f"{message.subject} ({state.lower()})",
        icon=icon,
        family=family,
        detail=gettext("Mail to %(recipient)s") % {"recipient": message.recipient},
    )


def _history(model: type[Model], pk: int) -> list[tuple[datetime, Entry]]:
    """The stamp and the entry of every change of a row, oldest first."""
    tracked: Any = model
    if not hasattr(tracked, "pgh_event_models"):
        return []
    rows = list(tracked.pgh_event_model.objects.filter(pgh_obj_id=pk).select_related("pgh_context").order_by("-pgh_id"))
    rows = rows[: MOST + 1][::-1]
    words = _Words(model, rows)
    told = [(row.pgh_created_at, words.entry(row, None)) for row in rows[:1] if row.pgh_label != "update"]
    told += [(after.pgh_created_at, words.entry(after, before)) for before, after in pairwise(rows)]
    return told


class _Words:
    """Puts rows of one history table into words; people and things pointed at are read once for all rows."""

    SENTENCES = {"insert": ("Created", "plus"), "update": ("Changed", "pencil"), "delete": ("Deleted", "trash")}

    def __init__(self, model: type[Model], rows: list[Any]) -> None:
        skipped = {"id"}
        self.fields = [field for field in model._meta.concrete_fields if field.name not in skipped]
        self.fields = [field for field in self.fields if rows and hasattr(rows[0], field.attname)]
        self.people = {person.pk: str(person) for person in User.objects.filter(pk__in=self._people(rows))}
        self.things = {field.attname: self._named(field, rows) for field in self.fields if field.is_relation}

    @staticmethod
    def _people(rows: list[Any]) -> set[int]:
        return {row.pgh_context.metadata["by"] for row in rows if row.pgh_context and "by" in row.pgh_context.metadata}

    @staticmethod
    def _named(relation: Any, rows: list[Any]) -> dict[Any, str]:
        keys = {getattr(row, relation.attname) for row in rows} - {None}
        found = relation.related_model._default_manager.filter(pk__in=keys)
        return {thing.pk: str(thing) for thing in found}

    def entry(self, row: Any, before: Any) -> Entry:
        sentence, icon = self.SENTENCES[row.pgh_label]
        cause = row.pgh_context.metadata if row.pgh_context else {}
        return Entry(
            at=row.pgh_created_at,
            kind="change",
            sentence=gettext(sentence),
            icon=icon,
            by=self.people.get(cause.get("by", 0), ""),
            via=cause.get("via", ""),
            fields=self.differences(before, row) if before and row.pgh_label == "update" else [],
        )

    def differences(self, before: Any, after: Any) -> list[FieldChange]:
        return [
            FieldChange(str(field.verbose_name).capitalize(), self.value(field, before), self.value(field, after))
            for field in self.fields
            if getattr(before, field.attname) != getattr(after, field.attname)
        ]

    def value(self, field: Any, row: Any) -> str:
        value = getattr(row, field.attname)
        if field.attname in self.things:
            return self.things[field.attname].get(value, formats.NOTHING)
        return dict(field.flatchoices).get(value) or _written(value)


def _written(value: Any) -> str:
    match value:
        case None | "":
            return formats.NOTHING
        case bool():
            return gettext("yes") if value else gettext("no")
        case datetime():
            return formats.moment(value)
        case date():
            return formats.day(value)
        case Decimal():
            return formats.unit_price(value)
        case _:
            return str(value)

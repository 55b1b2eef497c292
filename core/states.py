"""How states look: one mapping from a document's state to family, icon and word. No template decides a colour."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Model


class Family(StrEnum):
    """What a state asks of people; colour means exception."""

    NEUTRAL = ""
    OPEN = "is-open"
    INFO = "is-info"
    GOOD = "is-good"
    WARN = "is-warn"
    BAD = "is-bad"
    CONTEST = "is-contest"


@dataclass(frozen=True)
class Look:
    """A state as people see it. Without a word of its own it takes the label of the model's choices."""

    family: Family = Family.NEUTRAL
    icon: str = ""
    word: str = ""


_shared: dict[str, Look] = {
    "draft": Look(Family.OPEN, "pencil", "Draft"),
    "submitted": Look(Family.NEUTRAL, "hourglass", "Awaiting release"),
    "posted": Look(Family.NEUTRAL, "book", "Posted"),
    "closed": Look(Family.NEUTRAL, "lock", "Closed"),
    "cancelled": Look(Family.NEUTRAL, "ban", "Cancelled"),
    "reversed": Look(Family.NEUTRAL, "arrow-back-up", "Reversed"),
    "inactive": Look(Family.NEUTRAL, "circle-off", "Inactive"),
    "active": Look(Family.NEUTRAL, "circle-check", "Active"),
    "queued": Look(Family.NEUTRAL, "hourglass", "Queued"),
    "pending": Look(Family.NEUTRAL, "hourglass", "Waiting"),
    "running": Look(Family.INFO, "player-play", "Running"),
    "closing": Look(Family.WARN, "lock-open", "Closing"),
    "released": Look(Family.INFO, "circle-check", "Released"),
    "open": Look(Family.INFO, "circle", "Open"),
    "sent": Look(Family.INFO, "send", "Sent"),
    "proposed": Look(Family.INFO, "bulb", "Proposed"),
    "done": Look(Family.GOOD, "circle-check", "Done"),
    "finished": Look(Family.GOOD, "circle-check", "Finished"),
    "paid": Look(Family.GOOD, "circle-check", "Paid"),
    "settled": Look(Family.GOOD, "circle-check", "Settled"),
    "delivered": Look(Family.GOOD, "circle-check", "Delivered"),
    "matched": Look(Family.GOOD, "link", "Matched"),
    "holds": Look(Family.GOOD, "circle-check", "Holds"),
    "held": Look(Family.WARN, "hand-stop", "Held"),
    "paused": Look(Family.WARN, "player-pause", "Paused"),
    "blocked": Look(Family.WARN, "hand-stop", "Blocked"),
    "short": Look(Family.WARN, "package-off", "Short"),
    "backordered": Look(Family.WARN, "package-off", "Backordered"),
    "part_paid": Look(Family.WARN, "circle-half-2", "Part paid"),
    "due_soon": Look(Family.WARN, "clock", "Due soon"),
    "review": Look(Family.WARN, "eye", "Needs review"),
    "late": Look(Family.BAD, "clock-exclamation", "Late"),
    "overdue": Look(Family.BAD, "clock-exclamation", "Overdue"),
    "failed": Look(Family.BAD, "circle-x", "Failed"),
    "parked": Look(Family.BAD, "circle-x", "Parked"),
    "bounced": Look(Family.BAD, "mail-x", "Bounced"),
    "refused": Look(Family.BAD, "circle-x", "Refused"),
    "differs": Look(Family.BAD, "not-equal", "Differs"),
    "disputed": Look(Family.CONTEST, "message-2-exclamation", "Disputed"),
}
_of_kind: dict[tuple[str, str], Look] = {}


def register(kind: str, looks: Mapping[str, Look]) -> None:
    """Say at start how the states of one kind (`ledger.period`) look, where they differ from the shared ones."""
    _of_kind.update({(kind, str(state)): look for state, look in looks.items()})


def look(state: str, kind: str = "", word: str = "") -> Look:
    """How a state looks: the kind's own look, else the shared one, else plain grey with its word."""
    found = _of_kind.get((kind, state)) or _shared.get(state, Look())
    return Look(found.family, found.icon, word or found.word or state.replace("_", " ").capitalize())


def look_of(document: Any) -> Look:
    """How the state of a document looks. The word is the label of the model's choices unless the kind has its own."""
    kind = document._meta.label_lower if isinstance(document, Model) else ""
    own = _of_kind.get((kind, document.state))
    label = "" if own and own.word else _label(document)
    return look(document.state, kind, label)


def _label(document: Any) -> str:
    display = getattr(document, "get_state_display", None)
    return str(display()) if display else ""

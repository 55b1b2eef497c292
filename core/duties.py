"""Four eyes: pairs of permissions that one person must not use on the same document, nor hold without need."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from core.errors import DomainError
from core.models import ConflictingDuties, LoggedEvent, User
from core.roles import permissions_of


@dataclass(frozen=True)
class Worth:
    """What a document is about, in money: thresholds of pairs are compared with it."""

    amount: Decimal
    currency: str


class OtherPersonNeeded(DomainError):
    """The person did the other half of this matter already."""

    code = "core.other_person_needed"

    def __init__(self, *, permission: str, reason: str) -> None:
        self.permission, self.reason = permission, reason

    @property
    def message(self) -> str:
        return f"You did the other half of this yourself. {self.reason} Ask a colleague who may ({self.permission})."


class RolesConflict(DomainError):
    """With this role the person could do both halves of a dangerous pair."""

    code = "core.roles_conflict"

    def __init__(self, *, role: str, other: str, reason: str) -> None:
        self.role, self.other, self.reason = role, other, reason

    @property
    def message(self) -> str:
        return f"{self.role} together with {self.other} in one company: {self.reason} Take the other role away first."


def others_needed(
    permission: str,
    document_kind: str,
    document_ids: Collection[int],
    *,
    by: User | None,
    worth: Mapping[int, Worth] | None = None,
) -> dict[int, DomainError]:
    """Documents on which this person may not use this permission, as the event log shows them on the other half.

    Two statements however many documents. The system itself is nobody's second pair of eyes and is never
    refused. Without its worth a document counts as above every threshold.
    """
    if by is None or not document_ids:
        return {}
    pairs = list(ConflictingDuties.objects.filter(Q(first_permission=permission) | Q(second_permission=permission)))
    other_halves = {_other_event(pair, permission) for pair in pairs}
    acted = LoggedEvent.objects.filter(
        document_kind=document_kind, document_id__in=document_ids, what__in=other_halves, by=by
    ).values_list("document_id", "what")
    return {
        pk: OtherPersonNeeded(permission=permission, reason=pair.reason)
        for pk, what in sorted(acted)
        for pair in pairs
        if _other_event(pair, permission) == what and _counts(pair, (worth or {}).get(pk))
    }


def require_other_person(
    permission: str, document_kind: str, document_id: int, *, by: User | None, worth: Worth | None = None
) -> None:
    """Refuse a verb on one document to the person who did the other half of it (`OtherPersonNeeded`)."""
    known = {document_id: worth} if worth else {}
    for error in others_needed(permission, document_kind, [document_id], by=by, worth=known).values():
        raise error


def _other_event(pair: ConflictingDuties, permission: str) -> str:
    return pair.second_event if pair.first_permission == permission else pair.first_event


def _counts(pair: ConflictingDuties, worth: Worth | None) -> bool:
    # Another currency can't be compared here; four eyes too many are better than two too few.
    if worth is None or pair.threshold is None or worth.currency != pair.currency:
        return True
    return bool(abs(worth.amount) >= pair.threshold)


def never_held_together() -> list[ConflictingDuties]:
    """The pairs that nobody may hold in one company; those with a threshold may be, for small amounts."""
    return list(ConflictingDuties.objects.filter(threshold=None))


def conflict_of(role: str, held: Iterable[str], pairs: Iterable[ConflictingDuties]) -> RolesConflict | None:
    """Whether a role may not join those a person holds in a company."""
    adding = permissions_of(role)
    for pair in pairs:
        halves = {pair.first_permission, pair.second_permission}
        for other in [role, *held]:
            if halves <= adding | permissions_of(other):
                return RolesConflict(role=role, other=other, reason=pair.reason)
    return None

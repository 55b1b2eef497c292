"""People and their roles: who joins, in which company, and who no longer does."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from core.duties import conflict_of, never_held_together
from core.errors import DomainError, NotFound
from core.models import Company, Membership, User, Warehouse
from core.operation import operation
from core.outcomes import Outcomes
from core.roles import all_roles, permissions_of, require
from core.sets import require_bounded

ADMINISTER = "core.administer"


class UnknownRole(DomainError):
    """The role is not in the matrix, so it would give nothing."""

    code = "core.unknown_role"

    def __init__(self, *, role: str) -> None:
        self.role = role

    @property
    def message(self) -> str:
        return f"There is no role {self.role}. Choose one of: {', '.join(role.code for role in all_roles())}."


class WarehouseElsewhere(DomainError):
    """The warehouse belongs to another company than the role."""

    code = "core.warehouse_elsewhere"

    def __init__(self, *, warehouse: str, company: str) -> None:
        self.warehouse, self.company = warehouse, company

    @property
    def message(self) -> str:
        return f"{self.warehouse} does not belong to {self.company}. Choose one of its own warehouses."


class OwnRoles(DomainError):
    """Nobody gives roles to themselves."""

    code = "core.own_roles"

    @property
    def message(self) -> str:
        return "You can't change your own roles. Ask another administrator."


@operation
def grant_role(
    user_ids: Collection[int],
    role: str,
    company: Company,
    *,
    by: User | None,
    warehouse: Warehouse | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Outcomes:
    """Give people a role in a company, or only in one of its warehouses. Ids are those of people.

    Giving it twice changes nothing; giving it for another time changes the time. Refused for oneself
    (`OwnRoles`), for a role that would let one person do both halves of a dangerous pair (`RolesConflict`),
    and to whom the permission to administer is missing.
    """
    require(by, ADMINISTER, company)
    _check_role(role, company, warehouse)
    people = _lock_people(user_ids)
    held, pairs = _roles_held(people, company), never_held_together()
    outcomes = Outcomes()
    for pk in require_bounded(dict.fromkeys(user_ids)):
        if pk not in people:
            outcomes.refused[pk] = NotFound(what="person", key=pk)
        elif (role, warehouse.pk if warehouse else None, valid_from, valid_to) in held[pk]:
            outcomes.already.append(pk)
        elif error := _refuse(people[pk], by) or conflict_of(role, _roles(held[pk]), pairs):
            outcomes.refused[pk] = error
        else:
            outcomes.done.append(pk)
    Membership.objects.bulk_create(
        [
            Membership(
                user_id=pk, role=role, company=company, warehouse=warehouse, valid_from=valid_from, valid_to=valid_to
            )
            for pk in outcomes.done
        ],
        update_conflicts=True,
        unique_fields=["user", "role", "company", "warehouse"],
        update_fields=["valid_from", "valid_to"],
    )
    _open_admin(outcomes.done)
    return outcomes


@operation
def revoke_roles(membership_ids: Collection[int], *, by: User | None) -> Outcomes:
    """Take memberships away. Ids are those of memberships; the history keeps that they were there.

    Nobody takes roles from themselves (`OwnRoles`), so that a company never loses its last administrator by
    a slip.
    """
    rows = Membership.objects.filter(pk__in=require_bounded(list(membership_ids))).select_related("company")
    people = _lock_people({row.user_id for row in rows})
    found = {row.pk: row for row in rows.order_by("pk").select_for_update(no_key=True, of=("self",))}
    outcomes = Outcomes()
    for pk in dict.fromkeys(membership_ids):
        if pk not in found:
            outcomes.refused[pk] = NotFound(what="membership", key=pk)
            continue
        require(by, ADMINISTER, found[pk].company)
        if error := _refuse(people[found[pk].user_id], by):
            outcomes.refused[pk] = error
        else:
            outcomes.done.append(pk)
    Membership.objects.filter(pk__in=outcomes.done).delete()
    _open_admin(people)
    return outcomes


def _check_role(role: str, company: Company, warehouse: Warehouse | None) -> None:
    if role not in {known.code for known in all_roles()}:
        raise UnknownRole(role=role)
    if warehouse is not None and warehouse.company_id != company.pk:
        raise WarehouseElsewhere(warehouse=str(warehouse), company=str(company))


def _lock_people(user_ids: Collection[int]) -> dict[int, User]:
    """The people, locked: two administrators can't give one half of a pair each at the same moment."""
    return User.objects.order_by("pk").select_for_update(no_key=True).in_bulk(list(user_ids))


Held = tuple[str, int | None, date | None, date | None]


def _roles_held(people: Collection[int], company: Company) -> dict[int, set[Held]]:
    held: dict[int, set[Held]] = {pk: set() for pk in people}
    for row in Membership.objects.filter(user__in=people, company=company):
        held[row.user_id].add((row.role, row.warehouse_id, row.valid_from, row.valid_to))
    return held


def _roles(held: set[Held]) -> list[str]:
    return sorted({role for role, *_ in held})


def _refuse(person: User, by: User | None) -> DomainError | None:
    own = by is not None and person.pk == by.pk and not by.is_superuser
    return OwnRoles() if own else None


def _open_admin(user_ids: Collection[int]) -> None:
    """The admin's door is open to those who administer some company, and to nobody else."""
    administering = [role.code for role in all_roles() if ADMINISTER in permissions_of(role.code)]
    entitled = Q(pk__in=Membership.objects.filter(role__in=administering).values("user"))
    people = User.objects.filter(pk__in=list(user_ids), is_superuser=False)
    people.filter(entitled, is_staff=False).update(is_staff=True)
    people.exclude(entitled).filter(is_staff=True).update(is_staff=False)

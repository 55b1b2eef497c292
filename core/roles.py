"""Who may do what, and where: roles are sets of permissions, memberships give them in a company or warehouse."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from core import clock
from core.errors import NotPermitted
from core.models import Company, Membership, User

ModelT = TypeVar("ModelT", bound=models.Model)
Someone = User | AnonymousUser


@dataclass(frozen=True)
class Role:
    """A job in the house, and the permissions it needs (`app.verb_model`, as Django writes them)."""

    code: str
    label: str
    permissions: frozenset[str]


_roles: dict[str, Role] = {}


def register(roles: Iterable[Role]) -> None:
    """Make the role matrix known; the project calls this once at start."""
    _roles.update((role.code, role) for role in roles)


def all_roles() -> list[Role]:
    """Every role there is, in the order of the matrix."""
    return list(_roles.values())


def permissions_of(role: str) -> frozenset[str]:
    """What a role may do. A code that is in no matrix gives nothing."""
    known = _roles.get(role)
    return known.permissions if known else frozenset()


def memberships_of(user: Someone) -> list[Membership]:
    """The memberships that are valid today in their company; read once per user object, so once per request."""
    if not user.is_authenticated or not user.is_active:
        return []
    known: list[Membership] | None = getattr(user, "_memberships", None)
    if known is None:
        rows = Membership.objects.filter(user=user, company__is_active=True).select_related("company", "warehouse")
        known = [row for row in rows if _is_valid(row)]
        user._memberships = known  # type: ignore[attr-defined]
    return known


def _is_valid(membership: Membership) -> bool:
    today = clock.today(membership.company)
    begun = membership.valid_from is None or membership.valid_from <= today
    return begun and (membership.valid_to is None or membership.valid_to >= today)


def companies_of(user: Someone, permission: str | None = None) -> list[Company]:
    """The companies in which the person has any role, or one with this permission, by code."""
    if user.is_active and user.is_superuser:
        return list(Company.objects.filter(is_active=True))
    found = {
        row.company_id: row.company
        for row in memberships_of(user)
        if permission is None or permission in permissions_of(row.role)
    }
    return sorted(found.values(), key=lambda company: company.code)


def has_permission(user: Someone, permission: str, where: Any = None) -> bool:
    """Whether the person may do this: anywhere, or in the company (and warehouse) of `where`.

    `where` is a company, a warehouse, or any document with a `company_id` and perhaps a `warehouse_id`.
    """
    if user.is_active and user.is_superuser:
        return True
    company_id, warehouse_id = _place(where)
    return any(
        permission in permissions_of(row.role)
        and (company_id is None or row.company_id == company_id)
        and (warehouse_id is None or row.warehouse_id in (None, warehouse_id))
        for row in memberships_of(user)
    )


def _place(where: Any) -> tuple[int | None, int | None]:
    match where:
        case None:
            return None, None
        case Company():
            return where.pk, None
        case _ if where._meta.label == "core.Warehouse":
            return where.company_id, where.pk
        case _:
            return where.company_id, getattr(where, "warehouse_id", None)


def require(user: User | None, permission: str, where: Any) -> None:
    """Refuse a verb to a person without the permission there (`NotPermitted`). `None` is the system itself."""
    if user is not None and not has_permission(user, permission, where):
        company = where if isinstance(where, Company) else getattr(where, "company", where)
        raise NotPermitted(permission=permission, company=str(company))


def visible_to(
    rows: models.QuerySet[ModelT],
    user: Someone,
    permission: str,
    *,
    company: str = "company",
    warehouse: str | None = None,
) -> models.QuerySet[ModelT]:
    """Only the rows of companies (and, where named, warehouses) in which the person has this permission.

    Every list, page, export and search starts here. `company` and `warehouse` are the look-up paths from the
    rows, such as `entry__company`; for companies themselves it is `pk`.
    """
    if user.is_active and user.is_superuser:
        return rows
    granting = [row for row in memberships_of(user) if permission in permissions_of(row.role)]
    if warehouse is None:
        return rows.filter(**{f"{company}__in": {row.company_id for row in granting}})
    scope = Q(pk__in=[])
    for row in granting:
        scope |= Q(**{company: row.company_id} | ({warehouse: row.warehouse_id} if row.warehouse_id else {}))
    return rows.filter(scope)

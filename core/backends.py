"""Signing in by password; permission by membership."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from core.roles import Someone, has_permission, memberships_of, permissions_of


class MembershipBackend(ModelBackend):
    """Answers `user.has_perm(permission, where)` from the role matrix and the person's memberships.

    Groups and per-user permissions of Django are not read: there is one place where a right comes from.
    """

    def has_perm(self, user_obj: Someone, perm: str, obj: Any = None) -> bool:
        return has_permission(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Someone, app_label: str) -> bool:
        return any(perm.startswith(f"{app_label}.") for perm in self.get_all_permissions(user_obj))

    def get_all_permissions(self, user_obj: Someone, obj: Any = None) -> set[str]:
        return {perm for row in memberships_of(user_obj) for perm in permissions_of(row.role)}

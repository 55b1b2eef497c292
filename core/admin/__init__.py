"""The administrator's pages: companies, people and the kernel's own tables."""

from core.admin.base import ReadOnlyAdmin, ScopedAdmin, ScopedForm, ScopedInline
from core.admin.kernel import JobAdmin, LoggedEventAdmin, OutboxEventAdmin
from core.admin.organisation import AdministeredAdmin
from core.admin.people import MembershipAdmin, UserAdmin

__all__ = [
    "AdministeredAdmin",
    "JobAdmin",
    "LoggedEventAdmin",
    "MembershipAdmin",
    "OutboxEventAdmin",
    "ReadOnlyAdmin",
    "ScopedAdmin",
    "ScopedForm",
    "ScopedInline",
    "UserAdmin",
]

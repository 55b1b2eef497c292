"""Rights and rows below rows, the same on every page of master data."""

from typing import Any

from django.contrib import admin
from django.forms import BaseInlineFormSet
from django.http import HttpRequest

from core.admin.base import ScopedAdmin, ScopedInline
from core.admin.organisation import administers_everywhere
from core.operations import ADMINISTER


class KeptByPeople(ScopedAdmin):
    """Customers and products: kept by those whose role says so. They are closed, never deleted."""

    family = ""

    def permission(self, action: str) -> str:
        return f"masterdata.{action}_{self.family}"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SetUp(ScopedAdmin):
    """How a company works: terms, taxes, lists. Those who keep the house change it; `family` says who may look."""

    family = ""

    def permission(self, action: str) -> str:
        return f"masterdata.view_{self.family}" if action == "view" and self.family else ADMINISTER


class PublicFact(ScopedAdmin):
    """What holds for all companies: changed by those who administer them all."""

    company = None

    def permission(self, action: str) -> str:
        return ADMINISTER

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers_everywhere(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers_everywhere(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers_everywhere(request)


class PartsFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows below a row are of its company: nobody chooses it, and everything they point at is checked against it."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if any(field.name == "company" for field in form.instance._meta.fields):
            form.instance.company_id = self.instance.company_id
        return form


class Parts(ScopedInline):
    """Rows below a row of master data, with the rights of the page they stand on."""

    formset = PartsFormSet
    company: str | None = "company"
    exclude = ["company"]

    def permission(self, action: str) -> str:
        page = admin.site._registry[self.parent_model]
        assert isinstance(page, ScopedAdmin)
        return page.permission("change" if action in {"add", "delete"} else action)

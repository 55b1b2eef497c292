"""Companies and warehouses, number series and conflicting duties."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from core import numbering
from core.admin.base import ScopedAdmin, ScopedForm
from core.models import Company, ConflictingDuties, NumberSeries, Warehouse
from core.operations import ADMINISTER
from core.roles import companies_of


def administers_everywhere(request: HttpRequest) -> bool:
    """Whether the person administers every company: only then they decide what holds for all of them."""
    mine = {company.pk for company in companies_of(request.user, ADMINISTER)}
    return bool(request.user.is_superuser or mine >= set(Company.objects.values_list("pk", flat=True)))


class AdministeredAdmin(ScopedAdmin):
    """The kernel's own tables: one permission, `core.administer`, in the row's company. Nothing is deleted."""

    def permission(self, action: str) -> str:
        return ADMINISTER

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Company)
class CompanyAdmin(AdministeredAdmin):
    company = "pk"
    list_display = ["name", "code", "country", "currency", "time_zone", "is_active"]
    search_fields = ["name", "code"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers_everywhere(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Books are kept in one currency, and papers carry the code: neither changes afterwards."""
        return ["code", "currency"] if obj else []


@admin.register(Warehouse)
class WarehouseAdmin(AdministeredAdmin):
    list_display = ["name", "code", "company", "country", "is_active"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter), "is_active"]
    list_select_related = ["company"]
    search_fields = ["name", "code"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["company", "code"] if obj else []


class NumberSeriesForm(ScopedForm):
    kind = forms.ChoiceField(choices=lambda: [(kind.key, kind.label) for kind in numbering.all_kinds()])

    class Meta:
        model = NumberSeries
        fields = ["company", "kind", "year", "pattern"]


@admin.register(NumberSeries)
class NumberSeriesAdmin(AdministeredAdmin):
    form = NumberSeriesForm
    fields = ["company", "kind", "year", "pattern", "last_number", "last_date"]
    list_display = ["kind", "company", "year", "pattern", "last_number", "last_date"]
    list_filter = ["kind", "year", ("company", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["company"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A series that has given a number only goes on; until then its pattern may change."""
        given = ["last_number", "last_date"]
        if obj is None:
            return given
        return [*given, "company", "kind", "year", *(["pattern"] if obj.last_number else [])]


@admin.register(ConflictingDuties)
class ConflictingDutiesAdmin(AdministeredAdmin):
    company = None
    list_display = ["first_permission", "second_permission", "threshold", "currency", "reason"]
    search_fields = ["first_permission", "second_permission", "reason"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers_everywhere(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers_everywhere(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers_everywhere(request)

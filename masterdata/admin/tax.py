"""Tax codes, and the rules that choose one."""

from django.contrib import admin

from masterdata.admin.base import SetUp
from masterdata.models import TaxCode, TaxRule


@admin.register(TaxCode)
class TaxCodeAdmin(SetUp):
    family = "taxcode"
    list_display = ["code", "name", "company", "category", "country", "rate_kind", "is_active"]
    list_select_related = ["company"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter), "category"]
    search_fields = ["code", "name"]


@admin.register(TaxRule)
class TaxRuleAdmin(SetUp):
    family = "taxcode"
    list_display = ["number", "name", "company", "route", "standing", "supply", "tax_class", "tax_code"]
    list_select_related = ["company", "tax_code"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter)]

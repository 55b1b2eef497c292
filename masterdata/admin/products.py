"""Products with their units, parts and costs."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from masterdata.admin.base import KeptByPeople, Parts, SetUp
from masterdata.models import KitComponent, Product, ProductCost, ProductGroup, ProductUnit


class Units(Parts):
    model = ProductUnit


class Components(Parts):
    model = KitComponent
    fk_name = "kit"
    autocomplete_fields = ["component"]


class Costs(Parts):
    model = ProductCost


@admin.register(ProductGroup)
class ProductGroupAdmin(SetUp):
    family = "product"
    list_display = ["name", "code", "parent", "company"]
    list_select_related = ["company", "parent"]
    search_fields = ["code", "name"]


@admin.register(Product)
class ProductAdmin(KeptByPeople):
    family = "product"
    list_display = ["sku", "name", "company", "kind", "group", "base_unit", "status"]
    list_select_related = ["company", "group", "base_unit"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter), "kind", "status", "tracking"]
    search_fields = ["sku", "name", "gtin"]
    inlines = [Units, Components, Costs]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The base unit is what stock and counters speak: it never changes afterwards."""
        return ["company", "sku", "base_unit"] if obj else []

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        """Whoever has the product open elsewhere learns that it changed."""
        obj.version += change
        super().save_model(request, obj, form, change)

"""Public facts: units, rates, holidays."""

from django.contrib import admin

from masterdata.admin.base import PublicFact
from masterdata.models import ExchangeRate, Holiday, TaxRate, Unit


@admin.register(Unit)
class UnitAdmin(PublicFact):
    list_display = ["name", "code", "symbol", "decimals"]
    search_fields = ["code", "name"]


@admin.register(TaxRate)
class TaxRateAdmin(PublicFact):
    list_display = ["country", "kind", "percent", "valid_from", "valid_to"]
    list_filter = ["kind", "country"]


@admin.register(ExchangeRate)
class ExchangeRateAdmin(PublicFact):
    list_display = ["day", "base", "currency", "rate", "source"]
    list_filter = ["currency"]
    date_hierarchy = "day"


@admin.register(Holiday)
class HolidayAdmin(PublicFact):
    list_display = ["day", "name", "country", "region"]
    list_filter = ["country"]
    date_hierarchy = "day"

"""What a company tells others about itself, its bank accounts and closing days."""

from django.contrib import admin

from masterdata.admin.base import SetUp
from masterdata.models import BankAccount, ClosingDay, CompanyProfile, CompanyVatNumber


@admin.register(CompanyProfile)
class CompanyProfileAdmin(SetUp):
    list_display = ["legal_name", "company", "city", "unproven_business", "one_stop_shop_from"]
    list_select_related = ["company"]
    fieldsets = [
        (None, {"fields": ["company", "legal_name", "registration_number", "register"]}),
        ("Address", {"fields": ["street", "street_2", "postal_code", "city", "region", "phone", "email", "website"]}),
        ("Identifiers", {"fields": ["eori", "gln", "lei", "endpoint_scheme", "endpoint"]}),
        ("Documents", {"fields": ["footer", "footers", "default_payment_term"]}),
        ("Tax", {"fields": ["unproven_business", "one_stop_shop_from"]}),
        ("Prices", {"fields": ["minimum_margin_percent"]}),
        ("Business days", {"fields": ["holiday_region", "weekend"]}),
    ]


@admin.register(BankAccount)
class BankAccountAdmin(SetUp):
    list_display = ["name", "company", "currency", "iban", "account_number", "is_printed", "is_active"]
    list_select_related = ["company"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter), "is_active"]
    search_fields = ["name", "iban"]


@admin.register(ClosingDay)
class ClosingDayAdmin(SetUp):
    list_display = ["day", "name", "company", "works"]
    list_select_related = ["company"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter)]


@admin.register(CompanyVatNumber)
class CompanyVatNumberAdmin(SetUp):
    list_display = ["number", "company", "country", "valid_from", "valid_to"]
    list_select_related = ["company"]

"""Customers with everything that belongs to them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from masterdata.admin.base import KeptByPeople, Parts, SetUp
from masterdata.models import (
    Customer,
    CustomerAddress,
    CustomerBankAccount,
    CustomerContact,
    CustomerGroup,
    CustomerSku,
    CustomerTerms,
    CustomerVatNumber,
    DirectDebitMandate,
)


class PartsOfCustomer(Parts):
    company = "customer__company"


class Addresses(PartsOfCustomer):
    model = CustomerAddress


class Contacts(PartsOfCustomer):
    model = CustomerContact


class VatNumbers(PartsOfCustomer):
    model = CustomerVatNumber


class Terms(Parts):
    model = CustomerTerms


class BankAccounts(Parts):
    model = CustomerBankAccount


class Skus(Parts):
    model = CustomerSku
    autocomplete_fields = ["product"]


@admin.register(CustomerGroup)
class CustomerGroupAdmin(SetUp):
    family = "customer"
    list_display = ["name", "code", "company"]
    list_select_related = ["company"]
    search_fields = ["code", "name"]


@admin.register(Customer)
class CustomerAdmin(KeptByPeople):
    family = "customer"
    list_display = ["number", "name", "company", "group", "currency", "status"]
    list_select_related = ["company", "group"]
    list_filter = [("company", admin.RelatedOnlyFieldListFilter), "status", "currency"]
    search_fields = ["number", "name", "search_name"]
    autocomplete_fields = ["parent", "payer", "bill_to"]
    readonly_fields = ["status", "status_reason"]
    inlines = [Addresses, Contacts, Terms, VatNumbers, BankAccounts, Skus]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Blocking and closing are verbs with a reason; company and number stand on papers."""
        return ["status", "status_reason", *(["company", "number"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        """Whoever has the customer open elsewhere learns that it changed."""
        obj.version += change
        super().save_model(request, obj, form, change)


@admin.register(DirectDebitMandate)
class DirectDebitMandateAdmin(SetUp):
    family = "customer"
    list_display = ["reference", "customer", "company", "scheme", "signed_on", "cancelled_on"]
    list_select_related = ["company", "customer"]
    search_fields = ["reference", "customer__name"]
    autocomplete_fields = ["customer"]

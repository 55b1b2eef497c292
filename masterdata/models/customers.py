"""Customers: who buys, where it goes, who pays, on which terms, and how we reach them."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from core.models import Company
from core.money import CurrencyField, PercentField
from masterdata.constraints import SameCompany, company_and_id
from masterdata.fields import (
    CountryField,
    GlnField,
    LeiField,
    Validity,
    VatNumberField,
    ends_after_it_begins,
    one_at_a_time,
)
from masterdata.models.prices import PriceList
from masterdata.models.products import Product
from masterdata.models.tax import TaxStatus
from masterdata.models.terms import PaymentTerm
from masterdata.search_text import search_index, searchable


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class CustomerGroup(models.Model):
    """Customers that prices, discounts and reports treat alike."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["company", "code"]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="customergroup_code_once_per_company"),
            company_and_id("customergroup_company_and_id"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    BLOCKED = "blocked", "Blocked"
    CLOSED = "closed", "Closed"


class InvoiceGrouping(models.TextChoices):
    PER_SHIPMENT = "per_shipment", "One per shipment"
    PER_ORDER = "per_order", "One per order"
    WEEKLY = "weekly", "Collected by week"
    MONTHLY = "monthly", "Collected by month"


class DeliveryPolicy(models.TextChoices):
    PARTIAL = "partial", "Ship what is there"
    COMPLETE = "complete", "Ship complete orders only"


class EInvoiceFormat(models.TextChoices):
    NONE = "none", "PDF by mail"
    FACTUR_X = "factur_x", "Factur-X / ZUGFeRD"
    PEPPOL = "peppol", "Peppol BIS Billing 3"
    XRECHNUNG = "xrechnung", "XRechnung"


ROLE_CYCLE = """
    IF NEW.parent_id IS NOT NULL AND EXISTS (
        WITH RECURSIVE above AS (
            SELECT id, parent_id FROM masterdata_customer WHERE id = NEW.parent_id
            UNION
            SELECT customer.id, customer.parent_id
            FROM masterdata_customer AS customer JOIN above ON customer.id = above.parent_id
        ) SELECT FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'customer % would stand above itself in its group', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'customer_group_has_no_circle';
    END IF;
    RETURN NEW;
"""


@pghistory.track(append_only=True, level=pgtrigger.Statement, exclude=["search_text"])
class Customer(models.Model):
    """A sold-to. Who pays and who gets the invoice may be others; the payer owns open items and the credit account."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=160)
    legal_name = models.CharField(max_length=160, blank=True, help_text="On invoices, where it differs.")
    search_name = models.CharField(max_length=40, blank=True, help_text="A short name people search for.")
    status = models.CharField(max_length=8, choices=CustomerStatus, default=CustomerStatus.ACTIVE)
    status_reason = models.CharField(max_length=160, blank=True)
    language = models.CharField(max_length=7, choices=settings.LANGUAGES, default="en")
    currency = CurrencyField()
    group = models.ForeignKey(CustomerGroup, models.PROTECT, null=True, blank=True, related_name="customers")
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True)

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subsidiaries", help_text="Above it in its group."
    )
    payer = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="paid_for", help_text="Empty: pays itself."
    )
    bill_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="billed_for", help_text="Empty: gets the invoice."
    )

    registration_number = models.CharField(max_length=40, blank=True)
    gln = GlnField("GLN", null=True, blank=True)
    lei = LeiField("LEI", null=True, blank=True)
    website = models.URLField(blank=True)
    phone = models.CharField(max_length=40, blank=True)

    delivery_policy = models.CharField(max_length=8, choices=DeliveryPolicy, default=DeliveryPolicy.PARTIAL)
    groups_shipments = models.BooleanField("several orders in one shipment", default=True)
    delivery_priority = models.PositiveSmallIntegerField(default=5, help_text="1 goes first, 9 last.")
    minimum_life_days = models.PositiveIntegerField(default=0, help_text="Days a lot must still have when it ships.")

    invoice_grouping = models.CharField(max_length=12, choices=InvoiceGrouping, default=InvoiceGrouping.PER_SHIPMENT)
    einvoice_format = models.CharField(
        "e-invoice format", max_length=9, choices=EInvoiceFormat, default=EInvoiceFormat.NONE
    )
    endpoint_scheme = models.CharField(max_length=4, blank=True, help_text="Of the Peppol address, such as 0088.")
    endpoint = models.CharField(max_length=60, blank=True, help_text="The Peppol address.")
    buyer_reference = models.CharField(max_length=46, blank=True, help_text="Such as a Leitweg-ID.")
    needs_order_number = models.BooleanField("wants its order number on every document", default=False)
    money_on_account_pays_invoices = models.BooleanField("money on account pays new invoices", default=True)
    gets_reminders = models.BooleanField("gets reminders", default=True)
    gets_statements = models.BooleanField("gets a monthly statement", default=False)

    version = models.PositiveIntegerField(default=1, editable=False)
    client_key = models.UUIDField(null=True, blank=True, editable=False)
    search_text = searchable("number", "name", "search_name", "legal_name")

    class Meta:
        ordering = ["company", "number"]
        permissions = [("import_customer", "Can import customers"), ("block_customer", "Can block customers")]
        indexes = [
            search_index("customer_search"),
            GinIndex(fields=["tags"], name="customer_tags"),
            models.Index(fields=["company", "name"], name="customer_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="customer_number_once_per_company"),
            models.UniqueConstraint(fields=["company", "client_key"], name="customer_client_key_once"),
            models.UniqueConstraint(fields=["company", "gln"], name="customer_gln_once_per_company"),
            company_and_id("customer_company_and_id"),
            SameCompany(name="customer_group_of_same_company", field="group"),
            SameCompany(name="customer_parent_of_same_company", field="parent"),
            SameCompany(name="customer_payer_of_same_company", field="payer"),
            SameCompany(name="customer_bill_to_of_same_company", field="bill_to"),
            models.CheckConstraint(name="customer_not_its_own_parent", condition=~Q(parent=F("id"))),
            models.CheckConstraint(name="customer_payer_is_another", condition=~Q(payer=F("id"))),
            models.CheckConstraint(name="customer_bill_to_is_another", condition=~Q(bill_to=F("id"))),
            models.CheckConstraint(name="customer_status_known", condition=Q(status__in=CustomerStatus.values)),
            models.CheckConstraint(
                name="customer_status_has_a_reason", condition=Q(status="active") | ~Q(status_reason="")
            ),
            models.CheckConstraint(
                name="customer_grouping_known", condition=Q(invoice_grouping__in=InvoiceGrouping.values)
            ),
            models.CheckConstraint(
                name="customer_delivery_policy_known", condition=Q(delivery_policy__in=DeliveryPolicy.values)
            ),
            models.CheckConstraint(
                name="customer_einvoice_format_known", condition=Q(einvoice_format__in=EInvoiceFormat.values)
            ),
            models.CheckConstraint(
                name="customer_priority_between_1_and_9",
                condition=Q(delivery_priority__gte=1, delivery_priority__lte=9),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="customer_group_has_no_circle",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),
                func=ROLE_CYCLE,
            ),
            pgtrigger.Trigger(
                name="customer_payer_pays_itself",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("payer_id"),
                condition=pgtrigger.Condition("NEW.payer_id IS NOT NULL"),
                func="""
                    IF EXISTS (SELECT FROM masterdata_customer WHERE id = NEW.payer_id AND payer_id IS NOT NULL)
                        OR EXISTS (SELECT FROM masterdata_customer WHERE payer_id = NEW.id)
                    THEN
                        RAISE EXCEPTION 'the payer of customer % does not pay itself', NEW.number
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'customer_payer_pays_itself';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class CustomerAddress(models.Model):
    """A place of a customer: goods go there, or invoices."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    code = models.CharField(max_length=20, help_text="Such as MAIN or SHOP-2.")
    name = models.CharField(max_length=160, blank=True, help_text="Who receives; empty: the customer's name.")
    attention = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=160)
    street_2 = models.CharField(max_length=160, blank=True)
    postal_code = models.CharField(max_length=16, blank=True)
    city = models.CharField(max_length=80)
    region = models.CharField(max_length=80, blank=True)
    country = CountryField()
    phone = models.CharField(max_length=40, blank=True)
    gln = GlnField("GLN", null=True, blank=True)
    delivery_note = models.CharField(max_length=255, blank=True, help_text="For the driver.")
    is_ship_to = models.BooleanField("goods go here", default=True)
    is_bill_to = models.BooleanField("invoices go here", default=False)
    is_default_ship_to = models.BooleanField("first choice for goods", default=False)
    is_default_bill_to = models.BooleanField("first choice for invoices", default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["customer", "code"]
        verbose_name_plural = "customer addresses"
        constraints = [
            models.UniqueConstraint(fields=["customer", "code"], name="customeraddress_code_once"),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_default_ship_to=True), name="customeraddress_one_default_ship_to"
            ),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_default_bill_to=True), name="customeraddress_one_default_bill_to"
            ),
            models.CheckConstraint(
                name="customeraddress_default_serves_its_purpose",
                condition=(Q(is_default_ship_to=False) | Q(is_ship_to=True, is_active=True))
                & (Q(is_default_bill_to=False) | Q(is_bill_to=True, is_active=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.street}, {self.postal_code} {self.city}, {self.country}"


class Purpose(models.TextChoices):
    """What we write to a contact about."""

    ORDERS = "orders", "Orders and confirmations"
    DELIVERIES = "deliveries", "Deliveries"
    INVOICES = "invoices", "Invoices"
    REMINDERS = "reminders", "Reminders and statements"
    RETURNS = "returns", "Returns"
    SERVICE = "service", "Service and surveys"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class CustomerContact(models.Model):
    """A person at the customer, and what we write to them about."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(
        max_length=7, choices=settings.LANGUAGES, blank=True, help_text="Empty: as the customer."
    )
    purposes = ArrayField(models.CharField(max_length=10, choices=Purpose), default=list, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["customer", "name"]
        constraints = [
            models.CheckConstraint(
                name="customercontact_purposes_known", condition=Q(purposes__contained_by=list(Purpose.values))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.email else self.name


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class ContactBounce(models.Model):
    """Mail of one kind came back from a contact; none of that kind is sent until somebody has put it right."""

    contact = models.ForeignKey(CustomerContact, models.CASCADE, related_name="bounces")
    purpose = models.CharField(max_length=10, choices=Purpose)
    address = models.EmailField()
    reason = models.CharField(max_length=255)
    bounced_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["contact", "-bounced_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "purpose"], condition=Q(resolved_at=None), name="contactbounce_once_while_open"
            ),
            models.CheckConstraint(name="contactbounce_purpose_known", condition=Q(purpose__in=Purpose.values)),
            models.CheckConstraint(
                name="contactbounce_resolved_after_it_bounced",
                condition=Q(resolved_at=None) | Q(resolved_at__gte=F("bounced_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"


class DeliveryTerm(models.TextChoices):
    """Incoterms 2020."""

    EXW = "EXW", "EXW – Ex works"
    FCA = "FCA", "FCA – Free carrier"
    CPT = "CPT", "CPT – Carriage paid to"
    CIP = "CIP", "CIP – Carriage and insurance paid to"
    DAP = "DAP", "DAP – Delivered at place"
    DPU = "DPU", "DPU – Delivered at place unloaded"
    DDP = "DDP", "DDP – Delivered duty paid"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class CustomerTerms(Validity):
    """On what terms a customer buys while these are valid: payment, price list, discount, tax status, delivery."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="terms")
    payment_term = models.ForeignKey(PaymentTerm, models.PROTECT, related_name="+")
    price_list = models.ForeignKey(PriceList, models.PROTECT, null=True, blank=True, related_name="+")
    discount_percent = PercentField(default=0, help_text="Off every list price, before other discounts.")
    tax_status = models.CharField(max_length=8, choices=TaxStatus, default=TaxStatus.BUSINESS)
    exemption_certificate = models.CharField(max_length=60, blank=True, help_text="The paper that proves an exemption.")
    delivery_term = models.CharField(max_length=3, choices=DeliveryTerm, default=DeliveryTerm.DAP)
    delivery_place = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["customer", "valid_from"]
        verbose_name_plural = "customer terms"
        constraints = [
            SameCompany(name="customerterms_customer_of_same_company", field="customer"),
            SameCompany(name="customerterms_payment_term_of_same_company", field="payment_term"),
            SameCompany(name="customerterms_price_list_of_same_company", field="price_list"),
            ends_after_it_begins("customerterms_ends_after_it_begins"),
            one_at_a_time("customerterms_one_at_a_time", "customer"),
            models.CheckConstraint(
                name="customerterms_discount_between_0_and_100",
                condition=Q(discount_percent__gte=0, discount_percent__lte=100),
            ),
            models.CheckConstraint(name="customerterms_tax_status_known", condition=Q(tax_status__in=TaxStatus.values)),
            models.CheckConstraint(
                name="customerterms_exemption_has_its_paper",
                condition=~Q(tax_status="exempt") | ~Q(exemption_certificate=""),
            ),
            models.CheckConstraint(
                name="customerterms_delivery_term_known", condition=Q(delivery_term__in=DeliveryTerm.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_term}, {self.get_delivery_term_display()}"


class VatCheck(models.TextChoices):
    """What the register of VAT ids said."""

    UNCHECKED = "unchecked", "Not checked yet"
    VALID = "valid", "Valid"
    INVALID = "invalid", "Not valid"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class CustomerVatNumber(Validity):
    """A VAT id of a customer in a country, and what the register said about it, when, under which reference."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="vat_numbers")
    country = CountryField()
    number = VatNumberField()
    check_result = models.CharField(max_length=9, choices=VatCheck, default=VatCheck.UNCHECKED)
    checked_on = models.DateField(null=True, blank=True)
    check_reference = models.CharField(max_length=60, blank=True, help_text="The consultation number.")

    class Meta:
        ordering = ["customer", "country"]
        indexes = [models.Index(fields=["number"], name="customervatnumber_by_number")]
        constraints = [
            ends_after_it_begins("customervatnumber_ends_after_it_begins"),
            one_at_a_time("customervatnumber_one_at_a_time", "customer", "country"),
            models.CheckConstraint(
                name="customervatnumber_result_has_its_day",
                condition=Q(check_result="unchecked", checked_on=None)
                | Q(check_result__in=["valid", "invalid"], checked_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class CustomerSku(models.Model):
    """What a customer calls one of our products."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="skus")
    product = models.ForeignKey(Product, models.CASCADE, related_name="customer_skus")
    sku = models.CharField("SKU", max_length=40)
    name = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["customer", "sku"]
        verbose_name = "customer SKU"
        constraints = [
            models.UniqueConstraint(fields=["customer", "sku"], name="customersku_once_per_customer"),
            SameCompany(name="customersku_customer_of_same_company", field="customer"),
            SameCompany(name="customersku_product_of_same_company", field="product"),
        ]

    def __str__(self) -> str:
        return self.sku

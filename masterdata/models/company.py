"""What a company tells others about itself, its policies of price and tax, its bank accounts and closing days."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from core.models import Company
from core.money import CurrencyField, PercentField
from masterdata.constraints import SameCompany
from masterdata.fields import (
    BicField,
    CountryField,
    GlnField,
    IbanField,
    LeiField,
    TranslationsField,
    Validity,
    VatNumberField,
    ends_after_it_begins,
    one_at_a_time,
)


class UnprovenBusiness(models.TextChoices):
    """What happens to an EU business without a valid VAT id."""

    AS_CONSUMER = "as_consumer", "Tax like a consumer"
    REFUSE = "refuse", "Refuse until the VAT id is valid"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class CompanyProfile(models.Model):
    """Name and address on paper, identifiers, footer, and the company's policies of price and tax."""

    company = models.OneToOneField(Company, models.PROTECT, primary_key=True, related_name="profile")
    legal_name = models.CharField(max_length=160)
    street = models.CharField(max_length=160)
    street_2 = models.CharField(max_length=160, blank=True)
    postal_code = models.CharField(max_length=16)
    city = models.CharField(max_length=80)
    region = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    registration_number = models.CharField(max_length=40, blank=True, help_text="In the register of companies.")
    register = models.CharField(max_length=80, blank=True, help_text="Such as Companies House.")
    eori = models.CharField("EORI", max_length=17, blank=True)
    gln = GlnField("GLN", null=True, blank=True)
    lei = LeiField("LEI", null=True, blank=True)
    endpoint_scheme = models.CharField(max_length=4, blank=True, help_text="Of the Peppol address, such as 0088.")
    endpoint = models.CharField(max_length=60, blank=True, help_text="The Peppol address.")
    footer = models.TextField(blank=True, help_text="At the foot of every document.")
    footers = TranslationsField()

    unproven_business = models.CharField(max_length=12, choices=UnprovenBusiness, default=UnprovenBusiness.AS_CONSUMER)
    one_stop_shop_from = models.DateField(
        null=True, blank=True, help_text="From this day, sales to EU consumers are taxed where the goods go."
    )
    minimum_margin_percent = PercentField(
        null=True, blank=True, help_text="On the net price; a price below it needs a reason."
    )
    default_payment_term = models.ForeignKey(
        "masterdata.PaymentTerm", models.PROTECT, null=True, blank=True, related_name="+"
    )
    holiday_region = models.CharField(max_length=6, blank=True, help_text="Such as ENG; for business days.")
    weekend = models.CharField(max_length=7, default="67", help_text="Days off each week: 1 is Monday, 7 is Sunday.")

    class Meta:
        constraints = [
            SameCompany(name="companyprofile_term_of_same_company", field="default_payment_term"),
            models.CheckConstraint(
                name="companyprofile_unproven_business_known",
                condition=Q(unproven_business__in=UnprovenBusiness.values),
            ),
            models.CheckConstraint(name="companyprofile_weekend_is_days", condition=Q(weekend__regex="^[1-7]{0,6}$")),
        ]

    def __str__(self) -> str:
        return self.legal_name


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class CompanyVatNumber(Validity):
    """The company's VAT registration in a country."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="vat_numbers")
    country = CountryField()
    number = VatNumberField()

    class Meta:
        ordering = ["company", "country"]
        constraints = [
            ends_after_it_begins("companyvatnumber_ends_after_it_begins"),
            one_at_a_time("companyvatnumber_one_at_a_time", "company", "country"),
        ]

    def __str__(self) -> str:
        return str(self.number)


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class BankAccount(models.Model):
    """An account of the company: printed on invoices, read from statements, debited for refunds."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="bank_accounts")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    bank_name = models.CharField(max_length=120, blank=True)
    currency = CurrencyField()
    iban = IbanField("IBAN", null=True, blank=True)
    bic = BicField("BIC", null=True, blank=True)
    account_number = models.CharField(max_length=34, blank=True, help_text="Where there is no IBAN.")
    routing_code = models.CharField(max_length=20, blank=True, help_text="Such as a sort code.")
    creditor_identifier = models.CharField(max_length=35, blank=True, help_text="For SEPA direct debits.")
    is_printed = models.BooleanField("printed on invoices in its currency", default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["company", "code"]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="bankaccount_code_once_per_company"),
            models.UniqueConstraint(fields=["company", "iban", "currency"], name="bankaccount_iban_once_per_currency"),
            models.UniqueConstraint(fields=["company", "id"], name="bankaccount_company_and_id"),
            models.UniqueConstraint(
                fields=["company", "currency"],
                condition=Q(is_printed=True),
                name="bankaccount_one_printed_per_currency",
            ),
            models.CheckConstraint(
                name="bankaccount_has_a_number", condition=Q(iban__isnull=False) | ~Q(account_number="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.currency})"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class ClosingDay(models.Model):
    """A day on which the company is closed, or, against the calendar, works."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="closing_days")
    day = models.DateField()
    name = models.CharField(max_length=120)
    works = models.BooleanField("works all the same", default=False)

    class Meta:
        ordering = ["company", "day"]
        constraints = [models.UniqueConstraint(fields=["company", "day"], name="closingday_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"

"""Tax codes and the rules that choose one: what a company may charge, and when."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from core.models import Company
from masterdata.constraints import SameCompany, company_and_id
from masterdata.fields import CountryField, TranslationsField, Validity, ends_after_it_begins
from masterdata.models.facts import RateKind


class TaxCategory(models.TextChoices):
    """UNCL 5305, the part that EN 16931 allows."""

    STANDARD = "S", "S – Standard or reduced rate"
    ZERO = "Z", "Z – Zero rated"
    EXEMPT = "E", "E – Exempt"
    REVERSE_CHARGE = "AE", "AE – Reverse charge"
    INTRA_COMMUNITY = "K", "K – Intra-Community supply"
    EXPORT = "G", "G – Export outside the EU"
    OUTSIDE_SCOPE = "O", "O – Outside scope of tax"


class TaxClass(models.TextChoices):
    """What the law thinks of a product; which rate follows depends on the country."""

    STANDARD = "standard", "Standard"
    REDUCED = "reduced", "Reduced"
    SECOND_REDUCED = "second_reduced", "Second reduced"
    SUPER_REDUCED = "super_reduced", "Super-reduced"
    ZERO = "zero", "Zero rated"
    EXEMPT = "exempt", "Exempt"


class TaxStatus(models.TextChoices):
    """What a customer is for tax."""

    BUSINESS = "business", "Business"
    CONSUMER = "consumer", "Consumer"
    EXEMPT = "exempt", "Exempt body (diplomatic, international)"


WITH_REASON = [
    TaxCategory.EXEMPT,
    TaxCategory.REVERSE_CHARGE,
    TaxCategory.INTRA_COMMUNITY,
    TaxCategory.EXPORT,
    TaxCategory.OUTSIDE_SCOPE,
]


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class TaxCode(models.Model):
    """A way to tax that a company uses: its EN 16931 category, where it is owed, and what the invoice must say.

    A taxed code (S) names a rate kind, or takes the one of the product's tax class; without a country it is owed
    where the goods go (one-stop-shop sales). Every untaxed code but zero rated states its reason.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=120)
    category = models.CharField(max_length=2, choices=TaxCategory)
    country = CountryField(blank=True, help_text="Where the tax is owed; empty: where the goods go.")
    rate_kind = models.CharField(
        max_length=14, choices=RateKind, blank=True, help_text="Empty: the rate of the product's tax class."
    )
    exemption_code = models.CharField(max_length=24, blank=True, help_text="VATEX code, such as VATEX-EU-IC.")
    legal_text = models.CharField(max_length=255, blank=True, help_text="The reason as the invoice prints it.")
    legal_texts = TranslationsField()
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["company", "code"]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="taxcode_code_once_per_company"),
            company_and_id("taxcode_company_and_id"),
            models.CheckConstraint(name="taxcode_category_known", condition=Q(category__in=TaxCategory.values)),
            models.CheckConstraint(name="taxcode_rate_kind_known", condition=Q(rate_kind__in=["", *RateKind.values])),
            models.CheckConstraint(
                name="taxcode_rate_only_where_taxed", condition=Q(category=TaxCategory.STANDARD) | Q(rate_kind="")
            ),
            models.CheckConstraint(
                name="taxcode_untaxed_states_its_reason",
                condition=~Q(category__in=[category.value for category in WITH_REASON]) | ~Q(legal_text=""),
            ),
            models.CheckConstraint(
                name="taxcode_taxed_needs_no_reason",
                condition=~Q(category__in=["S", "Z"]) | Q(exemption_code="", legal_text=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Route(models.TextChoices):
    """Where a supply goes from and to, seen from the law of the country it leaves."""

    ANY = "any", "Anywhere"
    DOMESTIC = "domestic", "Within one country"
    INTRA_EU = "intra_eu", "From one EU country to another"
    ONE_STOP_SHOP = "one_stop_shop", "To an EU consumer, taxed where the goods go"
    EXPORT = "export", "Out of the tax territory"


class Standing(models.TextChoices):
    """What the customer is on the day of supply, as far as it is proven."""

    ANY = "any", "Anyone"
    CONSUMER = "consumer", "Consumer"
    BUSINESS = "business", "Business with a valid VAT id"
    UNPROVEN = "unproven", "Business without a valid VAT id"
    EXEMPT = "exempt", "Exempt body"


class Supply(models.TextChoices):
    """What is supplied."""

    ANY = "any", "Anything"
    GOODS = "goods", "Goods"
    SERVICE = "service", "Service"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class TaxRule(Validity):
    """When all of its conditions hold, supplies are taxed by its code. The rule with the lowest number wins."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text="Rules are tried in this order; the first that fits decides.")
    name = models.CharField(max_length=120)
    route = models.CharField(max_length=14, choices=Route, default=Route.ANY)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.ANY)
    supply = models.CharField(max_length=8, choices=Supply, default=Supply.ANY)
    tax_class = models.CharField(max_length=14, choices=TaxClass, blank=True, help_text="Empty: any.")
    from_country = CountryField(blank=True, help_text="Empty: any.")
    to_country = CountryField(blank=True, help_text="Empty: any.")
    tax_code = models.ForeignKey(TaxCode, models.PROTECT, related_name="rules")

    class Meta:
        ordering = ["company", "number"]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="taxrule_number_once_per_company"),
            SameCompany(name="taxrule_code_of_same_company", field="tax_code"),
            ends_after_it_begins("taxrule_ends_after_it_begins"),
            models.CheckConstraint(name="taxrule_route_known", condition=Q(route__in=Route.values)),
            models.CheckConstraint(name="taxrule_standing_known", condition=Q(standing__in=Standing.values)),
            models.CheckConstraint(name="taxrule_supply_known", condition=Q(supply__in=Supply.values)),
            models.CheckConstraint(name="taxrule_tax_class_known", condition=Q(tax_class__in=["", *TaxClass.values])),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

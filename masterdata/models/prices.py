"""Prices: lists with quantity breaks, prices agreed with one customer, discounts and promotions, each with its days."""

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from core.models import Company
from core.money import AmountField, CurrencyField, PercentField, QuantityField, UnitPriceField
from masterdata.constraints import SameCompany, company_and_id
from masterdata.fields import Validity, ends_after_it_begins, one_at_a_time
from masterdata.models.facts import Unit
from masterdata.models.products import Product, ProductGroup


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class PriceList(Validity):
    """Prices in one currency, with tax or without, shown with so many decimals."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    currency = CurrencyField()
    includes_tax = models.BooleanField("prices include tax", default=False)
    decimals = models.PositiveSmallIntegerField(default=2, validators=[MaxValueValidator(6)])
    is_default = models.BooleanField(
        default=False, help_text="For customers without a list of their own, and for products their list leaves out."
    )

    class Meta:
        ordering = ["company", "code"]
        permissions = [("view_price", "Can see prices"), ("import_price", "Can import prices")]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="pricelist_code_once_per_company"),
            company_and_id("pricelist_company_and_id"),
            ends_after_it_begins("pricelist_ends_after_it_begins"),
            one_at_a_time("pricelist_one_default_at_a_time", "company", "currency", condition=Q(is_default=True)),
            models.CheckConstraint(name="pricelist_decimals_at_most_six", condition=Q(decimals__lte=6)),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.currency})"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class PriceRow(Validity):
    """The price of one unit of a product from a quantity on. A price belongs to a unit: a carton has its own."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="rows")
    product = models.ForeignKey(Product, models.CASCADE, related_name="prices")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    from_quantity = QuantityField(default=0, help_text="The price holds from this quantity of the unit on.")
    price = UnitPriceField()

    class Meta:
        ordering = ["price_list", "product", "unit", "from_quantity"]
        indexes = [models.Index(fields=["product", "price_list"], name="pricerow_by_product")]
        constraints = [
            SameCompany(name="pricerow_list_of_same_company", field="price_list"),
            SameCompany(name="pricerow_product_of_same_company", field="product"),
            models.CheckConstraint(name="pricerow_price_not_negative", condition=Q(price__gte=0)),
            models.CheckConstraint(name="pricerow_quantity_not_negative", condition=Q(from_quantity__gte=0)),
            ends_after_it_begins("pricerow_ends_after_it_begins"),
            one_at_a_time("pricerow_one_at_a_time", "price_list", "product", "unit", "from_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.price.normalize():f} from {self.from_quantity.normalize():f}"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class CustomerPrice(Validity):
    """A price agreed with one customer: it goes before every list, and list discounts do not lower it further."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    customer = models.ForeignKey("masterdata.Customer", models.CASCADE, related_name="prices")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    currency = CurrencyField()
    includes_tax = models.BooleanField("price includes tax", default=False)
    from_quantity = QuantityField(default=0)
    price = UnitPriceField()
    reference = models.CharField(max_length=60, blank=True, help_text="The agreement it comes from.")

    class Meta:
        ordering = ["customer", "product", "unit", "from_quantity"]
        constraints = [
            SameCompany(name="customerprice_customer_of_same_company", field="customer"),
            SameCompany(name="customerprice_product_of_same_company", field="product"),
            models.CheckConstraint(name="customerprice_price_not_negative", condition=Q(price__gte=0)),
            models.CheckConstraint(name="customerprice_quantity_not_negative", condition=Q(from_quantity__gte=0)),
            ends_after_it_begins("customerprice_ends_after_it_begins"),
            one_at_a_time("customerprice_one_at_a_time", "customer", "product", "unit", "currency", "from_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.price.normalize():f} {self.currency} for {self.customer}"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class Discount(Validity):
    """So many per cent off for a customer or a group of customers, on a product, a group of products, or everything.

    Of the discounts that fit a line, the most particular one of each step applies; steps apply one after the other,
    lowest first.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    step = models.PositiveSmallIntegerField(default=1)
    customer = models.ForeignKey("masterdata.Customer", models.CASCADE, null=True, blank=True, related_name="discounts")
    customer_group = models.ForeignKey(
        "masterdata.CustomerGroup", models.CASCADE, null=True, blank=True, related_name="discounts"
    )
    product = models.ForeignKey(Product, models.CASCADE, null=True, blank=True, related_name="discounts")
    product_group = models.ForeignKey(ProductGroup, models.CASCADE, null=True, blank=True, related_name="discounts")
    from_quantity = QuantityField(default=0, help_text="In base units of the product.")
    percent = PercentField()

    class Meta:
        ordering = ["company", "step", "name"]
        constraints = [
            SameCompany(name="discount_customer_of_same_company", field="customer"),
            SameCompany(name="discount_customer_group_of_same_company", field="customer_group"),
            SameCompany(name="discount_product_of_same_company", field="product"),
            SameCompany(name="discount_product_group_of_same_company", field="product_group"),
            models.CheckConstraint(
                name="discount_for_a_customer_or_a_group", condition=Q(customer=None) | Q(customer_group=None)
            ),
            models.CheckConstraint(
                name="discount_on_a_product_or_a_group", condition=Q(product=None) | Q(product_group=None)
            ),
            models.CheckConstraint(name="discount_between_0_and_100", condition=Q(percent__gt=0, percent__lte=100)),
            models.CheckConstraint(name="discount_quantity_not_negative", condition=Q(from_quantity__gte=0)),
            ends_after_it_begins("discount_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.percent.normalize():f} %"


class PromotionKind(models.TextChoices):
    PERCENT = "percent", "Per cent off"
    FREE_GOODS = "free_goods", "Buy some, get some free"
    AMOUNT = "amount", "Amount off"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class Promotion(Validity):
    """An offer for some weeks: when the document holds enough of its products, its benefit applies to those lines.

    It is looked at again with the whole document at each change, and leaves no trace where it no longer applies.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=PromotionKind)
    customer_group = models.ForeignKey(
        "masterdata.CustomerGroup", models.PROTECT, null=True, blank=True, related_name="promotions"
    )
    product_group = models.ForeignKey(ProductGroup, models.PROTECT, null=True, blank=True, related_name="promotions")
    minimum_quantity = QuantityField(
        default=0, help_text="Base units of these products on the document, all lines together."
    )
    minimum_amount = AmountField(default=0, help_text="Net of these products on the document.")
    percent = PercentField(null=True, blank=True)
    free_quantity = QuantityField(null=True, blank=True, help_text="Base units free for each minimum quantity bought.")
    amount = AmountField(null=True, blank=True)
    currency = CurrencyField(null=True, blank=True, help_text="Of the amounts.")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["company", "code"]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="promotion_code_once_per_company"),
            company_and_id("promotion_company_and_id"),
            SameCompany(name="promotion_customer_group_of_same_company", field="customer_group"),
            SameCompany(name="promotion_product_group_of_same_company", field="product_group"),
            models.CheckConstraint(
                name="promotion_has_what_its_kind_needs",
                condition=Q(
                    kind="percent",
                    percent__isnull=False,
                    percent__gt=0,
                    percent__lte=100,
                    free_quantity=None,
                    amount=None,
                )
                | Q(
                    kind="free_goods",
                    percent=None,
                    free_quantity__isnull=False,
                    free_quantity__gt=0,
                    minimum_quantity__gt=0,
                    amount=None,
                )
                | Q(
                    kind="amount",
                    percent=None,
                    free_quantity=None,
                    amount__isnull=False,
                    amount__gt=0,
                    currency__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="promotion_amounts_have_a_currency", condition=Q(minimum_amount=0) | Q(currency__isnull=False)
            ),
            ends_after_it_begins("promotion_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class PromotionProduct(models.Model):
    """A product that a promotion is about; without any, it is about its product group, or about everything."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    promotion = models.ForeignKey(Promotion, models.CASCADE, related_name="products")
    product = models.ForeignKey(Product, models.CASCADE, related_name="promotions")

    class Meta:
        ordering = ["promotion", "product"]
        constraints = [
            models.UniqueConstraint(fields=["promotion", "product"], name="promotionproduct_once"),
            SameCompany(name="promotionproduct_promotion_of_same_company", field="promotion"),
            SameCompany(name="promotionproduct_product_of_same_company", field="product"),
        ]

    def __str__(self) -> str:
        return str(self.product)

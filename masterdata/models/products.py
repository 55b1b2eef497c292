"""Products: what is sold, in which units, made of what, at which cost."""

import pghistory
import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from core.models import Company
from core.money import PercentField, QuantityField, UnitPriceField
from masterdata.constraints import SameCompany, company_and_id
from masterdata.fields import CountryField, GtinField, TranslationsField
from masterdata.models.facts import Unit
from masterdata.models.tax import TaxClass
from masterdata.search_text import search_index, searchable


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class ProductGroup(models.Model):
    """Products that discounts, promotions and reports treat alike."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ["company", "code"]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="productgroup_code_once_per_company"),
            company_and_id("productgroup_company_and_id"),
            SameCompany(name="productgroup_parent_of_same_company", field="parent"),
            models.CheckConstraint(name="productgroup_not_its_own_parent", condition=~Q(parent=F("id"))),
        ]

    def __str__(self) -> str:
        return self.name


class ProductKind(models.TextChoices):
    STOCK = "stock", "Stock item"
    SERVICE = "service", "Service"
    KIT = "kit", "Kit"
    CHARGE = "charge", "Charge"
    TEXT = "text", "Text"


class Tracking(models.TextChoices):
    NONE = "none", "Not tracked"
    LOT = "lot", "By lot"
    SERIAL = "serial", "By serial number"


class ProductStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    PHASING_OUT = "phasing_out", "Sold while stock lasts"
    CLOSED = "closed", "No longer sold"


@pghistory.track(append_only=True, level=pgtrigger.Statement, exclude=["search_text"])
class Product(models.Model):
    """Something that stands on order lines. Stock, cost and counters speak of its base unit."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    sku = models.CharField("SKU", max_length=40)
    name = models.CharField(max_length=160)
    names = TranslationsField()
    description = models.TextField(blank=True)
    descriptions = TranslationsField()
    kind = models.CharField(max_length=8, choices=ProductKind, default=ProductKind.STOCK)
    status = models.CharField(max_length=12, choices=ProductStatus, default=ProductStatus.ACTIVE)
    group = models.ForeignKey(ProductGroup, models.PROTECT, null=True, blank=True, related_name="products")
    base_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    gtin = GtinField("GTIN", null=True, blank=True)
    tax_class = models.CharField(max_length=14, choices=TaxClass, default=TaxClass.STANDARD)

    weight_kg = models.DecimalField("gross weight in kg", max_digits=12, decimal_places=4, null=True, blank=True)
    length_mm = models.PositiveIntegerField(null=True, blank=True)
    width_mm = models.PositiveIntegerField(null=True, blank=True)
    height_mm = models.PositiveIntegerField(null=True, blank=True)

    tracking = models.CharField(max_length=6, choices=Tracking, default=Tracking.NONE)
    has_expiry = models.BooleanField("has an expiry date", default=False)
    minimum_life_days = models.PositiveIntegerField(
        default=0, help_text="Days a lot must still have when it ships, unless the customer asks for more."
    )
    over_delivery_percent = PercentField(default=0)
    under_delivery_percent = PercentField(default=0)
    origin_country = CountryField(null=True, blank=True)
    hs_code = models.CharField(
        "HS code",
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^(\d{6}|\d{8}|\d{10})$", "A customs code has 6, 8 or 10 digits.")],
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    client_key = models.UUIDField(null=True, blank=True, editable=False)
    search_text = searchable("sku", "name", "gtin")

    class Meta:
        ordering = ["company", "sku"]
        permissions = [("import_product", "Can import products"), ("view_productmargin", "Can see costs and margins")]
        indexes = [search_index("product_search"), models.Index(fields=["company", "name"], name="product_by_name")]
        constraints = [
            models.UniqueConstraint(fields=["company", "sku"], name="product_sku_once_per_company"),
            models.UniqueConstraint(fields=["company", "gtin"], name="product_gtin_once_per_company"),
            models.UniqueConstraint(fields=["company", "client_key"], name="product_client_key_once"),
            company_and_id("product_company_and_id"),
            SameCompany(name="product_group_of_same_company", field="group"),
            models.CheckConstraint(name="product_kind_known", condition=Q(kind__in=ProductKind.values)),
            models.CheckConstraint(name="product_status_known", condition=Q(status__in=ProductStatus.values)),
            models.CheckConstraint(name="product_tax_class_known", condition=Q(tax_class__in=TaxClass.values)),
            models.CheckConstraint(
                name="product_only_stock_is_tracked",
                condition=Q(kind=ProductKind.STOCK) | Q(tracking=Tracking.NONE, has_expiry=False),
            ),
            models.CheckConstraint(
                name="product_expiry_needs_lots_or_serials",
                condition=Q(has_expiry=False) | Q(tracking__in=[Tracking.LOT, Tracking.SERIAL]),
            ),
            models.CheckConstraint(
                name="product_gtin_is_digits", condition=Q(gtin=None) | Q(gtin__regex=r"^(\d{8}|\d{12,14})$")
            ),
            models.CheckConstraint(
                name="product_tolerances_between_0_and_100",
                condition=Q(
                    over_delivery_percent__gte=0,
                    over_delivery_percent__lte=100,
                    under_delivery_percent__gte=0,
                    under_delivery_percent__lte=100,
                ),
            ),
            models.CheckConstraint(
                name="product_weight_not_negative", condition=Q(weight_kg=None) | Q(weight_kg__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class ProductUnit(models.Model):
    """Another unit the product is sold or handled in: one of it is `factor` base units."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    factor = QuantityField(help_text="How many base units one of these is.")
    gtin = GtinField("GTIN", null=True, blank=True)
    weight_kg = models.DecimalField("gross weight in kg", max_digits=12, decimal_places=4, null=True, blank=True)
    length_mm = models.PositiveIntegerField(null=True, blank=True)
    width_mm = models.PositiveIntegerField(null=True, blank=True)
    height_mm = models.PositiveIntegerField(null=True, blank=True)
    is_sold = models.BooleanField("is sold", default=True)

    class Meta:
        ordering = ["product", "factor"]
        constraints = [
            models.UniqueConstraint(fields=["product", "unit"], name="productunit_once_per_product"),
            models.UniqueConstraint(fields=["company", "gtin"], name="productunit_gtin_once_per_company"),
            SameCompany(name="productunit_product_of_same_company", field="product"),
            models.CheckConstraint(name="productunit_factor_positive", condition=Q(factor__gt=0)),
            models.CheckConstraint(
                name="productunit_gtin_is_digits", condition=Q(gtin=None) | Q(gtin__regex=r"^(\d{8}|\d{12,14})$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} of {self.factor.normalize():f}"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class KitComponent(models.Model):
    """So many base units of a product go into one kit."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    kit = models.ForeignKey(Product, models.CASCADE, related_name="components")
    component = models.ForeignKey(Product, models.PROTECT, related_name="part_of")
    quantity = QuantityField()

    class Meta:
        ordering = ["kit", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kit", "component"], name="kitcomponent_once_per_kit"),
            SameCompany(name="kitcomponent_kit_of_same_company", field="kit"),
            SameCompany(name="kitcomponent_component_of_same_company", field="component"),
            models.CheckConstraint(name="kitcomponent_quantity_positive", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="kitcomponent_not_itself", condition=~Q(kit=F("component"))),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="kits_hold_no_kits",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF (SELECT kind FROM masterdata_product WHERE id = NEW.kit_id) <> 'kit'
                        OR (SELECT kind FROM masterdata_product WHERE id = NEW.component_id) NOT IN ('stock', 'service')
                    THEN
                        RAISE EXCEPTION 'a kit is made of stock items and services'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'kits_hold_no_kits';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity.normalize():f} × {self.component}"


class CostMethod(models.TextChoices):
    STANDARD = "standard", "Standard cost"
    MOVING_AVERAGE = "moving_average", "Moving average"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class ProductCost(models.Model):
    """What one base unit costs from a day on, in company currency: set by people, or the average that stock reports.

    Margins read this, never stock.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="costs")
    method = models.CharField(max_length=14, choices=CostMethod, default=CostMethod.STANDARD)
    valid_from = models.DateField()
    cost = UnitPriceField()

    class Meta:
        ordering = ["product", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["product", "method", "valid_from"], name="productcost_once_a_day"),
            SameCompany(name="productcost_product_of_same_company", field="product"),
            models.CheckConstraint(name="productcost_not_negative", condition=Q(cost__gte=0)),
            models.CheckConstraint(name="productcost_method_known", condition=Q(method__in=CostMethod.values)),
        ]

    def __str__(self) -> str:
        return f"{self.cost} from {self.valid_from}"

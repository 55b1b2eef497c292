"""Customers, products, prices and terms with boring defaults: a GB company that sells pieces for pounds on account."""

from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from masterdata import models
from tests.core.factories import CompanyFactory


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = models.Unit
        django_get_or_create = ["code"]

    code = "H87"
    name = factory.LazyAttribute(
        lambda unit: {"H87": "piece", "XCT": "carton", "KGM": "kilogram"}.get(unit.code, unit.code)
    )
    symbol = factory.LazyAttribute(lambda unit: unit.code.lower())
    decimals = 0


class CompanyProfileFactory(DjangoModelFactory):
    class Meta:
        model = models.CompanyProfile

    company = factory.SubFactory(CompanyFactory)
    legal_name = factory.LazyAttribute(lambda profile: profile.company.name)
    street = "1 High Street"
    postal_code = "BS1 1AA"
    city = "Bristol"


class PaymentTermFactory(DjangoModelFactory):
    class Meta:
        model = models.PaymentTerm
        skip_postgeneration_save = True

    company = factory.SubFactory(CompanyFactory)
    code = factory.Sequence(lambda n: f"T{n}")
    name = "30 days net"

    @factory.post_generation
    def lines(term, create, extracted, **kwargs):  # noqa: N805
        """All of it after 30 days, unless the test says `lines=False` and adds its own."""
        if create and extracted is not False:
            line = models.PaymentTermLine.objects.create(term=term, position=1)
            models.PaymentTermStep.objects.create(line=line, position=1, kind="add_days", number=30)


class PriceListFactory(DjangoModelFactory):
    class Meta:
        model = models.PriceList

    company = factory.SubFactory(CompanyFactory)
    code = factory.Sequence(lambda n: f"L{n}")
    name = factory.LazyAttribute(lambda price_list: f"List {price_list.code}")
    currency = "GBP"


class CustomerGroupFactory(DjangoModelFactory):
    class Meta:
        model = models.CustomerGroup

    company = factory.SubFactory(CompanyFactory)
    code = factory.Sequence(lambda n: f"G{n}")
    name = factory.LazyAttribute(lambda group: f"Group {group.code}")


class CustomerFactory(DjangoModelFactory):
    class Meta:
        model = models.Customer

    company = factory.SubFactory(CompanyFactory)
    number = factory.Sequence(lambda n: f"C{n:05}")
    name = factory.LazyAttribute(lambda customer: f"Customer {customer.number}")
    currency = "GBP"


class CustomerTermsFactory(DjangoModelFactory):
    class Meta:
        model = models.CustomerTerms

    customer = factory.SubFactory(CustomerFactory)
    company = factory.LazyAttribute(lambda terms: terms.customer.company)
    payment_term = factory.SubFactory(PaymentTermFactory, company=factory.SelfAttribute("..company"))


class CustomerVatNumberFactory(DjangoModelFactory):
    class Meta:
        model = models.CustomerVatNumber

    customer = factory.SubFactory(CustomerFactory)
    country = "DE"
    number = "DE136695976"
    check_result = "valid"
    checked_on = "2025-01-15"


class CustomerAddressFactory(DjangoModelFactory):
    class Meta:
        model = models.CustomerAddress

    customer = factory.SubFactory(CustomerFactory)
    code = factory.Sequence(lambda n: f"A{n}")
    street = "1 High Street"
    city = "Bristol"
    country = "GB"


class ProductGroupFactory(DjangoModelFactory):
    class Meta:
        model = models.ProductGroup

    company = factory.SubFactory(CompanyFactory)
    code = factory.Sequence(lambda n: f"PG{n}")
    name = factory.LazyAttribute(lambda group: f"Group {group.code}")


class ProductFactory(DjangoModelFactory):
    class Meta:
        model = models.Product

    company = factory.SubFactory(CompanyFactory)
    sku = factory.Sequence(lambda n: f"P{n:05}")
    name = factory.LazyAttribute(lambda product: f"Product {product.sku}")
    base_unit = factory.SubFactory(UnitFactory)


class ProductUnitFactory(DjangoModelFactory):
    class Meta:
        model = models.ProductUnit

    product = factory.SubFactory(ProductFactory)
    company = factory.LazyAttribute(lambda row: row.product.company)
    unit = factory.SubFactory(UnitFactory, code="XCT")
    factor = Decimal(12)


class PriceRowFactory(DjangoModelFactory):
    class Meta:
        model = models.PriceRow

    price_list = factory.SubFactory(PriceListFactory)
    company = factory.LazyAttribute(lambda row: row.price_list.company)
    product = factory.SubFactory(ProductFactory, company=factory.SelfAttribute("..company"))
    unit = factory.LazyAttribute(lambda row: row.product.base_unit)
    price = Decimal("10.00")


class CustomerPriceFactory(DjangoModelFactory):
    class Meta:
        model = models.CustomerPrice

    customer = factory.SubFactory(CustomerFactory)
    company = factory.LazyAttribute(lambda row: row.customer.company)
    product = factory.SubFactory(ProductFactory, company=factory.SelfAttribute("..company"))
    unit = factory.LazyAttribute(lambda row: row.product.base_unit)
    currency = "GBP"
    price = Decimal("9.00")


class DiscountFactory(DjangoModelFactory):
    class Meta:
        model = models.Discount

    company = factory.SubFactory(CompanyFactory)
    name = "Discount"
    percent = Decimal(10)


class TaxRateFactory(DjangoModelFactory):
    class Meta:
        model = models.TaxRate

    country = "GB"
    kind = "standard"
    percent = Decimal(20)


class ExchangeRateFactory(DjangoModelFactory):
    class Meta:
        model = models.ExchangeRate

    base = "EUR"
    currency = "GBP"
    day = "2026-03-02"
    rate = Decimal("0.8")

"""Pages of master data."""

from masterdata.models import Customer, PaymentTerm, Product
from tests.browser.pages import Page


def _customer(tail: str = "") -> str:
    found = Customer.objects.filter(company__code="hearth", vat_numbers__isnull=False).order_by("number")[0]
    return f"/customers/{found.pk}{tail}"


def _product(tail: str = "") -> str:
    found = Product.objects.filter(company__code="hearth", units__isnull=False).order_by("sku")[0]
    return f"/products/{found.pk}{tail}"


def _term() -> str:
    found = PaymentTerm.objects.filter(company__code="hearth", discounts__isnull=False).order_by("code")[0]
    return f"/payment-terms/{found.pk}"


def _price() -> str:
    customer = Customer.objects.filter(company__code="hearth", currency="GBP").order_by("number")[0]
    product = Product.objects.filter(company__code="hearth", prices__isnull=False).order_by("sku")[0]
    return f"/prices/check?customer={customer.number}&sku={product.sku}&quantity=12&on=2026-11-20"


TAX = "/taxes/check?tax_status=consumer&supply=goods&ship_from=GB&ship_to=GB&on=2026-11-20"

PAGES = [
    Page("masterdata-customers", "/customers/", role="sales"),
    Page("masterdata-customers-no-match", "/customers/?q=zzzz&country=DE", role="sales"),
    Page("masterdata-customer", _customer, role="sales"),
    Page("masterdata-customer-looked-up", _customer, role="auditor"),
    Page("masterdata-customer-new", "/customers/new", role="sales"),
    Page("masterdata-customer-edit", lambda: _customer("/edit"), role="sales"),
    Page("masterdata-customer-block", lambda: _customer("/block"), role="sales"),
    Page("masterdata-customer-terms", lambda: _customer("/terms/new"), role="sales"),
    Page("masterdata-customer-contact", lambda: _customer("/contacts/new"), role="sales"),
    Page("masterdata-products", "/products/"),
    Page("masterdata-products-warehouse", "/products/", role="warehouse"),
    Page("masterdata-product", _product),
    Page("masterdata-product-new", "/products/new"),
    Page("masterdata-product-edit", lambda: _product("/edit")),
    Page("masterdata-product-unit", lambda: _product("/units/new")),
    Page("masterdata-payment-terms", "/payment-terms/", role="sales"),
    Page("masterdata-payment-term", _term, role="sales"),
    Page("masterdata-price-check", "/prices/check", role="sales"),
    Page("masterdata-price", _price, role="sales"),
    Page("masterdata-tax-check", "/taxes/check", role="sales"),
    Page("masterdata-tax", TAX, role="sales"),
    Page("masterdata-tax-fault", "/taxes/check?ship_to=GB", role="sales", status=422),
    Page("masterdata-import", "/imports/customers/", role="sales"),
]

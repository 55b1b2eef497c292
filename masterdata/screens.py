"""How master data appears in the shell: menu, documents, search, jobs, states, and how its history reads."""

from django.db.models import QuerySet
from django.urls import reverse

from core import audit, documents, jobs, menu, search, states
from core.audit import Wording
from core.documents import DocumentKind
from core.menu import MenuEntry
from core.models import Company
from core.roles import Someone, visible_to
from core.search import MOST, Hit, Provider
from core.states import Family, Look
from masterdata import events, queries
from masterdata.imports import verbs
from masterdata.models import Customer, CustomerStatus, ImportState, Product, ProductStatus

CUSTOMERS, PRODUCTS = "masterdata.view_customer", "masterdata.view_product"

_PAGES = [
    ("Customers", "users", "masterdata:customers", CUSTOMERS),
    ("Products and prices", "box", "masterdata:products", PRODUCTS),
    ("Payment terms", "calendar-dollar", "masterdata:payment_terms", "masterdata.view_paymentterm"),
]

_WORDINGS = {
    events.CUSTOMER_CREATED: Wording("Taken on as a customer", "user-plus"),
    events.CUSTOMER_CHANGED: Wording("Changed", "pencil"),
    events.CUSTOMER_BLOCKED: Wording("Blocked: {reason}", "hand-stop", "is-warn"),
    events.CUSTOMER_REOPENED: Wording("Reopened", "lock-open", "is-good"),
    events.CUSTOMER_CLOSED: Wording("Closed: {reason}", "lock"),
    events.BANK_ACCOUNT_CHANGED: Wording("Bank account changed", "building-bank", "is-warn"),
    events.TERMS_CHANGED: Wording("New terms agreed", "file-dollar"),
    events.VAT_ID_CHECKED: Wording("VAT id {number} checked: {result}", "certificate"),
    events.ADDRESS_BOUNCED: Wording("Mail to {contact} came back", "mail-x", "is-bad"),
    events.PRODUCT_CREATED: Wording("Taken into the range", "package"),
    events.PRODUCT_CHANGED: Wording("Changed", "pencil"),
    events.PRODUCT_COST_CHANGED: Wording("New cost from {since} ({method})", "coins"),
}


def register() -> None:
    """Make the pages of master data known, once, at start."""
    for place, (label, icon, url_name, permission) in enumerate(_PAGES):
        menu.register(MenuEntry("Look up", label, icon, url_name, permission, order=place))
    documents.register(
        DocumentKind("masterdata.customer", "Customer", "masterdata:customer", CUSTOMERS, "user", customer_labels)
    )
    documents.register(
        DocumentKind("masterdata.product", "Product", "masterdata:product", PRODUCTS, "box", product_labels)
    )
    search.register(Provider("masterdata.customer", "Customers", CUSTOMERS, find_customers, 10))
    search.register(Provider("masterdata.product", "Products", PRODUCTS, find_products, 20))
    jobs.register(verbs.CHECK_JOB, verbs.check_job)
    jobs.register(verbs.STORE_JOB, verbs.store_job, cancelled=verbs.end_cancelled)
    states.register("masterdata.product", {ProductStatus.PHASING_OUT: Look(Family.WARN, "hourglass-low")})
    states.register("masterdata.dataimport", _IMPORT_LOOKS)
    audit.register(_WORDINGS)


_IMPORT_LOOKS: dict[str, Look] = {
    ImportState.CHECKING: Look(Family.INFO, "loader", "Being checked"),
    ImportState.CHECKED: Look(Family.NEUTRAL, "eye", "Nothing imported yet"),
    ImportState.STORING: Look(Family.INFO, "loader", "Being imported"),
    ImportState.DONE: Look(Family.GOOD, "circle-check", "Imported"),
    ImportState.DISCARDED: Look(Family.NEUTRAL, "ban", "Discarded"),
}


def customer_labels(pks: list[int]) -> dict[int, str]:
    """Numbers and names of customers."""
    rows = Customer.objects.filter(pk__in=pks).values_list("pk", "number", "name")
    return {pk: f"{number} {name}" for pk, number, name in rows}


def product_labels(pks: list[int]) -> dict[int, str]:
    """SKUs and names of products."""
    rows = Product.objects.filter(pk__in=pks).values_list("pk", "sku", "name")
    return {pk: f"{sku} {name}" for pk, sku, name in rows}


def find_customers(user: Someone, company: Company, words: str) -> list[Hit]:
    """Customers by number, name, VAT id or GLN."""
    rows: QuerySet[Customer] = visible_to(queries.find_customers(company, words), user, CUSTOMERS)
    return [
        Hit(
            title=f"{customer.number} {customer.name}",
            detail=_customer_detail(customer),
            url=reverse("masterdata:customer", kwargs={"pk": customer.pk}),
            exact=customer.number.casefold() == words.casefold(),
        )
        for customer in rows[:MOST]
    ]


def _customer_detail(customer: Customer) -> str:
    status = "" if customer.status == CustomerStatus.ACTIVE else customer.get_status_display()
    return ", ".join(filter(None, [customer.group.name if customer.group else "", customer.currency, status]))


def find_products(user: Someone, company: Company, words: str) -> list[Hit]:
    """Products by SKU, name or barcode."""
    rows: QuerySet[Product] = visible_to(queries.find_products(company, words), user, PRODUCTS)
    return [
        Hit(
            title=f"{product.sku} {product.name}",
            detail=", ".join(filter(None, [product.get_kind_display(), product.gtin or ""])),
            url=reverse("masterdata:product", kwargs={"pk": product.pk}),
            exact=product.sku.casefold() == words.casefold(),
        )
        for product in rows[:MOST]
    ]

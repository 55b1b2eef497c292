"""What others ask of master data: search, terms of a day, payers, addresses, costs."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from core.models import Company
from masterdata import terms
from masterdata.fields import valid_on
from masterdata.models import (
    ContactBounce,
    CostMethod,
    Customer,
    CustomerAddress,
    CustomerContact,
    CustomerSku,
    CustomerTerms,
    CustomerVatNumber,
    PaymentTerm,
    Product,
    ProductCost,
    ProductUnit,
)
from masterdata.search_text import plain

FoundT = TypeVar("FoundT", Customer, Product)


def find_customers(company: Company, words: str) -> QuerySet[Customer]:
    """Customers whose number or names hold every word, or nearly: best first, a number typed whole before all.

    Also found by VAT id and GLN. Each way reads an index of its own, whatever the number of customers.
    """
    compact = "".join(character for character in words.upper() if character.isalnum())
    of_company = Customer.objects.filter(company=company).order_by()
    by_vat_id = (
        CustomerVatNumber.objects.filter(number=compact, customer__company=company).order_by().values("customer_id")
    )
    found = _texts(of_company, words).union(of_company.filter(gln=compact).values("pk"), by_vat_id)
    return _best_first(Customer.objects.filter(pk__in=found), words, "number").select_related("group")


def find_products(company: Company, words: str, *, customer_id: int | None = None) -> QuerySet[Product]:
    """Products whose SKU or name holds every word, or nearly: best first, an SKU typed whole before all.

    Also found by a barcode, of a carton too, and by what this customer calls the product. Each way reads an index
    of its own, whatever the number of products.
    """
    typed, of_company = words.strip(), Product.objects.filter(company=company).order_by()
    by_unit = ProductUnit.objects.filter(company=company, gtin=typed).order_by().values("product_id")
    named = CustomerSku.objects.filter(company=company, customer=customer_id or 0, sku=typed)
    by_customer = named.order_by().values("product_id")
    found = _texts(of_company, words).union(of_company.filter(gtin=typed).values("pk"), by_unit, by_customer)
    return _best_first(Product.objects.filter(pk__in=found), words, "sku").select_related("base_unit")


def _texts(rows: QuerySet[FoundT], words: str) -> QuerySet[Any, Any]:
    """Keys of rows that hold every word, or words much like them."""
    every = Q()
    for word in words.split():
        every &= Q(search_text__contains=plain(Value(word)))
    alike = Q(search_text__trigram_word_similar=plain(Value(words.strip())))
    return rows.filter(every).values("pk").union(rows.filter(alike).values("pk"))


def _best_first(rows: QuerySet[FoundT], words: str, key: str) -> QuerySet[FoundT]:
    """The number typed whole first, then what is most alike, then by name."""
    whole = Case(
        When(**{f"{key}__iexact": words.strip()}, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    alike = TrigramWordSimilarity(plain(Value(words.strip())), "search_text")  # type: ignore[arg-type]
    return rows.annotate(whole=whole, alike=alike).order_by("whole", "-alike", "name")


def terms_on(customer_ids: Collection[int], on: date) -> dict[int, CustomerTerms]:
    """The terms each customer buys on that day, with payment term and price list; one statement."""
    rows = CustomerTerms.objects.filter(valid_on(on), customer__in=customer_ids)
    return {row.customer_id: row for row in rows.select_related("payment_term", "price_list")}


def payer_ids(customer_ids: Collection[int]) -> dict[int, int]:
    """Who pays for each customer: another one, or itself; one statement."""
    rows = Customer.objects.filter(pk__in=customer_ids).values_list("pk", "payer_id")
    return {pk: payer_id or pk for pk, payer_id in rows}


def default_addresses(customer_ids: Collection[int], *, bill_to: bool = False) -> dict[int, CustomerAddress]:
    """Where goods, or invoices, of each customer go unless somebody says otherwise; one statement."""
    wanted = {"is_default_bill_to": True} if bill_to else {"is_default_ship_to": True}
    return {row.customer_id: row for row in CustomerAddress.objects.filter(customer__in=customer_ids, **wanted)}


def contacts_for(customer_ids: Collection[int], purpose: str) -> dict[int, list[CustomerContact]]:
    """Whom to write to about something: active contacts with that purpose whose address works; one statement."""
    bounced = ContactBounce.objects.filter(contact=OuterRef("pk"), purpose=purpose, resolved_at=None)
    rows = CustomerContact.objects.filter(
        ~Exists(bounced), customer__in=customer_ids, purposes__contains=[purpose], is_active=True
    ).exclude(email="")
    found: dict[int, list[CustomerContact]] = {}
    for contact in rows.order_by("customer", "pk"):
        found.setdefault(contact.customer_id, []).append(contact)
    return found


def payment_terms(ids: Iterable[int]) -> dict[int, terms.Term]:
    """Payment terms as plain values for `terms.due_dates`; four statements whatever their number."""
    rows = PaymentTerm.objects.filter(pk__in=list(ids)).prefetch_related("lines__steps", "discounts")
    return {row.pk: as_term(row) for row in rows}


def as_term(row: PaymentTerm) -> terms.Term:
    """A stored payment term as plain values."""
    return terms.Term(
        name=row.name,
        lines=tuple(
            terms.Line(
                kind=line.kind,
                percent=line.percent or Decimal(0),
                amount=line.amount or Decimal(0),
                currency=line.currency or "",
                steps=tuple(terms.Step(step.kind, step.number) for step in line.steps.all()),
            )
            for line in row.lines.all()
        ),
        discounts=tuple(terms.EarlyPayment(early.days, early.percent) for early in row.discounts.all()),
        treatment=row.discount_treatment,
    )


def costs_on(product_ids: Collection[int], on: date) -> dict[int, Decimal]:
    """What one base unit of each product costs on a day: the average stock reports, else the standard cost."""
    rows = ProductCost.objects.filter(product__in=product_ids, valid_from__lte=on).order_by(
        "product_id", "method", "-valid_from"
    )
    found: dict[int, dict[str, Decimal]] = {}
    for row in rows.distinct("product_id", "method"):
        found.setdefault(row.product_id, {})[row.method] = row.cost
    return {pk: costs.get(CostMethod.MOVING_AVERAGE, next(iter(costs.values()))) for pk, costs in found.items()}


@dataclass(frozen=True)
class Margin:
    """What is left of a net price: the amount for one unit, and its share of the price in per cent."""

    amount: Decimal
    percent: Decimal | None


def margin(unit_price: Decimal, cost: Decimal) -> Margin:
    """The margin of a net unit price over its cost; per cent of the price, undefined where the price is zero."""
    amount = unit_price - cost
    percent = (amount / unit_price * 100).quantize(Decimal("0.1")) if unit_price else None
    return Margin(amount, percent)


def units_by_gtin(company: Company, gtins: Collection[str]) -> Mapping[str, tuple[int, int, Decimal]]:
    """What scanned barcodes mean: product, unit, and how many base units; two statements. Unknown ones are left out."""
    products = Product.objects.filter(company=company, gtin__in=gtins).values_list("gtin", "pk", "base_unit_id")
    units = ProductUnit.objects.filter(company=company, gtin__in=gtins)
    return {gtin: (pk, unit_id, Decimal(1)) for gtin, pk, unit_id in products if gtin} | {
        row.gtin: (row.product_id, row.unit_id, row.factor) for row in units if row.gtin
    }

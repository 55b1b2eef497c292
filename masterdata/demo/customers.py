"""The demo's customers with addresses, contacts, terms, VAT ids and bank accounts."""

import re
import unicodedata
from collections.abc import Hashable, Mapping
from datetime import date

from core import numbering
from core.models import Company
from masterdata.demo import buyers, numbers
from masterdata.demo.buyers import Buyer
from masterdata.demo.rows import Tally
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
    Discount,
    PaymentTerm,
    PriceList,
    Product,
    ProductGroup,
    Promotion,
    PromotionProduct,
)
from masterdata.operations.customers import CUSTOMER_NUMBER

BUYERS = {"hearth": buyers.HEARTH_BUYERS, "hearth-eu": buyers.EUROPE_BUYERS}
LANGUAGES = {"DE": "de", "AT": "de", "CH": "de", "FR": "fr"}
PEOPLE = [
    "Alex Morgan",
    "Sam Taylor",
    "Robin Clarke",
    "Jo Bennett",
    "Chris Hayes",
    "Nina Vogel",
    "Paul Meyer",
    "Camille Roy",
]
KEY_ACCOUNTS = {"DEPT"}
WITH_VAT_ID = {"GB", "DE", "FR", "NL", "BE", "AT", "NO", "CH"}
WITH_ACCOUNT = {"GB", "DE", "NL"}
OF_CUSTOMER = {"no_vat_id"}
"""Options of a buyer that are not columns of the customer."""


def add_customers(
    company: Company, terms: Mapping[str, PaymentTerm], products: Mapping[Hashable, Product], on: date, tally: Tally
) -> None:
    """All customers of a company and what belongs to them."""
    groups = tally.add(
        "customer groups",
        CustomerGroup.objects.filter(company=company),
        [CustomerGroup(company=company, code=code, name=name) for code, name in buyers.GROUPS.items()],
        lambda row: row.code,
    )
    asked = BUYERS[company.code]
    known = _add_heads_and_shops(company, asked, groups, tally)
    pairs = [
        (buyer, known[buyer.name], ordinal) for ordinal, buyer in enumerate(asked, start=buyers.ORDINALS[company.code])
    ]
    _add_addresses(pairs, tally)
    _add_contacts(pairs, tally)
    _add_terms(company, pairs, terms, tally)
    _add_vat_numbers(pairs, on, tally)
    _add_accounts(company, pairs, on, tally)
    _add_offers(company, groups=groups, customers=known, products=products, on=on, tally=tally)


Pairs = list[tuple[Buyer, Customer, int]]


def _add_heads_and_shops(
    company: Company, asked: list[Buyer], groups: Mapping[Hashable, CustomerGroup], tally: Tally
) -> dict[Hashable, Customer]:
    """Head offices before their shops, which they pay for."""
    known: dict[Hashable, Customer] = {}
    for wanted in ([buyer for buyer in asked if not buyer.parent], [buyer for buyer in asked if buyer.parent]):
        existing = Customer.objects.filter(company=company)
        missing = {buyer.name for buyer in wanted} - set(existing.values_list("name", flat=True))
        free = iter(numbering.next_numbers(company, CUSTOMER_NUMBER.key, len(missing)))
        rows = [
            _customer(company, buyer, number=next(free), groups=groups, head=known.get(buyer.parent), ordinal=ordinal)
            for ordinal, buyer in enumerate(asked, start=buyers.ORDINALS[company.code])
            if buyer.name in missing
        ]
        known |= tally.add("customers", existing, rows, lambda row: row.name)
    return known


def _customer(
    company: Company,
    buyer: Buyer,
    *,
    number: str,
    groups: Mapping[Hashable, CustomerGroup],
    head: Customer | None,
    ordinal: int,
) -> Customer:
    options = {name: value for name, value in buyer.options.items() if name not in OF_CUSTOMER}
    place = numbers.gln(ordinal) if buyer.status != "consumer" else None
    if options.get("endpoint_scheme"):
        options["endpoint"] = place
    return Customer(
        company=company,
        number=number,
        name=buyer.name,
        search_name=slug(buyer.name).replace("-", " ")[:40],
        language=LANGUAGES.get(buyer.country, "en"),
        currency=_currency(company, buyer),
        group=groups[buyer.group],
        tags=["key account"] if buyer.group in KEY_ACCOUNTS else [],
        parent=head,
        payer=head,
        bill_to=head,
        gln=place,
        **options,
    )


def _currency(company: Company, buyer: Buyer) -> str:
    return str({"US": "USD", "DE": "EUR", "FR": "EUR"}.get(buyer.country, company.currency))


def slug(name: str) -> str:
    """A name as it stands in web and mail addresses."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _add_addresses(pairs: Pairs, tally: Tally) -> None:
    rows = [
        CustomerAddress(
            customer=customer,
            code="MAIN",
            street=buyer.street,
            postal_code=buyer.postal_code,
            city=buyer.city,
            country=buyer.country,
            is_bill_to=True,
            is_default_ship_to=True,
            is_default_bill_to=True,
        )
        for buyer, customer, _ in pairs
    ]
    rows += [
        CustomerAddress(
            customer=customer,
            code="STORE",
            name=f"{customer.name}, goods in",
            street="Unit 3, Trading Estate",
            postal_code=buyer.postal_code,
            city=buyer.city,
            country=buyer.country,
            delivery_note="Deliveries 7 to 15 h, ring at gate B.",
        )
        for buyer, customer, _ in pairs
        if buyer.group in {"DEPT", "GARDEN"}
    ]
    existing = CustomerAddress.objects.filter(customer__in=[customer for _, customer, _ in pairs])
    tally.add("addresses", existing, rows, lambda row: (row.customer_id, row.code))


def _add_contacts(pairs: Pairs, tally: Tally) -> None:
    rows = []
    for buyer, customer, ordinal in pairs:
        host, person = f"{slug(buyer.name)}.example", PEOPLE[ordinal % len(PEOPLE)]
        if buyer.status == "consumer":
            purposes = ["orders", "deliveries", "invoices", "reminders", "returns"]
            rows.append(CustomerContact(customer=customer, name=buyer.name, email=f"post@{host}", purposes=purposes))
            continue
        ordering, paying = ["orders", "deliveries", "returns", "service"], ["invoices", "reminders"]
        rows.append(
            CustomerContact(
                customer=customer, name=person, job_title="Buyer", email=f"orders@{host}", purposes=ordering
            )
        )
        rows.append(CustomerContact(customer=customer, name="Accounts", email=f"accounts@{host}", purposes=paying))
    existing = CustomerContact.objects.filter(customer__in=[customer for _, customer, _ in pairs])
    tally.add("contacts", existing, rows, lambda row: (row.customer_id, row.name))


def _add_terms(company: Company, pairs: Pairs, terms: Mapping[str, PaymentTerm], tally: Tally) -> None:
    lists = {row.code: row for row in PriceList.objects.filter(company=company)}
    rows = [
        CustomerTerms(
            company=company,
            customer=customer,
            payment_term=terms[buyer.term],
            price_list=_list(lists, buyer),
            discount_percent=3 if buyer.group == "MUSEUM" else 0,
            tax_status=buyer.status,
            exemption_certificate="Diplomatic note 2024/117" if buyer.status == "exempt" else "",
            delivery_term="EXW" if buyer.country == "US" else "DAP",
            delivery_place=buyer.city,
        )
        for buyer, customer, _ in pairs
    ]
    existing = CustomerTerms.objects.filter(company=company)
    tally.add("terms", existing, rows, lambda row: row.customer_id)


def _list(lists: Mapping[str, PriceList], buyer: Buyer) -> PriceList | None:
    """Key accounts and private customers have lists of their own; others buy from the default of their currency."""
    if buyer.status == "consumer":
        return lists["RETAIL"]
    return lists["KEY"] if buyer.group in KEY_ACCOUNTS else None


def _add_vat_numbers(pairs: Pairs, on: date, tally: Tally) -> None:
    rows = [
        CustomerVatNumber(
            customer=customer,
            country=buyer.country,
            number=numbers.vat_id(buyer.country, ordinal),
            check_result="valid",
            checked_on=on,
            check_reference=f"DEMO{ordinal:08}",
        )
        for buyer, customer, ordinal in pairs
        if buyer.status == "business" and buyer.country in WITH_VAT_ID and not buyer.options.get("no_vat_id")
    ]
    existing = CustomerVatNumber.objects.filter(customer__in=[customer for _, customer, _ in pairs])
    tally.add("customer VAT ids", existing, rows, lambda row: (row.customer_id, row.country))


def _add_accounts(company: Company, pairs: Pairs, on: date, tally: Tally) -> None:
    rows = [
        CustomerBankAccount(
            company=company,
            customer=customer,
            holder=buyer.name,
            country=buyer.country,
            iban=numbers.bank_account(buyer.country, 1000 + ordinal),
            is_default=True,
            changed_on=on,
        )
        for buyer, customer, ordinal in pairs
        if buyer.country in WITH_ACCOUNT and not buyer.parent
    ]
    existing = CustomerBankAccount.objects.filter(company=company)
    accounts = tally.add("customer bank accounts", existing, rows, lambda row: row.customer_id)
    mandates = [
        DirectDebitMandate(
            company=company,
            customer=customer,
            bank_account=accounts[customer.pk],
            reference=f"MANDATE-{customer.number}",
            scheme="CORE",
            signed_on=on,
        )
        for buyer, customer, _ in pairs
        if customer.pk in accounts and buyer.group == "ONLINE"
    ]
    tally.add("mandates", DirectDebitMandate.objects.filter(company=company), mandates, lambda row: row.reference)


def _add_offers(
    company: Company,
    *,
    groups: Mapping[Hashable, CustomerGroup],
    customers: Mapping[Hashable, Customer],
    products: Mapping[Hashable, Product],
    on: date,
    tally: Tally,
) -> None:
    """A discount for garden centres, one promotion, and what one customer calls our products."""
    garden = ProductGroup.objects.get(company=company, code="GARDEN")
    discount = Discount(
        company=company, name="Garden centres", customer_group=groups["GARDEN"], product_group=garden, percent=5
    )
    tally.add("discounts", Discount.objects.filter(company=company), [discount], lambda row: row.name)
    offer = Promotion(
        company=company,
        code="CANDLES-10+2",
        name="Candles: buy ten, get two free",
        kind="free_goods",
        minimum_quantity=10,
        free_quantity=2,
        valid_from=date(on.year, 9, 1),
        valid_to=date(on.year, 10, 31),
    )
    offers = tally.add("promotions", Promotion.objects.filter(company=company), [offer], lambda row: row.code)
    promoted = [
        PromotionProduct(company=company, promotion=offers[offer.code], product=product)
        for sku, product in products.items()
        if str(sku).startswith("CND-")
    ]
    existing = PromotionProduct.objects.filter(company=company)
    tally.add("promoted products", existing, promoted, lambda row: row.product_id)
    biggest = customers[BUYERS[company.code][5].name]
    named = [
        CustomerSku(company=company, customer=biggest, product=product, sku=f"8{ordinal:05}")
        for ordinal, (sku, product) in enumerate(sorted(products.items(), key=lambda pair: str(pair[0])))
        if product.group_id == garden.pk
    ]
    tally.add("customer SKUs", CustomerSku.objects.filter(company=company), named, lambda row: row.sku)

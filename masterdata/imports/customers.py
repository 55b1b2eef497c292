"""Customers as rows: one a customer, with its main address, first contact, today's terms, VAT id and bank account."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from core import clock
from core.models import Company, User
from core.sets import in_sets
from masterdata import identifiers
from masterdata.fields import valid_on
from masterdata.imports import reading
from masterdata.imports.columns import Column
from masterdata.imports.customer_writing import store_customers
from masterdata.imports.errors import Conflicting, UnknownCode
from masterdata.imports.kinds import Kind, Line
from masterdata.imports.known import Known
from masterdata.models import (
    Customer,
    CustomerAddress,
    CustomerBankAccount,
    CustomerContact,
    CustomerGroup,
    CustomerTerms,
    CustomerVatNumber,
    DeliveryPolicy,
    DeliveryTerm,
    EInvoiceFormat,
    InvoiceGrouping,
    PaymentTerm,
    PriceList,
    TaxStatus,
)

LANGUAGES = [code for code, _ in settings.LANGUAGES]

CUSTOMER_COLUMNS = (
    Column(
        "number",
        "Customer number",
        reading.code(20),
        ("number", "customer", "customer no", "customer id", "kundennummer", "kunden nr", "kunde", "numero client"),
        required=True,
    ),
    Column(
        "name", "Name", reading.text(160), ("company", "company name", "customer name", "firma", "nom"), required=True
    ),
    Column("legal_name", "Legal name", reading.text(160), ("registered name",)),
    Column("search_name", "Search name", reading.text(40), ("short name", "matchcode", "alias")),
    Column("group", "Group", reading.known_code("group", "customer group"), ("customer group", "kundengruppe")),
    Column("language", "Language", reading.one_of(LANGUAGES), ("lang", "sprache"), empty="en"),
    Column("currency", "Currency", reading.currency, ("curr", "wahrung", "devise"), required=True),
    Column("phone", "Phone", reading.text(40), ("telephone", "tel", "telefon")),
    Column("website", "Website", reading.web_address, ("web", "url", "homepage")),
    Column("registration_number", "Registration number", reading.text(40), ("company number", "handelsregister")),
    Column("gln", "GLN", reading.identifier(identifiers.gln), ("global location number", "iln"), empty=None),
    Column("payer", "Payer", reading.code(20), ("payer number", "invoice payer", "regulierer"), empty=None),
    Column("bill_to", "Bill to", reading.code(20), ("bill to number", "invoice to"), empty=None),
)
DELIVERY_COLUMNS = (
    Column("delivery_policy", "Delivery policy", reading.choice(DeliveryPolicy), empty="partial"),
    Column("delivery_priority", "Delivery priority", reading.whole(1, 9), ("priority",), empty=5),
    Column("minimum_life_days", "Minimum life days", reading.whole(0, 9999), ("minimum shelf life",), empty=0),
    Column(
        "invoice_grouping", "Invoices", reading.choice(InvoiceGrouping), ("invoice grouping",), empty="per_shipment"
    ),
    Column("einvoice_format", "E-invoice", reading.choice(EInvoiceFormat), ("einvoice format",), empty="none"),
    Column("endpoint_scheme", "Peppol scheme", reading.text(4), ("endpoint scheme",)),
    Column("endpoint", "Peppol address", reading.text(60), ("endpoint", "peppol id")),
    Column("buyer_reference", "Buyer reference", reading.text(46), ("leitweg id",)),
    Column("needs_order_number", "Wants its order number", reading.yes_or_no, ("needs order number",), empty=False),
    Column("gets_reminders", "Gets reminders", reading.yes_or_no, ("reminders", "dunning"), empty=True),
    Column("gets_statements", "Gets statements", reading.yes_or_no, ("statements",), empty=False),
)
ADDRESS_COLUMNS = (
    Column("street", "Street", reading.text(160), ("address", "address 1", "strasse", "rue"), required=True),
    Column("street_2", "Street 2", reading.text(160), ("address 2", "address line 2")),
    Column("postal_code", "Postal code", reading.text(16), ("zip", "zip code", "postcode", "post code", "plz")),
    Column("city", "City", reading.text(80), ("town", "ort", "stadt", "ville"), required=True),
    Column("region", "Region", reading.text(80), ("state", "county", "province")),
    Column("country", "Country", reading.country, ("country code", "land", "pays"), required=True),
)
CONTACT_COLUMNS = (
    Column("contact_name", "Contact", reading.text(120), ("contact name", "contact person", "ansprechpartner")),
    Column("contact_email", "E-mail", reading.email, ("email", "mail", "contact email", "e mail address")),
    Column("contact_phone", "Contact phone", reading.text(40), ("contact telephone", "mobile")),
)
TERMS_COLUMNS = (
    Column(
        "payment_term",
        "Payment term",
        reading.known_code("payment_term", "payment term"),
        ("terms", "payment terms", "zahlungsbedingung"),
        required=True,
    ),
    Column("price_list", "Price list", reading.known_code("price_list", "price list"), ("preisliste",)),
    Column("discount_percent", "Discount %", reading.number(0, 100, 4), ("discount", "rabatt"), empty=Decimal(0)),
    Column("tax_status", "Tax status", reading.choice(TaxStatus), empty="business"),
    Column("exemption_certificate", "Exemption certificate", reading.text(60)),
    Column("delivery_term", "Delivery term", reading.choice(DeliveryTerm), ("incoterm", "incoterms"), empty="DAP"),
    Column("delivery_place", "Delivery place", reading.text(80)),
    Column(
        "vat_number",
        "VAT id",
        reading.identifier(identifiers.vat_number),
        ("vat number", "vat no", "ust id"),
        empty=None,
    ),
    Column("iban", "IBAN", reading.identifier(identifiers.iban), ("bank account",), empty=None),
    Column("bic", "BIC", reading.identifier(identifiers.bic), ("swift", "swift code"), empty=None),
    Column("account_holder", "Account holder", reading.text(140), ("holder", "kontoinhaber")),
)

OWN_FIELDS = tuple(column.key for column in (*CUSTOMER_COLUMNS, *DELIVERY_COLUMNS))


class Customers(Kind):
    """Customers of a company, known by their number."""

    code, noun = "customers", "customers"
    permission, view_permission = "masterdata.import_customer", "masterdata.view_customer"
    key_columns = ("number",)
    unique = ("gln",)
    columns = (*CUSTOMER_COLUMNS, *ADDRESS_COLUMNS, *CONTACT_COLUMNS, *TERMS_COLUMNS, *DELIVERY_COLUMNS)

    def __init__(self) -> None:
        # Who pays for the customers of the rows read so far: they are as good as stored.
        self._payers: dict[str, str | None] = {}

    def known(self, company: Company) -> Known:
        known = Known(company)
        known.add("group", CustomerGroup.objects.filter(company=company))
        known.add("payment_term", PaymentTerm.objects.filter(company=company))
        known.add("price_list", PriceList.objects.filter(company=company))
        return known

    def current(self, known: Known, keys: Sequence[tuple[Any, ...]]) -> dict[tuple[Any, ...], dict[str, Any]]:
        wanted = Customer.objects.filter(company=known.company, number__in=[number for (number,) in keys])
        return {(row["number"],): row for row in as_rows(wanted, clock.today(known.company))}

    def everything(self, known: Known) -> Iterator[dict[str, Any]]:
        today = clock.today(known.company)
        of_company = Customer.objects.filter(company=known.company)
        for pks in in_sets(of_company.order_by("number").values_list("pk", flat=True)):
            yield from as_rows(Customer.objects.filter(pk__in=pks).order_by("number"), today)

    def owners(self, known: Known, column: str, values: Sequence[Any]) -> dict[Any, tuple[Any, ...]]:
        found = Customer.objects.filter(company=known.company, **{f"{column}__in": values})
        return {value: (number,) for value, number in found.values_list(column, "number")}

    def examine(self, known: Known, lines: Sequence[Line]) -> None:
        named = {line.values.get(key) for line in lines for key in ("payer", "bill_to")} - {None}
        numbers = {line.values["number"] for line in lines}
        rows = Customer.objects.filter(company=known.company, number__in=named).values_list("number", "payer__number")
        here_already = {number: payer for number, payer in rows if number not in self._payers} | self._payers
        paid_for = Customer.objects.filter(company=known.company, payer__number__in=numbers)
        paying = set(paid_for.values_list("payer__number", flat=True)) | set(self._payers.values())
        for line in lines:
            self._examine(line, here_already, paying)
            if not line.faults:
                number, payer = line.values["number"], line.will_be("payer")
                self._payers[number] = here_already[number] = payer
                paying.add(payer)

    def remember(self, lines: Sequence[Line]) -> None:
        self._payers |= {line.values["number"]: line.values.get("payer") for line in lines}

    def _examine(self, line: Line, known_payers: dict[str, str | None], paying: set[str | None]) -> None:
        _refuse_half_terms(self, line)
        for key in ("payer", "bill_to"):
            other = line.values.get(key)
            label = self.column(key).label
            if other is None:
                continue
            if other == line.values["number"]:
                line.refuse(key, label, Conflicting(reason="Leave the cell empty where it is the customer itself."))
            elif other not in known_payers:
                line.refuse(key, label, UnknownPartner(number=other))
        self._refuse_chain(line, known_payers, paying)

    def _refuse_chain(self, line: Line, known_payers: dict[str, str | None], paying: set[str | None]) -> None:
        """A payer pays for itself, so nobody pays for a payer."""
        payer, label = line.values.get("payer"), self.column("payer").label
        if payer is None:
            return
        if above := known_payers.get(payer):
            line.refuse(
                "payer", label, Conflicting(reason=f"{payer} does not pay itself, {above} does. Write {above}.")
            )
        elif line.values["number"] in paying:
            reason = f"{line.values['number']} pays for others, so it has to pay for itself. Leave the cell empty."
            line.refuse("payer", label, Conflicting(reason=reason))

    def store(self, known: Known, lines: Sequence[Line], by: User | None) -> None:
        store_customers(known, lines, by=by)


class UnknownPartner(UnknownCode):
    """A payer or bill-to that is neither here nor above in the file."""

    def __init__(self, *, number: str) -> None:
        super().__init__(what="customer", text=number, known=[])

    @property
    def message(self) -> str:
        return f"There is no customer {self.text}. Put its row above this one, or import it first."


def _refuse_half_terms(kind: Kind, line: Line) -> None:
    """Values that need each other: an exemption its paper, a BIC its IBAN, a mail address its person."""
    needs = (
        ("tax_status", "exempt", "exemption_certificate", "An exempt customer needs the paper that proves it."),
        ("bic", None, "iban", "A BIC without an IBAN says nothing. Fill in the IBAN, or leave both empty."),
        (
            "account_holder",
            None,
            "iban",
            "A holder without an IBAN says nothing. Fill in the IBAN, or leave both empty.",
        ),
        ("contact_email", None, "contact_name", "A mail address needs the name of the person. Fill it in."),
        ("contact_phone", None, "contact_name", "A contact's phone needs the name of the person. Fill it in."),
        ("endpoint", None, "endpoint_scheme", "A Peppol address needs its scheme, such as 0088."),
    )
    for key, only, other, reason in needs:
        value = line.will_be(key)
        if value and only in {None, value} and not line.will_be(other):
            line.refuse(other, kind.column(other).label, Conflicting(reason=reason))


def as_rows(customers: QuerySet[Customer], on: date) -> list[dict[str, Any]]:
    """Customers as import and export write them, with the keys of the rows behind each part; six queries."""
    found = list(customers.select_related("group", "payer", "bill_to"))
    pks = [customer.pk for customer in found]
    addresses = main_addresses(pks)
    contacts = _first(CustomerContact.objects.filter(customer__in=pks, is_active=True).order_by("customer", "pk"))
    terms = _first(
        CustomerTerms.objects.filter(valid_on(on), customer__in=pks).select_related("payment_term", "price_list")
    )
    vat_numbers = main_vat_numbers(pks, addresses, on)
    accounts = _first(CustomerBankAccount.objects.filter(customer__in=pks, is_default=True, iban__isnull=False))
    return [
        _own(customer)
        | _address(addresses.get(customer.pk))
        | _contact(contacts.get(customer.pk))
        | _terms(terms.get(customer.pk))
        | {"vat_number": vat.number if (vat := vat_numbers.get(customer.pk)) else None}
        | _account(customer, accounts.get(customer.pk))
        for customer in found
    ]


def _first(rows: QuerySet[Any]) -> dict[int, Any]:
    """The first row of each customer."""
    found: dict[int, Any] = {}
    for row in rows:
        found.setdefault(row.customer_id, row)
    return found


def main_addresses(pks: Sequence[int]) -> dict[int, CustomerAddress]:
    """Where goods go first: the default, else the first active address."""
    active = CustomerAddress.objects.filter(customer__in=pks, is_active=True)
    return _first(active.order_by("customer", "-is_default_ship_to", "code"))


def main_vat_numbers(
    pks: Sequence[int], addresses: dict[int, CustomerAddress], on: date
) -> dict[int, CustomerVatNumber]:
    """The VAT id of the country where the customer is, else the one that was entered last."""
    found: dict[int, CustomerVatNumber] = {}
    for row in CustomerVatNumber.objects.filter(valid_on(on), customer__in=pks).order_by("customer", "-pk"):
        at_home = (address := addresses.get(row.customer_id)) is not None and address.country == row.country
        if at_home or row.customer_id not in found:
            found[row.customer_id] = row
    return found


def _own(customer: Customer) -> dict[str, Any]:
    related = {
        "group": customer.group.code if customer.group else "",
        "payer": customer.payer.number if customer.payer else None,
        "bill_to": customer.bill_to.number if customer.bill_to else None,
    }
    return {"pk": customer.pk} | {name: getattr(customer, name) for name in OWN_FIELDS if name not in related} | related


def _address(address: CustomerAddress | None) -> dict[str, Any]:
    return _values(address, "address_id", {column.key: column.key for column in ADDRESS_COLUMNS})


def _contact(contact: CustomerContact | None) -> dict[str, Any]:
    return _values(contact, "contact_id", {f"contact_{name}": name for name in ("name", "email", "phone")})


def _values(row: Any, key: str, names: dict[str, str]) -> dict[str, Any]:
    return {key: row.pk if row else None} | {
        name: getattr(row, attribute) if row else "" for name, attribute in names.items()
    }


def _terms(terms: CustomerTerms | None) -> dict[str, Any]:
    own = ("discount_percent", "tax_status", "exemption_certificate", "delivery_term", "delivery_place")
    empty = {column.key: column.empty for column in TERMS_COLUMNS}
    if terms is None:
        return {"terms_id": None, "payment_term": "", "price_list": ""} | {name: empty[name] for name in own}
    return {
        "terms_id": terms.pk,
        "payment_term": terms.payment_term.code,
        "price_list": terms.price_list.code if terms.price_list else "",
    } | {name: getattr(terms, name) for name in own}


def _account(customer: Customer, account: CustomerBankAccount | None) -> dict[str, Any]:
    if account is None:
        return {"iban": None, "bic": None, "account_holder": ""}
    holder = "" if account.holder == customer.name else account.holder
    return {"iban": account.iban, "bic": account.bic, "account_holder": holder}

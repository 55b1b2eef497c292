"""Who may open which address: every URL name stands here, or the walk over all of them fails.

A page that shows one document names what makes such a document in a company; the walk then opens it as everybody, and
with a document of another company.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from core import messages
from core.messages import Attachment, Mail
from core.models import Company, Job, JobState
from ledger.models import Account, Period
from ledger.operations import load_chart, open_year, settle
from ledger.settling import Pair
from masterdata.models import Customer, DataImport
from tests.core.factories import UserFactory
from tests.fixtures import MARCH_1
from tests.ledger import factories as books
from tests.masterdata import factories as masterdata

Maker = Callable[[Company], dict[str, Any]]
"""Makes a document in a company and returns what its address needs, such as `{"pk": 7}`."""


@dataclass(frozen=True)
class Page:
    """An address. Without a permission everybody who is signed in may open it; an open one takes strangers too.

    `answers` are the statuses of a page that works. Where the page hides its document instead of refusing (404, not
    403), `hidden_without` names the permission.
    """

    permission: str = ""
    thing: Maker | None = None
    post: bool = False
    open: bool = False
    hidden_without: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    answers: frozenset[int] = frozenset({200, 302})


def everybody(**more: Any) -> Page:
    return Page(**more)


def stranger(**more: Any) -> Page:
    return Page(open=True, **more)


# --- The kernel -------------------------------------------------------------------------------------------------------


def a_mail(company: Company) -> dict[str, Any]:
    facts = {"subject": "Hello", "paragraphs": ["Hello."], "name": "Anna"}
    with transaction.atomic():
        (stored,) = messages.queue(
            [Mail(company=company, template="notice", recipient="anna@example.com", facts=facts)]
        )
    return {"pk": stored.pk}


def a_file_of_a_mail(company: Company) -> dict[str, Any]:
    facts = {"subject": "Hello", "paragraphs": ["Hello."], "name": "Anna"}
    file = Attachment("terms.pdf", b"%PDF-1.7 terms")
    with transaction.atomic():
        (stored,) = messages.queue(
            [Mail(company=company, template="notice", recipient="a@example.com", facts=facts, attachments=[file])]
        )
    return {"pk": stored.pk, "attachment_pk": stored.attachments.get().pk}


def a_job(company: Company) -> dict[str, Any]:
    path = default_storage.save("result.csv", ContentFile(b"a,b"))
    job = Job.objects.create(
        kind="test.count",
        title="Count",
        company=company,
        by=UserFactory(),
        key=f"job of {company.code}",
        state=JobState.PAUSED,
        result_name="result.csv",
        result_stored_as=path,
    )
    return {"pk": job.pk}


def a_paused_job(company: Company) -> dict[str, Any]:
    return a_job(company) | {"verb": "cancel"}


JOB = Page(thing=a_job, hidden_without="core.administer")
COMPONENTS = Page("core.administer")

CORE = {
    "core:my_work": everybody(),
    "core:search": everybody(),
    "core:keys": everybody(),
    "core:profile": everybody(),
    "core:preferences": everybody(post=True),
    "core:company": everybody(post=True),
    "core:password_change": everybody(),
    "core:login": stranger(),
    "core:logout": everybody(post=True),
    "core:password_reset": stranger(),
    "core:password_sent": stranger(),
    "core:password_new": stranger(given={"uidb64": "MQ", "token": "no-such-token"}),
    "core:components": COMPONENTS,
    "core:components_part": COMPONENTS,
    "core:components_failing": Page("core.administer", answers=frozenset({503})),
    "core:components_confirm": COMPONENTS,
    "core:components_list": COMPONENTS,
    "core:components_greet": Page("core.administer", post=True),
    "core:components_person": Page("core.administer", given={"pk": 1}),
    "core:mail_list": Page("core.view_message"),
    "core:mail_detail": Page("core.view_message", a_mail),
    "core:mail_html": Page("core.view_message", a_mail),
    "core:mail_attachment": Page("core.view_message", a_file_of_a_mail),
    "core:mail_resend": Page("core.resend_message", post=True),
    "core:mail_resend_one": Page("core.resend_message", a_mail, post=True),
    "core:job_list": everybody(),
    "core:job_detail": JOB,
    "core:job_progress": JOB,
    "core:job_result": JOB,
    "core:job_act": Page(thing=a_paused_job, hidden_without="core.administer", post=True),
}

# --- Master data ------------------------------------------------------------------------------------------------------


def a_customer(company: Company) -> dict[str, Any]:
    customer: Customer = masterdata.CustomerFactory(company=company, currency=company.currency)
    return {"pk": customer.pk}


def an_address(company: Company) -> dict[str, Any]:
    address = masterdata.CustomerAddressFactory(customer__company=company)
    return {"pk": address.customer_id, "part": "addresses", "part_pk": address.pk}


def a_vat_id(company: Company) -> dict[str, Any]:
    number = masterdata.CustomerVatNumberFactory(customer__company=company)
    return {"pk": number.customer_id, "part_pk": number.pk}


def a_contact(company: Company) -> dict[str, Any]:
    customer = Customer.objects.get(**a_customer(company))
    contact = customer.contacts.create(name="Anna", email="anna@example.com")
    return {"pk": customer.pk, "part_pk": contact.pk}


def a_new_address(company: Company) -> dict[str, Any]:
    return a_customer(company) | {"part": "addresses"}


def a_customer_to_close(company: Company) -> dict[str, Any]:
    return a_customer(company) | {"verb": "close"}


def a_product(company: Company) -> dict[str, Any]:
    return {"pk": masterdata.ProductFactory(company=company).pk}


def a_unit(company: Company) -> dict[str, Any]:
    unit = masterdata.ProductUnitFactory(product__company=company)
    return {"pk": unit.product_id, "unit_pk": unit.pk}


def a_payment_term(company: Company) -> dict[str, Any]:
    return {"pk": masterdata.PaymentTermFactory(company=company).pk}


def an_import(company: Company) -> dict[str, Any]:
    path = default_storage.save("customers.csv", ContentFile(b"number,name\nC1,Anna\n"))
    sent = DataImport.objects.create(
        company=company, kind="customers", by=UserFactory(), file_name="customers.csv", stored_as=path, size=20
    )
    DataImport.objects.filter(pk=sent.pk).update(state="checked")
    return {"pk": sent.pk}


SEE_CUSTOMER, ADD_CUSTOMER, KEEP_CUSTOMER = (f"masterdata.{verb}_customer" for verb in ("view", "add", "change"))
SEE_PRODUCT, ADD_PRODUCT, KEEP_PRODUCT = (f"masterdata.{verb}_product" for verb in ("view", "add", "change"))
SEE_TERM, IMPORT = "masterdata.view_paymentterm", "masterdata.import_customer"
CUSTOMERS = {"kind": "customers"}

MASTERDATA = {
    "masterdata:customers": Page(SEE_CUSTOMER),
    "masterdata:customer": Page(SEE_CUSTOMER, a_customer),
    "masterdata:customer_timeline": Page(SEE_CUSTOMER, a_customer),
    "masterdata:customer_add": Page(ADD_CUSTOMER),
    "masterdata:customer_change": Page(KEEP_CUSTOMER, a_customer),
    "masterdata:customer_part_add": Page(KEEP_CUSTOMER, a_new_address),
    "masterdata:customer_part": Page(KEEP_CUSTOMER, an_address),
    "masterdata:customer_vat_check": Page(KEEP_CUSTOMER, a_vat_id),
    "masterdata:customer_bounce": Page(KEEP_CUSTOMER, a_contact, post=True),
    "masterdata:customer_status": Page(thing=a_customer_to_close, hidden_without="masterdata.block_customer"),
    "masterdata:products": Page(SEE_PRODUCT),
    "masterdata:product": Page(SEE_PRODUCT, a_product),
    "masterdata:product_timeline": Page(SEE_PRODUCT, a_product),
    "masterdata:product_add": Page(ADD_PRODUCT),
    "masterdata:product_change": Page(KEEP_PRODUCT, a_product),
    "masterdata:product_unit_add": Page(KEEP_PRODUCT, a_product),
    "masterdata:product_unit": Page(KEEP_PRODUCT, a_unit),
    "masterdata:product_cost": Page(KEEP_PRODUCT, a_product),
    "masterdata:payment_terms": Page(SEE_TERM),
    "masterdata:payment_term": Page(SEE_TERM, a_payment_term),
    "masterdata:price_check": Page("masterdata.view_price"),
    "masterdata:tax_check": Page("masterdata.view_taxcode"),
    "masterdata:import_new": Page(IMPORT, given=CUSTOMERS),
    "masterdata:import_template": Page(IMPORT, given=CUSTOMERS),
    "masterdata:export": Page(SEE_CUSTOMER, given=CUSTOMERS),
    "masterdata:import": Page(thing=an_import, hidden_without=IMPORT),
    "masterdata:import_store": Page(thing=an_import, hidden_without=IMPORT, post=True),
    "masterdata:import_discard": Page(thing=an_import, hidden_without=IMPORT, post=True),
    "masterdata:import_refused": Page(thing=an_import, hidden_without=IMPORT),
}

# --- The ledger -------------------------------------------------------------------------------------------------------


def a_payer(company: Company) -> Customer:
    load_chart(company)
    open_year(company, 2026)
    payer: Customer = books.CustomerFactory(company=company, currency=company.currency)
    return payer


def a_statement(company: Company) -> dict[str, Any]:
    return {"pk": a_payer(company).pk}


def an_item(company: Company) -> dict[str, Any]:
    return {"pk": books.an_invoice(a_payer(company)).pk}


def an_entry(company: Company) -> dict[str, Any]:
    return {"pk": books.an_invoice(a_payer(company)).entry_id}


def a_settlement(company: Company) -> dict[str, Any]:
    payer = a_payer(company)
    pair = Pair(books.an_invoice(payer).pk, books.money_received(payer).pk)
    return {"pk": settle([pair], on=MARCH_1, by=None).settlements[0]}


def an_account(company: Company) -> dict[str, Any]:
    a_payer(company)
    return {"pk": Account.objects.filter(company=company, number=books.SALES).get().pk}


def a_period(company: Company) -> dict[str, Any]:
    a_payer(company)
    return {"pk": Period.objects.filter(company=company).order_by("pk")[0].pk}


def a_general_period(company: Company) -> dict[str, Any]:
    a_payer(company)
    return {"pk": Period.objects.filter(company=company, module="general").order_by("pk")[0].pk}


LEDGER = {
    "ledger:home": everybody(),
    "ledger:trial_balance": Page("ledger.view_ledger"),
    "ledger:chart": Page("ledger.view_ledger"),
    "ledger:account_sheet": Page("ledger.view_ledger", an_account),
    "ledger:determination": Page("ledger.view_ledger"),
    "ledger:tax": Page("ledger.view_ledger"),
    "ledger:entries": Page("ledger.view_ledger"),
    "ledger:entry": Page("ledger.view_ledger", an_entry),
    "ledger:entry_new": Page("ledger.post_entry"),
    "ledger:entry_reverse": Page("ledger.reverse_entry", an_entry),
    "ledger:items": Page("ledger.view_openitem"),
    "ledger:item": Page("ledger.view_openitem", an_item),
    "ledger:item_settle": Page("ledger.settle", an_item),
    "ledger:settlement_undo": Page("ledger.settle", a_settlement),
    "ledger:ageing": Page("ledger.view_openitem"),
    "ledger:statement": Page("ledger.view_openitem", a_statement),
    "ledger:periods": Page("ledger.view_ledger"),
    "ledger:period": Page("ledger.view_ledger", a_period),
    "ledger:period_close": Page("ledger.close_period", a_period, post=True),
    "ledger:period_revalue": Page("ledger.close_period", a_general_period),
    "ledger:period_reopen": Page("ledger.reopen_period", a_period),
    "ledger:tie_out": Page("core.view_tieout"),
    "ledger:check_again": Page("core.view_tieout", post=True),
}

EXPECTED: dict[str, Page] = CORE | MASTERDATA | LEDGER

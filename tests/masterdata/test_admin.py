"""The administrator's pages of master data: they open, save, keep to one's companies, and refuse who may not."""

import pytest
from django.contrib import admin
from django.urls import reverse

from masterdata.models import Customer, CustomerTerms, KitComponent, PaymentTerm, Unit
from tests.masterdata.factories import (
    CustomerFactory,
    CustomerTermsFactory,
    PaymentTermFactory,
    PriceRowFactory,
    ProductFactory,
)

pytestmark = pytest.mark.django_db
PAGES = sorted(str(model._meta.model_name) for model in admin.site._registry if model._meta.app_label == "masterdata")


@pytest.fixture
def administrator(client_as):
    return client_as("administrator")


@pytest.mark.parametrize("name", PAGES)
def test_every_list_opens(administrator, name):
    PriceRowFactory()

    assert administrator.get(reverse(f"admin:masterdata_{name}_changelist")).status_code == 200


@pytest.mark.parametrize("name", [name for name in PAGES if name not in {"unit", "taxrate", "paymenttermline"}])
def test_every_form_opens(administrator, name):
    assert administrator.get(reverse(f"admin:masterdata_{name}_add")).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_clerk_gets_no_page_of_the_administrator(client_as, name):
    assert client_as("sales").get(reverse(f"admin:masterdata_{name}_changelist")).status_code == 302


def test_public_facts_are_changed_by_those_who_administer_every_company(administrator, other_company):
    unit = Unit.objects.create(code="H87", name="piece", symbol="pc")

    assert administrator.post(reverse("admin:masterdata_unit_change", args=[unit.pk]), {}).status_code == 403


def test_customers_of_other_companies_are_out_of_sight(administrator, company, other_company):
    mine, foreign = CustomerFactory(company=company), CustomerFactory(company=other_company)

    listed = administrator.get(reverse("admin:masterdata_customer_changelist")).content.decode()

    assert mine.name in listed
    assert foreign.name not in listed
    assert administrator.get(reverse("admin:masterdata_customer_change", args=[foreign.pk])).status_code == 302


def management(*prefixes):
    counts = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
    return {f"{prefix}-{key}": value for prefix in prefixes for key, value in counts.items()}


CUSTOMER_PARTS = ("addresses", "contacts", "terms", "vat_numbers", "bank_accounts", "skus")
CUSTOMER = {
    "name": "Nordlys AS",
    "currency": "NOK",
    "language": "en",
    "delivery_policy": "partial",
    "delivery_priority": "5",
    "minimum_life_days": "0",
    "invoice_grouping": "per_order",
    "einvoice_format": "none",
}


def test_terms_below_a_customer_are_of_its_company(administrator, company):
    term = PaymentTermFactory(company=company)
    data = {
        **management(*CUSTOMER_PARTS),
        **CUSTOMER,
        "company": company.pk,
        "number": "N-1",
        "terms-TOTAL_FORMS": "1",
        "terms-0-payment_term": term.pk,
        "terms-0-discount_percent": "0",
        "terms-0-tax_status": "business",
        "terms-0-delivery_term": "DAP",
    }

    answer = administrator.post(reverse("admin:masterdata_customer_add"), data)

    assert answer.status_code == 302
    terms = CustomerTerms.objects.get()
    assert (terms.customer.number, terms.company, terms.payment_term) == ("N-1", company, term)


def test_a_change_here_is_seen_by_whoever_has_the_customer_open(administrator, company):
    terms = CustomerTermsFactory(customer=CustomerFactory(company=company))
    url = reverse("admin:masterdata_customer_change", args=[terms.customer_id])

    answer = administrator.post(url, {**management(*CUSTOMER_PARTS), **CUSTOMER})

    customer = Customer.objects.get()
    assert answer.status_code == 302
    assert (customer.name, customer.version, customer.status) == ("Nordlys AS", 2, "active")


def test_a_kit_of_another_companys_parts_is_refused(administrator, company, other_company):
    part = ProductFactory(company=other_company)
    data = {
        **management("units", "components", "costs"),
        "company": company.pk,
        "sku": "KIT",
        "name": "Kit",
        "kind": "kit",
        "status": "active",
        "base_unit": part.base_unit_id,
        "tax_class": "standard",
        "tracking": "none",
        "minimum_life_days": "0",
        "over_delivery_percent": "0",
        "under_delivery_percent": "0",
        "components-TOTAL_FORMS": "1",
        "components-0-component": part.pk,
        "components-0-quantity": "2",
    }

    answer = administrator.post(reverse("admin:masterdata_product_add"), data)

    assert answer.status_code == 200
    assert not KitComponent.objects.exists()


def payment_term(company, **lines):
    return {
        **management("lines", "discounts"),
        "company": company.pk,
        "code": "HALF",
        "name": "Half and half",
        "basis": "on_account",
        "discount_treatment": "when_taken",
        **lines,
    }


def test_a_payment_term_that_leaves_a_rest_is_refused(administrator, company):
    half = {"lines-TOTAL_FORMS": "1", "lines-0-position": "1", "lines-0-kind": "share", "lines-0-percent": "50"}

    refused = administrator.post(reverse("admin:masterdata_paymentterm_add"), payment_term(company, **half))

    assert "leave a part without a due date" in refused.content.decode()
    assert not PaymentTerm.objects.exists()

    whole = half | {"lines-TOTAL_FORMS": "2", "lines-1-position": "2", "lines-1-kind": "rest"}
    saved = administrator.post(reverse("admin:masterdata_paymentterm_add"), payment_term(company, **whole))

    assert saved.status_code == 302
    assert [line.kind for line in PaymentTerm.objects.get().lines.all()] == ["share", "rest"]

"""Pages that explain: payment terms in days and money, why this price, why this tax."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from core import clock
from core.menu import entries_for
from masterdata.models import EarlyDiscount, PaymentTermLine, PaymentTermStep, TaxCode, TaxRule
from o2c.roles import MATRIX
from tests.core.factories import MembershipFactory
from tests.masterdata.factories import (
    CompanyProfileFactory,
    CustomerFactory,
    CustomerTermsFactory,
    CustomerVatNumberFactory,
    PaymentTermFactory,
    PriceListFactory,
    PriceRowFactory,
    ProductFactory,
    TaxRateFactory,
)

MARCH_1 = date(2026, 3, 1)


@pytest.fixture
def sales(client_as):
    return client_as("sales")


@pytest.fixture(autouse=True)
def _in_march():
    with clock.at(MARCH_1):
        yield


def page(name, *args):
    return reverse(f"masterdata:{name}", args=args)


@pytest.fixture
def halves(company):
    """Half at once with 2 % in 10 days, the rest at the end of the next month."""
    term = PaymentTermFactory(company=company, code="HALF", name="Halves", lines=False)
    first = PaymentTermLine.objects.create(term=term, position=1, kind="share", percent=Decimal(50))
    PaymentTermStep.objects.create(line=first, position=1, kind="add_days", number=14)
    rest = PaymentTermLine.objects.create(term=term, position=2, kind="rest")
    PaymentTermStep.objects.create(line=rest, position=1, kind="add_months", number=1)
    PaymentTermStep.objects.create(line=rest, position=2, kind="end_of_month")
    EarlyDiscount.objects.create(term=term, days=10, percent=Decimal(2))
    return term


class TestPaymentTerms:
    def test_are_listed(self, sales, halves):
        shown = sales.get(page("payment_terms")).content.decode()

        assert "HALF" in shown
        assert "2 % in 10 days" in shown

    def test_show_days_and_amounts_and_how_they_come_about(self, sales, halves):
        query = {"on": "2026-03-01", "amount": "1000.01", "currency": "gbp"}

        shown = sales.get(page("payment_term", halves.pk), query).content.decode()

        for text in (
            "Sunday 15 March 2026",
            "500.01",
            "Thursday 30 April 2026",
            "500.00",
            "11 Mar 2026",
            "490.01",
            "1 month later",
        ):
            assert text in shown

    def test_start_with_a_sample_of_today(self, sales, halves):
        assert "1,000.00" in sales.get(page("payment_term", halves.pk)).content.decode()

    def test_htmx_gets_only_the_answer(self, sales, halves):
        query = {"on": "2026-03-01", "amount": "1000", "currency": "GBP"}

        part = sales.get(page("payment_term", halves.pk), query, headers={"HX-Request": "true"}).content.decode()

        assert part.lstrip().startswith('<div class="stack" id="parts"')

    @pytest.mark.parametrize("wrong", [{"amount": "much"}, {"on": "yesterday"}, {"currency": "pounds"}])
    def test_say_what_is_wrong_with_the_question(self, sales, halves, wrong):
        query = {"on": "2026-03-01", "amount": "1000", "currency": "GBP"} | wrong

        assert sales.get(page("payment_term", halves.pk), query).status_code == 422

    def test_of_other_companies_do_not_exist(self, sales, other_company):
        stranger = PaymentTermFactory(company=other_company)

        assert sales.get(page("payment_term", stranger.pk)).status_code == 404

    def test_are_not_for_the_warehouse(self, client_as):
        assert client_as("warehouse").get(page("payment_terms")).status_code == 403


class TestPriceCheck:
    @pytest.fixture
    def asked(self, company):
        customer = CustomerFactory(company=company, number="C-1", name="Reed")
        CustomerTermsFactory(customer=customer, discount_percent=Decimal(10))
        product = ProductFactory(company=company, sku="85123A")
        prices = PriceListFactory(company=company, name="Trade 2026", is_default=True)
        PriceRowFactory(price_list=prices, product=product, price=Decimal("2.55"))
        PriceRowFactory(price_list=prices, product=product, price=Decimal("2.10"), from_quantity=Decimal(48))
        return {"customer": "C-1", "sku": "85123A", "quantity": "40", "on": "2026-03-01"}

    def test_names_the_list_every_discount_and_the_next_break(self, sales, asked):
        shown = sales.get(page("price_check"), asked).content.decode()

        for text in ("Trade 2026", "2.295", "91.80", "customer&#x27;s terms", "From 48", "1.89"):
            assert text.lower() in shown.lower()

    def test_asks_before_it_answers(self, sales):
        assert "Say who wants" in sales.get(page("price_check")).content.decode()

    def test_starts_with_the_product_it_was_opened_for(self, sales, asked):
        assert 'value="85123A"' in sales.get(page("price_check"), {"product": "85123A"}).content.decode()

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"customer": "C-999"}, "There is no customer"),
            ({"sku": "nothing"}, "There is no product"),
            ({"quantity": "0"}, "greater than"),
            ({"quantity": "2.5"}, "whole ones only"),
        ],
    )
    def test_says_what_is_wrong(self, sales, asked, wrong, said):
        response = sales.get(page("price_check"), asked | wrong)

        assert response.status_code == 422
        assert said in response.content.decode()

    def test_customers_and_products_of_other_companies_are_unknown(self, sales, asked, other_company):
        CustomerFactory(company=other_company, number="C-7")

        assert sales.get(page("price_check"), asked | {"customer": "C-7"}).status_code == 422

    def test_is_not_for_the_warehouse(self, client_as):
        assert client_as("warehouse").get(page("price_check")).status_code == 403


class TestTaxCheck:
    @pytest.fixture
    def rules(self, company):
        CompanyProfileFactory(company=company)
        TaxRateFactory()
        standard = TaxCode.objects.create(company=company, code="UK20", name="UK standard", category="S", country="GB")
        free = TaxCode.objects.create(
            company=company, code="EXP", name="Export", category="G", legal_text="Zero-rated export"
        )
        TaxRule.objects.create(company=company, number=10, name="Export", route="export", tax_code=free)
        TaxRule.objects.create(company=company, number=20, name="At home", route="domestic", tax_code=standard)

    def asked(self, **changes):
        sent = {"tax_status": "business", "supply": "goods", "ship_from": "GB", "ship_to": "GB", "on": "2026-03-01"}
        return sent | changes

    def test_names_the_rule_the_rate_and_the_reason(self, sales, rules):
        shown = sales.get(page("tax_check"), self.asked()).content.decode()

        for text in ("20.0%", "20 At home", "UK20", "United Kingdom"):
            assert text in shown

    def test_says_what_the_invoice_will_say(self, sales, rules):
        shown = sales.get(page("tax_check"), self.asked(ship_to="US")).content.decode()

        assert "Zero-rated export" in shown

    def test_takes_the_status_from_the_customer(self, sales, rules, company):
        customer = CustomerFactory(company=company, number="C-1")
        CustomerTermsFactory(customer=customer)
        CustomerVatNumberFactory(customer=customer)

        response = sales.get(page("tax_check"), self.asked(customer="C-1", tax_status=""))

        assert response.status_code == 200

    @pytest.mark.parametrize("wrong", [{"tax_status": ""}, {"ship_to": "XX"}, {"on": ""}, {"customer": "C-9"}])
    def test_says_what_is_wrong(self, sales, rules, wrong):
        assert sales.get(page("tax_check"), self.asked() | wrong).status_code == 422

    def test_a_supply_without_a_rule_is_refused_in_words(self, sales, company):
        response = sales.get(page("tax_check"), self.asked())

        assert response.status_code == 422
        assert "No tax rule fits" in response.content.decode()

    def test_is_not_for_the_warehouse(self, client_as):
        assert client_as("warehouse").get(page("tax_check")).status_code == 403


class TestWays:
    """Both pages are reached from the products and from each other, and take no place in the menu."""

    @pytest.mark.parametrize("start", ["products", "product", "price_check", "tax_check"])
    def test_lead_to_price_and_tax(self, sales, company, start):
        args = [ProductFactory(company=company).pk] if start == "product" else []

        shown = sales.get(page(start, *args)).content.decode()

        for name in {"price_check", "tax_check"} - {start}:
            assert f'href="{page(name)}' in shown

    def test_hide_from_those_who_may_not_open_them(self, client_as):
        shown = client_as("warehouse").get(page("products")).content.decode()

        assert page("price_check") not in shown
        assert page("tax_check") not in shown

    @pytest.mark.parametrize("role", [role.code for role in MATRIX])
    def test_nobody_has_more_than_fourteen_entries_in_the_menu(self, user_as, company, role):
        entries = [entry.url_name for _, inside in entries_for(user_as(role), company) for entry in inside]

        assert len(entries) <= 14
        assert not {"masterdata:price_check", "masterdata:tax_check"} & set(entries)


class TestOtherCompany:
    """What a person may see in one company says nothing about another one they work in."""

    @pytest.mark.parametrize("name", ["price_check", "tax_check", "customers"])
    def test_needs_the_right_in_the_company_worked_in(self, client, user_as, company, other_company, name):
        person = user_as("sales")
        MembershipFactory(user=person, role="warehouse", company=other_company)
        client.force_login(person, backend="core.backends.MembershipBackend")

        def answer_in(where):
            client.post(reverse("core:company"), {"code": where.code})
            return client.get(page(name)).status_code

        assert (answer_in(company), answer_in(other_company)) == (200, 403)

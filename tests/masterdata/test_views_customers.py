"""Pages of customers: who may, what they show, what they refuse, and that they stay quick."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from core import clock
from masterdata import operations
from masterdata.models import Customer, CustomerTerms, CustomerVatNumber
from tests.masterdata.factories import (
    CustomerAddressFactory,
    CustomerFactory,
    CustomerGroupFactory,
    CustomerTermsFactory,
    CustomerVatNumberFactory,
    PaymentTermFactory,
)

MARCH_1 = date(2026, 3, 1)
LIST = "/customers/"


@pytest.fixture
def sales(client_as):
    return client_as("sales")


@pytest.fixture
def customer(company):
    found = CustomerFactory(company=company, number="C-100", name="Blumenhaus Lindner GmbH")
    CustomerAddressFactory(customer=found, code="MAIN", city="Hamburg", country="DE", is_default_ship_to=True)
    CustomerTermsFactory(customer=found)
    return found


def page(name, *args):
    return reverse(f"masterdata:{name}", args=args)


def whole_form(company, **changes):
    """What a browser sends when somebody takes on a customer."""
    term = PaymentTermFactory(company=company)
    fields = {
        "client_key": str(uuid.uuid4()),
        "number": "C-200",
        "name": "Reed & Sons",
        "language": "en",
        "currency": "gbp",
        "delivery_policy": "partial",
        "delivery_priority": "5",
        "minimum_life_days": "0",
        "invoice_grouping": "per_shipment",
        "einvoice_format": "none",
        "address-code": "MAIN",
        "address-street": "1 Quay Street",
        "address-city": "Bristol",
        "address-country": "GB",
        "address-is_active": "on",
        "terms-payment_term": str(term.pk),
        "terms-discount_percent": "2.5",
        "terms-tax_status": "business",
        "terms-delivery_term": "DAP",
    }
    return fields | changes


class TestList:
    def test_shows_customers_with_place_and_terms(self, sales, customer):
        shown = sales.get(LIST).content.decode()

        assert "C-100" in shown
        assert "Hamburg" in shown
        assert "Germany" in shown
        assert "30 days net" in shown

    def test_finds_words_without_accents_and_capitals(self, sales, company):
        CustomerFactory(company=company, name="Müller Söhne", number="C-1")
        CustomerFactory(company=company, name="Reed", number="C-2")

        shown = sales.get(LIST, {"q": "muller"}).content.decode()

        assert "C-1" in shown
        assert "C-2" not in shown

    @pytest.mark.parametrize(
        "query", [{"country": "DE"}, {"status": "blocked"}, {"group": "group"}, {"payment_term": "term"}]
    )
    def test_filters_narrow_the_list(self, sales, company, clerk, customer, query):
        group = CustomerGroupFactory(company=company)
        Customer.objects.filter(pk=customer.pk).update(group=group)
        operations.block_customers([customer.pk], reason="Owes too much", by=clerk)
        CustomerFactory(company=company, number="C-999")
        keys = {"group": group.pk, "term": customer.terms.get().payment_term_id}

        shown = sales.get(LIST, {name: keys.get(value, value) for name, value in query.items()}).content.decode()

        assert "C-100" in shown
        assert "C-999" not in shown

    def test_htmx_gets_only_the_listing(self, sales, customer):
        part = sales.get(LIST, headers={"HX-Request": "true"}).content.decode()

        assert "C-100" in part
        assert "<html" not in part

    def test_exports_what_it_shows(self, sales, customer):
        file = sales.get(LIST, {"export": "csv"})

        rows = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
        assert rows[0].startswith("Number,Name,Status,City,Country")
        assert rows[1].startswith("C-100,Blumenhaus Lindner GmbH,Active,Hamburg,DE")

    def test_queries_do_not_grow_with_the_rows(self, sales, company, statements):
        def cost():
            return statements(sales.get, LIST)

        CustomerTermsFactory(customer=CustomerFactory(company=company))
        cost()
        one = cost()
        for _ in range(30):
            CustomerTermsFactory(customer=CustomerFactory(company=company, group=CustomerGroupFactory(company=company)))

        assert cost() == one

    def test_says_how_the_first_customer_gets_here(self, sales):
        assert "No customers yet" in sales.get(LIST).content.decode()


class TestRights:
    @pytest.mark.parametrize("name", ["customers", "customer_add"])
    def test_the_warehouse_has_no_business_here(self, client_as, name):
        assert client_as("warehouse").get(page(name)).status_code == 403

    @pytest.mark.parametrize("name", ["customer", "customer_change", "customer_timeline"])
    def test_customers_of_other_companies_do_not_exist(self, sales, other_company, name):
        stranger = CustomerFactory(company=other_company)

        assert sales.get(page(name, stranger.pk)).status_code == 404

    @pytest.mark.parametrize("part", ["addresses", "contacts", "vat-ids", "bank-accounts", "terms"])
    def test_neither_do_their_parts(self, sales, other_company, part):
        stranger = CustomerFactory(company=other_company)

        assert sales.get(page("customer_part_add", stranger.pk, part)).status_code == 404

    def test_a_part_of_another_customer_is_not_found(self, sales, company, customer):
        other = CustomerAddressFactory(customer=CustomerFactory(company=company))

        assert sales.get(page("customer_part", customer.pk, "addresses", other.pk)).status_code == 404

    def test_who_only_looks_gets_no_buttons_and_no_forms(self, client_as, customer):
        auditor = client_as("auditor")

        shown = auditor.get(page("customer", customer.pk)).content.decode()

        assert "Blumenhaus" in shown
        assert page("customer_change", customer.pk) not in shown
        assert auditor.get(page("customer_change", customer.pk)).status_code == 403
        assert auditor.post(page("customer_status", customer.pk, "block"), {"reason": "x"}).status_code == 404

    def test_credit_may_block_but_not_change(self, client_as, customer):
        credit = client_as("credit")

        assert credit.post(page("customer_status", customer.pk, "block"), {"reason": "Owes"}).status_code == 302
        assert Customer.objects.get().status == "blocked"
        assert credit.get(page("customer_change", customer.pk)).status_code == 403


class TestDetail:
    def test_shows_everything_about_a_customer(self, sales, customer, company):
        CustomerVatNumberFactory(customer=customer)
        operations.save_contact(customer.pk, {"name": "Anna Lindner", "email": "anna@lindner.example"}, by=None)
        facts = {"holder": "Lindner", "country": "DE", "iban": "DE89370400440532013000"}
        operations.save_bank_account(customer.pk, facts, by=None)

        shown = sales.get(page("customer", customer.pk)).content.decode()

        for text in ("Hamburg", "Anna Lindner", "DE89370400440532013000", "DE136695976", "30 days net", "Pays itself"):
            assert text in shown

    def test_queries_do_not_grow_with_the_parts(self, sales, customer, statements):
        address = page("customer", customer.pk)

        def grow(size):
            for _ in range(size):
                CustomerAddressFactory(customer=customer)
                operations.save_contact(customer.pk, {"name": "Anna"}, by=None)
            return statements(sales.get, address)

        grow(1)
        assert grow(10) == grow(1)

    def test_the_timeline_tells_who_did_what(self, sales, customer, clerk):
        operations.block_customers([customer.pk], reason="Owes too much", by=clerk)

        told = sales.get(page("customer_timeline", customer.pk)).content.decode()

        assert "Blocked: Owes too much" in told


class TestTakingOn:
    def test_one_form_makes_a_customer_that_can_order(self, sales, company):
        sent = whole_form(company, **{"contact-name": "Tom Reed", "contact-email": "tom@reed.example"})

        response = sales.post(page("customer_add"), sent)

        customer = Customer.objects.get(number="C-200")
        assert response.url == page("customer", customer.pk)
        assert (customer.company, customer.currency) == (company, "GBP")
        address = customer.addresses.get()
        assert (address.is_default_ship_to, address.is_default_bill_to, address.city) == (True, True, "Bristol")
        assert customer.terms.get().discount_percent == 2.5
        assert customer.contacts.get().name == "Tom Reed"
        assert customer.vat_numbers.count() == 0

    def test_the_same_form_twice_makes_one_customer(self, sales, company):
        sent = whole_form(company)

        first, second = sales.post(page("customer_add"), sent), sales.post(page("customer_add"), sent)

        assert first.url == second.url
        assert Customer.objects.count() == 1

    def test_without_a_number_it_gets_the_next_one(self, sales, company):
        sales.post(page("customer_add"), whole_form(company, number=""))

        assert Customer.objects.get().number == "C00001"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("currency", "EURO"),
            ("payer", "C-999"),
            ("gln", "4012345000008"),
            ("address-street", ""),
            ("terms-payment_term", ""),
            ("terms-discount_percent", "a lot"),
            ("contact-email", "tom"),
            ("vat-number", "GB123"),
        ],
    )
    def test_a_wrong_field_keeps_what_was_typed_and_makes_nothing(self, sales, company, field, value):
        response = sales.post(page("customer_add"), whole_form(company) | {field: value})

        assert response.status_code == 422
        assert "1 Quay Street" in response.content.decode() or field == "address-street"
        assert Customer.objects.count() == 0

    def test_a_number_that_is_taken_is_said_at_the_field(self, sales, company, customer):
        response = sales.post(page("customer_add"), whole_form(company, number="C-100"))

        assert response.status_code == 422
        assert "Number C-100 is taken" in response.content.decode()

    def test_terms_of_another_company_are_no_choice(self, sales, company, other_company):
        elsewhere = PaymentTermFactory(company=other_company)

        response = sales.post(page("customer_add"), whole_form(company, **{"terms-payment_term": elsewhere.pk}))

        assert response.status_code == 422


class TestChanging:
    def sent(self, customer, **changes):
        return {
            "version": customer.version,
            "number": customer.number,
            "name": customer.name,
            "language": "en",
            "currency": "GBP",
            "delivery_policy": "partial",
            "delivery_priority": "5",
            "minimum_life_days": "0",
            "invoice_grouping": "per_shipment",
            "einvoice_format": "none",
            "gets_reminders": "on",
            "groups_shipments": "on",
            "money_on_account_pays_invoices": "on",
        } | changes

    def test_saves_and_goes_back_to_the_customer(self, sales, customer):
        response = sales.post(page("customer_change", customer.pk), self.sent(customer, name="Lindner KG"))

        assert response.url == page("customer", customer.pk)
        customer.refresh_from_db()
        assert (customer.name, customer.version) == ("Lindner KG", 2)

    def test_a_change_by_somebody_else_shows_both_values(self, sales, customer, clerk):
        mine = self.sent(customer, name="Mine")
        operations.change_customer(customer.pk, {"name": "Theirs"}, version=1, by=clerk)

        response = sales.post(page("customer_change", customer.pk), mine)

        shown = response.content.decode()
        assert response.status_code == 409
        assert "Mine" in shown
        assert "Theirs" in shown
        assert Customer.objects.get().name == "Theirs"

        again = sales.post(page("customer_change", customer.pk), mine | {"version": response.context["version"]})
        assert again.status_code == 302
        assert Customer.objects.get().name == "Mine"

    def test_the_payer_is_typed_by_number_or_name(self, sales, customer, company):
        head = CustomerFactory(company=company, number="C-1", name="Lindner Holding")

        sales.post(page("customer_change", customer.pk), self.sent(customer, payer="Holding"))

        assert Customer.objects.get(pk=customer.pk).payer == head

    def test_what_the_house_refuses_is_said_in_the_form(self, sales, customer):
        response = sales.post(page("customer_change", customer.pk), self.sent(customer, payer="C-100"))

        assert response.status_code == 422
        assert Customer.objects.get().payer is None


class TestStatus:
    def test_asks_before_it_blocks_and_wants_a_reason(self, sales, customer):
        address = page("customer_status", customer.pk, "block")

        assert "No new orders" in sales.get(address).content.decode()
        assert sales.post(address, {"reason": ""}).status_code == 422
        assert sales.post(address, {"reason": "Owes too much"}).status_code == 302
        customer.refresh_from_db()
        assert (customer.status, customer.status_reason) == ("blocked", "Owes too much")

    def test_reopens(self, sales, customer, clerk):
        operations.block_customers([customer.pk], reason="Owes too much", by=clerk)

        sales.post(page("customer_status", customer.pk, "reopen"))

        customer.refresh_from_db()
        assert (customer.status, customer.status_reason) == ("active", "")

    @pytest.mark.parametrize("role", ["sales", "credit", "administrator"])
    def test_who_is_asked_may_also_do_it(self, client_as, customer, role):
        person, address = client_as(role), page("customer_status", customer.pk, "close")

        assert address in person.get(page("customer", customer.pk)).content.decode()
        assert person.post(address, {"reason": "Out of business"}).status_code == 302
        customer.refresh_from_db()
        assert (customer.status, customer.status_reason) == ("closed", "Out of business")

    def test_who_may_only_look_is_not_asked(self, client_as, customer):
        person, address = client_as("service"), page("customer_status", customer.pk, "close")

        assert address not in person.get(page("customer", customer.pk)).content.decode()
        assert person.post(address, {"reason": "Out of business"}).status_code == 404
        customer.refresh_from_db()
        assert customer.status == "active"

    def test_knows_no_other_verb(self, sales, customer):
        assert sales.get(page("customer_status", customer.pk, "delete")).status_code == 404


class TestParts:
    def test_terms_change_from_a_day_on(self, sales, customer):
        term = PaymentTermFactory(company=customer.company, name="14 days")
        sent = {
            "valid_from": "2026-03-01",
            "payment_term": term.pk,
            "discount_percent": "0",
            "tax_status": "business",
            "delivery_term": "DAP",
        }

        with clock.at(MARCH_1):
            response = sales.post(page("customer_part_add", customer.pk, "terms"), sent)

        assert response.status_code == 302
        rows = CustomerTerms.objects.order_by("pk").values_list("payment_term__name", "valid_from", "valid_to")
        assert list(rows) == [("30 days net", None, date(2026, 2, 28)), ("14 days", MARCH_1, None)]

    def test_an_address_is_added_and_changed(self, sales, customer):
        sent = {
            "code": "SHOP",
            "street": "Weg 1",
            "city": "Ulm",
            "country": "DE",
            "is_ship_to": "on",
            "is_active": "on",
        }
        sales.post(page("customer_part_add", customer.pk, "addresses"), sent)
        address = customer.addresses.get(code="SHOP")

        sales.post(page("customer_part", customer.pk, "addresses", address.pk), sent | {"city": "Köln"})

        address.refresh_from_db()
        assert (address.city, customer.addresses.count()) == ("Köln", 2)

    def test_a_wrong_iban_is_said_at_its_field(self, sales, customer):
        sent = {"holder": "Lindner", "country": "DE", "iban": "DE89370400440532013001"}

        response = sales.post(page("customer_part_add", customer.pk, "bank-accounts"), sent)

        assert response.status_code == 422
        assert "DE89370400440532013001 is not an IBAN" in response.content.decode()
        assert customer.bank_accounts.count() == 0

    def test_the_answer_of_the_register_is_kept(self, sales, customer):
        vat = CustomerVatNumberFactory(customer=customer, check_result="unchecked", checked_on=None)

        sent = {"valid": "no", "on": "2026-03-01", "reference": "W-1"}
        sales.post(page("customer_vat_check", customer.pk, vat.pk), sent)

        kept = CustomerVatNumber.objects.get()
        assert (kept.check_result, kept.checked_on, kept.check_reference) == ("invalid", MARCH_1, "W-1")

    def test_a_contact_whose_mail_came_back_can_be_put_right(self, sales, customer):
        facts = {"name": "Anna", "email": "anna@lindner.example", "purposes": ["invoices"]}
        contact = operations.save_contact(customer.pk, facts, by=None)
        operations.record_bounce(contact.pk, purpose="invoices", address=contact.email, reason="no such mailbox")
        assert "no such mailbox" in sales.get(page("customer", customer.pk)).content.decode()

        sales.post(page("customer_bounce", customer.pk, contact.pk))

        assert contact.bounces.filter(resolved_at=None).count() == 0

    def test_there_are_no_other_parts(self, sales, customer):
        assert sales.get(page("customer_part_add", customer.pk, "secrets")).status_code == 404

"""Customers are taken on, changed, blocked and reopened; who may not is refused, and nothing moves."""

from datetime import date
from uuid import uuid4

import pytest

from core import clock
from core.errors import DomainError
from core.models import LoggedEvent
from masterdata import operations, queries
from masterdata.models import ContactBounce, Customer, CustomerTerms
from tests.fixtures import APRIL_1, MARCH_1, MARCH_31
from tests.masterdata.factories import (
    CustomerAddressFactory,
    CustomerFactory,
    CustomerTermsFactory,
    CustomerVatNumberFactory,
    PaymentTermFactory,
    PriceListFactory,
)

pytestmark = pytest.mark.django_db
FACTS = {"name": "Ludwig Kerzen GmbH", "currency": "EUR", "language": "de"}


def refusal_of(verb, *args, **kwargs):
    with pytest.raises(DomainError) as refusal:
        verb(*args, **kwargs)
    return refusal.value


def test_a_new_customer_gets_the_next_free_number(company, clerk):
    CustomerFactory(company=company, number="C00002")

    made = [operations.create_customer(company, FACTS, by=clerk).number for _ in range(2)]

    assert made == ["C00001", "C00003"]


def test_a_number_of_its_own_is_kept(company, clerk):
    made = operations.create_customer(company, {**FACTS, "number": "17850"}, by=clerk)

    assert (made.number, made.version) == ("17850", 1)


def test_taking_on_a_customer_is_a_fact_of_the_event_log(company, clerk):
    made = operations.create_customer(company, FACTS, by=clerk)

    assert [(fact.what, fact.company_id) for fact in LoggedEvent.objects.filter(document_id=made.pk)] == [
        ("masterdata.customer_created", company.pk)
    ]


def test_the_same_form_sent_twice_makes_one_customer(company, clerk):
    key = uuid4()

    first = operations.create_customer(company, FACTS, by=clerk, client_key=key)
    again = operations.create_customer(company, FACTS, by=clerk, client_key=key)

    assert first == again
    assert Customer.objects.count() == 1


def test_other_content_under_the_same_key_is_refused(company, clerk):
    key = uuid4()
    operations.create_customer(company, FACTS, by=clerk, client_key=key)

    error = refusal_of(operations.create_customer, company, {**FACTS, "name": "Other"}, by=clerk, client_key=key)

    assert error.code == "masterdata.key_used_for_other"
    assert Customer.objects.get().name == FACTS["name"]


def test_wrong_facts_are_told_beside_their_fields(company, clerk):
    error = refusal_of(operations.create_customer, company, {**FACTS, "gln": "4012345000008", "name": ""}, by=clerk)

    assert error.code == "masterdata.invalid"
    assert sorted(error.problems) == ["gln", "name"]
    assert not Customer.objects.exists()


def test_a_group_of_another_company_is_refused(company, other_company, clerk):
    stranger = CustomerFactory(company=other_company)

    error = refusal_of(operations.create_customer, company, {**FACTS, "payer": stranger}, by=clerk)

    assert error.problems == {"payer": ["Choose one of the same company."]}


@pytest.mark.parametrize("role", ["warehouse", "auditor", "collector"])
def test_who_does_not_keep_customers_may_not_take_one_on(company, user_as, role):
    error = refusal_of(operations.create_customer, company, FACTS, by=user_as(role))

    assert error.code == "core.not_permitted"
    assert not Customer.objects.exists()


def test_a_change_raises_the_version_and_the_same_again_does_not(company, clerk):
    customer = CustomerFactory(company=company)

    changed = operations.change_customer(customer.pk, {"name": "New name"}, version=1, by=clerk)
    again = operations.change_customer(customer.pk, {"name": "New name"}, version=2, by=clerk)

    assert (changed.name, changed.version, again.version) == ("New name", 2, 2)


def test_a_change_begun_from_an_older_version_is_refused(company, clerk):
    customer = CustomerFactory(company=company)
    operations.change_customer(customer.pk, {"name": "First"}, version=1, by=clerk)

    error = refusal_of(operations.change_customer, customer.pk, {"name": "Second"}, version=1, by=clerk)

    assert error.code == "masterdata.changed_meanwhile"
    customer.refresh_from_db()
    assert (customer.name, customer.version) == ("First", 2)


def test_of_two_people_at_once_only_one_changes_the_version_both_saw(company, clerk, concurrently):
    customer = CustomerFactory(company=company)

    def change(name):
        try:
            return operations.change_customer(customer.pk, {"name": name}, version=1, by=None).name
        except DomainError as error:
            return error.code

    answers = concurrently(lambda: change("One"), lambda: change("Two"))

    customer.refresh_from_db()
    assert sorted(answers) == sorted([customer.name, "masterdata.changed_meanwhile"])


def test_customers_of_another_company_can_not_be_changed(other_company, clerk):
    customer = CustomerFactory(company=other_company)

    error = refusal_of(operations.change_customer, customer.pk, {"name": "Mine"}, version=1, by=clerk)

    assert error.code == "core.not_permitted"


def test_blocking_says_why_and_doing_it_twice_is_safe(company, clerk):
    customer = CustomerFactory(company=company)

    first = operations.block_customers([customer.pk], reason="Returned mail", by=clerk)
    again = operations.block_customers([customer.pk], reason="Returned mail", by=clerk)

    customer.refresh_from_db()
    assert (first.done, again.already) == ([customer.pk], [customer.pk])
    assert (customer.status, customer.status_reason) == ("blocked", "Returned mail")


def test_a_closed_customer_is_not_blocked_but_can_be_reopened(company, clerk):
    customer = CustomerFactory(company=company)
    operations.close_customers([customer.pk], reason="Out of business", by=clerk)

    refused = operations.block_customers([customer.pk], reason="Returned mail", by=clerk)
    reopened = operations.reopen_customers([customer.pk], by=clerk)

    customer.refresh_from_db()
    assert refused.refused[customer.pk].code == "core.wrong_state"
    assert reopened.done == [customer.pk]
    assert (customer.status, customer.status_reason) == ("active", "")


def test_one_foreign_customer_does_not_stop_the_others(company, other_company, clerk):
    mine, foreign = CustomerFactory(company=company), CustomerFactory(company=other_company)

    outcomes = operations.block_customers([mine.pk, foreign.pk, 0], reason="Test", by=clerk)

    assert outcomes.done == [mine.pk]
    assert {pk: error.code for pk, error in outcomes.refused.items()} == {
        foreign.pk: "core.not_permitted",
        0: "core.not_found",
    }


def test_fifty_customers_are_blocked_with_the_statements_of_one(company, clerk, statements):
    def cost(size):
        ids = [customer.pk for customer in CustomerFactory.create_batch(size, company=company)]
        return statements(operations.block_customers, ids, reason="Test", by=clerk)

    cost(1)  # reads the clerk's memberships, once per request
    assert cost(50) == cost(1)


def test_a_new_first_address_takes_the_place_of_the_one_before(company, clerk):
    customer = CustomerFactory(company=company)
    before = CustomerAddressFactory(customer=customer, is_default_ship_to=True)

    facts = {"code": "NEW", "street": "2 Quay", "city": "Leeds", "country": "GB", "is_default_ship_to": True}
    made = operations.save_address(customer.pk, facts, by=clerk)

    before.refresh_from_db()
    assert not before.is_default_ship_to
    assert queries.default_addresses([customer.pk]) == {customer.pk: made}


def test_an_address_of_another_customer_is_not_found(company, clerk):
    other = CustomerAddressFactory(customer=CustomerFactory(company=company))

    error = refusal_of(
        operations.save_address, CustomerFactory(company=company).pk, {"city": "York"}, by=clerk, address_id=other.pk
    )

    assert error.code == "core.not_found"


def test_new_terms_end_the_ones_before_and_keep_what_nobody_changed(company, clerk):
    old = CustomerTermsFactory(customer=CustomerFactory(company=company), discount_percent=5, valid_from=MARCH_1)
    term = PaymentTermFactory(company=company)

    operations.change_terms(old.customer_id, {"payment_term": term}, valid_from=APRIL_1, by=clerk)

    rows = CustomerTerms.objects.filter(customer=old.customer).order_by("valid_from")
    assert [(row.valid_from, row.valid_to, row.discount_percent) for row in rows] == [
        (MARCH_1, MARCH_31, 5),
        (APRIL_1, None, 5),
    ]
    assert [queries.terms_on([old.customer_id], on)[old.customer_id].payment_term for on in (MARCH_31, APRIL_1)] == [
        old.payment_term,
        term,
    ]


def test_terms_that_begin_on_that_day_are_changed_in_place(company, clerk):
    old = CustomerTermsFactory(customer=CustomerFactory(company=company), valid_from=MARCH_1)
    price_list = PriceListFactory(company=company)

    operations.change_terms(old.customer_id, {"price_list": price_list}, valid_from=MARCH_1, by=clerk)

    assert CustomerTerms.objects.get().price_list == price_list


def test_first_terms_end_where_later_ones_begin(company, clerk):
    later = CustomerTermsFactory(customer=CustomerFactory(company=company), valid_from=APRIL_1)

    made = operations.change_terms(
        later.customer_id, {"payment_term": later.payment_term}, valid_from=MARCH_1, by=clerk
    )

    assert made.valid_to == MARCH_31


def test_another_vat_id_has_to_be_checked_again(company, clerk):
    row = CustomerVatNumberFactory(customer=CustomerFactory(company=company))

    operations.save_vat_number(row.customer_id, {"number": "DE 811907980"}, by=clerk, vat_number_id=row.pk)

    row.refresh_from_db()
    assert (row.number, row.check_result, row.checked_on) == ("DE811907980", "unchecked", None)


def test_the_answer_of_the_register_is_kept_with_its_day(company, clerk):
    row = CustomerVatNumberFactory(customer=CustomerFactory(company=company), check_result="unchecked", checked_on=None)

    operations.record_vat_check(row.pk, valid=True, on=MARCH_1, reference="WAPIAAAA", by=clerk)

    row.refresh_from_db()
    assert (row.check_result, row.checked_on, row.check_reference) == ("valid", MARCH_1, "WAPIAAAA")


def test_fresh_bank_data_show_their_day(company, clerk, at_noon):
    customer = CustomerFactory(company=company)
    facts = {"holder": "Ludwig", "country": "DE", "iban": "DE89 3704 0044 0532 0130 00", "is_default": True}

    made = operations.save_bank_account(customer.pk, facts, by=clerk)

    assert (made.iban, made.changed_on) == ("DE89370400440532013000", MARCH_1)


def test_mail_that_bounced_stops_mail_of_that_kind_until_the_address_changes(company, clerk):
    customer = CustomerFactory(company=company)
    facts = {"name": "Anna", "email": "anna@example.com", "purposes": ["invoices", "orders"]}
    contact = operations.save_contact(customer.pk, facts, by=clerk)

    for _ in range(2):
        operations.record_bounce(contact.pk, purpose="invoices", address="anna@example.com", reason="550 unknown")

    assert ContactBounce.objects.count() == 1
    assert queries.contacts_for([customer.pk], "invoices") == {}
    assert queries.contacts_for([customer.pk], "orders") == {customer.pk: [contact]}

    operations.save_contact(customer.pk, {"email": "anna.b@example.com"}, by=clerk, contact_id=contact.pk)

    assert queries.contacts_for([customer.pk], "invoices") == {customer.pk: [contact]}


def test_a_late_bounce_of_an_old_address_says_nothing_about_the_new_one(company, clerk):
    contact = operations.save_contact(
        CustomerFactory(company=company).pk, {"name": "Anna", "email": "new@example.com"}, by=clerk
    )

    bounced = operations.record_bounce(contact.pk, purpose="invoices", address="old@example.com", reason="550")

    assert bounced is None
    assert not ContactBounce.objects.exists()


@pytest.fixture
def at_noon():
    with clock.at(date(2026, 3, 1)):
        yield


def test_a_payer_pays_for_others_and_for_itself(company):
    payer = CustomerFactory(company=company)
    shop = CustomerFactory(company=company, payer=payer)

    assert queries.payer_ids([payer.pk, shop.pk]) == {payer.pk: payer.pk, shop.pk: payer.pk}


@pytest.mark.parametrize(
    "words", ["C00042", "c00042", "müller", "Muller", "muler kerzen", "kerz", "DE 136695976", "4012345000009"]
)
def test_a_customer_is_found_by_what_people_type(company, words):
    wanted = CustomerFactory(company=company, number="C00042", name="Müller Kerzen GmbH", gln="4012345000009")
    CustomerVatNumberFactory(customer=wanted)
    CustomerFactory(company=company, number="C00099", name="Smith & Sons")

    assert list(queries.find_customers(company, words)) == [wanted]


def test_a_number_typed_whole_comes_first(company):
    CustomerFactory(company=company, number="C100", name="C10 C10 trading")
    exact = CustomerFactory(company=company, number="C10", name="Zebra")

    assert queries.find_customers(company, "C10")[0] == exact


def test_customers_of_another_company_are_not_found(company, other_company):
    CustomerFactory(company=other_company, name="Secret Ltd")

    assert not queries.find_customers(company, "Secret").exists()

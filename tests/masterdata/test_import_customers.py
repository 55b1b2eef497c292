"""Importing customers: every wrong cell is named, nothing else is stored, and the same file twice changes nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core import clock
from core.audit import timeline
from core.context import IMPORT, Cause, because_of
from masterdata.imports.customers import Customers
from masterdata.models import Customer, CustomerBankAccount, CustomerTerms, CustomerVatNumber
from tests.masterdata.importing import checked, imported, set_up

MARCH_1 = date(2026, 3, 1)
APRIL_1 = date(2026, 4, 1)

ROW = {
    "Customer number": "C-100",
    "Name": "Blumenhaus Lindner GmbH",
    "Street": "Lange Reihe 12",
    "Postal code": "20099",
    "City": "Hamburg",
    "Country": "DE",
    "Currency": "EUR",
    "Payment term": "N30",
    "Group": "RETAIL",
    "Price list": "TRADE",
    "Contact": "Anna Lindner",
    "E-mail": "rechnung@blumenhaus-lindner.example",
    "VAT id": "DE 136 695 976",
    "IBAN": "DE89 3704 0044 0532 0130 00",
    "Discount %": "2.5",
}


@pytest.fixture(autouse=True)
def _codes(company):
    set_up(company)
    with clock.at(MARCH_1):
        yield


def row(**changes):
    return ROW | changes


def codes(report):
    return [(error["column"], error["code"]) for error in report.errors]


def test_creates_a_customer_with_all_that_belongs_to_it(company):
    report = imported([ROW], Customers(), company)

    assert (report.new, report.refused) == (1, 0)
    customer = Customer.objects.get(company=company, number="C-100")
    assert (customer.name, customer.currency, customer.group.code) == ("Blumenhaus Lindner GmbH", "EUR", "RETAIL")
    address = customer.addresses.get()
    assert (address.code, address.city, address.country, address.is_default_bill_to) == ("MAIN", "Hamburg", "DE", True)
    assert (customer.contacts.get().name, customer.vat_numbers.get().number) == ("Anna Lindner", "DE136695976")
    terms = customer.terms.get()
    assert (terms.payment_term.code, terms.price_list.code, terms.discount_percent) == ("N30", "TRADE", Decimal("2.5"))
    account = customer.bank_accounts.get()
    assert (account.iban, account.holder, account.is_default) == ("DE89370400440532013000", customer.name, True)


def test_the_same_file_again_changes_nothing(company, statements):
    imported([ROW], Customers(), company)

    report = imported([ROW], Customers(), company)

    assert (report.new, report.changed, report.unchanged, report.refused) == (0, 0, 1, 0)
    assert Customer.objects.get().version == 1


def test_a_changed_cell_changes_its_field_and_nothing_else(company):
    imported([ROW], Customers(), company)

    report = imported([row(Name="Blumenhaus Lindner KG")], Customers(), company)

    assert report.changed == 1
    assert report.examples == [
        {
            "row": 2,
            "key": "C-100",
            "column": "Name",
            "before": "Blumenhaus Lindner GmbH",
            "after": "Blumenhaus Lindner KG",
            "more": 0,
        }
    ]
    customer = Customer.objects.get()
    assert (customer.name, customer.version) == ("Blumenhaus Lindner KG", 2)
    assert (
        CustomerTerms.objects.count() == CustomerVatNumber.objects.count() == CustomerBankAccount.objects.count() == 1
    )


def test_the_timeline_tells_that_it_came_by_import(company):
    with because_of(Cause(via=IMPORT)):
        imported([ROW], Customers(), company)
        imported([row(Name="Blumenhaus Lindner KG")], Customers(), company)

    told = timeline("masterdata.customer", Customer.objects.get().pk)
    assert [(entry.sentence, str(entry.via_word)) for entry in told if entry.kind == "event"] == [
        ("Changed", "import"),
        ("Taken on as a customer", "import"),
    ]


def test_fields_without_a_column_stay_as_they_are_and_empty_cells_clear_theirs(company):
    imported([ROW], Customers(), company)

    imported([{"Customer number": "C-100", "Phone": "+44 117 1", "Group": ""}], Customers(), company)

    customer = Customer.objects.get()
    assert (customer.name, customer.phone, customer.group) == ("Blumenhaus Lindner GmbH", "+44 117 1", None)


def test_new_terms_hold_from_today_and_the_old_ones_end_yesterday(company):
    imported([ROW], Customers(), company)

    with clock.at(APRIL_1):
        imported([row(**{"Payment term": "N14"})], Customers(), company)
        again = imported([row(**{"Payment term": "N14"})], Customers(), company)

    assert again.unchanged == 1
    terms = CustomerTerms.objects.order_by("pk").values_list("payment_term__code", "valid_from", "valid_to")
    assert list(terms) == [("N30", None, APRIL_1 - timedelta(days=1)), ("N14", APRIL_1, None)]


def test_terms_corrected_on_the_same_day_do_not_pile_up(company):
    imported([ROW], Customers(), company)
    with clock.at(APRIL_1):
        imported([row(**{"Payment term": "N14"})], Customers(), company)

        imported([row(**{"Discount %": "7"})], Customers(), company)

    assert CustomerTerms.objects.count() == 2
    assert CustomerTerms.objects.latest("pk").payment_term.code == "N30"
    assert CustomerTerms.objects.latest("pk").discount_percent == 7


def test_a_new_vat_id_replaces_the_old_one_and_is_unchecked(company):
    imported([ROW], Customers(), company)

    with clock.at(APRIL_1):
        for _ in range(2):
            report = imported([row(**{"VAT id": "ATU13585627"})], Customers(), company)

    assert report.unchanged == 1
    numbers = CustomerVatNumber.objects.order_by("pk").values_list("country", "number", "valid_to", "check_result")
    assert list(numbers) == [
        ("DE", "DE136695976", APRIL_1 - timedelta(days=1), "unchecked"),
        ("AT", "ATU13585627", None, "unchecked"),
    ]


def test_a_new_account_becomes_the_first_choice_and_the_old_one_stays(company):
    imported([ROW], Customers(), company)

    for _ in range(2):
        report = imported([row(IBAN="GB29 NWBK 6016 1331 9268 19")], Customers(), company)

    assert report.unchanged == 1
    accounts = CustomerBankAccount.objects.order_by("pk").values_list("iban", "is_default", "country")
    assert list(accounts) == [("DE89370400440532013000", False, "DE"), ("GB29NWBK60161331926819", True, "GB")]


def test_finds_columns_by_the_words_other_systems_use(company):
    report = imported(
        [
            {
                "Kunden-Nr.": "C-7",
                "Firma": "Müller",
                "Straße": "Weg 1",
                "PLZ": "1",
                "Ort": "Ulm",
                "Land": "Deutschland",
                "Währung": "eur",
                "Terms": "n30",
                "Notes2": "x",
            }
        ],
        Customers(),
        company,
    )

    assert (report.new, report.unused) == (1, ["Notes2"])
    assert Customer.objects.get().addresses.get().country == "DE"


WRONG = {
    "no number": ({"Customer number": ""}, "Customer number", "import.required"),
    "no name": ({"Name": " "}, "Name", "import.required"),
    "too long": ({"Name": "x" * 161}, "Name", "import.too_long"),
    "unknown group": ({"Group": "RETIAL"}, "Group", "import.unknown_code"),
    "unknown term": ({"Payment term": "N31"}, "Payment term", "import.unknown_code"),
    "unknown price list": ({"Price list": "UK"}, "Price list", "import.unknown_code"),
    "no country": ({"Country": "Atlantis"}, "Country", "import.not_valid"),
    "no currency": ({"Currency": "EURO"}, "Currency", "import.not_valid"),
    "letter in a number": ({"Discount %": "1O"}, "Discount %", "import.not_a_number"),
    "ambiguous number": ({"Discount %": "1,000"}, "Discount %", "import.ambiguous_number"),
    "too much": ({"Discount %": "100.5"}, "Discount %", "import.out_of_range"),
    "wrong VAT id": ({"VAT id": "DE136695975"}, "VAT id", "import.not_valid"),
    "wrong IBAN": ({"IBAN": "DE89370400440532013001"}, "IBAN", "import.not_valid"),
    "mail address": ({"E-mail": "anna"}, "E-mail", "import.not_valid"),
    "mail without a person": ({"Contact": ""}, "Contact", "import.conflicting"),
    "power of ten": ({"Customer number": "4.00638E+12"}, "Customer number", "import.shortened"),
}


@pytest.mark.parametrize(("change", "column", "code"), WRONG.values(), ids=WRONG.keys())
def test_names_the_cell_and_what_is_wrong_with_it(company, change, column, code):
    report = imported([ROW | change], Customers(), company)

    assert codes(report) == [(column, code)]
    assert report.errors[0]["row"] == 2
    assert Customer.objects.count() == 0


EXTRA = {
    "GLN": ({"GLN": "4012345000008"}, "import.not_valid"),
    "web address": ({"Website": "no address"}, "import.not_valid"),
    "yes or no": ({"Gets reminders": "maybe"}, "import.not_a_choice"),
    "choice": ({"Delivery policy": "sometimes"}, "import.not_a_choice"),
    "whole number": ({"Delivery priority": "1.5"}, "import.out_of_range"),
    "payer nobody knows": ({"Payer": "C-999"}, "import.unknown_code"),
    "pays itself": ({"Payer": "C-100"}, "import.conflicting"),
    "exempt without paper": ({"Tax status": "exempt"}, "import.conflicting"),
    "BIC without IBAN": ({"BIC": "COBADEFFXXX", "IBAN": ""}, "import.conflicting"),
}


@pytest.mark.parametrize(("change", "code"), EXTRA.values(), ids=EXTRA.keys())
def test_checks_optional_columns_too(company, change, code):
    report = imported([ROW | change], Customers(), company)

    assert [error["code"] for error in report.errors] == [code]
    assert Customer.objects.count() == 0


def test_says_which_code_was_probably_meant(company):
    report = checked([row(Group="RETIAL")], Customers(), company)

    assert report.errors[0]["message"] == "There is no customer group “RETIAL”. Did they mean RETAIL?"


def test_the_second_row_for_one_customer_is_refused_and_names_the_first(company):
    report = imported([ROW, row(Name="Another")], Customers(), company)

    assert codes(report) == [("Customer number", "import.twice_in_file")]
    assert report.errors[0]["message"] == "C-100 stands in row 2 already. Keep one of the two rows."
    assert Customer.objects.get().name == "Blumenhaus Lindner GmbH"


def test_a_gln_belongs_to_one_customer(company):
    imported([row(GLN="4012345000009")], Customers(), company)

    report = imported([row(**{"Customer number": "C-200", "GLN": "4012345000009"})], Customers(), company)

    assert codes(report) == [("GLN", "import.taken")]
    assert Customer.objects.count() == 1


def test_a_new_row_needs_what_the_file_has_no_column_for(company):
    report = checked([{"Customer number": "C-1", "Name": "Reed"}], Customers(), company)

    assert sorted(codes(report)) == [
        ("City", "import.required"),
        ("Country", "import.required"),
        ("Currency", "import.required"),
        ("Payment term", "import.required"),
        ("Street", "import.required"),
    ]


def test_a_payer_may_stand_above_in_the_file_but_not_below(company):
    shop = row(**{"Customer number": "C-101", "Payer": "C-100", "Bill to": "C-100"})
    early = row(**{"Customer number": "C-099", "Payer": "C-100", "Bill to": ""})

    report = imported([early, row(Payer="", **{"Bill to": ""}), shop], Customers(), company)

    assert [(error["row"], error["column"], error["code"]) for error in report.errors] == [
        (2, "Payer", "import.unknown_code")
    ]
    assert Customer.objects.get(number="C-101").payer.number == "C-100"


def test_who_pays_for_others_pays_for_itself(company):
    head, shop = row(Payer=""), row(**{"Customer number": "C-101", "Payer": "C-100"})
    imported([head, shop, row(**{"Customer number": "C-102", "Payer": ""})], Customers(), company)

    report = imported([row(Payer="C-102"), row(**{"Customer number": "C-103", "Payer": "C-101"})], Customers(), company)

    assert codes(report) == [("Payer", "import.conflicting"), ("Payer", "import.conflicting")]


def test_refused_rows_do_not_stop_the_good_ones(company):
    rows = [row(**{"Customer number": f"C-{number}", "Country": "XX" if number % 2 else "DE"}) for number in range(10)]

    report = imported(rows, Customers(), company)

    assert (report.new, report.refused) == (5, 5)
    assert Customer.objects.count() == 5


def test_other_companies_are_another_world(company, other_company):
    set_up(other_company)
    imported([ROW], Customers(), company)

    report = imported([ROW], Customers(), other_company)

    assert report.new == 1
    assert Customer.objects.filter(number="C-100").count() == 2


@pytest.mark.parametrize("again", [False, True], ids=["new", "changed"])
def test_a_hundred_rows_take_the_statements_of_two(company, statements, again):
    def rows(size, name):
        return [row(**{"Customer number": f"C-{size}-{number}", "Name": name}) for number in range(size)]

    def cost(size):
        if again:
            imported(rows(size, "Before"), Customers(), company)
        return statements(imported, rows(size, "After"), Customers(), company)

    assert cost(100) == cost(2)

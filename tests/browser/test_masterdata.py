"""What people do with master data all day: take on a customer by keys, import a file, look at a payment term."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from masterdata.models import Customer, DataImport, PaymentTerm
from tests.browser.watch import barriers

pytestmark = pytest.mark.browser

COLUMNS = ["Customer number", "Name", "Street", "City", "Country", "Currency", "Payment term"]


def demo_term() -> PaymentTerm:
    return PaymentTerm.objects.filter(company__code="hearth", discounts__isnull=False).order_by("code")[0]


def test_a_customer_is_taken_on_without_a_mouse(enter):
    tab = enter("/customers/", role="sales")

    tab.keyboard.press("n")
    expect(tab.get_by_role("heading", level=1)).to_have_text("New customer")
    tab.get_by_label("Number", exact=False).first.focus()
    tab.keyboard.type("K-1001")
    tab.keyboard.press("Tab")
    tab.keyboard.type("Keyboard & Sons")
    tab.locator("#id_address-street").focus()
    tab.keyboard.type("1 Quay Street")
    tab.locator("#id_address-city").focus()
    tab.keyboard.type("Bristol")
    tab.locator("#id_terms-payment_term").focus()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Control+Enter")

    expect(tab.get_by_role("heading", level=1)).to_have_text("Keyboard & Sons")
    expect(tab.get_by_role("status").first).to_contain_text("is taken on")
    customer = Customer.objects.get(number="K-1001")
    assert (customer.addresses.get().city, customer.terms.count()) == ("Bristol", 1)


def test_a_wrong_field_is_where_the_hands_go_next(enter):
    tab = enter("/customers/new", role="sales")

    tab.get_by_label("Name").first.fill("Half a customer")
    tab.locator("#id_gln").fill("4012345000008")
    tab.keyboard.press("Control+Enter")

    expect(tab.locator("#id_gln")).to_have_attribute("aria-invalid", "true")
    expect(tab.locator("#id_name")).to_have_value("Half a customer")
    assert barriers(tab, "light") == []
    assert not Customer.objects.filter(name="Half a customer").exists()


def test_the_list_narrows_while_one_types(enter):
    tab = enter("/customers/", role="sales")
    before = tab.locator("table.sheet tbody tr").count()

    tab.keyboard.press("f")
    tab.keyboard.type("quayside", delay=20)

    rows = tab.locator("table.sheet tbody tr")
    expect(rows).not_to_have_count(before)
    expect(rows.first).to_contain_text("Quayside")


def test_a_file_is_checked_before_it_is_imported(enter, tmp_path: Path):
    term = PaymentTerm.objects.filter(company__code="hearth").order_by("code")[0].code
    path = tmp_path / "new shops.csv"
    rows = [
        ["F-1", "First shop", "1 Quay", "Bristol", "GB", "GBP", term],
        ["F-2", "Second shop", "2 Quay", "Bristol", "Atlantis", "GBP", term],
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    tab = enter("/imports/customers/", role="sales")

    tab.get_by_label("File").set_input_files(path)
    tab.get_by_role("button", name="Check the file").click()
    expect(tab.get_by_text("Nothing imported yet")).to_be_visible()
    expect(tab.get_by_text("“Atlantis” is not a country.")).to_be_visible()
    assert barriers(tab, "light") == barriers(tab, "dark") == []
    assert not Customer.objects.filter(number="F-1").exists()

    with tab.expect_download() as download:
        tab.get_by_role("link", name="Download these rows with reasons").click()
    assert "F-2" in download.value.path().read_text(encoding="utf-8-sig")

    tab.get_by_role("button", name="Import 1 good row").click()
    expect(tab.get_by_role("status").first).to_contain_text("1 row imported")
    assert Customer.objects.get(number="F-1").name == "First shop"
    assert DataImport.objects.latest("pk").state == "done"


def test_a_payment_term_answers_while_one_types(enter):
    tab = enter(f"/payment-terms/{demo_term().pk}", role="sales")

    tab.get_by_label("Total").fill("2,500.00")

    expect(tab.locator("#parts tfoot")).to_contain_text("2,500.00")
    expect(tab.get_by_role("heading", name="How the days come about")).to_be_visible()


def test_a_block_asks_in_a_dialog_and_says_what_it_means(enter):
    customer = Customer.objects.filter(company__code="hearth", status="active").order_by("-number")[0]
    tab = enter(f"/customers/{customer.pk}", role="sales")

    tab.get_by_role("link", name="Block…").click()
    expect(tab.get_by_role("dialog")).to_contain_text("No new orders are taken")
    tab.get_by_role("dialog").get_by_label("Reason").fill("Moved away")
    tab.get_by_role("dialog").get_by_role("button", name="Block").click()

    expect(tab.get_by_text("Blocked. Moved away")).to_be_visible()
    customer.refresh_from_db()
    assert customer.status == "blocked"

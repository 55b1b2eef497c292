"""The table of tax cases: who sells what to whom, from where to where, and what the invoice then says."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from masterdata.models import TaxCode, TaxRule
from masterdata.rates import import_built_in_vat_rates
from masterdata.tax import TaxDecision, TaxLine, determine
from masterdata.tax_setup import set_up_tax
from tests.core.factories import CompanyFactory
from tests.fixtures import MARCH_1
from tests.masterdata.factories import (
    CompanyProfileFactory,
    CustomerFactory,
    CustomerTermsFactory,
    CustomerVatNumberFactory,
    TaxRateFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rates(db):
    import_built_in_vat_rates()


def seller(country, **policies):
    company = CompanyFactory(country=country)
    CompanyProfileFactory(company=company, **policies)
    set_up_tax(company)
    return company


def buyer(company, status, vat_number=None, **vat_facts):
    customer = CustomerFactory(company=company)
    paper = {"exemption_certificate": "EM-1"} if status == "exempt" else {}
    CustomerTermsFactory(customer=customer, tax_status=status, **paper)
    if vat_number:
        country = "GR" if vat_number.startswith("EL") else vat_number[:2]
        CustomerVatNumberFactory(customer=customer, country=country, number=vat_number, **vat_facts)
    return customer


def line(company, customer, ship_to, *, ship_from=None, tax_class="standard", supply="goods", on=MARCH_1):
    return TaxLine(
        company_id=company.pk,
        customer_id=customer.pk,
        ship_from=ship_from or company.country,
        ship_to=ship_to,
        tax_class=tax_class,
        supply=supply,
        on=on,
    )


def decide(*args, **kwargs):
    return determine([line(*args, **kwargs)])[0]


CASES = [
    # seller, status, VAT id, goes to, class, supply → category, per cent, code
    ("GB", "business", None, "GB", "standard", "goods", "S", "20", "S"),
    ("GB", "consumer", None, "GB", "reduced", "goods", "S", "5", "SR"),
    ("GB", "business", None, "GB", "zero", "goods", "Z", "0", "Z"),
    ("GB", "business", None, "GB", "exempt", "service", "E", "0", "E"),
    ("GB", "business", "DE136695976", "DE", "standard", "goods", "G", "0", "G"),
    ("GB", "consumer", None, "US", "reduced", "goods", "G", "0", "G"),
    ("GB", "business", None, "US", "standard", "service", "O", "0", "O"),
    ("GB", "consumer", None, "US", "standard", "service", "S", "20", "S"),
    ("NL", "business", None, "NL", "standard", "goods", "S", "21", "S"),
    ("NL", "business", None, "NL", "reduced", "goods", "S", "9", "SR"),
    ("NL", "business", "DE136695976", "DE", "standard", "goods", "K", "0", "K"),
    ("NL", "business", "DE136695976", "DE", "reduced", "goods", "K", "0", "K"),
    ("NL", "business", "DE136695976", "FR", "standard", "goods", "K", "0", "K"),
    ("NL", "business", "DE136695976", "DE", "standard", "service", "AE", "0", "AE"),
    ("NL", "business", None, "DE", "standard", "goods", "S", "21", "S"),
    ("NL", "consumer", None, "DE", "standard", "goods", "S", "21", "S"),
    ("NL", "consumer", None, "DE", "standard", "service", "S", "21", "S"),
    ("NL", "business", None, "GB", "standard", "goods", "G", "0", "G"),
    ("NL", "exempt", None, "NL", "standard", "goods", "E", "0", "EB"),
    ("NL", "exempt", None, "BE", "standard", "goods", "E", "0", "EB"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case)))
def test_a_supply_is_taxed_by_where_it_goes_and_to_whom(rates, case):
    home, status, vat_number, to, tax_class, supply, category, percent, code = case
    company = seller(home)

    found = decide(company, buyer(company, status, vat_number), to, tax_class=tax_class, supply=supply)

    assert isinstance(found, TaxDecision)
    assert (found.category, found.percent, found.code) == (category, Decimal(percent), code)


@pytest.mark.parametrize(
    ("to", "tax_class", "percent"),
    [("DE", "standard", "19"), ("DE", "reduced", "7"), ("FR", "second_reduced", "5.5"), ("DE", "second_reduced", "19")],
)
def test_one_stop_shop_sales_are_taxed_where_the_goods_go(rates, to, tax_class, percent):
    company = seller("NL", one_stop_shop_from=date(2021, 7, 1))

    found = decide(company, buyer(company, "consumer"), to, tax_class=tax_class)

    assert (found.code, found.country, found.percent) == ("OSS", to, Decimal(percent))


def test_the_one_stop_shop_begins_on_its_day(rates):
    company = seller("NL", one_stop_shop_from=MARCH_1)
    consumer = buyer(company, "consumer")

    before, then = determine([line(company, consumer, "DE", on=date(2026, 2, 28)), line(company, consumer, "DE")])

    assert (before.code, before.percent) == ("S", 21)
    assert (then.code, then.percent) == ("OSS", 19)


def test_an_unproven_business_is_refused_where_the_company_says_so(rates):
    company = seller("NL", unproven_business="refuse")

    found = decide(company, buyer(company, "business"), "DE")

    assert found.code == "masterdata.vat_id_needed"


@pytest.mark.parametrize(
    "facts",
    [
        {"check_result": "invalid"},
        {"check_result": "unchecked", "checked_on": None},
        {"valid_to": date(2026, 2, 28)},
        {"valid_from": date(2026, 3, 2)},
    ],
)
def test_a_vat_id_that_does_not_hold_on_the_day_proves_nothing(rates, facts):
    company = seller("NL")

    found = decide(company, buyer(company, "business", "DE136695976", **facts), "DE")

    assert (found.category, found.percent, found.vat_number) == ("S", 21, "")


def test_a_vat_id_holds_on_its_last_day(rates):
    company = seller("NL")

    found = decide(company, buyer(company, "business", "DE136695976", valid_to=MARCH_1), "DE")

    assert (found.category, found.vat_number) == ("K", "DE136695976")


def test_a_vat_id_of_the_sellers_country_does_not_prove_trade_between_countries(rates):
    company = seller("NL")

    found = decide(company, buyer(company, "business", "NL123456782B90"), "DE")

    assert found.category == "S"


def test_goods_leave_from_the_warehouse_not_from_the_sellers_desk(rates):
    company = seller("NL")

    found = decide(company, buyer(company, "business", "DE136695976"), "NL", ship_from="BE")

    assert found.category == "K"


def test_until_the_end_of_2020_britain_was_within_the_union(rates):
    company = seller("NL")
    customer = buyer(company, "business", "GB980780684", check_result="valid")

    before, after = determine(
        [line(company, customer, "GB", on=date(2020, 12, 31)), line(company, customer, "GB", on=date(2021, 1, 1))]
    )

    assert (before.category, after.category) == ("K", "G")


def test_the_rate_of_the_date_of_supply_counts():
    company = seller("DE")
    TaxRateFactory(country="DE", percent=19, valid_to=date(2020, 6, 30))
    TaxRateFactory(country="DE", percent=16, valid_from=date(2020, 7, 1), valid_to=date(2020, 12, 31))
    TaxRateFactory(country="DE", percent=19, valid_from=date(2021, 1, 1))
    customer = buyer(company, "business")

    found = determine([line(company, customer, "DE", on=date(2020, month, 30)) for month in (6, 7, 12)])

    assert [decision.percent for decision in found] == [19, 16, 16]


def test_a_country_without_a_rate_is_refused():
    company = seller("GB")

    found = decide(company, buyer(company, "business"), "GB")

    assert found.code == "masterdata.no_tax_rate"


def test_a_company_without_rules_is_refused(rates):
    company = CompanyFactory()

    found = decide(company, buyer(company, "business"), "GB")

    assert found.code == "masterdata.no_tax_rule"


def test_a_rule_of_the_company_goes_before_the_usual_ones(rates):
    company = seller("NL")
    canaries = TaxCode.objects.get(company=company, code="G")
    TaxRule.objects.create(company=company, number=50, name="Canary Islands", to_country="ES", tax_code=canaries)

    found = decide(company, buyer(company, "consumer"), "ES")

    assert (found.category, found.rule) == ("G", "50 Canary Islands")


def test_a_rule_holds_only_on_its_days(rates):
    company = seller("GB")
    zero = TaxCode.objects.get(company=company, code="Z")
    TaxRule.objects.create(
        company=company, number=1, name="Energy relief", tax_code=zero, valid_from=MARCH_1, valid_to=MARCH_1
    )
    customer = buyer(company, "business")

    found = determine(
        [line(company, customer, "GB", on=date(2026, month, day)) for month, day in ((2, 28), (3, 1), (3, 2))]
    )

    assert [decision.category for decision in found] == ["S", "Z", "S"]


def test_the_answer_says_why_in_words_and_in_the_customers_language(rates):
    company = seller("NL")

    found = decide(company, buyer(company, "business", "DE136695976"), "DE")

    assert found.explanation == (
        "Goods from NL to DE for a business with VAT id DE136695976: "
        "rule 300 Goods to businesses in the EU gives K, no tax."
    )
    assert (found.exemption_code, found.reason("de")) == (
        "VATEX-EU-IC",
        "Steuerfreie innergemeinschaftliche Lieferung",
    )
    assert found.reason("nl") == "Intra-Community supply"


def test_a_taxed_line_says_which_rate_of_which_country(rates):
    company = seller("GB")

    found = decide(company, buyer(company, "consumer"), "GB")

    assert found.explanation == (
        "Goods from GB to GB for a consumer: rule 900 Everything else at the standard rate gives S, "
        "the standard rate of GB on 2026-03-01: 20 %."
    )


def test_one_refused_line_does_not_stop_the_others(rates):
    company, without = seller("GB"), CompanyFactory()
    lines = [line(without, buyer(without, "business"), "GB"), line(company, buyer(company, "business"), "GB")]

    refused, decided = determine(lines)

    assert refused.code == "masterdata.no_tax_rule"
    assert decided.percent == 20


def test_a_thousand_lines_take_as_many_statements_as_one(rates, statements):
    company = seller("NL")
    customers = [buyer(company, status) for status in ("business", "consumer")]
    lines = [line(company, customers[n % 2], ("NL", "DE", "US")[n % 3]) for n in range(1000)]

    assert statements(determine, lines) == statements(determine, lines[:1]) == 5


def test_setting_up_twice_adds_nothing():
    company = CompanyFactory(country="NL")

    first, second = set_up_tax(company), set_up_tax(company)

    assert (first, second) == (24, 0)


def test_the_command_sets_up_the_company_it_names(capsys):
    company, other = CompanyFactory(country="NL"), CompanyFactory(country="NL")

    call_command("set_up_tax", "--company", company.code, "--json")
    call_command("set_up_tax", "--company", company.code, "--json")

    assert capsys.readouterr().out == '{"added": 24}\n{"added": 0}\n'
    assert TaxRule.objects.filter(company=company).exists()
    assert not TaxCode.objects.filter(company=other).exists()
    with pytest.raises(CommandError, match="no company nowhere"):
        call_command("set_up_tax", "--company", "nowhere")


def test_no_lines_need_no_decisions():
    assert determine([]) == []

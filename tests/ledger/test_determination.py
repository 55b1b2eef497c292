"""Account determination: the most specific rule wins, and it can be explained."""

import pytest

from ledger import errors
from ledger.determination import Case, accounts_for, explain
from ledger.models import Account, AccountDetermination, Fact


def rule(company, number: str, **conditions) -> AccountDetermination:
    """A rule for sales of goods."""
    account = Account.objects.get(company=company, number=number)
    return AccountDetermination.objects.create(company=company, fact=Fact.SALES, account=account, **conditions)


def account_of(company, **known) -> str:
    case = Case(Fact.SALES, **known)
    return accounts_for(company, [case])[case]


def test_without_special_rules_the_chart_decides(books):
    assert account_of(books) == "4000"
    assert account_of(books, tax_code="K0", product_group="lamps") == "4000"


def test_the_most_specific_rule_wins(books, warehouse):
    rule(books, "4050", tax_code="K0")
    rule(books, "4100", product_group="lamps")
    rule(books, "4200", tax_code="K0", product_group="lamps")
    rule(books, "4310", warehouse=warehouse)

    assert account_of(books, tax_code="K0") == "4050"
    assert account_of(books, product_group="lamps") == "4100"
    assert account_of(books, tax_code="K0", product_group="lamps") == "4200"
    assert account_of(books, tax_code="S20", warehouse_id=warehouse.pk) == "4310"


def test_among_equals_tax_code_counts_more_than_group_and_group_more_than_warehouse(books, warehouse):
    rule(books, "4310", warehouse=warehouse)
    rule(books, "4100", product_group="lamps")
    assert account_of(books, product_group="lamps", warehouse_id=warehouse.pk) == "4100"

    rule(books, "4050", tax_code="K0")
    assert account_of(books, tax_code="K0", product_group="lamps", warehouse_id=warehouse.pk) == "4050"


def test_a_fact_without_rule_is_refused(books):
    AccountDetermination.objects.filter(company=books, fact=Fact.SALES).delete()

    with pytest.raises(errors.NoAccountForFact) as refusal:
        account_of(books)

    assert refusal.value.code == "ledger.no_account_for_fact"


def test_a_thousand_cases_take_one_query(books, django_assert_num_queries):
    with django_assert_num_queries(1):
        accounts_for(books, [Case(Fact.SALES, product_group=str(number)) for number in range(1000)])


def test_the_explanation_names_the_winner_first_and_why_others_lost(books):
    rule(books, "4050", tax_code="K0")
    rule(books, "4100", tax_code="S20", product_group="lamps")

    explained = explain(books, Case(Fact.SALES, tax_code="K0", product_group="lamps"))

    assert explained.winner is not None
    assert explained.winner.account.number == "4050"
    assert [(one.rule.account.number, one.fits, one.why) for one in explained.considered] == [
        ("4050", True, "Wins: the most specific rule that fits."),
        ("4000", True, "Fits, but is less specific than the rule that wins."),
        ("4100", False, "Does not fit: other tax code."),
    ]


def test_a_rule_never_points_to_another_companys_account(books, other_company):
    account = Account.objects.create(company=other_company, number="4000", name="Sales", type="income")

    with pytest.raises(Exception, match="another company"):
        AccountDetermination(company=books, fact=Fact.SALES, tax_code="X", account=account).full_clean()

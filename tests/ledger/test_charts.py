"""The default chart of a wholesaler, loaded by a verb or a command."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from ledger.determination import Case, accounts_for
from ledger.models import Account, Fact, Journal, LedgerPolicy
from ledger.operations import load_chart
from ledger.operations.charts import default_chart


def test_every_fact_of_the_business_has_its_account(company):
    load_chart(company)

    assert set(accounts_for(company, [Case(fact) for fact in Fact])) == {Case(fact) for fact in Fact}


def test_a_company_gets_accounts_journals_and_a_policy(company):
    assert load_chart(company) == len(default_chart()) == Account.objects.filter(company=company).count()

    policy = LedgerPolicy.objects.get(company=company)
    assert (policy.ageing_buckets, policy.retained_earnings_account.number) == ([30, 60, 90], "3100")
    assert Journal.objects.filter(company=company).count() == 6
    assert not policy.full_clean()  # type: ignore[func-returns-value]


def test_accounts_speak_the_readers_language(company):
    load_chart(company)
    account = Account.objects.get(company=company, number="1200")

    assert account.local_name == "Trade receivables"
    with translation.override("de"):
        assert account.local_name == "Forderungen aus Lieferungen"


def test_the_command_says_how_many_accounts_it_added(company, other_company):
    said = StringIO()

    call_command("load_chart", "--company", "hearth", "--json", stdout=said)

    assert json.loads(said.getvalue()) == {"hearth": len(default_chart())}
    assert not Account.objects.filter(company=other_company).exists()


def test_an_unknown_company_is_named(company):
    with pytest.raises(CommandError, match="no company nowhere"):
        call_command("load_chart", "--company", "nowhere")

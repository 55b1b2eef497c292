"""Random posting, reversing, settling, undoing and closing: whatever comes, the books agree with themselves."""

import random
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core import invariants
from ledger.drafts import Draft
from ledger.models import JournalEntry, OpenItem, Period, Settlement
from ledger.operations import (
    close_periods,
    post_entries,
    reopen_periods,
    revalue,
    reverse_entries,
    settle,
    undo,
)
from ledger.settling import Pair
from tests.core.factories import CompanyFactory
from tests.ledger.factories import CustomerFactory, a_receipt, a_sale, keep_books, trial_balance

NEW_YEAR = date(2026, 1, 1)
EXPECTED = {
    "core.not_found",
    "ledger.across_currencies",
    "ledger.across_payers",
    "ledger.closing_blocked",
    "ledger.items_settled",
    "ledger.more_than_open",
    "ledger.not_reversible",
    "ledger.nothing_to_settle",
    "ledger.open_only_later",
    "ledger.period_closed",
    "ledger.reversed_before_booked",
    "ledger.settled_before_posted",
    "ledger.settlement_of_reversal",
    "ledger.too_small_to_split",
    "ledger.undone_before_settled",
    "ledger.wrong_sides",
}
amounts = st.integers(1, 50_000).map(lambda cents: Decimal(cents) / 100)
days = st.integers(0, 120).map(lambda days: NEW_YEAR + timedelta(days=days))
currencies = st.sampled_from([None, "USD"])
rates = st.sampled_from([Decimal("1.25"), Decimal("1.2671"), Decimal("0.9173"), Decimal("1.3")])


def require_expected(refused) -> None:
    """A refusal is a finished answer, but only for a rule that random work may break."""
    assert {error.code for error in refused.values()} <= EXPECTED


def differences() -> dict[str, int]:
    """Every invariant of the ledger that does not hold, with its number of differences."""
    checks = [check for check in invariants.all_checks() if check.name.startswith("ledger")]
    return {result.check.name: result.differences for result in invariants.run(checks) if not result.holds}


class TheBooks(RuleBasedStateMachine):
    """One company, two customers, and a clerk who does anything in any order."""

    entries = Bundle("entries")
    settlements = Bundle("settlements")

    @initialize()
    def start(self) -> None:
        self.before = transaction.savepoint()
        self.company = keep_books(CompanyFactory(), 2026)
        self.payers = [CustomerFactory(company=self.company) for _ in range(2)]

    def _post(self, draft: Draft, on: date) -> int:
        posted = post_entries([draft], on=on, by=None)
        require_expected(posted.refused)
        assert post_entries([draft], on=on, by=None).done == [] or posted.refused
        return posted.entries.get(0, 0)

    @rule(
        target=entries,
        who=st.integers(0, 1),
        net=amounts,
        taxed=st.booleans(),
        on=days,
        currency=currencies,
        rate=rates,
    )
    def sell(self, *, who, net, taxed, on, currency, rate):
        tax = (net / 5).quantize(Decimal("0.01")) if taxed else 0
        return self._post(a_sale(self.payers[who], net, tax, currency=currency, rate=rate if currency else None), on)

    @rule(target=entries, who=st.integers(0, 1), amount=amounts, on=days, currency=currencies, rate=rates)
    def receive(self, *, who, amount, on, currency, rate):
        return self._post(a_receipt(self.payers[who], amount, currency=currency, rate=rate if currency else None), on)

    @rule(entry=entries, on=days)
    def reverse(self, entry, on):
        require_expected(reverse_entries([entry], on=on, by=None, of_documents=True).refused)

    @rule(
        target=settlements,
        pick=st.randoms(use_true_random=False),
        part=st.integers(1, 100),
        discount=st.integers(0, 5),
        small=st.integers(-3, 3),
        on=days,
    )
    def settle(self, *, pick: random.Random, part, discount, small, on):
        debits = list(OpenItem.objects.filter(company=self.company, side="debit", open_amount__gt=0))
        claims = list(OpenItem.objects.filter(company=self.company, side="credit", open_amount__gt=0))
        if not debits or not claims:
            return 0
        debit = pick.choice(debits)
        partners = [item for item in claims if (item.payer_id, item.currency) == (debit.payer_id, debit.currency)]
        credit = pick.choice(partners or claims)
        amount = (min(debit.open_amount, credit.open_amount) * part / 100).quantize(Decimal("0.01"))
        pair = Pair(
            debit.pk,
            credit.pk,
            amount if part < 100 else None,
            discount=Decimal(discount) / 100,
            small_difference=Decimal(small) / 100,
        )
        settled = settle([pair], on=on, by=None)
        require_expected(settled.refused)
        return settled.settlements.get(0, 0)

    @rule(settlement=settlements, on=days)
    def undo(self, settlement, on):
        require_expected(undo([settlement], on=on, by=None).refused)

    @rule(month=st.integers(1, 4))
    def close(self, month):
        periods = Period.objects.filter(company=self.company, number__lte=month)
        require_expected(close_periods([period.pk for period in periods], by=None).refused)

    @rule(month=st.integers(1, 4))
    def reopen(self, month):
        periods = Period.objects.filter(company=self.company, number__gte=month)
        reopen_periods([period.pk for period in periods], by=None, reason="a late paper")

    @rule(rate=rates)
    def revalue_january(self, rate):
        open_days = Period.objects.filter(company=self.company, module="general", number__in=[1, 2], state="open")
        if open_days.count() == 2:
            revalue(self.company, on=date(2026, 1, 31), by=None, rates={"USD": rate})

    @invariant()
    def the_books_agree_with_themselves(self):
        self.steps = getattr(self, "steps", 0) + 1
        if self.steps % 5 == 0:
            assert differences() == {}

    @invariant()
    def debits_equal_claims(self):
        assert sum(trial_balance(self.company).values()) == 0

    def teardown(self) -> None:
        assert differences() == {}
        transaction.savepoint_rollback(self.before)


@pytest.mark.slow
def test_whatever_comes_the_books_agree_with_themselves(db):
    run_state_machine_as_test(
        TheBooks,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def clerk_at_work(company_id: int, payers: list, seed: int) -> int:
    """Do twenty random things like the machine above; returns how many were done."""
    chance, done = random.Random(seed), 0
    for step in range(20):
        on = NEW_YEAR + timedelta(days=chance.randrange(100))
        payer = chance.choice(payers)
        source = f"clerk:{chance.randrange(40)}" if chance.random() < 0.3 else f"clerk:{seed}:{step}"
        amount = Decimal(chance.randrange(1, 20_000)) / 100
        later = NEW_YEAR + timedelta(days=100 + step)
        items = OpenItem.objects.filter(company=company_id, open_amount__gt=0, payer=payer)
        match chance.randrange(6):
            case 0 | 1:
                done += len(post_entries([a_sale(payer, amount, 0, source=source)], on=on, by=None).done)
            case 2:
                done += len(post_entries([a_receipt(payer, amount, source=source)], on=on, by=None).done)
            case 3:
                debits, claims = items.filter(side="debit")[:4], items.filter(side="credit")[:4]
                pairs = [Pair(one.pk, other.pk) for one, other in zip(debits, claims, strict=False)]
                done += len(settle(chance.sample(pairs, len(pairs)), on=later, by=None).done)
            case 4:
                some = list(Settlement.objects.filter(company=company_id).values_list("pk", flat=True))
                done += len(undo(chance.sample(some, min(3, len(some))), on=later, by=None).done)
            case _:
                some = list(JournalEntry.objects.filter(company=company_id).values_list("pk", flat=True))
                some = chance.sample(some, min(2, len(some)))
                done += len(reverse_entries(some, on=later, by=None, of_documents=True).done)
    return done


@pytest.mark.slow
def test_four_clerks_on_four_connections_leave_the_books_clean(concurrently, books):
    payers = [CustomerFactory(company=books) for _ in range(2)]
    months = Period.objects.filter(company=books, year=2026, number__lte=2)
    periods = [period.pk for period in Period.objects.filter(company=books, year=2025)] + [one.pk for one in months]

    results = concurrently(
        *(partial(clerk_at_work, books.pk, payers, seed) for seed in range(4)),
        partial(close_periods, periods, by=None),
        patience=120,
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    assert sum(results[:4]) > 20
    assert differences() == {}
    assert sum(trial_balance(books).values()) == 0

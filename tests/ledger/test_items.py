"""Facts of open items that change while they wait, each with its history by day."""

from datetime import date

import pytest

from ledger import queries
from ledger.models import OpenItemChange
from ledger.operations import (
    Block,
    Promise,
    block_amount,
    set_due_date,
    set_dunning_level,
    set_earmark,
    set_promise,
)
from tests.ledger.factories import an_invoice, codes, money, money_received

MARCH_10, MARCH_20, MARCH_31 = date(2026, 3, 10), date(2026, 3, 20), date(2026, 3, 31)


@pytest.fixture
def invoice(payer):
    return an_invoice(payer, due=MARCH_31)


def test_a_due_date_moves_and_the_one_before_is_kept(invoice, clerk):
    set_due_date({invoice.pk: date(2026, 4, 30)}, on=MARCH_10, by=clerk, reason="agreed by phone").require_all()

    invoice.refresh_from_db()
    assert (invoice.due_date, invoice.changed_on) == (date(2026, 4, 30), MARCH_10)
    before, after = OpenItemChange.objects.filter(item=invoice)
    assert (before.what, before.on, before.due_date) == ("posted", invoice.posting_date, MARCH_31)
    assert (after.what, after.due_date, after.reason, after.by) == (
        "due_date",
        date(2026, 4, 30),
        "agreed by phone",
        clerk,
    )


def test_facts_are_known_as_of_any_day(invoice):
    set_due_date({invoice.pk: date(2026, 4, 30)}, on=MARCH_10, by=None)
    set_dunning_level({invoice.pk: 1}, on=MARCH_20, by=None)

    def as_of(day: date) -> tuple[date, int]:
        facts = queries.facts_as_of([invoice.pk], day)[invoice.pk]
        return facts.due_date, facts.dunning_level

    assert as_of(date(2026, 3, 9)) == (MARCH_31, 0)
    assert as_of(MARCH_10) == (date(2026, 4, 30), 0)
    assert as_of(MARCH_31) == (date(2026, 4, 30), 1)


def test_an_item_that_never_changed_has_no_history(invoice):
    assert queries.facts_as_of([invoice.pk], MARCH_31) == {}


def test_a_block_has_its_amount_and_reason_and_is_lifted_with_zero(invoice):
    block_amount({invoice.pk: Block(money("40.00"), "Two pieces broken")}, on=MARCH_10, by=None).require_all()
    invoice.refresh_from_db()
    assert (invoice.blocked_amount, invoice.block_reason) == (40, "Two pieces broken")

    block_amount({invoice.pk: Block(money(0))}, on=MARCH_20, by=None).require_all()
    invoice.refresh_from_db()
    assert (invoice.blocked_amount, invoice.block_reason) == (0, "")


def test_a_promise_is_noted_and_taken_away(invoice):
    set_promise({invoice.pk: Promise(money("120.00"), MARCH_31)}, on=MARCH_10, by=None).require_all()
    invoice.refresh_from_db()
    assert (invoice.promised_amount, invoice.promised_date) == (120, MARCH_31)

    set_promise({invoice.pk: None}, on=MARCH_20, by=None).require_all()
    invoice.refresh_from_db()
    assert (invoice.promised_amount, invoice.promised_date) == (None, None)


def test_a_dunning_level_keeps_the_day_it_was_sent(invoice):
    set_dunning_level({invoice.pk: 2}, on=MARCH_20, by=None).require_all()

    invoice.refresh_from_db()
    assert (invoice.dunning_level, invoice.dunned_on) == (2, MARCH_20)


def test_money_on_account_is_kept_for_an_order_and_freed(payer):
    receipt = money_received(payer)
    set_earmark({receipt.pk: "order:4711"}, on=MARCH_10, by=None).require_all()
    receipt.refresh_from_db()
    assert receipt.earmark == "order:4711"

    set_earmark({receipt.pk: ""}, on=MARCH_20, by=None).require_all()
    receipt.refresh_from_db()
    assert receipt.earmark == ""


def test_saying_the_same_again_changes_nothing(invoice):
    set_dunning_level({invoice.pk: 1}, on=MARCH_10, by=None)
    changes = OpenItemChange.objects.count()

    assert set_dunning_level({invoice.pk: 1}, on=MARCH_20, by=None).already == [invoice.pk]
    assert OpenItemChange.objects.count() == changes


def test_each_broken_rule_is_refused_by_its_code_and_nothing_moves(invoice):
    set_dunning_level({invoice.pk: 1}, on=MARCH_20, by=None)
    changes = OpenItemChange.objects.count()

    refused = {
        "ledger.block_out_of_range": block_amount({invoice.pk: Block(money("120.01"), "x")}, on=MARCH_31, by=None),
        "ledger.reason_missing": block_amount({invoice.pk: Block(money("1.00"), " ")}, on=MARCH_31, by=None),
        "ledger.promise_out_of_range": set_promise(
            {invoice.pk: Promise(money("120.01"), MARCH_31)}, on=MARCH_31, by=None
        ),
        "ledger.not_money_on_account": set_earmark({invoice.pk: "order:1"}, on=MARCH_31, by=None),
        "ledger.changed_before_last": set_due_date({invoice.pk: MARCH_10}, on=date(2026, 3, 19), by=None),
        "core.not_found": set_due_date({0: MARCH_10}, on=MARCH_31, by=None),
    }

    assert [codes(outcomes.refused.values()) for outcomes in refused.values()] == [[code] for code in refused]
    assert OpenItemChange.objects.count() == changes


def test_fifty_changes_take_as_many_statements_as_one(payer, statements):
    def cost(size: int) -> int:
        due = {an_invoice(payer).pk: MARCH_31 for _ in range(size)}
        return statements(set_due_date, due, on=MARCH_10, by=None)

    assert cost(50) == cost(1)

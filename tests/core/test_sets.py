"""Many different values in one statement."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DataError

from core.errors import SetTooLarge
from core.models import Membership, OutboxEvent, SealBatch
from core.sets import MAX_SET, in_sets, require_bounded, update_each
from tests.core.factories import ConflictingDutiesFactory, MembershipFactory, UserFactory, WarehouseFactory


def test_writes_different_values_in_one_statement(statements):
    users = UserFactory.create_batch(50)
    for number, user in enumerate(users):
        user.first_name, user.is_staff = f"Name {number}", number % 2 == 0

    assert statements(update_each, users, ["first_name", "is_staff"]) == 1
    for number, user in enumerate(users):
        user.refresh_from_db()
        assert (user.first_name, user.is_staff) == (f"Name {number}", number % 2 == 0)


def test_nothing_to_write_takes_no_statement(statements):
    assert statements(update_each, [], ["first_name"]) == 0


def test_writes_keys_dates_and_nothing_at_all(db):
    first, second = MembershipFactory.create_batch(2)
    first.warehouse = WarehouseFactory(company=first.company)
    first.valid_from, second.valid_from = date(2026, 3, 1), None
    second.role = "auditor"

    update_each([first, second], ["warehouse", "valid_from", "role"])

    rows = Membership.objects.order_by("pk").values_list("role", "warehouse", "valid_from")
    assert list(rows) == [("sales", first.warehouse.pk, date(2026, 3, 1)), ("auditor", None, None)]


def test_writes_amounts_moments_and_documents_of_text(db):
    pairs = [*ConflictingDutiesFactory.create_batch(1), ConflictingDutiesFactory(first_permission="test.other")]
    users = UserFactory.create_batch(2)
    pairs[0].threshold, pairs[0].currency = Decimal("1234.5678"), "EUR"
    users[1].last_login = users[0].date_joined

    update_each(pairs, ["threshold", "currency"])
    update_each(users, ["last_login"])

    pairs[0].refresh_from_db()
    users[1].refresh_from_db()
    assert (pairs[0].threshold, pairs[0].currency) == (Decimal("1234.5678"), "EUR")
    assert users[1].last_login == users[0].date_joined


def test_writes_json_as_json(db):
    events = OutboxEvent.objects.bulk_create(
        OutboxEvent(name="test.happened", operation="test.answer", payload={}) for _ in range(2)
    )
    events[0].payload = {"number": 1, "words": ["a", None, "it's"]}

    update_each(events, ["payload"])

    stored = OutboxEvent.objects.order_by("pk").values_list("payload", flat=True)
    assert list(stored) == [{"number": 1, "words": ["a", None, "it's"]}, {}]


def test_a_list_in_a_column_is_refused_because_it_would_be_flattened(db):
    with pytest.raises(AssertionError, match="would flatten row_ids"):
        update_each([SealBatch(pk=1, row_ids=[1, 2])], ["row_ids"])


def test_a_text_that_is_too_long_is_refused_not_cut(db):
    user = UserFactory()
    user.language = "far too long"

    with pytest.raises(DataError, match="too long"):
        update_each([user], ["language"])


@pytest.mark.django_db
def test_a_row_that_is_gone_is_a_bug():
    here, gone = UserFactory.create_batch(2)
    type(gone).objects.filter(pk=gone.pk).delete()

    with pytest.raises(AssertionError, match=r"2 rows of .* to write, 1 found"):
        update_each([here, gone], ["first_name"])


def test_a_set_has_an_upper_bound():
    assert require_bounded([1] * MAX_SET) == [1] * MAX_SET
    with pytest.raises(SetTooLarge):
        require_bounded([1] * (MAX_SET + 1))


def test_cuts_any_number_of_items_into_sets():
    assert list(in_sets(iter(range(5)), 2)) == [[0, 1], [2, 3], [4]]

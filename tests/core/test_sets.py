"""Many different values in one statement."""

import pytest

from core.errors import SetTooLarge
from core.sets import MAX_SET, in_sets, require_bounded, update_each
from tests.core.factories import UserFactory


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

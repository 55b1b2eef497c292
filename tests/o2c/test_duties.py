"""The dangerous pairs the house starts with, and the role matrix beside them."""

from importlib import import_module

import pytest
from django.apps import apps

from core.duties import conflict_of, never_held_together
from core.models import ConflictingDuties
from core.roles import all_roles

pairs = import_module("o2c.migrations.0001_conflicting_duties")


@pytest.fixture
def seeded(db):
    """The pairs as a new installation has them, also after tests that emptied the tables."""
    pairs.add_pairs(apps, None)


def test_a_new_installation_knows_the_dangerous_pairs(seeded):
    pairs.add_pairs(apps, None)

    assert set(ConflictingDuties.objects.values_list("first_permission", "second_permission", "threshold")) == {
        ("credit.request_limit", "credit.approve_limit", None),
        ("receivables.request_writeoff", "receivables.approve_writeoff", 100),
        ("invoicing.create_creditnote", "invoicing.approve_creditnote", 100),
        ("payments.request_refund", "payments.approve_refund", 100),
        ("masterdata.change_customer", "payments.approve_refund", None),
    }


def test_no_role_is_a_dangerous_pair_by_itself(seeded):
    assert [role.code for role in all_roles() if conflict_of(role.code, [], never_held_together())] == []

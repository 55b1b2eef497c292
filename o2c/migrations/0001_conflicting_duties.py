"""The dangerous pairs that the house starts with; an administrator of all companies may change them."""

from decimal import Decimal

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SMALL = {"threshold": Decimal(100), "currency": "GBP"}
PAIRS = [
    {
        "first_permission": "credit.request_limit",
        "first_event": "credit.limit_requested",
        "second_permission": "credit.approve_limit",
        "second_event": "credit.limit_approved",
        "reason": "Whoever asks for a credit limit could grant it as well.",
    },
    {
        "first_permission": "receivables.request_writeoff",
        "first_event": "receivables.writeoff_requested",
        "second_permission": "receivables.approve_writeoff",
        "second_event": "receivables.writeoff_approved",
        "reason": "One person alone could give up what a customer owes.",
        **SMALL,
    },
    {
        "first_permission": "invoicing.create_creditnote",
        "first_event": "invoicing.creditnote_created",
        "second_permission": "invoicing.approve_creditnote",
        "second_event": "invoicing.creditnote_approved",
        "reason": "One person alone could credit a customer.",
        **SMALL,
    },
    {
        "first_permission": "payments.request_refund",
        "first_event": "payments.refund_requested",
        "second_permission": "payments.approve_refund",
        "second_event": "payments.refund_approved",
        "reason": "One person alone could send money out of the house.",
        **SMALL,
    },
    {
        "first_permission": "masterdata.change_customer",
        "first_event": "masterdata.bank_account_changed",
        "second_permission": "payments.approve_refund",
        "second_event": "payments.refund_approved",
        "reason": "Whoever changes where money goes could send it there.",
    },
]


def add_pairs(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the pairs that are not there yet."""
    duties = apps.get_model("core", "ConflictingDuties")
    duties._default_manager.bulk_create([duties(**pair) for pair in PAIRS], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("core", "0007_numbers_and_duties")]

    operations = [migrations.RunPython(add_pairs, migrations.RunPython.noop)]

"""Who still owes: open items, what settled them, and how their facts changed from day to day."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core import clock
from core.guards import append_only, no_truncate
from core.models import Company, User
from core.money import AmountField, CurrencyField
from ledger.models.accounts import Account
from ledger.models.entries import JournalEntry, JournalLine
from masterdata.models import Customer


class Side(models.TextChoices):
    """A debit item is owed to us, a credit item by us."""

    DEBIT = "debit", "Debit"
    CREDIT = "credit", "Credit"


class ItemKind(models.TextChoices):
    INVOICE = "invoice", "Invoice"
    CREDIT_NOTE = "credit_note", "Credit note"
    DEBIT_NOTE = "debit_note", "Debit note"
    RECEIPT = "receipt", "Receipt on account"
    FEE = "fee", "Fee"
    JOURNAL = "journal", "Journal"


BOOKED_FACTS = (
    "company",
    "payer",
    "sold_to",
    "account",
    "side",
    "kind",
    "entry",
    "line",
    "document_kind",
    "document_id",
    "number",
    "posting_date",
    "document_date",
    "currency",
    "amount",
    "company_amount",
)
"""What an open item was booked with: fixed for ever."""

CHANGING_FACTS = (
    "due_date",
    "blocked_amount",
    "block_reason",
    "promised_date",
    "promised_amount",
    "dunning_level",
    "dunned_on",
    "earmark",
)
"""What becomes of an open item while it waits: changed by verbs, each change kept with its day."""


class OpenItem(models.Model):
    """One line on a control account that is not yet brought to zero, in document and company currency."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    payer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    sold_to = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(max_length=6, choices=Side)
    kind = models.CharField(max_length=11, choices=ItemKind)
    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="open_items")
    line = models.OneToOneField(JournalLine, models.PROTECT, related_name="open_item")
    document_kind = models.CharField(max_length=60, blank=True)
    document_id = models.BigIntegerField(null=True)
    number = models.CharField(max_length=40, blank=True, help_text="The number people know the document by.")
    posting_date = models.DateField()
    document_date = models.DateField()
    currency = CurrencyField()
    amount = AmountField()
    open_amount = AmountField()
    company_amount = AmountField()
    open_company_amount = AmountField()
    payment_reference = models.CharField(max_length=60, blank=True)
    due_date = models.DateField()
    earmark = models.CharField(max_length=80, blank=True, help_text="What money on account is kept for: order:4711.")
    blocked_amount = AmountField(default=0)
    block_reason = models.CharField(max_length=200, blank=True)
    promised_date = models.DateField(null=True)
    promised_amount = AmountField(null=True)
    dunning_level = models.PositiveSmallIntegerField(default=0)
    dunned_on = models.DateField(null=True)
    changed_on = models.DateField(null=True, help_text="The day of the last change of its facts; none if never.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="openitem_side_known", condition=Q(side__in=Side.values)),
            models.CheckConstraint(name="openitem_kind_known", condition=Q(kind__in=ItemKind.values)),
            models.CheckConstraint(
                name="openitem_amounts_positive", condition=Q(amount__gt=0) & Q(company_amount__gt=0)
            ),
            models.CheckConstraint(
                name="openitem_open_within_amount", condition=Q(open_amount__gte=0) & Q(open_amount__lte=F("amount"))
            ),
            models.CheckConstraint(
                name="openitem_open_within_company_amount",
                condition=Q(open_company_amount__gte=0) & Q(open_company_amount__lte=F("company_amount")),
            ),
            models.CheckConstraint(
                name="openitem_zero_in_both_currencies",
                condition=Q(open_amount=0, open_company_amount=0) | Q(open_amount__gt=0, open_company_amount__gt=0),
            ),
            models.CheckConstraint(
                name="openitem_blocked_within_amount",
                condition=Q(blocked_amount__gte=0) & Q(blocked_amount__lte=F("amount")),
            ),
            models.CheckConstraint(
                name="openitem_block_has_reason", condition=Q(blocked_amount=0) | ~Q(block_reason="")
            ),
            models.CheckConstraint(
                name="openitem_promise_whole",
                condition=Q(promised_date=None, promised_amount=None)
                | Q(promised_date__isnull=False, promised_amount__isnull=False, promised_amount__gt=0),
            ),
        ]
        indexes = [
            # Holds what the ageing reads, so that a million items are aged from the index alone.
            models.Index(
                fields=["company", "payer"],
                include=[
                    "account",
                    "side",
                    "posting_date",
                    "document_date",
                    "due_date",
                    "changed_on",
                    "open_company_amount",
                ],
                name="openitem_open_by_payer",
                condition=Q(open_amount__gt=0),
            ),
            models.Index(
                fields=["company", "changed_on"], name="openitem_changed", condition=Q(changed_on__isnull=False)
            ),
            models.Index(fields=["company", "due_date"], name="openitem_open_by_due", condition=Q(open_amount__gt=0)),
            models.Index(fields=["payer", "posting_date"], name="openitem_by_payer_and_day"),
            models.Index(fields=["company", "posting_date"], name="openitem_by_day"),
            models.Index(fields=["document_kind", "document_id"], name="openitem_by_document"),
            models.Index(
                fields=["company", "payment_reference"],
                name="openitem_by_reference",
                condition=~Q(payment_reference=""),
            ),
            models.Index(fields=["company", "earmark"], name="openitem_by_earmark", condition=~Q(earmark="")),
        ]
        triggers = [
            no_truncate(),
            pgtrigger.Trigger(
                name="booked_facts_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(*BOOKED_FACTS),
                func="""
                    RAISE EXCEPTION 'open item % keeps what it was booked with', OLD.id
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'openitem_booked_facts_fixed';
                """,
            ),
            pgtrigger.Trigger(
                name="never_deleted",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="""
                    RAISE EXCEPTION 'open item % is settled or reversed, never deleted', OLD.id
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'openitem_never_deleted';
                """,
            ),
        ]
        permissions = [("settle", "Can settle open items and undo settlements")]

    def __str__(self) -> str:
        return self.number or f"Open item {self.pk}"


class OpenItemChange(models.Model):
    """The facts of an open item from a day on, as a whole; the first row of an item holds what it was booked with.

    The facts as of a day are those of the last row dated up to it; an item without rows never changed.
    """

    item = models.ForeignKey(OpenItem, models.PROTECT, related_name="changes", db_index=False)
    on = models.DateField()
    what = models.CharField(max_length=20, help_text="The verb that changed it; posted for the first row.")
    due_date = models.DateField()
    blocked_amount = AmountField()
    block_reason = models.CharField(max_length=200, blank=True)
    promised_date = models.DateField(null=True)
    promised_amount = AmountField(null=True)
    dunning_level = models.PositiveSmallIntegerField()
    dunned_on = models.DateField(null=True)
    earmark = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["item", "on", "pk"]
        indexes = [models.Index(fields=["item", "-on", "-id"], name="openitemchange_latest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.item_id} {self.what} on {self.on}"


class Settlement(models.Model):
    """A debit and a credit item brought towards zero: what it takes from each, and what the difference was.

    In document currency the debit side gives `debit_amount` = `credit_amount` + `discount` + `small_difference`.
    In company currency the same holds with `exchange_difference` (a gain is positive) taken off the right side.
    An undo is a row of its own with its own day, in `SettlementUndo`.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    payer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    debit_item = models.ForeignKey(OpenItem, models.PROTECT, related_name="debit_settlements", db_index=False)
    credit_item = models.ForeignKey(OpenItem, models.PROTECT, related_name="credit_settlements", db_index=False)
    source = models.CharField(max_length=80, null=True, help_text="The key that a caller settles this pair by, once.")
    content = models.CharField(max_length=32)
    on = models.DateField()
    currency = CurrencyField()
    debit_amount = AmountField()
    credit_amount = AmountField()
    discount = AmountField(default=0)
    small_difference = AmountField(default=0)
    debit_company_amount = AmountField()
    credit_company_amount = AmountField()
    company_discount = AmountField(default=0)
    company_small_difference = AmountField(default=0)
    exchange_difference = AmountField(default=0)
    is_reversal = models.BooleanField(default=False, help_text="It settles an item with the reversal of its entry.")
    entry = models.ForeignKey(JournalEntry, models.PROTECT, null=True, related_name="settlements")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["company", "source"], name="settlement_source_once_per_company"),
            models.CheckConstraint(
                name="settlement_takes_something",
                condition=Q(debit_amount__gt=0)
                & Q(credit_amount__gt=0)
                & Q(debit_company_amount__gt=0)
                & Q(credit_company_amount__gt=0)
                & Q(discount__gte=0),
            ),
            models.CheckConstraint(
                name="settlement_adds_up",
                condition=Q(debit_amount=F("credit_amount") + F("discount") + F("small_difference")),
            ),
            models.CheckConstraint(
                name="settlement_adds_up_in_company_currency",
                condition=Q(
                    debit_company_amount=F("credit_company_amount")
                    + F("company_discount")
                    + F("company_small_difference")
                    - F("exchange_difference")
                ),
            ),
            models.CheckConstraint(name="settlement_of_two_items", condition=~Q(debit_item=F("credit_item"))),
        ]
        indexes = [
            models.Index(fields=["debit_item", "on"], name="settlement_by_debit_item"),
            models.Index(fields=["credit_item", "on"], name="settlement_by_credit_item"),
            models.Index(fields=["company", "on"], name="settlement_by_day"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"Settlement {self.pk}"


class SettlementUndo(models.Model):
    """A settlement that no longer holds from a day on: both items are open again. Once per settlement."""

    settlement = models.OneToOneField(Settlement, models.PROTECT, related_name="undo")
    on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    entry = models.ForeignKey(JournalEntry, models.PROTECT, null=True, related_name="settlement_undos")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["on"], name="settlementundo_by_day")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"Undo of settlement {self.settlement_id}"

"""Where amounts gather: the chart of accounts, which account a fact goes to, the journals, and the company's policy."""

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from core.models import Company, Warehouse
from core.money import CurrencyField
from ledger.models.periods import Module
from masterdata.constraints import SameCompany, company_and_id


class AccountType(models.TextChoices):
    ASSET = "asset", "Asset"
    LIABILITY = "liability", "Liability"
    EQUITY = "equity", "Equity"
    INCOME = "income", "Income"
    EXPENSE = "expense", "Expense"


class Control(models.TextChoices):
    """The sub-ledger whose total an account is; such an account is never booked without its sub-ledger."""

    NONE = "none", "None"
    RECEIVABLES = "receivables", "Receivables: open items"
    ON_ACCOUNT = "on_account", "Money on account: open items"
    INVENTORY = "inventory", "Inventory: stock moves"
    TAX = "tax", "Tax: tax lines"


OPEN_ITEM_CONTROLS = frozenset({Control.RECEIVABLES, Control.ON_ACCOUNT})


class Fact(models.TextChoices):
    """What happened, in the words of the business; account determination says where it is booked."""

    RECEIVABLE = "receivable", "Receivable from a customer"
    ON_ACCOUNT = "on_account", "Money on account"
    CUSTOMER_DEPOSIT = "customer_deposit", "Deposit invoiced to a customer"
    SALES = "sales", "Sale of goods"
    SERVICE = "service", "Sale of services"
    FREIGHT = "freight", "Freight and charges billed"
    SALES_RETURN = "sales_return", "Goods taken back or credited"
    SALES_TAX = "sales_tax", "Tax on sales"
    BANK = "bank", "Money at the bank"
    CASH = "cash", "Cash in hand"
    CARD = "card", "Card and wallet payments on their way"
    PAYMENT_CHARGE = "payment_charge", "Charges of banks and payment providers"
    INVENTORY = "inventory", "Goods in stock"
    GOODS_RECEIVED = "goods_received", "Goods received, not invoiced"
    OPENING_STOCK = "opening_stock", "Opening balance"
    COST_OF_SALES = "cost_of_sales", "Cost of goods sold"
    STOCK_COUNT = "stock_count", "Difference of a stock count"
    SCRAP = "scrap", "Goods scrapped"
    ACCRUED_SALES = "accrued_sales", "Shipped, not billed"
    DUNNING_FEE = "dunning_fee", "Reminder fee"
    INTEREST = "interest", "Interest on late payment"
    BAD_DEBT = "bad_debt", "Receivable given up"
    DEDUCTION = "deduction", "Deduction accepted"
    DOUBTFUL_DEBT = "doubtful_debt", "Provision for doubtful debts"
    DOUBTFUL_EXPENSE = "doubtful_expense", "Change of the provision for doubtful debts"
    RESTOCKING_FEE = "restocking_fee", "Restocking fee"
    GOODWILL = "goodwill", "Goodwill to a customer"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class Account(models.Model):
    """An account of a company's chart. Its name may always be bettered; its meaning is fixed once it was booked."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    number = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    translations = models.JSONField(default=dict, blank=True, help_text='Names by language: {"de": "Forderungen"}.')
    type = models.CharField(max_length=9, choices=AccountType)
    control = models.CharField(max_length=11, choices=Control, default=Control.NONE)
    currency = CurrencyField(null=True, blank=True, help_text="Only this currency may be booked here; empty is any.")
    is_active = models.BooleanField(default=True, help_text="An inactive account takes no new postings.")

    class Meta:
        ordering = ["company", "number"]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="account_number_once_per_company"),
            company_and_id("account_company_and_id"),
            models.CheckConstraint(name="account_type_known", condition=Q(type__in=AccountType.values)),
            models.CheckConstraint(name="account_control_known", condition=Q(control__in=Control.values)),
            models.CheckConstraint(
                name="account_number_is_plain", condition=Q(number__regex=r"^[0-9A-Z][0-9A-Z.\-]*$")
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="account_fixed_once_used",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("company", "number", "type", "control", "currency"),
                func="""
                    IF EXISTS (SELECT FROM public.ledger_journalline WHERE account_id = OLD.id) THEN
                        RAISE EXCEPTION 'account % was booked: number, type, control and currency are fixed', OLD.number
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_fixed_once_used';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.local_name}"

    @property
    def local_name(self) -> str:
        """The name in the reader's language; the company's own where there is none."""
        return str(self.translations.get((get_language() or "")[:2]) or self.name)

    @property
    def makes_open_items(self) -> bool:
        """Whether each line here is somebody's open item."""
        return self.control in OPEN_ITEM_CONTROLS


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class AccountDetermination(models.Model):
    """A rule: this fact, with this tax code, product group and warehouse, goes to this account. Empty means any."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    fact = models.CharField(max_length=20, choices=Fact)
    tax_code = models.CharField(max_length=20, null=True, blank=True)
    product_group = models.CharField(max_length=40, null=True, blank=True)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, blank=True, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["company", "fact", "tax_code", "product_group", "warehouse"]
        verbose_name = "account determination"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "fact", "tax_code", "product_group", "warehouse"],
                name="accountdetermination_one_rule_a_case",
                nulls_distinct=False,
            ),
            SameCompany(name="accountdetermination_account_same_company", field="account"),
            models.CheckConstraint(name="accountdetermination_fact_known", condition=Q(fact__in=Fact.values)),
            models.CheckConstraint(
                name="accountdetermination_any_is_null", condition=~Q(tax_code="") & ~Q(product_group="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_fact_display()} → {self.account}"

    def clean(self) -> None:
        self.tax_code, self.product_group = self.tax_code or None, self.product_group or None
        if self.account_id and self.account.company_id != self.company_id:
            raise ValidationError({"account": f"{self.account} belongs to another company."})
        if self.warehouse and self.warehouse.company_id != self.company_id:
            raise ValidationError({"warehouse": f"{self.warehouse} belongs to another company."})


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class Journal(models.Model):
    """A book of entries of one kind; its module says which periods let them in."""

    SALES = "sales"
    RECEIVABLES = "receivables"
    STOCK = "stock"
    GENERAL = "general"
    EXCHANGE = "exchange"
    CLOSING = "closing"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    code = models.SlugField(max_length=12)
    name = models.CharField(max_length=80)
    module = models.CharField(max_length=12, choices=Module)

    class Meta:
        ordering = ["company", "code"]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="journal_code_once_per_company"),
            models.CheckConstraint(name="journal_module_known", condition=Q(module__in=Module.values)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="journal_fixed_once_used",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("company", "code", "module"),
                func="""
                    IF EXISTS (SELECT FROM public.ledger_journalentry WHERE journal_id = OLD.id) THEN
                        RAISE EXCEPTION 'journal % holds entries: its code and module are fixed', OLD.code
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_fixed_once_used';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgeingBy(models.TextChoices):
    DUE = "due", "Days past the due date"
    DOCUMENT = "document", "Days since the document date"


def thirty_sixty_ninety() -> list[int]:
    """The usual ageing buckets: up to 30, 60 and 90 days, and older."""
    return [30, 60, 90]


def rising(buckets: list[int]) -> None:
    """Ageing buckets are days, each more than the one before."""
    if buckets != sorted(set(buckets)) or any(days < 1 for days in buckets):
        raise ValidationError("Write rising numbers of days, such as 30, 60, 90.")


def _policy_account() -> models.ForeignKey[Account, Account]:
    return models.ForeignKey(Account, models.PROTECT, related_name="+")


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class LedgerPolicy(models.Model):
    """What a company chose for its books: ageing, fiscal year, and the accounts that the ledger books by itself."""

    company = models.OneToOneField(Company, models.PROTECT, related_name="ledger_policy")
    ageing_buckets = ArrayField(
        models.PositiveSmallIntegerField(),
        default=thirty_sixty_ninety,
        validators=[rising],
        help_text="Upper ends of the buckets in days, such as 30, 60, 90.",
    )
    ageing_by = models.CharField(max_length=8, choices=AgeingBy, default=AgeingBy.DUE)
    fiscal_year_first_month = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    rounding_account = _policy_account()
    cash_discount_account = _policy_account()
    small_difference_account = _policy_account()
    realised_gain_account = _policy_account()
    realised_loss_account = _policy_account()
    revaluation_account = _policy_account()
    unrealised_gain_account = _policy_account()
    unrealised_loss_account = _policy_account()
    retained_earnings_account = _policy_account()

    class Meta:
        verbose_name_plural = "ledger policies"
        constraints = [
            models.CheckConstraint(name="ledgerpolicy_ageing_known", condition=Q(ageing_by__in=AgeingBy.values)),
            models.CheckConstraint(
                name="ledgerpolicy_fiscal_month_known", condition=Q(fiscal_year_first_month__range=(1, 12))
            ),
        ]

    ACCOUNTS = (
        "rounding_account",
        "cash_discount_account",
        "small_difference_account",
        "realised_gain_account",
        "realised_loss_account",
        "revaluation_account",
        "unrealised_gain_account",
        "unrealised_loss_account",
        "retained_earnings_account",
    )

    def __str__(self) -> str:
        return f"Ledger policy of {self.company}"

    def clean(self) -> None:
        for name in self.ACCOUNTS:
            account: Account | None = getattr(self, name, None) if getattr(self, f"{name}_id") else None
            if account and account.company_id != self.company_id:
                raise ValidationError({name: f"{account} belongs to another company."})
            if account and account.control != Control.NONE:
                raise ValidationError({name: f"{account} is a control account; choose a plain one."})

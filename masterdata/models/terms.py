"""Payment terms: in which parts an amount is due, on which days, and what paying early is worth."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from core.models import Company
from core.money import AmountField, CurrencyField, PercentField
from masterdata.constraints import company_and_id
from masterdata.fields import TranslationsField


class DiscountTreatment(models.TextChoices):
    """What an early-payment discount does to tax."""

    NEVER = "never", "Never reduces tax"
    WHEN_TAKEN = "when_taken", "Reduces tax when it is taken"
    ALWAYS = "always", "Reduces tax on the invoice already"


class PaymentBasis(models.TextChoices):
    """When the money must be there."""

    ON_ACCOUNT = "on_account", "On account"
    DEPOSIT = "deposit", "With a deposit"
    PREPAID = "prepaid", "Prepaid"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class PaymentTerm(models.Model):
    """When an invoice is due. Its lines share out the total; the last one takes the rest."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    names = TranslationsField(help_text="The name as documents print it, by language.")
    basis = models.CharField(max_length=10, choices=PaymentBasis, default=PaymentBasis.ON_ACCOUNT)
    deposit_percent = PercentField(null=True, blank=True, help_text="Of the order's gross total, before goods leave.")
    goods_wait = models.BooleanField(default=False, help_text="Goods leave only when prepayment or deposit is there.")
    discount_treatment = models.CharField(
        max_length=10, choices=DiscountTreatment, default=DiscountTreatment.WHEN_TAKEN
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["company", "code"]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="paymentterm_code_once_per_company"),
            company_and_id("paymentterm_company_and_id"),
            models.CheckConstraint(name="paymentterm_basis_known", condition=Q(basis__in=PaymentBasis.values)),
            models.CheckConstraint(
                name="paymentterm_treatment_known", condition=Q(discount_treatment__in=DiscountTreatment.values)
            ),
            models.CheckConstraint(
                name="paymentterm_deposit_has_a_share",
                condition=Q(
                    basis="deposit", deposit_percent__isnull=False, deposit_percent__gt=0, deposit_percent__lte=100
                )
                | (~Q(basis="deposit") & Q(deposit_percent=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LineKind(models.TextChoices):
    SHARE = "share", "Share of the total"
    FIXED = "fixed", "Fixed amount"
    REST = "rest", "What is left"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class PaymentTermLine(models.Model):
    """One instalment of a term."""

    term = models.ForeignKey(PaymentTerm, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=5, choices=LineKind, default=LineKind.REST)
    percent = PercentField(null=True, blank=True, help_text="For a share.")
    amount = AmountField(null=True, blank=True, help_text="For a fixed amount.")
    currency = CurrencyField(null=True, blank=True, help_text="Of the fixed amount.")

    class Meta:
        ordering = ["term", "position"]
        constraints = [
            models.UniqueConstraint(fields=["term", "position"], name="paymenttermline_position_once"),
            models.UniqueConstraint(
                fields=["term"], condition=Q(kind="rest"), name="paymenttermline_one_rest_per_term"
            ),
            models.CheckConstraint(
                name="paymenttermline_has_what_its_kind_needs",
                condition=Q(
                    kind="share", percent__isnull=False, percent__gt=0, percent__lte=100, amount=None, currency=None
                )
                | Q(kind="fixed", percent=None, amount__isnull=False, amount__gt=0, currency__isnull=False)
                | Q(kind="rest", percent=None, amount=None, currency=None),
            ),
        ]

    def __str__(self) -> str:
        match self.kind:
            case LineKind.SHARE:
                return f"{self.percent} %"
            case LineKind.FIXED:
                return f"{self.amount} {self.currency}"
            case _:
                return "the rest"


class StepKind(models.TextChoices):
    ADD_DAYS = "add_days", "Add days"
    ADD_MONTHS = "add_months", "Add months"
    END_OF_MONTH = "end_of_month", "Go to the end of the month"
    DAY_OF_MONTH = "day_of_month", "Go to this day of a month, on or after"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class PaymentTermStep(models.Model):
    """One step from the document date to an instalment's due date."""

    line = models.ForeignKey(PaymentTermLine, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=StepKind)
    number = models.PositiveSmallIntegerField(default=0, help_text="How many days or months, or which day.")

    class Meta:
        ordering = ["line", "position"]
        constraints = [
            models.UniqueConstraint(fields=["line", "position"], name="paymenttermstep_position_once"),
            models.CheckConstraint(name="paymenttermstep_kind_known", condition=Q(kind__in=StepKind.values)),
            models.CheckConstraint(
                name="paymenttermstep_number_fits_kind",
                condition=Q(kind="add_days", number__lte=3650)
                | Q(kind="add_months", number__lte=120)
                | Q(kind="end_of_month", number=0)
                | Q(kind="day_of_month", number__gte=1, number__lte=31),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number or ''}".strip()


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class EarlyDiscount(models.Model):
    """What the customer may keep when the money is there within so many days of the document date."""

    term = models.ForeignKey(PaymentTerm, models.CASCADE, related_name="discounts")
    days = models.PositiveSmallIntegerField(
        help_text="The last day that still earns it, counted from the document date."
    )
    percent = PercentField()

    class Meta:
        ordering = ["term", "days"]
        constraints = [
            models.UniqueConstraint(fields=["term", "days"], name="earlydiscount_days_once"),
            models.CheckConstraint(name="earlydiscount_between_0_and_100", condition=Q(percent__gt=0, percent__lt=100)),
        ]

    def __str__(self) -> str:
        return f"{self.percent.normalize():f} % within {self.days} days"

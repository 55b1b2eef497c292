"""How a customer's money moves: the accounts it pays from, and its permission to debit them."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q

from core.models import Company
from core.money import CurrencyField
from masterdata.constraints import SameCompany, company_and_id
from masterdata.fields import BicField, CountryField, IbanField, Validity, ends_after_it_begins
from masterdata.models.customers import Customer


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class CustomerBankAccount(Validity):
    """An account the customer pays from or is paid to. `changed_on` lets refunds wait after a fresh change."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="bank_accounts")
    holder = models.CharField(max_length=140)
    country = CountryField()
    currency = CurrencyField(null=True, blank=True)
    iban = IbanField("IBAN", null=True, blank=True)
    bic = BicField("BIC", null=True, blank=True)
    account_number = models.CharField(max_length=34, blank=True, help_text="Where there is no IBAN.")
    routing_code = models.CharField(max_length=20, blank=True, help_text="Such as a sort code or an ABA number.")
    bank_name = models.CharField(max_length=120, blank=True)
    is_default = models.BooleanField("refunds go here", default=False)
    changed_on = models.DateField(help_text="The day this was last changed, and by that trusted or not yet.")

    class Meta:
        ordering = ["customer", "-is_default", "id"]
        indexes = [models.Index(fields=["company", "iban"], name="customerbankaccount_by_iban")]
        constraints = [
            company_and_id("customerbankaccount_company_and_id"),
            SameCompany(name="customerbankaccount_customer_of_same_company", field="customer"),
            models.UniqueConstraint(fields=["customer", "iban"], name="customerbankaccount_iban_once_per_customer"),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_default=True), name="customerbankaccount_one_default"
            ),
            models.CheckConstraint(
                name="customerbankaccount_has_a_number", condition=Q(iban__isnull=False) | ~Q(account_number="")
            ),
            ends_after_it_begins("customerbankaccount_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.iban or f"{self.routing_code} {self.account_number}".strip()


class MandateScheme(models.TextChoices):
    CORE = "CORE", "SEPA Core"
    B2B = "B2B", "SEPA Business to business"
    BACS = "BACS", "Bacs"


class MandateSequence(models.TextChoices):
    RECURRING = "RCUR", "Recurring"
    ONE_OFF = "OOFF", "Once only"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class DirectDebitMandate(models.Model):
    """A customer's signed permission to debit an account."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="mandates")
    bank_account = models.ForeignKey(CustomerBankAccount, models.PROTECT, related_name="mandates")
    reference = models.CharField(max_length=35)
    scheme = models.CharField(max_length=4, choices=MandateScheme, default=MandateScheme.CORE)
    sequence = models.CharField(max_length=4, choices=MandateSequence, default=MandateSequence.RECURRING)
    signed_on = models.DateField()
    last_used_on = models.DateField(null=True, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["customer", "reference"]
        constraints = [
            models.UniqueConstraint(fields=["company", "reference"], name="directdebitmandate_reference_once"),
            SameCompany(name="directdebitmandate_customer_of_same_company", field="customer"),
            SameCompany(name="directdebitmandate_account_of_same_company", field="bank_account"),
            models.CheckConstraint(
                name="directdebitmandate_scheme_known", condition=Q(scheme__in=MandateScheme.values)
            ),
            models.CheckConstraint(
                name="directdebitmandate_sequence_known", condition=Q(sequence__in=MandateSequence.values)
            ),
            models.CheckConstraint(
                name="directdebitmandate_used_after_signing",
                condition=Q(last_used_on=None) | Q(last_used_on__gte=F("signed_on")),
            ),
            models.CheckConstraint(
                name="directdebitmandate_cancelled_after_signing",
                condition=Q(cancelled_on=None) | Q(cancelled_on__gte=F("signed_on")),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="mandate_debits_its_customer",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("customer_id", "bank_account_id"),
                func="""
                    IF NOT EXISTS (
                        SELECT FROM masterdata_customerbankaccount
                        WHERE id = NEW.bank_account_id AND customer_id = NEW.customer_id
                    ) THEN
                        RAISE EXCEPTION 'the account of mandate % is not one of its customer', NEW.reference
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_debits_its_customer';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.reference

"""Public facts that belong to no company: units, tax rates by country and date, exchange rates, public holidays."""

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from core.money import CurrencyField, ExchangeRateField, PercentField
from masterdata.fields import CountryField, TranslationsField, Validity, ends_after_it_begins, one_at_a_time


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class Unit(models.Model):
    """A unit of measure, by its UN/ECE Recommendation 20 code. A piece has no `decimals`: halves do not exist."""

    code = models.CharField(max_length=3, unique=True, help_text="UN/ECE Rec 20 or 21, such as H87 or XCT.")
    name = models.CharField(max_length=40)
    names = TranslationsField()
    symbol = models.CharField(max_length=12)
    decimals = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(4)])

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="unit_decimals_at_most_four", condition=Q(decimals__lte=4)),
            models.CheckConstraint(
                name="unit_code_is_two_or_three_characters", condition=Q(code__regex="^[A-Z0-9]{2,3}$")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RateKind(models.TextChoices):
    STANDARD = "standard", "Standard rate"
    REDUCED = "reduced", "Reduced rate"
    SECOND_REDUCED = "second_reduced", "Second reduced rate"
    SUPER_REDUCED = "super_reduced", "Super-reduced rate"
    PARKING = "parking", "Parking rate"
    ZERO = "zero", "Zero rate"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class TaxRate(Validity):
    """The rate a country charges, in per cent, on the days it is valid."""

    country = CountryField()
    kind = models.CharField(max_length=14, choices=RateKind)
    percent = PercentField()

    class Meta:
        ordering = ["country", "kind", "valid_from"]
        constraints = [
            models.CheckConstraint(name="taxrate_kind_known", condition=Q(kind__in=RateKind.values)),
            models.CheckConstraint(name="taxrate_between_0_and_100", condition=Q(percent__gte=0, percent__lt=100)),
            ends_after_it_begins("taxrate_ends_after_it_begins"),
            one_at_a_time("taxrate_one_at_a_time", "country", "kind"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.get_kind_display()} {self.percent.normalize():f} %"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class ExchangeRate(models.Model):
    """A rate as published: so many units of `currency` for one unit of `base`, valid until the next is published."""

    base = CurrencyField(default="EUR")
    currency = CurrencyField()
    day = models.DateField(help_text="The day of publication.")
    rate = ExchangeRateField()
    source = models.CharField(max_length=20, default="ECB")

    class Meta:
        ordering = ["-day", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["base", "currency", "day"], name="exchangerate_once_a_day"),
            models.CheckConstraint(name="exchangerate_positive", condition=Q(rate__gt=0)),
            models.CheckConstraint(name="exchangerate_between_two_currencies", condition=~Q(base=F("currency"))),
        ]

    def __str__(self) -> str:
        return f"1 {self.base} = {self.rate.normalize():f} {self.currency} on {self.day}"


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class Holiday(models.Model):
    """A public holiday of a country, or of one of its regions."""

    country = CountryField()
    region = models.CharField(max_length=6, blank=True, help_text="Such as ENG or BY; empty: the whole country.")
    day = models.DateField()
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["country", "day"]
        constraints = [models.UniqueConstraint(fields=["country", "region", "day"], name="holiday_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"

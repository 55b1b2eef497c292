"""Who works where: legal entities, their warehouses, the people and the roles they have there."""

from zoneinfo import available_timezones

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from core.money import CurrencyField


def known_time_zone(name: str) -> None:
    """A name of the IANA time zone database, such as Europe/London."""
    if name not in available_timezones():
        raise ValidationError(f"{name} is not a time zone. Use a name such as Europe/London.")


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class Company(models.Model):
    """A legal entity with books of its own. Every document belongs to one.

    Only what the kernel needs stands here; each app keeps its details and policies in a one-to-one table of its own.
    """

    code = models.SlugField(max_length=12, unique=True)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    currency = CurrencyField()
    time_zone = models.CharField(max_length=40, default="Europe/London", validators=[known_time_zone])
    language = models.CharField(max_length=7, choices=settings.LANGUAGES, default="en")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "companies"
        constraints = [
            models.CheckConstraint(name="company_country_is_two_letters", condition=Q(country__regex="^[A-Z]{2}$")),
            models.CheckConstraint(name="company_currency_is_three_letters", condition=Q(currency__regex="^[A-Z]{3}$")),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class Warehouse(models.Model):
    """A place that goods leave from. Its country decides tax; its zones and bins live with fulfillment."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="warehouses")
    code = models.SlugField(max_length=12)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["company", "code"]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="warehouse_code_once_per_company"),
            models.CheckConstraint(name="warehouse_country_is_two_letters", condition=Q(country__regex="^[A-Z]{2}$")),
        ]

    def __str__(self) -> str:
        return self.name


class Theme(models.TextChoices):
    SYSTEM = "system", "As the system"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class Density(models.TextChoices):
    COMPACT = "compact", "Compact"
    COMFORTABLE = "comfortable", "Comfortable"


@pghistory.track(append_only=True, level=pgtrigger.Statement, exclude=["password", "last_login"])
class User(AbstractUser):
    """A person who signs in, and how they like their screens. What they may do stands in their memberships."""

    language = models.CharField(max_length=7, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(max_length=40, default="Europe/London", validators=[known_time_zone])
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(max_length=11, choices=Density, default=Density.COMPACT)
    keyboard_shortcuts = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.get_full_name() or self.username


@pghistory.track(append_only=True, level=pgtrigger.Statement)
class Membership(models.Model):
    """A person has a role in a company; with a warehouse named, only there. No warehouse means all of them."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.SlugField(max_length=20)
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True, help_text="The last day, inclusive.")

    class Meta:
        ordering = ["company", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "company", "warehouse"], name="membership_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} in {self.warehouse or self.company}"

    def clean(self) -> None:
        if self.warehouse and self.warehouse.company_id != self.company_id:
            raise ValidationError({"warehouse": f"{self.warehouse} does not belong to {self.company}."})

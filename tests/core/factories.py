"""Companies, warehouses, people and their roles, with boring defaults."""

import factory
from factory.django import DjangoModelFactory

from core.models import Company, ConflictingDuties, Membership, NumberSeries, User, Warehouse


class CompanyFactory(DjangoModelFactory):
    class Meta:
        model = Company

    code = factory.Sequence(lambda n: f"company{n}")
    name = factory.LazyAttribute(lambda company: f"{company.code.title()} Ltd")
    country = "GB"
    currency = "GBP"
    time_zone = "Europe/London"


class WarehouseFactory(DjangoModelFactory):
    class Meta:
        model = Warehouse

    company = factory.SubFactory(CompanyFactory)
    code = factory.Sequence(lambda n: f"warehouse{n}")
    name = factory.LazyAttribute(lambda warehouse: warehouse.code.title())
    country = "GB"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    first_name = "Robin"
    last_name = factory.LazyAttribute(lambda user: user.username.title())
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.com")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    company = factory.SubFactory(CompanyFactory)
    role = "sales"


class NumberSeriesFactory(DjangoModelFactory):
    class Meta:
        model = NumberSeries

    company = factory.SubFactory(CompanyFactory)
    kind = "test.paper"
    year = 2026
    pattern = "P-{year}-{number:04}"


class ConflictingDutiesFactory(DjangoModelFactory):
    class Meta:
        model = ConflictingDuties

    first_permission = "test.request"
    first_event = "test.requested"
    second_permission = "test.approve"
    second_event = "test.approved"
    reason = "One person could give money away alone."

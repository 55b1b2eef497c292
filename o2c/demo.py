"""The demo's two companies and one person for each role, so that every side of the house can be looked at."""

from dataclasses import dataclass

from django.db import transaction

from core import roles
from core.models import Company, Membership, User, Warehouse

PASSWORD = "order-to-cash"  # noqa: S105 (known to everybody: load_demo refuses to run in production)

COMPANIES = [
    {
        "code": "harbour",
        "name": "Hearth & Harbour Ltd",
        "country": "GB",
        "currency": "GBP",
        "time_zone": "Europe/London",
        "language": "en",
    },
    {
        "code": "harbour-de",
        "name": "Hearth & Harbour GmbH",
        "country": "DE",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "language": "de",
    },
]
WAREHOUSES = [
    ("harbour", "tilbury", "Tilbury", "GB"),
    ("harbour", "leeds", "Leeds", "GB"),
    ("harbour-de", "hamburg", "Hamburg", "DE"),
]

# Everybody works in the first company; these also in the second, or in one warehouse only.
IN_BOTH_COMPANIES = {"finance", "auditor", "administrator"}
IN_ONE_WAREHOUSE = {"warehouse": "tilbury"}

PEOPLE = {
    "sales": ("Amira", "Osei"),
    "credit": ("Henrik", "Sand"),
    "warehouse": ("Tomasz", "Wolak"),
    "billing": ("Lena", "Brandt"),
    "finance": ("Priya", "Nair"),
    "collector": ("Marc", "Dubois"),
    "service": ("Grace", "Okafor"),
    "auditor": ("Ines", "Costa"),
    "administrator": ("Jonas", "Keller"),
    "customer": ("Ruth", "Finch"),
}


@dataclass(frozen=True)
class Login:
    """How to sign in as somebody with this role."""

    role: str
    username: str
    password: str


def load_companies() -> int:
    """Two legal entities and their warehouses; what is there already stays as it is. Returns how many there are."""
    companies = {}
    for facts in COMPANIES:
        companies[facts["code"]], _ = Company.objects.get_or_create(code=facts["code"], defaults=facts)
    for company, code, name, country in WAREHOUSES:
        facts = {"name": name, "country": country}
        Warehouse.objects.get_or_create(company=companies[company], code=code, defaults=facts)
    return len(companies)


@transaction.atomic
def load_people() -> int:
    """One person per role of the matrix, each with the demo's password. Returns how many there are."""
    for role in roles.all_roles():
        first_name, last_name = PEOPLE[role.code]
        person, created = User.objects.get_or_create(
            username=role.code,
            defaults={
                "first_name": first_name,
                "last_name": last_name,
                "email": f"{role.code}@harbour.example",
                "is_staff": role.code == "administrator",
            },
        )
        if created:
            person.set_password(PASSWORD)
            person.save(update_fields=["password"])
        _give_role(person, role.code)
    return len(roles.all_roles())


def _give_role(person: User, role: str) -> None:
    codes = ["harbour", "harbour-de"] if role in IN_BOTH_COMPANIES else ["harbour"]
    for company in Company.objects.filter(code__in=codes):
        warehouse = company.warehouses.filter(code=IN_ONE_WAREHOUSE[role]).get() if role in IN_ONE_WAREHOUSE else None
        Membership.objects.get_or_create(user=person, role=role, company=company, warehouse=warehouse)


def logins() -> list[Login]:
    """One login per role, in the order of the matrix."""
    return [Login(role.label, role.code, PASSWORD) for role in roles.all_roles()]

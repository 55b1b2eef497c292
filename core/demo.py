"""The demo's house: two companies, three warehouses, and somebody for every role."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from core.context import COMMAND, Cause, because_of
from core.models import Company, Membership, User, Warehouse
from core.operations import grant_role

HEARTH = "hearth"
HEARTH_EU = "hearth-eu"
PASSWORD = "demo"  # noqa: S105 (printed for everybody who tries the demo)


@dataclass(frozen=True)
class Person:
    """Somebody who works in the demo: signs in with the name of the role."""

    username: str
    first_name: str
    last_name: str
    role: str
    companies: tuple[str, ...] = (HEARTH,)
    language: str = "en"


COMPANIES = {
    HEARTH: {
        "name": "Hearth & Harbour Ltd",
        "country": "GB",
        "currency": "GBP",
        "time_zone": "Europe/London",
        "language": "en",
    },
    HEARTH_EU: {
        "name": "Hearth & Harbour Europe BV",
        "country": "NL",
        "currency": "EUR",
        "time_zone": "Europe/Amsterdam",
        "language": "en",
    },
}
WAREHOUSES = [
    (HEARTH, "BRISTOL", "Bristol", "GB"),
    (HEARTH, "LEEDS", "Leeds", "GB"),
    (HEARTH_EU, "VENLO", "Venlo", "NL"),
]
PEOPLE = [
    Person("sales", "Priya", "Nair", "sales"),
    Person("credit", "Tom", "Ellery", "credit"),
    Person("warehouse", "Marek", "Kowalski", "warehouse"),
    Person("billing", "Aisha", "Rahman", "billing"),
    Person("finance", "Grace", "Whitlock", "finance", (HEARTH, HEARTH_EU)),
    Person("collector", "Daniel", "Osei", "collector"),
    Person("service", "Sofia", "Lindqvist", "service"),
    Person("auditor", "Henry", "Calder", "auditor", (HEARTH, HEARTH_EU)),
    Person("administrator", "Ruth", "Mercer", "administrator", (HEARTH, HEARTH_EU)),
    Person("customer", "Anna", "Lindner", "customer"),
    Person("europe", "Joost", "de Vries", "sales", (HEARTH_EU,)),
]


@transaction.atomic
def load() -> dict[str, int]:
    """Make what is missing of companies, warehouses and people; how many of each were made. Safe to run twice."""
    with because_of(Cause(via=COMMAND)):
        companies = Company.objects.bulk_create(
            [Company(code=code, **facts) for code, facts in COMPANIES.items() if not _known(Company, code=code)]
        )
        by_code = {company.code: company for company in Company.objects.filter(code__in=COMPANIES)}
        warehouses = Warehouse.objects.bulk_create(
            [
                Warehouse(company=by_code[company], code=code, name=name, country=country)
                for company, code, name, country in WAREHOUSES
                if not _known(Warehouse, company=by_code[company], code=code)
            ]
        )
        people = _make_people(by_code)
    return {"companies": len(companies), "warehouses": len(warehouses), "people": people}


def _known(model: type[Company | Warehouse | User], **facts: object) -> bool:
    return model._default_manager.filter(**facts).exists()


def _make_people(by_code: dict[str, Company]) -> int:
    missing = [person for person in PEOPLE if not _known(User, username=person.username)]
    password = make_password(PASSWORD) if missing else ""
    User.objects.bulk_create(
        User(
            username=person.username,
            first_name=person.first_name,
            last_name=person.last_name,
            email=f"{person.username}@hearth.example",
            password=password,
            language=person.language,
        )
        for person in missing
    )
    for person in PEOPLE:
        user = User.objects.get(username=person.username)
        held = set(Membership.objects.filter(user=user).values_list("company__code", "role"))
        for code in person.companies:
            if (code, person.role) not in held:
                grant_role([user.pk], person.role, by_code[code], by=None).require_all()
    return len(missing)

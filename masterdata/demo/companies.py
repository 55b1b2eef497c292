"""What the demo's two companies say about themselves: addresses, VAT ids, banks, terms, taxes, closing days."""

from datetime import date
from decimal import Decimal

from core.models import Company
from masterdata.calendars import fill_holidays
from masterdata.demo import numbers
from masterdata.demo.rows import Tally
from masterdata.models import (
    BankAccount,
    ClosingDay,
    CompanyProfile,
    CompanyVatNumber,
    EarlyDiscount,
    ExchangeRate,
    PaymentTerm,
    PaymentTermLine,
    PaymentTermStep,
)
from masterdata.tax_setup import set_up_tax

PROFILES = {
    "hearth": {
        "legal_name": "Hearth & Harbour Ltd",
        "street": "4 Redcliffe Parade",
        "postal_code": "BS1 6SP",
        "city": "Bristol",
        "phone": "+44 117 496 0123",
        "email": "hello@hearth.example",
        "website": "https://hearth.example",
        "registration_number": "08412379",
        "register": "Companies House",
        "eori": "GB100000034000",
        "gln": numbers.gln(1),
        "endpoint_scheme": "0088",
        "endpoint": numbers.gln(1),
        "footer": "Registered in England and Wales. Goods remain our property until paid in full.",
        "minimum_margin_percent": Decimal(20),
        "holiday_region": "ENG",
    },
    "hearth-eu": {
        "legal_name": "Hearth & Harbour Europe B.V.",
        "street": "Columbusweg 33",
        "postal_code": "5928 LA",
        "city": "Venlo",
        "phone": "+31 77 496 0123",
        "email": "europe@hearth.example",
        "website": "https://europe.hearth.example",
        "registration_number": "76543210",
        "register": "Kamer van Koophandel",
        "eori": "NL860000034",
        "gln": numbers.gln(2),
        "endpoint_scheme": "0088",
        "endpoint": numbers.gln(2),
        "footer": "Goods remain our property until paid in full.",
        "minimum_margin_percent": Decimal(18),
        "one_stop_shop_from": date(2021, 7, 1),
    },
}
BANKS = {
    "hearth": [("GBP", "Barclays current account", "GB", "NWBKGB2L"), ("EUR", "Euro account", "GB", "NWBKGB2L")],
    "hearth-eu": [("EUR", "ABN AMRO current account", "NL", "ABNANL2A")],
}
CLOSED = {
    "hearth": [((12, 24), "Christmas Eve"), ((12, 31), "Stocktaking")],
    "hearth-eu": [((12, 31), "Stocktaking")],
}

TERMS: dict[str, tuple[str, str, str, str, list[tuple[int | None, list[tuple[str, int]]]], list[tuple[int, int]]]] = {
    # code: name, in German, in French, basis, instalments (share, steps), early discounts (days, per cent)
    "NET14": ("14 days net", "14 Tage netto", "14 jours net", "on_account", [(None, [("add_days", 14)])], []),
    "NET30": ("30 days net", "30 Tage netto", "30 jours net", "on_account", [(None, [("add_days", 30)])], []),
    "NET60": ("60 days net", "60 Tage netto", "60 jours net", "on_account", [(None, [("add_days", 60)])], []),
    "DISC14": (
        "14 days 2 %, 30 days net",
        "14 Tage 2 % Skonto, 30 Tage netto",
        "14 jours 2 %, 30 jours net",
        "on_account",
        [(None, [("add_days", 30)])],
        [(14, 2)],
    ),
    "EOM15": (
        "End of month plus 15 days",
        "Monatsende plus 15 Tage",
        "Fin de mois plus 15 jours",
        "on_account",
        [(None, [("end_of_month", 0), ("add_days", 15)])],
        [],
    ),
    "HALVES": (
        "Half after 30 days, half after 60 days",
        "Die Hälfte nach 30 Tagen, die Hälfte nach 60 Tagen",
        "Moitié à 30 jours, moitié à 60 jours",
        "on_account",
        [(50, [("add_days", 30)]), (None, [("add_days", 60)])],
        [],
    ),
    "PREPAID": ("Prepaid", "Vorkasse", "Paiement d'avance", "prepaid", [(None, [])], []),
    "DEPOSIT30": (
        "30 % deposit, rest after 30 days",
        "30 % Anzahlung, Rest nach 30 Tagen",
        "Acompte de 30 %, solde à 30 jours",
        "deposit",
        [(None, [("add_days", 30)])],
        [],
    ),
    "CASH": ("Payable at once", "Sofort zahlbar", "Payable immédiatement", "on_account", [(None, [])], []),
}

RATES = {"GBP": "0.8640", "USD": "1.1420", "NOK": "11.4200", "CHF": "0.9330", "SEK": "11.0700", "DKK": "7.4610"}
"""Reference rates for one euro, as the European Central Bank publishes them, with which the demo's table begins."""


def add_company(company: Company, tally: Tally, years: list[int]) -> dict[str, PaymentTerm]:
    """Everything a company needs before it has products and customers; returns its payment terms."""
    terms = _add_terms(company, tally)
    profile = CompanyProfile(company=company, default_payment_term=terms["NET30"], **PROFILES[company.code])
    tally.add("profiles", CompanyProfile.objects.all(), [profile], lambda row: row.company_id)
    vat_number = CompanyVatNumber(
        company=company,
        country=company.country,
        number=numbers.vat_id(company.country, 1),
    )
    tally.add("VAT ids", CompanyVatNumber.objects.all(), [vat_number], lambda row: (row.company_id, row.country))
    tally.add("bank accounts", BankAccount.objects.all(), _banks(company), lambda row: (row.company_id, row.code))
    closed = [
        ClosingDay(company=company, day=date(year, *day), name=name)
        for year in years
        for day, name in CLOSED[company.code]
    ]
    tally.add("closing days", ClosingDay.objects.all(), closed, lambda row: (row.company_id, row.day))
    tally.added["holidays"] = tally.added.get("holidays", 0) + fill_holidays(
        company.country, years, region=str(PROFILES[company.code].get("holiday_region", ""))
    )
    tally.added["tax codes and rules"] = tally.added.get("tax codes and rules", 0) + set_up_tax(company)
    return terms


def _banks(company: Company) -> list[BankAccount]:
    return [
        BankAccount(
            company=company,
            code=currency,
            name=name,
            currency=currency,
            iban=numbers.bank_account(country, ordinal),
            bic=bic,
            is_printed=True,
            creditor_identifier="NL39ZZZ765432100000" if company.country == "NL" else "",
        )
        for ordinal, (currency, name, country, bic) in enumerate(BANKS[company.code])
    ]


def _add_terms(company: Company, tally: Tally) -> dict[str, PaymentTerm]:
    known = {row.code: row for row in PaymentTerm.objects.filter(company=company)}
    missing = set(TERMS) - set(known)
    tally.added["payment terms"] = tally.added.get("payment terms", 0) + len(missing)
    for code, (name, german, french, basis, parts, discounts) in TERMS.items():
        if code not in missing:
            continue
        known[code] = term = PaymentTerm.objects.create(
            company=company,
            code=code,
            name=name,
            names={"de": german, "fr": french},
            basis=basis,
            deposit_percent=30 if basis == "deposit" else None,
            goods_wait=basis != "on_account",
        )
        EarlyDiscount.objects.bulk_create(
            EarlyDiscount(term=term, days=days, percent=percent) for days, percent in discounts
        )
        for position, (share, steps) in enumerate(parts, start=1):
            kind = "share" if share else "rest"
            line = PaymentTermLine.objects.create(term=term, position=position, kind=kind, percent=share)
            PaymentTermStep.objects.bulk_create(
                PaymentTermStep(line=line, position=at, kind=kind, number=number)
                for at, (kind, number) in enumerate(steps, start=1)
            )
    return known


def add_exchange_rates(days: list[date], tally: Tally) -> None:
    """A table of rates for the days of the demo's year, until the real one is imported."""
    rows = [
        ExchangeRate(currency=currency, day=day, rate=Decimal(rate), source="demo")
        for day in days
        for currency, rate in RATES.items()
    ]
    before = ExchangeRate.objects.count()
    ExchangeRate.objects.bulk_create(rows, ignore_conflicts=True)
    tally.added["exchange rates"] = ExchangeRate.objects.count() - before

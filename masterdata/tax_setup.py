"""The usual tax codes and rules of a company, so that nobody begins with an empty table."""

from dataclasses import dataclass, field
from typing import Any

from core.clock import today
from core.models import Company
from core.operation import operation
from masterdata import countries
from masterdata.models import RateKind, Route, Standing, Supply, TaxCategory, TaxClass, TaxCode, TaxRule


@dataclass(frozen=True)
class UsualCode:
    """A tax code as most companies have it, with its reason in our languages."""

    code: str
    name: str
    category: str
    rate_kind: str = ""
    exemption_code: str = ""
    legal_text: str = ""
    legal_texts: dict[str, str] = field(default_factory=dict)
    is_domestic: bool = True
    only_in_eu: bool = False


USUAL_CODES = [
    UsualCode("S", "Standard rate", TaxCategory.STANDARD, RateKind.STANDARD),
    UsualCode("SR", "Reduced rate", TaxCategory.STANDARD, RateKind.REDUCED),
    UsualCode("SR2", "Second reduced rate", TaxCategory.STANDARD, RateKind.SECOND_REDUCED),
    UsualCode("SSR", "Super-reduced rate", TaxCategory.STANDARD, RateKind.SUPER_REDUCED),
    UsualCode("Z", "Zero rated", TaxCategory.ZERO),
    UsualCode(
        "E",
        "Exempt goods and services",
        TaxCategory.EXEMPT,
        legal_text="Exempt from VAT",
        legal_texts={"de": "Steuerfreie Leistung", "fr": "Exonéré de TVA"},
    ),
    UsualCode(
        "EB",
        "Exempt bodies",
        TaxCategory.EXEMPT,
        exemption_code="VATEX-EU-151",
        legal_text="Exempt supply to diplomatic missions and international bodies",
        legal_texts={
            "de": "Steuerfreie Lieferung an diplomatische Missionen und internationale Einrichtungen",
            "fr": "Livraison exonérée aux missions diplomatiques et organisations internationales",
        },
    ),
    UsualCode(
        "K",
        "Intra-Community supply of goods",
        TaxCategory.INTRA_COMMUNITY,
        exemption_code="VATEX-EU-IC",
        legal_text="Intra-Community supply",
        legal_texts={"de": "Steuerfreie innergemeinschaftliche Lieferung", "fr": "Livraison intracommunautaire"},
        only_in_eu=True,
    ),
    UsualCode(
        "AE",
        "Services to businesses in the EU",
        TaxCategory.REVERSE_CHARGE,
        exemption_code="VATEX-EU-AE",
        legal_text="Reverse charge",
        legal_texts={"de": "Steuerschuldnerschaft des Leistungsempfängers", "fr": "Autoliquidation"},
        only_in_eu=True,
    ),
    UsualCode(
        "G",
        "Export",
        TaxCategory.EXPORT,
        exemption_code="VATEX-EU-G",
        legal_text="Export, no VAT charged",
        legal_texts={"de": "Steuerfreie Ausfuhrlieferung", "fr": "Exportation exonérée de TVA"},
    ),
    UsualCode(
        "O",
        "Services to businesses abroad",
        TaxCategory.OUTSIDE_SCOPE,
        exemption_code="VATEX-EU-O",
        legal_text="Outside the scope of VAT",
        legal_texts={"de": "Nicht steuerbare Leistung", "fr": "Hors du champ d'application de la TVA"},
    ),
    UsualCode("OSS", "One-stop-shop sales", TaxCategory.STANDARD, is_domestic=False, only_in_eu=True),
]


@dataclass(frozen=True)
class UsualRule:
    """A rule as most companies have it. Numbers leave room for a company's own rules between them."""

    number: int
    name: str
    code: str
    conditions: dict[str, Any] = field(default_factory=dict)


USUAL_RULES = [
    UsualRule(100, "Exempt goods and services", "E", {"tax_class": TaxClass.EXEMPT}),
    UsualRule(200, "Export of goods", "G", {"route": Route.EXPORT, "supply": Supply.GOODS}),
    UsualRule(
        210,
        "Services to businesses outside the EU",
        "O",
        {"route": Route.EXPORT, "supply": Supply.SERVICE, "standing": Standing.BUSINESS},
    ),
    UsualRule(
        300,
        "Goods to businesses in the EU",
        "K",
        {"route": Route.INTRA_EU, "supply": Supply.GOODS, "standing": Standing.BUSINESS},
    ),
    UsualRule(
        310,
        "Services to businesses in the EU",
        "AE",
        {"route": Route.INTRA_EU, "supply": Supply.SERVICE, "standing": Standing.BUSINESS},
    ),
    UsualRule(320, "Goods to consumers in the EU, one-stop shop", "OSS", {"route": Route.ONE_STOP_SHOP}),
    UsualRule(400, "Exempt bodies", "EB", {"standing": Standing.EXEMPT}),
    UsualRule(500, "Zero rated", "Z", {"tax_class": TaxClass.ZERO}),
    UsualRule(510, "Reduced rate", "SR", {"tax_class": TaxClass.REDUCED}),
    UsualRule(520, "Second reduced rate", "SR2", {"tax_class": TaxClass.SECOND_REDUCED}),
    UsualRule(530, "Super-reduced rate", "SSR", {"tax_class": TaxClass.SUPER_REDUCED}),
    UsualRule(900, "Everything else at the standard rate", "S"),
]


@operation
def set_up_tax(company: Company) -> int:
    """Give a company the usual codes and rules of its country; returns how many codes and rules are new.

    What it already has stays as it is, so doing it twice is safe. A company outside the EU gets no rules for
    trade within it.
    """
    member = countries.in_eu(company.country, today(company))
    codes = [_code(company, usual) for usual in USUAL_CODES if member or not usual.only_in_eu]
    before = _count(company)
    TaxCode.objects.bulk_create(codes, ignore_conflicts=True)
    known = {row.code: row for row in TaxCode.objects.filter(company=company)}
    TaxRule.objects.bulk_create(
        [
            TaxRule(
                company=company, number=usual.number, name=usual.name, tax_code=known[usual.code], **usual.conditions
            )
            for usual in USUAL_RULES
            if usual.code in known
        ],
        ignore_conflicts=True,
    )
    return _count(company) - before


def _code(company: Company, usual: UsualCode) -> TaxCode:
    return TaxCode(
        company=company,
        code=usual.code,
        name=usual.name,
        category=usual.category,
        country=company.country if usual.is_domestic else "",
        rate_kind=usual.rate_kind,
        exemption_code=usual.exemption_code,
        legal_text=usual.legal_text,
        legal_texts=usual.legal_texts,
    )


def _count(company: Company) -> int:
    return TaxCode.objects.filter(company=company).count() + TaxRule.objects.filter(company=company).count()

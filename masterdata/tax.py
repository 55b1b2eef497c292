"""The one tax determination: which category, rate and code a supply has, why, and what the invoice must say."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.errors import DomainError
from masterdata import countries
from masterdata.errors import NoTaxRate, NoTaxRule, VatIdNeeded
from masterdata.fields import valid_on
from masterdata.models import (
    CompanyProfile,
    CustomerTerms,
    CustomerVatNumber,
    RateKind,
    Route,
    Standing,
    Supply,
    TaxCategory,
    TaxClass,
    TaxCode,
    TaxRate,
    TaxRule,
    TaxStatus,
    UnprovenBusiness,
    VatCheck,
)

ZERO = Decimal(0)
RATE_OF_CLASS = {
    TaxClass.REDUCED: RateKind.REDUCED,
    TaxClass.SECOND_REDUCED: RateKind.SECOND_REDUCED,
    TaxClass.SUPER_REDUCED: RateKind.SUPER_REDUCED,
}


@dataclass(frozen=True)
class TaxLine:
    """What is asked for one line: who sells what to whom, from where to where, on which date of supply.

    Tax status and VAT ids are those of the customer on that date, unless `tax_status` says otherwise (somebody
    who is no customer yet: `customer_id` is None).
    """

    company_id: int
    customer_id: int | None
    ship_from: str
    ship_to: str
    tax_class: str
    on: date
    supply: str = Supply.GOODS
    tax_status: str | None = None


@dataclass(frozen=True)
class TaxDecision:
    """How a line is taxed: category and rate for sums, code for the books, reason for the invoice, rule for people."""

    category: str
    percent: Decimal
    country: str
    tax_code_id: int
    code: str
    exemption_code: str
    legal_text: str
    legal_texts: Mapping[str, str]
    rule_id: int
    rule: str
    vat_number: str
    explanation: str

    def reason(self, language: str) -> str:
        """The reason for not charging tax, as the invoice prints it; empty where tax is charged."""
        return self.legal_texts.get(language) or self.legal_text


@dataclass(frozen=True)
class Policy:
    """What a company has decided about tax: its treatment of unproven businesses, and its one-stop-shop sales."""

    unproven_business: str = UnprovenBusiness.AS_CONSUMER
    one_stop_shop_from: date | None = None


@dataclass(frozen=True)
class Situation:
    """What the rules look at."""

    company_id: int
    route: str
    standing: str
    supply: str
    tax_class: str
    ship_from: str
    ship_to: str
    on: date

    def fits(self, rule: TaxRule) -> bool:
        """Whether every condition of the rule holds."""
        return (
            rule.holds_on(self.on)
            and rule.route in (Route.ANY, self.route)
            and rule.standing in self._standings()
            and rule.supply in (Supply.ANY, self.supply)
            and rule.tax_class in ("", self.tax_class)
            and rule.from_country in ("", self.ship_from)
            and rule.to_country in ("", self.ship_to)
        )

    def _standings(self) -> Collection[str]:
        as_consumer = [Standing.CONSUMER] if self.standing == Standing.UNPROVEN else []
        return [Standing.ANY, self.standing, *as_consumer]


def determine(lines: Sequence[TaxLine]) -> list[TaxDecision | DomainError]:
    """Decide the tax of any number of lines, in their order; five statements whatever their number.

    A line that can't be decided gets its refusal in its place: `NoTaxRule`, `NoTaxRate`, or `VatIdNeeded` for an
    EU business without a valid VAT id where the company refuses those. A rate that a country does not have
    (a second reduced one, say) is its standard rate: tax is never too low. Rules of the trade, section 3.
    """
    known = _Facts(lines)
    chosen = [_choose(line, known) for line in lines]
    rates = _rates_of(choice for choice in chosen if isinstance(choice, _Choice))
    return [choice if isinstance(choice, DomainError) else _decide(choice, rates) for choice in chosen]


class _Facts:
    """What is known about the companies and customers of all lines, read once."""

    def __init__(self, lines: Sequence[TaxLine]) -> None:
        companies = {line.company_id for line in lines}
        customers = {line.customer_id for line in lines if line.customer_id is not None}
        self.policies = {
            row.company_id: Policy(row.unproven_business, row.one_stop_shop_from)
            for row in CompanyProfile.objects.filter(company_id__in=companies)
        }
        self.rules: dict[int, list[TaxRule]] = {}
        for rule in TaxRule.objects.filter(company_id__in=companies).select_related("tax_code").order_by("number"):
            if rule.tax_code.is_active:
                self.rules.setdefault(rule.company_id, []).append(rule)
        self.terms: dict[int, list[CustomerTerms]] = {}
        self.vat_numbers: dict[int, list[CustomerVatNumber]] = {}
        for terms in CustomerTerms.objects.filter(customer_id__in=customers):
            self.terms.setdefault(terms.customer_id, []).append(terms)
        for number in CustomerVatNumber.objects.filter(customer_id__in=customers, check_result=VatCheck.VALID):
            self.vat_numbers.setdefault(number.customer_id, []).append(number)
        self._ruled: dict[Situation, TaxRule | None] = {}

    def policy(self, line: TaxLine) -> Policy:
        return self.policies.get(line.company_id, Policy())

    def tax_status(self, line: TaxLine) -> str:
        if line.tax_status:
            return line.tax_status
        valid = [row for row in self.terms.get(line.customer_id or 0, []) if row.holds_on(line.on)]
        return valid[0].tax_status if valid else TaxStatus.CONSUMER

    def vat_number(self, line: TaxLine) -> str:
        """The valid VAT id that proves a business of another EU country: that of the destination before others."""
        numbers = [
            row
            for row in self.vat_numbers.get(line.customer_id or 0, [])
            if row.holds_on(line.on) and countries.in_eu(row.country, line.on) and row.country != line.ship_from
        ]
        numbers.sort(key=lambda row: (row.country != line.ship_to, row.country))
        return numbers[0].number if numbers else ""

    def rule(self, situation: Situation) -> TaxRule | None:
        if situation not in self._ruled:
            rules = self.rules.get(situation.company_id, [])
            self._ruled[situation] = next((rule for rule in rules if situation.fits(rule)), None)
        return self._ruled[situation]


@dataclass(frozen=True)
class _Choice:
    """A line with the rule that won."""

    line: TaxLine
    situation: Situation
    rule: TaxRule
    vat_number: str

    @property
    def code(self) -> TaxCode:
        return self.rule.tax_code

    @property
    def country(self) -> str:
        if self.code.country:
            return str(self.code.country)
        return self.line.ship_to

    @property
    def rate_kind(self) -> str:
        return self.code.rate_kind or RATE_OF_CLASS.get(TaxClass(self.line.tax_class), RateKind.STANDARD)

    @property
    def is_taxed(self) -> bool:
        return self.code.category == TaxCategory.STANDARD


def _choose(line: TaxLine, known: _Facts) -> _Choice | DomainError:
    situation = _situation(line, known)
    vat_number = known.vat_number(line) if situation.standing == Standing.BUSINESS else ""
    if situation.standing == Standing.UNPROVEN and known.policy(line).unproven_business == UnprovenBusiness.REFUSE:
        return VatIdNeeded(country=line.ship_to, on=line.on)
    rule = known.rule(situation)
    if rule is None:
        return NoTaxRule(
            route=situation.route,
            standing=situation.standing,
            supply=situation.supply,
            tax_class=situation.tax_class,
            on=line.on,
        )
    return _Choice(line, situation, rule, vat_number)


def _situation(line: TaxLine, known: _Facts) -> Situation:
    standing = _standing(line, known)
    return Situation(
        company_id=line.company_id,
        route=_route(line, standing, known.policy(line)),
        standing=standing,
        supply=str(line.supply),
        tax_class=str(line.tax_class),
        ship_from=line.ship_from,
        ship_to=line.ship_to,
        on=line.on,
    )


def _between_eu_countries(line: TaxLine) -> bool:
    return line.ship_from != line.ship_to and all(
        countries.in_eu(country, line.on) for country in (line.ship_from, line.ship_to)
    )


def _standing(line: TaxLine, known: _Facts) -> str:
    match known.tax_status(line):
        case TaxStatus.CONSUMER:
            return Standing.CONSUMER
        case TaxStatus.EXEMPT:
            return Standing.EXEMPT
        case _:
            proven = not _between_eu_countries(line) or known.vat_number(line)
            return Standing.BUSINESS if proven else Standing.UNPROVEN


def _route(line: TaxLine, standing: str, policy: Policy) -> str:
    if line.ship_from == line.ship_to:
        return Route.DOMESTIC
    if not _between_eu_countries(line):
        return Route.EXPORT
    private = standing in (Standing.CONSUMER, Standing.UNPROVEN) and line.supply == Supply.GOODS
    registered = policy.one_stop_shop_from is not None and policy.one_stop_shop_from <= line.on
    return Route.ONE_STOP_SHOP if private and registered else Route.INTRA_EU


RatesFound = Callable[[str, str, date], Decimal | None]


def _rates_of(choices: Iterable[_Choice]) -> RatesFound:
    wanted = {choice.country for choice in choices if choice.is_taxed}
    rows: dict[tuple[str, str], list[TaxRate]] = {}
    for row in TaxRate.objects.filter(country__in=wanted) if wanted else []:
        rows.setdefault((row.country, row.kind), []).append(row)

    def find(country: str, kind: str, on: date) -> Decimal | None:
        return next((row.percent for row in rows.get((country, kind), []) if row.holds_on(on)), None)

    return find


def _decide(choice: _Choice, rates: RatesFound) -> TaxDecision | DomainError:
    percent, kind = ZERO, ""
    if choice.is_taxed:
        on = choice.line.on
        for kind in dict.fromkeys([choice.rate_kind, RateKind.STANDARD]):
            found = rates(choice.country, kind, on)
            if found is not None:
                percent = found
                break
        else:
            return NoTaxRate(country=choice.country, kind=choice.rate_kind, on=on)
    code = choice.code
    return TaxDecision(
        category=code.category,
        percent=percent,
        country=choice.country,
        tax_code_id=code.pk,
        code=code.code,
        exemption_code=code.exemption_code,
        legal_text=code.legal_text,
        legal_texts=code.legal_texts,
        rule_id=choice.rule.pk,
        rule=str(choice.rule),
        vat_number=choice.vat_number,
        explanation=_explain(choice, percent, kind),
    )


def _explain(choice: _Choice, percent: Decimal, kind: str) -> str:
    line, situation = choice.line, choice.situation
    who = {
        Standing.BUSINESS: f"a business with VAT id {choice.vat_number}" if choice.vat_number else "a business",
        Standing.UNPROVEN: "a business without a valid VAT id, taxed like a consumer",
        Standing.CONSUMER: "a consumer",
        Standing.EXEMPT: "an exempt body",
    }[Standing(situation.standing)]
    what = "Service" if situation.supply == Supply.SERVICE else "Goods"
    said = f"{what} from {line.ship_from} to {line.ship_to} for {who}: rule {choice.rule} gives {choice.code.code}"
    if not choice.is_taxed:
        return f"{said}, no tax."
    rate = RateKind(kind).label.lower()
    return f"{said}, the {rate} of {choice.country} on {line.on}: {percent.normalize():f} %."


def rates_on(country: str, on: date) -> dict[str, Decimal]:
    """What a country charges on a day, by kind of rate."""
    return {row.kind: row.percent for row in TaxRate.objects.filter(valid_on(on), country=country)}

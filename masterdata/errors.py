"""What master data refuses, and what to do about it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from core.errors import DomainError


class NoTaxRule(DomainError):
    """No rule of the company says how this supply is taxed."""

    code = "masterdata.no_tax_rule"

    def __init__(self, *, route: str, standing: str, supply: str, tax_class: str, on: date) -> None:
        self.route, self.standing, self.supply, self.tax_class, self.on = route, standing, supply, tax_class, on

    @property
    def message(self) -> str:
        return (
            f"No tax rule fits {self.supply} ({self.tax_class}) for a {self.standing}, {self.route}, on {self.on}. "
            "Ask an administrator for a rule."
        )


class NoTaxRate(DomainError):
    """The country has no such rate on that day."""

    code = "masterdata.no_tax_rate"

    def __init__(self, *, country: str, kind: str, on: date) -> None:
        self.country, self.kind, self.on = country, kind, on

    @property
    def message(self) -> str:
        return f"No {self.kind} tax rate is known for {self.country} on {self.on}. Load the rates of that country."


class VatIdNeeded(DomainError):
    """An EU business without a valid VAT id, and the company's policy is to refuse."""

    code = "masterdata.vat_id_needed"

    def __init__(self, *, country: str, on: date) -> None:
        self.country, self.on = country, on

    @property
    def message(self) -> str:
        return (
            f"A business in {self.country} needs a VAT id that is valid on {self.on}. "
            "Record and check its VAT id, or make the customer a consumer."
        )


class NoPrice(DomainError):
    """No list that holds for the customer has a price for the product on that day."""

    code = "masterdata.no_price"

    def __init__(self, *, product: str, unit: str, currency: str, on: date) -> None:
        self.product, self.unit, self.currency, self.on = product, unit, currency, on

    @property
    def message(self) -> str:
        return f"{self.product} has no price in {self.currency} for a {self.unit} on {self.on}. Add it to a price list."


class UnitNotSold(DomainError):
    """The product is not sold in this unit."""

    code = "masterdata.unit_not_sold"

    def __init__(self, *, product: str, unit: str, sold_in: list[str]) -> None:
        self.product, self.unit, self.sold_in = product, unit, sold_in

    @property
    def message(self) -> str:
        return f"{self.product} is not sold by the {self.unit}. Use {' or '.join(self.sold_in)}."


class QuantityNotWhole(DomainError):
    """The unit does not exist in such small parts."""

    code = "masterdata.quantity_not_whole"

    def __init__(self, *, quantity: Decimal, unit: str, decimals: int) -> None:
        self.quantity, self.unit, self.decimals = quantity, unit, decimals

    @property
    def message(self) -> str:
        parts = f"at most {self.decimals} decimals" if self.decimals else "whole ones only"
        return f"{self.quantity.normalize():f} {self.unit} can't be supplied: {parts}."


class MissingRate(DomainError):
    """No exchange rate is known on or shortly before the day."""

    code = "masterdata.missing_rate"

    def __init__(self, *, currency: str, on: date) -> None:
        self.currency, self.on = currency, on

    @property
    def message(self) -> str:
        return f"No exchange rate for {self.currency} is known on {self.on}. Load the rates of that day."


class TermLeavesRest(DomainError):
    """The lines of a payment term do not say when all of the money is due."""

    code = "masterdata.term_leaves_rest"

    def __init__(self, *, term: str) -> None:
        self.term = term

    @property
    def message(self) -> str:
        return f"The lines of {self.term} leave a part without a due date. Make the last line “what is left”."


class TermTakesTooMuch(DomainError):
    """The lines of a payment term ask for more than the whole amount."""

    code = "masterdata.term_takes_too_much"

    def __init__(self, *, term: str) -> None:
        self.term = term

    @property
    def message(self) -> str:
        return f"The lines of {self.term} ask for more than the whole amount. Lower a share or a fixed amount."


class TermInOtherCurrency(DomainError):
    """A fixed part of the term is in another currency than the document."""

    code = "masterdata.term_in_other_currency"

    def __init__(self, *, term: str, currency: str) -> None:
        self.term, self.currency = term, currency

    @property
    def message(self) -> str:
        return f"{self.term} has a fixed part in another currency than {self.currency}. Choose another payment term."


class ChangedMeanwhile(DomainError):
    """Somebody else saved this record after the person opened it."""

    code = "masterdata.changed_meanwhile"

    def __init__(self, *, what: str, version: int, found: int) -> None:
        self.what, self.version, self.found = what, version, found

    @property
    def message(self) -> str:
        return f"Somebody changed {self.what} while you were editing it. Load it again and repeat your change."


class Invalid(DomainError):
    """Facts that can't be stored as they are: what is wrong stands beside each field."""

    code = "masterdata.invalid"

    def __init__(self, *, what: str, problems: Mapping[str, list[str]]) -> None:
        self.what, self.problems = what, dict(problems)

    @property
    def message(self) -> str:
        told = "; ".join(f"{field}: {' '.join(texts)}" for field, texts in self.problems.items())
        return f"{self.what} can't be saved. {told}"


class KeyUsedForOther(DomainError):
    """The client's key already stands for other content."""

    code = "masterdata.key_used_for_other"

    def __init__(self, *, what: str, key: object) -> None:
        self.what, self.key = what, key

    @property
    def message(self) -> str:
        return f"This form already made {self.what} with other content. Open that one, or start a new form."


class UnreadableRates(DomainError):
    """A file of rates is not in the shape its publisher uses."""

    code = "masterdata.unreadable_rates"

    def __init__(self, *, line: int, problem: str) -> None:
        self.line, self.problem = line, problem

    @property
    def message(self) -> str:
        return f"Line {self.line} of the rates file: {self.problem} Nothing was stored. Get the file again."


class UnreadableTaxRates(DomainError):
    """A table of tax rates is not in the shape that it must have."""

    code = "masterdata.unreadable_tax_rates"

    def __init__(self, *, problem: str) -> None:
        self.problem = problem

    @property
    def message(self) -> str:
        return (
            f"The table of tax rates can't be read ({self.problem}). Nothing was stored. "
            'Write it like {"rates": {"DE": {"standard": 19, "reduced": [7]}}}.'
        )


class RateInTheWay(DomainError):
    """A rate that a table would change is one that it can't end: somebody entered another, or it begins later."""

    code = "masterdata.rate_in_the_way"

    def __init__(self, *, rates: Sequence[tuple[str, str]], valid_from: date | None) -> None:
        self.rates, self.valid_from = rates, valid_from

    @property
    def message(self) -> str:
        named = ", ".join(f"{country} {kind}" for country, kind in self.rates)
        known = f"Other rates are known already: {named}. Nothing was stored. "
        if self.valid_from is None:
            return f"{known}Say from which day the new ones hold."
        return f"{known}They hold on {self.valid_from} or later: say a day after that on which they began."


class GtinTaken(DomainError):
    """Another product, or a unit of one, carries this barcode already."""

    code = "masterdata.gtin_taken"

    def __init__(self, *, gtin: str, by: str) -> None:
        self.gtin, self.by = gtin, by

    @property
    def message(self) -> str:
        return f"The barcode {self.gtin} belongs to {self.by}. Use another one, or correct it there."

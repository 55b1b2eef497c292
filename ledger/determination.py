"""Which account a fact goes to: the most specific rule wins, and the page can say why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.models import Company
from ledger import errors
from ledger.models import AccountDetermination, Fact


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of an amount to book."""

    fact: Fact
    tax_code: str | None = None
    product_group: str | None = None
    warehouse_id: int | None = None


@dataclass(frozen=True)
class Considered:
    """A rule that was looked at for a case, and why it won or lost."""

    rule: AccountDetermination
    fits: bool
    why: str


@dataclass(frozen=True)
class Explanation:
    """The rule that won, first in `considered` if there is one, and all rules of the fact with their reasons."""

    case: Case
    winner: AccountDetermination | None
    considered: list[Considered]


def accounts_for(company: Company, cases: Collection[Case]) -> dict[Case, str]:
    """The account number for each case, in one query. A case without a rule raises `NoAccountForFact`."""
    rules = _rules(company, {case.fact for case in cases})
    found = {}
    for case in set(cases):
        fitting = [rule for rule in rules if _fits(rule, case)]
        if not fitting:
            raise errors.NoAccountForFact(
                fact=case.fact.label,
                tax_code=case.tax_code,
                product_group=case.product_group,
                warehouse_id=case.warehouse_id,
            )
        found[case] = max(fitting, key=_specificity).account.number
    return found


def explain(company: Company, case: Case) -> Explanation:
    """Which rule wins for a case and why the others do not, best first: what the determination page shows."""
    rules = sorted(_rules(company, {case.fact}), key=_specificity, reverse=True)
    winner = next((rule for rule in rules if _fits(rule, case)), None)
    considered = [Considered(rule, _fits(rule, case), _why(rule, case, winner)) for rule in rules]
    considered.sort(key=lambda one: (one.rule is not winner, not one.fits))
    return Explanation(case, winner, considered)


def _rules(company: Company, facts: Collection[Fact]) -> list[AccountDetermination]:
    rows = AccountDetermination.objects.filter(company=company, fact__in=facts)
    return list(rows.select_related("account", "warehouse"))


def _fits(rule: AccountDetermination, case: Case) -> bool:
    return rule.fact == case.fact and not _misses(rule, case)


def _misses(rule: AccountDetermination, case: Case) -> list[str]:
    """The conditions of a rule that the case does not meet; an empty condition fits any case."""
    conditions: Sequence[tuple[str, object, object]] = (
        ("tax code", rule.tax_code, case.tax_code),
        ("product group", rule.product_group, case.product_group),
        ("warehouse", rule.warehouse_id, case.warehouse_id),
    )
    return [name for name, wanted, given in conditions if wanted is not None and wanted != given]


def _specificity(rule: AccountDetermination) -> tuple[int, bool, bool, bool]:
    """More conditions win; among as many, the tax code counts more than the product group, and that more than where."""
    by = rule.tax_code is not None, rule.product_group is not None, rule.warehouse_id is not None
    return sum(by), *by


def _why(rule: AccountDetermination, case: Case, winner: AccountDetermination | None) -> str:
    if rule is winner:
        return "Wins: the most specific rule that fits."
    if misses := _misses(rule, case):
        return f"Does not fit: other {' and '.join(misses)}."
    return "Fits, but is less specific than the rule that wins."

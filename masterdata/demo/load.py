"""Loading the demo's master data for both companies."""

from datetime import date, timedelta

from core import clock
from core.context import COMMAND, Cause, because_of
from core.models import Company
from core.operation import operation
from masterdata.demo.companies import PROFILES, add_company, add_exchange_rates
from masterdata.demo.customers import add_customers
from masterdata.demo.products import add_products
from masterdata.demo.rows import Tally
from masterdata.rates import import_built_in_vat_rates
from masterdata.units import set_up_units

YEARS_BACK = 2
RATES_SINCE = timedelta(days=450)
SATURDAY = 6


@operation
def load() -> dict[str, int]:
    """Add what is missing of units, rates, terms, products, prices and customers; how many of each. Safe to repeat."""
    tally = Tally()
    with because_of(Cause(via=COMMAND)):
        companies = list(Company.objects.filter(code__in=PROFILES).order_by("pk"))
        today = clock.today(companies[0])
        begin = date(today.year - YEARS_BACK, 1, 1)
        units = set_up_units()
        tally.added["tax rates"] = import_built_in_vat_rates()
        add_exchange_rates(_business_days(today - RATES_SINCE, today), tally)
        for company in companies:
            terms = add_company(company, tally, list(range(begin.year, today.year + 2)))
            products = add_products(company, units, begin, tally)
            add_customers(company, terms, products, begin, tally)
    return tally.added


def _business_days(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    return [day for day in days if day.isoweekday() < SATURDAY]

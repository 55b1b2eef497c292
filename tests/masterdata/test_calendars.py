"""Which days a company works."""

from datetime import date

import pytest

from masterdata.calendars import Calendar, calendar, fill_holidays
from masterdata.models import ClosingDay
from tests.masterdata.factories import CompanyProfileFactory

pytestmark = pytest.mark.django_db
CHRISTMAS = date(2026, 12, 25)


@pytest.fixture
def december(company):
    CompanyProfileFactory(company=company, holiday_region="ENG")
    fill_holidays("GB", [2026, 2027], region="ENG")
    return lambda: calendar(company, date(2026, 12, 1), date(2027, 1, 31))


def test_weekends_and_public_holidays_are_no_business_days(december):
    days = [day for day in range(18, 32) if december().is_business_day(date(2026, 12, day))]

    assert days == [18, 21, 22, 23, 24, 29, 30, 31]  # 26 December is a Saturday, so the 28th is off instead


def test_the_company_closes_and_works_on_days_of_its_own(company, december):
    ClosingDay.objects.create(company=company, day=date(2026, 12, 24), name="Closed")
    ClosingDay.objects.create(company=company, day=date(2026, 12, 19), name="Christmas sale", works=True)

    found = december()

    assert not found.is_business_day(date(2026, 12, 24))
    assert found.is_business_day(date(2026, 12, 19))


def test_business_days_are_counted_without_the_day_itself(december):
    assert december().add(date(2026, 12, 23), 1) == date(2026, 12, 24)
    assert december().add(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert december().on_or_after(CHRISTMAS) == date(2026, 12, 29)
    assert december().add(CHRISTMAS, 0) == CHRISTMAS


def test_holidays_are_stored_once(db):
    assert fill_holidays("NL", [2026]) > 5
    assert fill_holidays("NL", [2026]) == 0


def test_a_region_has_holidays_of_its_own(company, december):
    fill_holidays("GB", [2026], region="SCT")

    assert not december().is_business_day(CHRISTMAS)
    assert calendar(company, date(2026, 11, 1), date(2026, 11, 30)).is_business_day(date(2026, 11, 30))  # St Andrew's


def test_the_calendar_takes_as_many_statements_for_a_year_as_for_a_day(company, statements):
    CompanyProfileFactory(company=company)

    assert statements(calendar, company, CHRISTMAS, CHRISTMAS) == statements(
        calendar, company, date(2026, 1, 1), date(2026, 12, 31)
    )


def test_a_calendar_without_business_days_is_a_mistake():
    never = Calendar(frozenset(range(1, 8)), frozenset(), frozenset())

    with pytest.raises(ValueError, match="no business day"):
        never.on_or_after(CHRISTMAS)

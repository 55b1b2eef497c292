"""Business time: one source, settable, in the company's own time zone."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from core import clock
from core.models import Company

NEW_YEAR = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)


def test_the_business_day_is_that_of_the_companys_time_zone():
    with clock.at(NEW_YEAR):
        assert clock.today(Company(time_zone="Europe/London")) == date(2025, 12, 31)
        assert clock.today(Company(time_zone="Europe/Amsterdam")) == date(2026, 1, 1)


def test_a_day_means_its_noon():
    with clock.at(date(2026, 3, 1)):
        assert clock.now() == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_time_can_be_set_within_set_time_and_comes_back():
    with clock.at(NEW_YEAR):
        with clock.at(date(2026, 3, 1)):
            assert clock.now().year == 2026
        assert clock.now() == NEW_YEAR
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)  # noqa: TID251 (this is the clock's own test)


def test_another_thread_keeps_its_own_time():
    seen = []
    with clock.at(NEW_YEAR):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()

    assert seen[0] > NEW_YEAR


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"), clock.at(datetime(2026, 3, 1)):  # noqa: DTZ001 (that is the point)
        pass

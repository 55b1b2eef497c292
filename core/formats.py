"""How numbers, money and days are written for people: in their language, and always the same way."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_datetime, format_skeleton
from babel.numbers import format_decimal
from django.utils import timezone
from django.utils.translation import get_language, gettext

from core import clock
from core.money import decimals, round_amount

NOTHING = "–"
MINUS = "−"
SHORT_DAYS = timedelta(days=1)


@lru_cache(maxsize=16)
def _locale_named(language: str) -> Locale:
    return Locale.parse({"en": "en-GB"}.get(language, language), sep="-")


def locale() -> Locale:
    """The locale of the person we write for; English means the English of our home country."""
    return _locale_named(get_language() or "en")


def _signed(value: Decimal, pattern: str) -> str:
    digits: str = format_decimal(abs(value), format=pattern, locale=locale(), decimal_quantization=False)
    return MINUS + digits if value < 0 else digits


def amount(value: Decimal | int | None, currency: str) -> str:
    """An amount with all decimals of its currency, rounded half away from zero: `1,404.52`, `−214.80`, `–` for none."""
    if value is None:
        return NOTHING
    places = decimals(currency)
    return _signed(round_amount(Decimal(value), currency), "#,##0." + "0" * places if places else "#,##0")


def unit_price(value: Decimal | None) -> str:
    """A price for one unit: two decimals, up to six where they say something: `12.50`, `0.0425`."""
    if value is None:
        return NOTHING
    return _signed(value.quantize(Decimal("0.000001"), ROUND_HALF_UP), "#,##0.00####")


def quantity(value: Decimal | int | None) -> str:
    """A quantity without decimals that say nothing: `48`, `2.5`."""
    if value is None:
        return NOTHING
    return _signed(Decimal(value).quantize(Decimal("0.0001"), ROUND_HALF_UP), "#,##0.####")


def percent(value: Decimal | None, places: int = 1) -> str:
    """A percentage, as 20 for twenty per cent: `20.0%` in tables, no decimals in running text."""
    if value is None:
        return NOTHING
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    digits = "0." + "0" * places if places else "0"
    pattern = str(locale().percent_formats[None].pattern).replace("#,##0", f"#,##{digits}")
    return _signed(rounded / 100, pattern)


def whole(value: int) -> str:
    """A count with the separators of the language: `1,204`."""
    return _signed(Decimal(value), "#,##0")


def rate(value: Decimal | None) -> str:
    """An exchange rate with at least four decimals and all that say something: `1.1702`."""
    if value is None:
        return NOTHING
    return _signed(value, "#,##0.0000######")


def today_here() -> date:
    """The day it is where the person is."""
    return clock.now().astimezone(timezone.get_current_timezone()).date()


def day(value: date | None) -> str:
    """A day in full: `23 Nov 2026`."""
    if value is None:
        return NOTHING
    return str(format_skeleton("yMMMd", value, locale=locale()))


def day_in_list(value: date | None) -> str:
    """A day in a list: `Today`, `Yesterday`, `23 Nov` in the running year, else in full."""
    if value is None:
        return NOTHING
    today = today_here()
    if value == today:
        return gettext("Today")
    if value == today - SHORT_DAYS:
        return gettext("Yesterday")
    return str(format_skeleton("MMMd", value, locale=locale())) if value.year == today.year else day(value)


def long_day(value: date) -> str:
    """A day with its weekday, as a heading: `Monday 23 November 2026`."""
    return str(format_skeleton("yMMMMEEEEd", value, locale=locale())).replace(",", "")


def local(value: datetime) -> datetime:
    """The moment in the time zone of the person we write for."""
    return value.astimezone(timezone.get_current_timezone())


def moment(value: datetime | None) -> str:
    """A moment in the person's own time zone: `23 Nov 11:41`, with the year when it is not this one."""
    if value is None:
        return NOTHING
    here = local(value)
    skeleton = "MMMd" if here.year == today_here().year else "yMMMd"
    return f"{format_skeleton(skeleton, here.date(), locale=locale())} {clock_time(value)}"


def clock_time(value: datetime) -> str:
    """The time of day in the person's own time zone: `11:41`."""
    return str(format_datetime(local(value), "HH:mm", tzinfo=timezone.get_current_timezone(), locale=locale()))


def duration(value: timedelta | None) -> str:
    """How long: `38 min`, `3 h 10 min`, `2 d 3 h`; the two largest units that say something."""
    if value is None:
        return NOTHING
    minutes = max(int(value.total_seconds()), 0) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{rest} min"


def waiting(since: datetime | None) -> str:
    """How long something has waited since a moment: `2 d 3 h`."""
    return NOTHING if since is None else duration(clock.now() - since)

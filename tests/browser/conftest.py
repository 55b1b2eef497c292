"""Fixtures of browser tests. Without a browser they are skipped, and say so."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page as Tab
from pytest_django.plugin import DjangoDbBlocker

from o2c.install import find_browser
from tests.browser import house as houses

# Playwright runs an event loop in the thread of the tests, on which Django would refuse to read the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, or none."""
    path = find_browser()
    if path is None:
        pytest.skip("no browser to drive on this machine; `apt-get install chromium libatomic1` brings one")
    return {"executable_path": path, "args": houses.FLAGS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"viewport": houses.DESKTOP, "locale": "en-GB", "timezone_id": "Europe/London", "reduced_motion": "reduce"}


@pytest.fixture(scope="package")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[houses.House]:
    """The demo, loaded once for all browser tests, and a server in front of it."""
    with django_db_blocker.unblock(), houses.open_house() as opened:
        yield opened


@pytest.fixture
def enter(page: Tab, house: houses.House, db: None) -> Callable[..., Tab]:
    """`enter("/customers", role="sales")`: a tab in which the demo's salesperson has opened that page."""

    def open_page(path: str, *, role: str = "administrator") -> Tab:
        house.let_in(page, role)
        page.goto(f"{house.url}{path}")
        return page

    return open_page

"""Every page of the house, as the person who works with it sees it: whole, quiet, and open to everybody."""

import pytest
from playwright.sync_api import Page as Tab

from tests.browser.house import DESKTOP, PHONE
from tests.browser.pages import Page, all_pages
from tests.browser.watch import Complaints, barriers, scrolls_sideways

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("shown", all_pages(), ids=lambda shown: shown.name)
def test_page_is_whole_quiet_and_open_to_everybody(shown: Page, page: Tab, enter):
    complaints = Complaints(page)
    if shown.status != 200:
        complaints.tolerate(f"status of {shown.status}")
    if shown.name == "core-components":
        complaints.tolerate("503")  # the sample of a panel that can't be loaded

    tab = enter(shown.path, role=shown.role)
    tab.wait_for_load_state("networkidle")

    assert tab.title().endswith("Order to Cash"), "the page has no title of its own"
    assert tab.locator("h1").count() == 1
    assert scrolls_sideways(tab) == []
    assert barriers(tab, "light") == []
    assert barriers(tab, "dark") == []
    tab.set_viewport_size(PHONE)
    assert scrolls_sideways(tab) == []
    tab.set_viewport_size(DESKTOP)
    assert complaints.found == []

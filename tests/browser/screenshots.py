"""Pictures of every page, desktop and phone, light and dark: `python -m tests.browser.screenshots OUT [NAME…]`.

They are for people to look at. The demo of the running database is shown; nothing in it is changed.
"""

import os
import sys
from pathlib import Path

import django
from playwright.sync_api import Browser, sync_playwright

from o2c import services
from o2c.install import find_browser

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "o2c.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
services.start_unless_given()
django.setup()

from tests.browser import house  # noqa: E402 (settings come first)
from tests.browser.pages import Page, all_pages  # noqa: E402

SIZES = {"desktop": house.DESKTOP, "phone": house.PHONE}


def take(browser: Browser, served: house.House, page: Page, out: Path) -> None:
    """The four pictures of one page."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/London", reduced_motion="reduce")
    tab = context.new_page()
    served.let_in(tab, page.role)
    for size, viewport in SIZES.items():
        tab.set_viewport_size(viewport)  # type: ignore[arg-type]  # a plain dict of width and height
        tab.goto(f"{served.url}{page.path}", wait_until="networkidle")
        for theme in ("light", "dark"):
            tab.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
            tab.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0) }")
            tab.screenshot(path=out / f"{page.name}-{size}-{theme}.png", full_page=True)
    context.close()


def main(out: Path, names: list[str]) -> None:
    """Take the pictures of all pages, or of those whose names begin with one of the words."""
    path = find_browser()
    if path is None:
        sys.exit("There is no browser to drive on this machine; `apt-get install chromium libatomic1` brings one.")
    out.mkdir(parents=True, exist_ok=True)
    wanted = [page for page in all_pages() if not names or page.name.startswith(tuple(names))]
    with sync_playwright() as playwright, house.served() as served:
        browser = playwright.chromium.launch(executable_path=path, args=house.FLAGS)
        for page in wanted:
            try:
                take(browser, served, page, out)
            except (AssertionError, LookupError) as error:
                sys.stderr.write(f"{page.name}: {error}\n")  # nothing in the demo to show there


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Say where the pictures go: python -m tests.browser.screenshots OUT [NAME…]")
    main(Path(sys.argv[1]), sys.argv[2:])

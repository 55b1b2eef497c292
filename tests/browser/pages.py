"""The pages that are looked at in a browser. Each app has a `pages_<app>.py` beside this file with its `PAGES`."""

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import tests.browser


@dataclass(frozen=True)
class Page:
    """A page as somebody with this role sees it; without a role, as a stranger does.

    `address` is a path, or a function that finds one among the demo's documents.
    """

    name: str
    address: str | Callable[[], str]
    role: str = "administrator"
    status: int = 200

    @property
    def path(self) -> str:
        return self.address if isinstance(self.address, str) else self.address()


def all_pages() -> list[Page]:
    """Every page of every app, by name; a name twice is a mistake."""
    modules = sorted(found.name for found in pkgutil.iter_modules(tests.browser.__path__))
    lists = [import_module(f"tests.browser.{name}").PAGES for name in modules if name.startswith("pages_")]
    pages = sorted((page for pages in lists for page in pages), key=lambda page: page.name)
    assert len({page.name for page in pages}) == len(pages), "two pages have the same name"
    return pages

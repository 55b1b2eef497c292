"""The side menu: entries that apps register, shown to those whose roles permit the page behind them."""

from collections.abc import Callable
from dataclasses import dataclass

from core.models import Company
from core.roles import Someone, has_permission


@dataclass(frozen=True)
class MenuEntry:
    """A page in the side menu. `count` says how much waits there; `only_here` marks work only this role can do."""

    section: str
    label: str
    icon: str
    url_name: str
    permission: str
    order: int = 50
    count: Callable[[Someone, Company], int] | None = None
    only_here: bool = False


SECTIONS = [
    "",
    "Sales",
    "Credit",
    "Warehouse",
    "Billing",
    "Cash",
    "Receivables",
    "Service",
    "Look up",
    "Books",
    "Reports",
    "System",
]
"""Sections in the order they stand in the menu; the first has no heading."""

_entries: dict[str, MenuEntry] = {}


def register(entry: MenuEntry) -> None:
    """Put a page into the menu, at start; once per URL name."""
    assert entry.section in SECTIONS, f"menu section {entry.section} is unknown"
    _entries[entry.url_name] = entry


def all_entries() -> list[MenuEntry]:
    """Every entry there is."""
    return list(_entries.values())


def entries_for(user: Someone, company: Company) -> list[tuple[str, list[MenuEntry]]]:
    """Sections with the entries this person may open in this company; empty sections are left out."""
    allowed = [entry for entry in _entries.values() if has_permission(user, entry.permission, company)]
    allowed.sort(key=lambda entry: (SECTIONS.index(entry.section), entry.order, entry.label))
    return [
        (section, inside)
        for section in SECTIONS
        if (inside := [entry for entry in allowed if entry.section == section])
    ]

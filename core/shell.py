"""The shell's own entries, and a check that every entry of every app leads somewhere."""

from collections.abc import Iterable
from typing import Any

from django.core import checks
from django.urls import NoReverseMatch, reverse

from core import documents, menu, work
from core.menu import MenuEntry


def register_all() -> None:
    """Make the shell's pages known, at start."""
    menu.register(MenuEntry("System", "Components", "components", "core:components", "core.administer", order=90))
    checks.register(addresses_exist, checks.Tags.urls)


def addresses_exist(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    """Every menu entry, queue and document kind names a page that exists: one that does not breaks every page."""
    names: list[tuple[str, dict[str, int]]] = [(entry.url_name, {}) for entry in menu.all_entries()]
    names += [(queue.url_name, {}) for queue in work.all_queues()]
    names += [(kind.url_name, {"pk": 1}) for kind in documents.all_kinds()]
    return list(_dead(names))


def _dead(names: Iterable[tuple[str, dict[str, int]]]) -> Iterable[checks.CheckMessage]:
    for name, keys in names:
        try:
            reverse(name, kwargs=keys)
        except NoReverseMatch:
            yield checks.Error(
                f"{name} is in the menu, a queue or a document kind but no page has this name.", id="core.E001"
            )

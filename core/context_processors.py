"""What the shell around every page needs: menu with counts, companies, and how the person likes the screen."""

from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest

from core import menu, work
from core.menu import MenuEntry
from core.models import Company, Job, JobState
from core.models.organisation import Density, Theme

KEPT_SECONDS = 30
"""Counts in the menu may be this old; the queues themselves are always counted anew."""


class Shell:
    """The frame of a page, worked out only where a template asks: parts of pages never pay for it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user = getattr(request, "user", None)
        self.company: Company | None = getattr(request, "company", None)
        self.companies: list[Company] = getattr(request, "companies", [])

    @property
    def signed_in(self) -> bool:
        return bool(self.user and self.user.is_authenticated)

    @property
    def theme(self) -> str:
        return str(getattr(self.user, "theme", Theme.SYSTEM))

    @property
    def first_theme(self) -> str:
        """What the page starts with; only a dark choice is known before the browser has been asked."""
        return "dark" if self.theme == Theme.DARK else "light"

    @property
    def density(self) -> str:
        return str(getattr(self.user, "density", Density.COMPACT))

    @property
    def keys(self) -> str:
        return "on" if getattr(self.user, "keyboard_shortcuts", True) else "off"

    @cached_property
    def sections(self) -> list[tuple[str, list[MenuEntry]]]:
        """The side menu of this person in this company."""
        if self.user is None or self.company is None:
            return []
        return menu.entries_for(self.user, self.company)

    @cached_property
    def counts(self) -> dict[str, int]:
        """What waits, by the URL name of the menu entry; `my_work` is all of it together, `jobs` the person's own."""
        if self.user is None or self.company is None:
            return {}
        key = f"menu-counts-{self.user.pk}-{self.company.pk}"
        known: dict[str, int] | None = cache.get(key)
        if known is None:
            known = self._counted(self.company)
            cache.set(key, known, KEPT_SECONDS)
        return known

    def _counted(self, company: Company) -> dict[str, int]:
        assert self.user is not None
        entries = [entry for _, inside in self.sections for entry in inside if entry.count]
        counts = {entry.url_name: entry.count(self.user, company) for entry in entries if entry.count}
        counts["jobs"] = Job.objects.filter(by=self.user, state__in=[JobState.WAITING, JobState.RUNNING]).count()
        counts["my_work"] = sum(waiting.count for _, waiting in work.queues_for(self.user, company))
        return counts

    def is_current(self, path: str) -> bool:
        """Whether the page shown lies behind this menu entry: its own address or one below it."""
        here = self.request.path
        return here == path or (path != "/" and here.startswith(f"{path.rstrip('/')}/"))


def shell(request: HttpRequest) -> dict[str, Any]:
    """For the project's settings: `shell` in every template."""
    return {"shell": Shell(request)}

"""Global search: each app finds its documents by number, name, reference or amount; the page groups what it finds."""

from collections.abc import Callable
from dataclasses import dataclass

from core.models import Company
from core.roles import Someone, has_permission

MOST = 8
"""How many hits of one kind are shown."""


@dataclass(frozen=True)
class Hit:
    """A document found: what it is called, what tells it apart, its page. `exact` means its number was typed whole."""

    title: str
    detail: str
    url: str
    exact: bool = False


@dataclass(frozen=True)
class Provider:
    """Finds documents of one kind, at most `MOST`, best first, in one indexed query."""

    kind: str
    label: str
    permission: str
    find: Callable[[Someone, Company, str], list[Hit]]
    order: int = 50


_providers: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Make a kind findable, at start."""
    _providers[provider.kind] = provider


def search(user: Someone, company: Company, words: str) -> list[tuple[Provider, list[Hit]]]:
    """What this person may see of what matches, by kind; kinds without a hit are left out."""
    words = words.strip()
    if not words:
        return []
    asked = sorted(_providers.values(), key=lambda provider: (provider.order, provider.label))
    allowed = [provider for provider in asked if has_permission(user, provider.permission, company)]
    found = [(provider, provider.find(user, company, words)[:MOST]) for provider in allowed]
    return [(provider, hits) for provider, hits in found if hits]

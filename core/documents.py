"""What the kernel may call a document: kinds that apps register, with their name and their page."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document: its key in kernel tables, its word on screens, and the URL name of its page (taking `pk`)."""

    kind: str
    label: str
    url_name: str
    permission: str
    icon: str = "file"
    label_of: Callable[[list[int]], dict[int, str]] | None = None
    """Numbers or names of documents by key, in one query; without it their key is shown."""


_kinds: dict[str, DocumentKind] = {}


def register(kind: DocumentKind) -> None:
    """Make a kind known at start; the same kind twice is a mistake in the wiring."""
    assert _kinds.get(kind.kind, kind) == kind, f"document kind {kind.kind} registered twice"
    _kinds[kind.kind] = kind


def known(kind: str) -> DocumentKind | None:
    """The kind, if an app has registered it."""
    return _kinds.get(kind)


def all_kinds() -> list[DocumentKind]:
    """Every kind, by key."""
    return sorted(_kinds.values(), key=lambda kind: kind.kind)


def url(kind: str, pk: int) -> str | None:
    """The address of a document's page; nothing where its kind has no page."""
    found = _kinds.get(kind)
    return reverse(found.url_name, kwargs={"pk": pk}) if found else None


def labels(kind: str, pks: list[int]) -> dict[int, str]:
    """What people call these documents: numbers where the kind has them, else word and key."""
    found = _kinds.get(kind)
    if found and found.label_of:
        return found.label_of(pks)
    word = found.label if found else kind
    return {pk: f"{word} {pk}" for pk in pks}

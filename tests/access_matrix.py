"""Who may open which address: every URL name stands here, or the walk over all of them fails.

A page that shows one document names what makes such a document in a company; the walk then opens it as everybody, and
with a document of another company.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.models import Company

Maker = Callable[[Company], dict[str, Any]]
"""Makes a document in a company and returns what its address needs, such as `{"pk": 7}`."""


@dataclass(frozen=True)
class Page:
    """An address. Without a permission everybody who is signed in may open it; an open one takes strangers too."""

    permission: str = ""
    thing: Maker | None = None
    post: bool = False
    open: bool = False
    given: dict[str, Any] = field(default_factory=dict)


def everybody(**more: Any) -> Page:
    return Page(**more)


def stranger(**more: Any) -> Page:
    return Page(open=True, **more)


CORE = {
    "core:my_work": everybody(),
    "core:search": everybody(),
    "core:keys": everybody(),
    "core:profile": everybody(),
    "core:preferences": everybody(post=True),
    "core:company": everybody(post=True),
    "core:password_change": everybody(),
    "core:login": stranger(),
    "core:logout": everybody(post=True),
    "core:password_reset": stranger(),
    "core:password_sent": stranger(),
    "core:password_new": stranger(given={"uidb64": "MQ", "token": "no-such-token"}),
    "core:components": Page("core.administer"),
    "core:components_part": Page("core.administer"),
    "core:components_failing": Page("core.administer"),
    "core:components_confirm": Page("core.administer"),
    "core:components_list": Page("core.administer"),
    "core:components_greet": Page("core.administer", post=True),
}

EXPECTED: dict[str, Page] = {**CORE}

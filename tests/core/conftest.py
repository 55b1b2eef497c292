"""What tests of the kernel ask for: event kinds of their own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core import outbox
from core.outbox import kinds


@pytest.fixture
def answered_by() -> Iterator[Callable[..., outbox.Kind]]:
    """`answered_by(event, operation, interactive=…)` registers an answer until the end of this test."""
    made: list[outbox.Kind] = []

    def register(event: str, handler: outbox.Handler, **options: Any) -> outbox.Kind:
        made.append(outbox.handles(event, handler, **options))
        return made[-1]

    yield register
    for kind in made:
        kinds.forget(kind)

"""Refusals: one class per rule of the business, with a stable code, the facts, and what to do next."""

from typing import ClassVar


class DomainError(Exception):
    """A rule of the business says no. Tests, screens and logs know it by its `code`; people read `message`.

    A refusal of one document in a set is collected in `Outcomes`; a caller that wants all or nothing raises it.
    """

    code: ClassVar[str] = "core.refused"

    @property
    def message(self) -> str:
        """What happened and what to do, in a sentence or two for the person at the screen."""
        raise NotImplementedError(f"{type(self).__name__} must say what to do next")

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class NotFound(DomainError):
    """The document asked for does not exist, or is not one the person may see."""

    code = "core.not_found"

    def __init__(self, *, what: str, key: object) -> None:
        self.what, self.key = what, key

    @property
    def message(self) -> str:
        return f"There is no {self.what} {self.key}. Look it up by its number."


class WrongState(DomainError):
    """The document is in a state from which this verb does not lead on."""

    code = "core.wrong_state"

    def __init__(self, *, verb: str, state: str, allowed: list[str]) -> None:
        self.verb, self.state, self.allowed = verb, state, allowed

    @property
    def message(self) -> str:
        allowed = " or ".join(self.allowed)
        return f"It is {self.state}; to {self.verb.replace('_', ' ')} it must be {allowed}."


class NotPermitted(DomainError):
    """The person's roles in this company do not include this verb."""

    code = "core.not_permitted"

    def __init__(self, *, permission: str, company: str) -> None:
        self.permission, self.company = permission, company

    @property
    def message(self) -> str:
        return f"Your roles in {self.company} do not include this ({self.permission}). Ask an administrator for a role."


class SetTooLarge(DomainError):
    """More documents in one call than a transaction should hold."""

    code = "core.set_too_large"

    def __init__(self, *, size: int, largest: int) -> None:
        self.size, self.largest = size, largest

    @property
    def message(self) -> str:
        return f"{self.size} documents at once are too many. Send at most {self.largest} at a time."

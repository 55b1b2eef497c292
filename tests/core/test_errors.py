"""Refusals of the whole house: a code of one's own, and a sentence that says what to do."""

import re
from importlib import import_module

import pytest
from django.apps import apps

from core.errors import DomainError, NotFound, NotPermitted, SetTooLarge, WrongState


def refusals(kind=DomainError):
    for child in kind.__subclasses__():
        yield child
        yield from refusals(child)


def of_the_house():
    """Every refusal that an app of ours defines; tests define some of their own."""
    for config in apps.get_app_configs():
        import_module(config.name)
    labels = {config.label for config in apps.get_app_configs()}
    return [kind for kind in refusals() if kind.__module__.partition(".")[0] in labels]


def test_every_refusal_has_a_code_of_its_own_of_area_and_rule():
    codes = {}
    for kind in of_the_house():
        if "code" in vars(kind):
            codes.setdefault(kind.code, []).append(kind)

    assert {code: kinds for code, kinds in codes.items() if len(kinds) > 1} == {}
    assert [code for code in codes if not re.fullmatch(r"[a-z]+\.[a-z_]+", code)] == []


def test_every_refusal_says_something_to_people():
    silent = [kind for kind in of_the_house() if kind.message is DomainError.message and not kind.__subclasses__()]

    assert silent == []


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (NotFound(what="customer", key=7), "There is no customer 7. Look it up by its number."),
        (
            WrongState(verb="lift_hold", state="closed", allowed=["draft", "released"]),
            "It is closed; to lift hold it must be draft or released.",
        ),
        (
            NotPermitted(permission="ledger.post_entry", company="Hearth Ltd"),
            "Your roles in Hearth Ltd do not include this (ledger.post_entry). Ask an administrator for a role.",
        ),
        (SetTooLarge(size=1001, largest=1000), "1001 documents at once are too many. Send at most 1000 at a time."),
    ],
)
def test_the_kernels_refusals_read_like_this(error, message):
    assert error.message == message
    assert str(error) == f"{error.code}: {message}"


def test_a_refusal_without_words_is_a_mistake():
    class Mute(DomainError):
        code = "test.mute"

    with pytest.raises(NotImplementedError, match="Mute must say what to do next"):
        str(Mute())

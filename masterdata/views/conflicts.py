"""What forms show when the business refuses, or when somebody else was quicker."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from core.errors import DomainError
from core.formats import NOTHING
from core.http import Request
from masterdata.errors import GtinTaken, Invalid


@dataclass(frozen=True)
class Difference:
    """A field as the person typed it, and as somebody else saved it meanwhile."""

    label: str
    mine: str
    theirs: str


def version_of(request: Request, record: Any) -> int:
    """The version that the person saw when they opened the form; what they see now where they do not say."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else record.version


def client_key_of(request: Request) -> UUID | None:
    """The key under which a form makes its record, so that two clicks make one."""
    try:
        return UUID(request.POST.get("client_key", ""))
    except ValueError:
        return None


def differences(form: forms.BaseModelForm[Any], stored: Model) -> list[Difference]:
    """The fields in which what was typed and what is stored now differ."""
    found = []
    for name, mine in form.cleaned_data.items():
        theirs = getattr(stored, name, mine)
        if mine != theirs:
            found.append(Difference(str(form[name].label), _shown(form, name, mine), _shown(form, name, theirs)))
    return found


def _shown(form: forms.BaseForm, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or NOTHING
    choices = getattr(form.fields[name], "choices", None)
    if choices is not None and not isinstance(value, Model):
        return str(dict(choices).get(value, value) or NOTHING)
    return str(value) if value not in (None, "") else NOTHING


def show_problems(refusal: DomainError, *shown: forms.BaseForm) -> None:
    """Put each problem at its field, in the first of these forms that has it; what fits none stands above the first."""
    if isinstance(refusal, GtinTaken):
        refusal = Invalid(what="Product", problems={"gtin": [refusal.message]})
    if not isinstance(refusal, Invalid):
        shown[0].add_error(None, ValidationError(refusal.message, code=refusal.code))
        return
    for name, texts in refusal.problems.items():
        form = next((form for form in shown if name in form.fields), shown[0])
        form.add_error(name if name in form.fields else None, texts)

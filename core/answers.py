"""Answers to what somebody just did: outcomes of a set, told in words above the page and beside each row."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import trigger_client_event

from core.formats import whole
from core.http import wants_partial
from core.outcomes import Outcomes


@dataclass(frozen=True)
class Told:
    """Outcomes in words. `verb` is what happened, in the past (`posted`); `noun` what it happened to, in the plural."""

    outcomes: Outcomes
    verb: str
    noun: str = "rows"

    @property
    def family(self) -> str:
        if not self.outcomes.refused:
            return "success"
        return "warning" if self.outcomes.done else "danger"

    @property
    def fact(self) -> str:
        """`2 of 4 orders posted.`"""
        done, total = len(self.outcomes.done), self.outcomes.total
        if not done and self.outcomes.refused:
            return f"Not {self.verb}."
        counted = whole(done) if done == total else f"{whole(done)} of {whole(total)}"
        return f"{counted} {self.noun} {self.verb}."

    @property
    def rest(self) -> str:
        """What the others were: already so, or refused."""
        told = []
        if self.outcomes.already:
            told.append(f"{whole(len(self.outcomes.already))} already were.")
        if self.outcomes.refused:
            told.append(f"{whole(len(self.outcomes.refused))} refused; they stay ticked and say why.")
        return " ".join(told)


def answer(request: HttpRequest, outcomes: Outcomes, *, verb: str, noun: str = "rows", back: str) -> HttpResponse:
    """Tell what became of a set: beside the rows for htmx, else on the page that `back` names (a URL name or address).

    htmx then fires `rows-changed`, on which the list loads anew and shows each refusal below its row.
    """
    told = Told(outcomes, verb, noun)
    if wants_partial(request):
        return trigger_client_event(render(request, "core/_outcomes.html", {"told": told}), "rows-changed")
    flash_outcomes(request, outcomes, verb=verb, noun=noun)
    return redirect(back)


def flash_outcomes(request: HttpRequest, outcomes: Outcomes, *, verb: str, noun: str = "rows") -> None:
    """Keep the answer for the next page, with every refusal in full."""
    told = Told(outcomes, verb, noun)
    reasons = format_html_join("", "<li>{}</li>", ((error.message,) for error in outcomes.refused.values()))
    text = format_html("<b>{}</b> {}", told.fact, told.rest)
    if reasons:
        text = format_html("{}<ul>{}</ul>", text, reasons)
    level = {"success": messages.SUCCESS, "warning": messages.WARNING, "danger": messages.ERROR}[told.family]
    messages.add_message(request, level, text)


def safe_next(request: HttpRequest, fallback: str) -> str:
    """Where to go on, as the form asks, if that is a page of this house; else the fallback."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if own else fallback

"""How a mail reads: its templates, in the recipient's language.

A mail has a folder per language under `templates/mail`: `<language>/<name>.subject.txt`, `<name>.txt` and, if it has
one, `<name>.html`. A language that a mail was not translated to falls back to English as a whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context, Engine, Template
from django.template.exceptions import TemplateDoesNotExist
from django.utils import timezone, translation

from core.models import Company

FALLBACK = "en"
LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class MailText:
    """A mail as it will be read, and the language it is written in."""

    language: str
    subject: str
    text: str
    html: str


def write(template: str, language: str, company: Company, facts: Mapping[str, Any]) -> MailText:
    """Write a mail in a language, with days and numbers as that language writes them and in the company's time zone.

    Templates see the facts, the `company` and `public_url`. A mail without English templates is a mistake
    (`TemplateDoesNotExist`).
    """
    body = _first(template, language)
    written_in = str(body.name).split("/")[1]
    seen = {"company": company, "public_url": settings.PUBLIC_URL, "language": written_in, **facts}
    with translation.override(written_in), timezone.override(company.time_zone):
        subject = _render(_load(f"mail/{written_in}/{template}.subject.txt"), seen, escape=False)
        return MailText(
            language=written_in,
            subject=" ".join(subject.split())[:LONGEST_SUBJECT],  # a line break would begin another header
            text=_render(body, seen, escape=False).strip() + "\n",
            html=_html(f"mail/{written_in}/{template}.html", seen),
        )


def _first(template: str, language: str) -> Template:
    languages = dict.fromkeys([language, language.partition("-")[0], FALLBACK])
    return Engine.get_default().select_template([f"mail/{each}/{template}.txt" for each in languages if each])


def _load(name: str) -> Template:
    return Engine.get_default().get_template(name)


def _html(name: str, seen: Mapping[str, Any]) -> str:
    try:
        template = _load(name)
    except TemplateDoesNotExist as error:
        if str(error) != name:  # a template that it includes is missing, which is a mistake
            raise
        return ""
    return _render(template, seen, escape=True)


def _render(template: Template, seen: Mapping[str, Any], *, escape: bool) -> str:
    # Plain text is not escaped: "Hearth & Harbour" must not read "Hearth &amp; Harbour".
    return str(template.render(Context(seen, autoescape=escape)))

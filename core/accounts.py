"""Accounts of people: who gets a link to set a new password."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from core import mail_text
from core.models import User
from core.roles import companies_of


def send_password_link(address: str) -> int:
    """Mail a link that sets a new password, once and for a day, to every open account with this address.

    Returns to how many. The mail is never stored: whoever may read the house's mail could enter by it.
    """
    people = User.objects.filter(email__iexact=address, is_active=True).order_by("pk")
    written = [mail for person in people if (mail := _mail(person))]
    for mail in written:
        mail.send()
    return len(written)


def _mail(person: User) -> EmailMultiAlternatives | None:
    company = next(iter(companies_of(person)), None)
    if company is None or not person.has_usable_password():
        return None
    key, token = urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)
    link = settings.PUBLIC_URL + reverse("core:password_new", kwargs={"uidb64": key, "token": token})
    text = mail_text.write("password", person.language, company, {"person": person, "link": link})
    mail = EmailMultiAlternatives(text.subject, text.text, to=[person.email])
    mail.attach_alternative(text.html, "text/html")
    return mail

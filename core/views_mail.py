"""Mail as people see it: what was written to whom, whether it left, and sending it again."""

import uuid

import django_filters
from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.files.storage import default_storage
from django.db.models import Count, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from core import clock, delivery, documents, messages
from core.answers import answer, flash_outcomes
from core.filters import DaysFilter, ListFilter, SearchFilter
from core.forms import SelectionForm
from core.http import Request
from core.lists import Action, Empty, View, render_list
from core.models import Message, MessageState
from core.models.messages import Delivery
from core.roles import has_permission, visible_to
from core.shortcuts import get_visible_or_404
from core.states import Family, Look, look_of
from core.tables import LinkColumn, MomentColumn, SelectColumn, SheetTable, StateColumn, TextColumn

TABS = [
    ("All", ""),
    ("Queued", MessageState.QUEUED),
    ("Failed", MessageState.FAILED),
    ("Bounced", MessageState.BOUNCED),
]
COUNTED_TABS = {MessageState.QUEUED, MessageState.FAILED, MessageState.BOUNCED}

SEALED_OFF = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""A mail is shown as its recipient sees it, in a frame that can run nothing, load nothing and lead nowhere."""


KEPT_HERE = Look(Family.NEUTRAL, "archive", "Kept here")


def look_of_mail(message: Message) -> Look:
    """How the state of a mail looks; one that was never sent, for want of a server, does not read as sent."""
    return KEPT_HERE if message.delivery == Delivery.KEPT else look_of(message)


class MailStateColumn(StateColumn):
    """The state of a mail."""

    def look(self, record: Message, value: str) -> Look:
        return look_of_mail(record)


class MessageTable(SheetTable):
    """Mails, newest first."""

    pick = SelectColumn(label="subject")
    subject = LinkColumn("core:mail_detail", attrs={"td": {"class": "cut strong"}})
    recipient = TextColumn(verbose_name="To")
    state = MailStateColumn()
    created_at = MomentColumn(verbose_name="Written")
    sent_at = MomentColumn(verbose_name="Sent")

    class Meta:
        model = Message
        fields = ["pick", "subject", "recipient", "state", "created_at", "sent_at"]
        order_by = "-created_at"


class MessageFilter(ListFilter):
    """Filters of the mail list."""

    q = SearchFilter(["subject", "recipient"], label="Subject or address")
    state = django_filters.MultipleChoiceFilter(
        choices=MessageState.choices, widget=forms.CheckboxSelectMultiple, label="State"
    )
    created_at = DaysFilter(field_name="created_at__date", label="Written")

    class Meta:
        model = Message
        fields = ["state"]


def _mails(request: Request, permission: str = messages.VIEW) -> QuerySet[Message]:
    """The mails of the company the person works in, if they may see them."""
    return visible_to(Message.objects.filter(company=request.company), request.user, permission)


@require_GET
@permission_required(messages.VIEW, raise_exception=True)
def mail_list(request: Request) -> HttpResponseBase:
    """All mail of the company, with what has not left on tabs of its own."""
    may_resend = has_permission(request.user, messages.RESEND, request.company)
    return render_list(
        request,
        MessageTable,
        _mails(request).defer("text", "html"),
        filterset=MessageFilter,
        template="core/mail_list.html",
        noun="mails",
        export="mail",
        views=_tabs(request),
        empty=Empty("No mail yet", "Mails appear here as the house writes them, before they are sent.", "mail"),
        bulk=[Action("Send again", reverse("core:mail_resend"), key="r", icon="send")] if may_resend else [],
        table_options={} if may_resend else {"exclude": ["pick"]},
        context={"kept_here": delivery.keeps_here(), "server_away": delivery.waiting_for_server()},
    )


def _tabs(request: Request) -> list[View]:
    counts = dict(
        _mails(request).filter(state__in=COUNTED_TABS).order_by().values_list("state").annotate(rows=Count("pk"))
    )
    chosen = request.GET.getlist("state")
    return [
        View(
            label,
            f"state={state}" if state else "",
            counts.get(state, 0) if state else None,
            current=chosen == ([str(state)] if state else []),
        )
        for label, state in TABS
    ]


@require_GET
@permission_required(messages.VIEW, raise_exception=True)
def mail_detail(request: Request, pk: int) -> HttpResponse:
    """A mail as it was written, what became of it, and what it is about."""
    message = _visible(request, pk)
    about = documents.url(message.document_kind, message.document_id) if message.document_id else None
    copies = _mails(request).filter(resent_from_id=pk).defer("text", "html")
    context = {
        "message": message,
        "look": look_of_mail(message),
        "attachments": message.attachments.all(),
        "about_url": about,
        "about": _label(message),
        "copies": copies,
        "may_resend": has_permission(request.user, messages.RESEND, message.company),
        "key": uuid.uuid4().hex,
    }
    return render(request, "core/mail_detail.html", context)


def _visible(request: HttpRequest, pk: int) -> Message:
    rows = Message.objects.select_related("company", "by")
    return get_visible_or_404(request, rows, pk, messages.VIEW)


def _label(message: Message) -> str:
    if message.document_id is None:
        return ""
    return documents.labels(message.document_kind, [message.document_id]).get(message.document_id, "")


@require_GET
@xframe_options_sameorigin
@permission_required(messages.VIEW, raise_exception=True)
def mail_html(request: Request, pk: int) -> HttpResponse:
    """The HTML part by itself, for the frame on the mail's page; sealed off, as its words come from outside."""
    response = HttpResponse(_visible(request, pk).html)
    response["Content-Security-Policy"] = SEALED_OFF
    return response


@require_GET
@permission_required(messages.VIEW, raise_exception=True)
def mail_attachment(request: Request, pk: int, attachment_pk: int) -> FileResponse:
    """A file that went with a mail, to be saved and never shown in the page's own right."""
    attachment = get_object_or_404(_visible(request, pk).attachments, pk=attachment_pk)
    file = default_storage.open(attachment.stored_as)
    return FileResponse(file, as_attachment=True, filename=attachment.name, content_type=attachment.content_type)


@require_POST
@permission_required(messages.RESEND, raise_exception=True)
def mail_resend(request: Request) -> HttpResponse:
    """Send the ticked mails again."""
    form = SelectionForm(request.POST, _mails(request, messages.RESEND))
    if not form.is_valid():
        return render(request, "core/_form_errors.html", {"form": form}, status=422)
    # Without a key of the form's own, the same wish within a minute is one wish: a double click sends one copy.
    key = f"{request.user.pk}-{clock.now():%Y%m%d%H%M}"
    outcomes = messages.resend(form.cleaned_data["pk"], by=request.user, key=key)
    return answer(request, outcomes, verb="queued to be sent again", noun="mails", back="core:mail_list")


@require_POST
@permission_required(messages.RESEND, raise_exception=True)
def mail_resend_one(request: Request, pk: int) -> HttpResponse:
    """Send this mail again: a failed one as it is, one that left as a copy, whose page is shown next."""
    get_visible_or_404(request, Message.objects.all(), pk, messages.RESEND)
    key = request.POST.get("key", "")[:40] or uuid.uuid4().hex
    outcomes = messages.resend([pk], by=request.user, key=key)
    flash_outcomes(request, outcomes, verb="queued to be sent again", noun="mail")
    copy = _mails(request).filter(key=messages.key_of_copy(key, pk)).first()
    return redirect("core:mail_detail", pk=copy.pk if copy else pk)

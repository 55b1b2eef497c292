"""The shell's own pages: My work, search, signing in, profile, keys, components, and what went wrong."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from core import clock, lately, work
from core import search as searching
from core.answers import safe_next
from core.forms import ChangePasswordForm, ForgotPasswordForm, NewPasswordForm, PreferencesForm, ProfileForm, SignInForm
from core.http import Request, choose_company

LONGEST_SEARCH = 100
A_DAY = timedelta(days=1)
LEFT_AT = "left_at"
"""Where the session keeps when the person was here before."""


@require_GET
def my_work(request: Request) -> HttpResponse:
    """What waits for this person, by queue, the most urgent first to do."""
    queues = work.queues_for(request.user, request.company)
    busy = [(queue, waiting) for queue, waiting in queues if waiting.count]
    left = request.session.get(LEFT_AT)
    left_at = datetime.fromisoformat(left) if left else clock.now() - A_DAY
    context = {
        "queues": queues,
        "first": next(iter(busy), None),
        "today": clock.today(request.company),
        "now": clock.now(),
        "left_at": left_at,
        "lines": lately.since(left_at, request.user, request.company),
    }
    return render(request, "core/my_work.html", context)


@require_GET
def search(request: Request) -> HttpResponse:
    """Everything that matches, by kind; a number typed whole goes straight to its document."""
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    groups = searching.search(request.user, request.company, words)
    exact = [hit for _provider, hits in groups for hit in hits if hit.exact]
    if len(exact) == 1:
        return redirect(exact[0].url)
    return render(request, "core/search.html", {"searched": words, "groups": groups})


@require_GET
def keys(request: Request) -> HttpResponse:
    """All keys, for those without scripts and for reading."""
    return render(request, "core/keys.html")


class SignIn(auth_views.LoginView):
    """Name and password; who is signed in already goes on. A wrong pair answers 422 with the form."""

    template_name = "core/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A part of a page that was asked for after the session ended: the whole page goes to the door."""
        htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by HtmxMiddleware
        if htmx:
            here = urlencode({"next": htmx.current_url_abs_path or "/"}, safe="/")
            return HttpResponseClientRedirect(f"{request.path}?{here}")
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        left_at = form.get_user().last_login
        response = super().form_valid(form)
        self.request.session[LEFT_AT] = left_at.isoformat() if left_at else ""
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SignOut(auth_views.LogoutView):
    """Ends the session; only by POST, so that no link can do it."""

    http_method_names = ["post", "options"]


def profile(request: Request) -> HttpResponse:
    """How the person likes their screens, and what roles they have where."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. It counts from this page on."))
        return redirect("core:profile")
    context = {"form": form, "memberships": request.user.memberships.select_related("company", "warehouse")}
    return render(request, "core/profile.html", context, status=422 if form.errors else 200)


@require_POST
def preferences(request: Request) -> HttpResponse:
    """Theme or row height, from the menu of the person."""
    form = PreferencesForm(request.POST, instance=request.user)
    if form.is_valid():
        form.save()
    return redirect(safe_next(request, reverse("core:profile")))


@require_POST
def company(request: Request) -> HttpResponse:
    """Work in another company; documents of the one before are left, so it starts on a list or on My work."""
    if choose_company(request, request.POST.get("code", "")) is None:
        messages.error(request, _("You have no role in that company."))
    return redirect("core:my_work")


class ChangePassword(auth_views.PasswordChangeView):
    """A new password, with the old one; other sessions of the person end."""

    template_name = "core/password_change.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("core:profile")

    def form_valid(self, form: Any) -> HttpResponse:
        form.save()
        update_session_auth_hash(self.request, form.user)
        messages.success(self.request, _("Your password is changed. Your other sessions have ended."))
        return redirect(self.success_url)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@method_decorator(login_not_required, name="dispatch")
class ForgotPassword(auth_views.PasswordResetView):
    """Asks for the mail address; the answer is the same whether it is known or not."""

    template_name = "core/password_forgotten.html"
    form_class = ForgotPasswordForm
    success_url = reverse_lazy("core:password_sent")


@login_not_required
@require_GET
def password_sent(request: HttpRequest) -> HttpResponse:
    """Says what to do now, the same for known and unknown addresses."""
    return render(request, "core/password_sent.html")


@method_decorator(login_not_required, name="dispatch")
class NewPassword(auth_views.PasswordResetConfirmView):
    """A new password by the link of the mail; the link works once and for a day."""

    template_name = "core/password_new.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("core:login")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is changed. Sign in with it."))
        return super().form_valid(form)

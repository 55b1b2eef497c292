"""People and their roles. Roles change only through the operations that check them."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from core import operations
from core.admin.base import ScopedForm, ScopedInline
from core.admin.organisation import AdministeredAdmin
from core.errors import DomainError
from core.models import Membership, User
from core.operations import ADMINISTER
from core.roles import all_roles, companies_of


class MembershipForm(ScopedForm):
    """A role for somebody. Who, what and where stay as they are once given; another role is another row."""

    by: ClassVar[User]
    role = forms.ChoiceField(choices=lambda: [(role.code, role.label) for role in all_roles()])

    class Meta:
        model = Membership
        fields = ["user", "role", "company", "warehouse", "valid_from", "valid_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ["user", "role", "company", "warehouse"]:
            if self.instance.pk and name in self.fields:
                self.fields[name].disabled = True

    def _post_clean(self) -> None:
        """Ask the verb itself what it would refuse, in a trial that is undone, and show that beside the form."""
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        if self.errors or not self.has_changed():
            return
        with transaction.atomic():
            try:
                grant(self.instance, by=self.by)
            except DomainError as error:
                self.add_error(None, ValidationError(error.message))
            transaction.set_rollback(True)


def grant(membership: Membership, *, by: User) -> None:
    """Give the role as the form describes it, or raise what is refused."""
    operations.grant_role(
        [membership.user_id],
        membership.role,
        membership.company,
        by=by,
        warehouse=membership.warehouse,
        valid_from=membership.valid_from,
        valid_to=membership.valid_to,
    ).require_all()


def _with_person(form: type[forms.ModelForm[Any]], by: Any) -> type[forms.ModelForm[Any]]:
    return type(form.__name__, (form,), {"by": by})


@admin.register(Membership)
class MembershipAdmin(AdministeredAdmin):
    form = MembershipForm
    list_display = ["user", "role", "company", "warehouse", "valid_from", "valid_to"]
    list_filter = ["role", ("company", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["user", "company", "warehouse"]
    search_fields = ["user__username", "user__last_name"]
    autocomplete_fields = ["user"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "delete", obj) and (obj is None or obj.user_id != request.user.pk)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return _with_person(super().get_form(request, obj, change, **kwargs), request.user)

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        grant(obj, by=request.user)  # type: ignore[arg-type]
        same = {"user": obj.user, "role": obj.role, "company": obj.company, "warehouse": obj.warehouse}
        obj.pk = Membership.objects.values_list("pk", flat=True).get(**same)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        operations.revoke_roles([obj.pk], by=request.user).require_all()  # type: ignore[arg-type]

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Membership]) -> None:
        operations.revoke_roles([row.pk for row in queryset], by=request.user).require_all()  # type: ignore[arg-type]


class MembershipInline(ScopedInline):
    model = Membership
    form = MembershipForm
    fields = ["role", "company", "warehouse", "valid_from", "valid_to"]

    def permission(self, action: str) -> str:
        return ADMINISTER

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs["form"] = _with_person(self.form, request.user)
        return super().get_formset(request, obj, **kwargs)


@admin.register(User)
class UserAdmin(AdministeredAdmin, DjangoUserAdmin[User]):
    """People who work in one's companies, or nowhere yet; passwords only of those who work nowhere else."""

    company = None
    form = UserChangeForm
    inlines = [MembershipInline]
    list_display = ["username", "first_name", "last_name", "email", "is_active", "last_login"]
    list_filter = ["is_active", "memberships__role"]
    search_fields = ["username", "first_name", "last_name", "email"]
    fieldsets = [
        (None, {"fields": ["username", "password", "is_active"]}),
        ("Person", {"fields": ["first_name", "last_name", "email"]}),
        ("Screens", {"fields": ["language", "time_zone", "theme", "density", "keyboard_shortcuts"]}),
    ]
    filter_horizontal = ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may set a password may be that person: so all the person's companies must be one's own."""
        if obj is None or request.user.is_superuser:
            return self.may(request, "change", None)
        mine = companies_of(request.user, ADMINISTER)
        elsewhere = Membership.objects.filter(user=obj).exclude(company__in=mine)
        return bool(mine) and not obj.is_superuser and not elsewhere.exists()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        memberships = Membership.objects.filter(user=OuterRef("pk"))
        here = Exists(memberships.filter(company__in=companies_of(request.user, ADMINISTER)))
        return rows.filter(here | ~Exists(memberships), is_superuser=False)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return self.inlines if obj else []

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        changed = formset.save(commit=False)
        gone = [row.pk for row in formset.deleted_objects]
        operations.revoke_roles(gone, by=request.user).require_all()  # type: ignore[arg-type]
        for row in changed:
            grant(row, by=request.user)  # type: ignore[arg-type]

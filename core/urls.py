"""Pages of the shell."""

from django.urls import path

from core import components, views

app_name = "core"
urlpatterns = [
    path("", views.my_work, name="my_work"),
    path("search", views.search, name="search"),
    path("keys", views.keys, name="keys"),
    path("login", views.SignIn.as_view(), name="login"),
    path("logout", views.SignOut.as_view(), name="logout"),
    path("profile", views.profile, name="profile"),
    path("profile/password", views.ChangePassword.as_view(), name="password_change"),
    path("preferences", views.preferences, name="preferences"),
    path("company", views.company, name="company"),
    path("password/forgotten", views.ForgotPassword.as_view(), name="password_reset"),
    path("password/sent", views.password_sent, name="password_sent"),
    path("password/new/<uidb64>/<token>", views.NewPassword.as_view(), name="password_new"),
    path("components", components.components, name="components"),
    path("components/part", components.part, name="components_part"),
    path("components/failing", components.failing, name="components_failing"),
    path("components/confirm", components.confirm, name="components_confirm"),
    path("components/people", components.people, name="components_list"),
    path("components/people/greet", components.greet, name="components_greet"),
    path("components/people/<int:pk>", components.person, name="components_person"),
]

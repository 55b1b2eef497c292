"""Pages of the shell."""

from django.urls import path

from core import components, views, views_jobs, views_mail

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
    path("mail/", views_mail.mail_list, name="mail_list"),
    path("mail/resend", views_mail.mail_resend, name="mail_resend"),
    path("mail/<int:pk>", views_mail.mail_detail, name="mail_detail"),
    path("mail/<int:pk>/html", views_mail.mail_html, name="mail_html"),
    path("mail/<int:pk>/resend", views_mail.mail_resend_one, name="mail_resend_one"),
    path("mail/<int:pk>/files/<int:attachment_pk>", views_mail.mail_attachment, name="mail_attachment"),
    path("jobs/", views_jobs.job_list, name="job_list"),
    path("jobs/<int:pk>", views_jobs.job_detail, name="job_detail"),
    path("jobs/<int:pk>/progress", views_jobs.job_progress, name="job_progress"),
    path("jobs/<int:pk>/result", views_jobs.job_result, name="job_result"),
    path("jobs/<int:pk>/ask/<slug:verb>", views_jobs.job_act, name="job_act"),
]

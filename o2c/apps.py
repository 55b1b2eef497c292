"""The project as an app: it knows the role matrix and the process."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "o2c"
    verbose_name = "Order to cash"

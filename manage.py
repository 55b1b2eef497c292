#!/usr/bin/env python3
"""Django's command line. Starts the embedded PostgreSQL and Valkey first, unless the environment names servers."""

import os
import sys

from o2c import services


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "o2c.settings")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415 (missing is explained)
    except ImportError:
        sys.exit("Django is missing here; run `python3 run.py check` once, then use .venv/bin/python manage.py.")
    try:
        services.start_unless_given()
    except services.ServiceError as error:
        sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

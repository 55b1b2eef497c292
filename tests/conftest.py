"""The test house: tests run against a PostgreSQL of their own, as fast as it can be and thrown away afterwards."""

import os

import pytest
from django.conf import settings

from o2c.environment import broker_url, database_settings
from o2c.services import Services
from tests.template import template_database

pytest_plugins = ["tests.fixtures"]

FAST_HASHER = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_configure(config: pytest.Config) -> None:
    """Point Django at the test servers before the first connection is made, unless the environment names servers."""
    servers = Services("test")
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        servers.start()
    if not os.environ.get("DATABASE_URL"):
        settings.DATABASES["default"].update(database_settings(servers.database_url))
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = template_database(servers)
    if not os.environ.get("REDIS_URL"):
        settings.REDIS_URL = servers.redis_url
        settings.CACHES["default"]["LOCATION"] = servers.redis_url
        settings.CELERY_BROKER_URL = broker_url(servers.redis_url)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "single")
    settings.CACHES["default"]["KEY_PREFIX"] = f"o2c-{os.getpid()}-{worker}"
    # Two runs at once, say a whole one and a single test, must not share a database.
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_o2c_{os.getpid()}"
    settings.PASSWORD_HASHERS = FAST_HASHER

"""Settings: nothing needed in development, everything in production, and every wrong value is named."""

import os
import re
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from o2c import settings as settings_module
from o2c.checks import production_environment
from o2c.environment import Environment, broker_url, database_settings, storage_settings
from o2c.install import CHECKOUT
from o2c.production import refuse_unsafe
from o2c.settings import DEVELOPMENT_SECRET_KEY


def refusal(**changes):
    """What production says to a complete environment with these changes; None means unset."""
    values = production_environment() | {name: value or "" for name, value in changes.items()}
    with pytest.raises(ImproperlyConfigured) as refused:
        refuse_unsafe(Environment(values), DEVELOPMENT_SECRET_KEY)
    return str(refused.value)


def test_a_complete_production_environment_is_accepted():
    refuse_unsafe(Environment(production_environment()), DEVELOPMENT_SECRET_KEY)


@pytest.mark.parametrize(
    "name", ["DATABASE_URL", "REDIS_URL", "EMAIL_URL", "STORAGE_URL", "ALLOWED_HOSTS", "PUBLIC_URL"]
)
def test_production_refuses_a_default_meant_for_development(name):
    assert f"{name} is not set" in refusal(**{name: None})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", DEVELOPMENT_SECRET_KEY),
        ("DEBUG", "true"),
        ("ALLOWED_HOSTS", "*"),
        ("PUBLIC_URL", "http://o2c.example.com"),
        ("EMAIL_URL", "dummymail://"),
    ],
)
def test_production_refuses_an_unsafe_value(name, value):
    assert f"{name} " in refusal(**{name: value})


def test_production_lists_all_problems_at_once():
    said = refusal(DATABASE_URL=None, DEBUG="on", SECRET_KEY="short")

    assert [name in said for name in ("DATABASE_URL", "DEBUG", "SECRET_KEY", "PUBLIC_URL")] == [True, True, True, False]


def test_production_does_not_even_start():
    done = subprocess.run(
        [sys.executable, "-c", "import o2c.settings"],
        cwd=CHECKOUT,
        env={"PATH": os.defpath, "ENVIRONMENT": "production"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "Production refuses to start. DATABASE_URL is not set" in done.stderr


@pytest.mark.parametrize(
    ("method", "value", "said"),
    [
        (lambda env: env.flag("DEBUG", default=False), "maybe", "DEBUG is 'maybe'; write true or false."),
        (lambda env: env.number("PORT", 1), "8o", "PORT is '8o'; write a whole number."),
        (lambda env: env.number("PORT", 1), "²", "PORT is '²'; write a whole number."),
        (
            lambda env: env.choice("LOG_LEVEL", "INFO", ("INFO",)),
            "loud",
            "LOG_LEVEL is 'loud'; it must be one of: INFO.",
        ),
        (lambda env: env.url("REDIS_URL", "", ("redis",)), "http://x", "REDIS_URL must be a URL that starts with"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(method, value, said):
    env = Environment({"DEBUG": value, "PORT": value, "LOG_LEVEL": value, "REDIS_URL": value})

    with pytest.raises(ImproperlyConfigured, match=re.escape(said)):
        method(env)


def test_an_empty_variable_counts_as_unset():
    assert Environment({"MAIL_FROM": "  "}).text("MAIL_FROM", "nobody") == "nobody"


def test_lists_are_separated_by_commas():
    assert Environment({"HOSTS": "a, b,,c "}).listing("HOSTS") == ["a", "b", "c"]


def test_a_database_on_a_unix_socket_keeps_its_capitals():
    settings = database_settings("postgresql://o2c@/books?host=/srv/Checkout/run")

    assert (settings["HOST"], settings["NAME"], settings["USER"]) == ("/srv/Checkout/run", "books", "o2c")


def test_celery_names_unix_sockets_in_its_own_way():
    assert broker_url("unix:///run/valkey.sock?db=3") == "redis+socket:///run/valkey.sock?virtual_host=3"
    assert broker_url("rediss://broker:6379/0") == "rediss://broker:6379/0"


def test_documents_go_to_a_folder_or_a_bucket():
    assert storage_settings("file:///srv/media")["OPTIONS"] == {"location": "/srv/media"}
    assert storage_settings("s3://house/documents")["OPTIONS"]["bucket_name"] == "house"


def test_the_example_names_exactly_the_variables_that_are_read():
    lines = (CHECKOUT / ".env.example").read_text().splitlines()
    compose = (CHECKOUT / "docker-compose.yml").read_text()

    example = {line.split("=")[0] for line in lines if line and not line.startswith("#")}

    assert example == settings_module.env.known | set(re.findall(r"\$\{(\w+)", compose))

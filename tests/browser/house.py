"""A running house for browser tests: the demo loaded once, a live server, Debian's Chromium."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page as Tab
from pytest_django.live_server_helper import LiveServer

from core.models import User

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def browser_path() -> str | None:
    """The browser of the system, if one is installed."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@contextmanager
def open_house() -> Iterator[LiveServer]:
    """Load the demo into the test database and serve it; everything is thrown away at the end."""
    # Playwright runs an event loop in this thread, on which Django would refuse to read the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    call_command("load_demo", verbosity=0)
    server = LiveServer("127.0.0.1")
    try:
        yield server
    finally:
        server.stop()
        call_command("flush", interactive=False, verbosity=0)


def sign_in(tab: Tab, address: str, role: str) -> None:
    """Open the house as the demo's person with this role; without a role, as a stranger."""
    tab.context.clear_cookies()
    if role:
        tab.context.add_cookies([{"name": "sessionid", "value": session_of(role), "url": address}])


def session_of(role: str) -> str:
    """A session of the demo's person with this role, made without typing a password."""
    client = Client()
    client.force_login(User.objects.get(username=role), backend="core.backends.MembershipBackend")
    session = client.session
    assert isinstance(session, SessionStore)
    assert session.session_key
    return str(session.session_key)

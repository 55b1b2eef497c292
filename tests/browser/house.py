"""A running house for browser tests: the demo loaded once, a live server, Debian's Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page as Tab
from pytest_django.live_server_helper import LiveServer

from core import roles
from core.models import User

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


@dataclass
class House:
    """A served house, and a session for each role."""

    url: str
    sessions: dict[str, str]

    def let_in(self, tab: Tab, role: str) -> None:
        """Sign the demo's person with this role in; without a role, the tab is a stranger's."""
        tab.context.clear_cookies()
        if role:
            tab.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": self.sessions[role], "url": self.url}]
            )


@contextmanager
def served() -> Iterator[House]:
    """Serve the database as it is, with everybody signed in."""
    server = LiveServer("127.0.0.1")
    try:
        yield House(server.url, {role.code: _session(role.code) for role in roles.all_roles()})
    finally:
        server.stop()


@contextmanager
def open_house() -> Iterator[House]:
    """Load the demo into the test database and serve it; everything is thrown away at the end."""
    call_command("load_demo", verbosity=0)
    with served() as house:
        yield house
    call_command("flush", interactive=False, verbosity=0)


def _session(username: str) -> str:
    """A session made without typing a password."""
    client = Client()
    client.force_login(User.objects.get(username=username), backend="core.backends.MembershipBackend")
    return str(client.session.session_key)

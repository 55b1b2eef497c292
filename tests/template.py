"""One migrated database, made once for a set of migrations and copied by every test run: migrating takes far longer."""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from o2c.install import CHECKOUT
from o2c.services import DATABASE, Services, state_folder


def template_database(servers: Services) -> str:
    """The name of a database with all migrations applied. Runs at the same time wait for the first to make it."""
    name = f"template_{_migrations_hash()}"
    with (state_folder() / "template.lock").open("w") as lock, _connect(servers) as connection:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            _make(servers, connection, name)
    return name


def _make(servers: Services, connection: psycopg.Connection, name: str) -> None:
    """Migrate under another name first, so that a killed run leaves no half-made template."""
    fresh, final = sql.Identifier(f"{name}_new"), sql.Identifier(name)
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(fresh))
    connection.execute(sql.SQL("CREATE DATABASE {}").format(fresh))
    environment = {
        **os.environ,
        "DATABASE_URL": servers.database_url.replace(f"/{DATABASE}?", f"/{name}_new?"),
        "REDIS_URL": servers.redis_url,
    }
    migrated = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if migrated.returncode:
        raise pytest.UsageError(f"The migrations fail:\n{migrated.stderr}")
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(fresh, final))


def _connect(servers: Services) -> psycopg.Connection:
    return psycopg.connect(servers.database_url, autocommit=True)


def _migrations_hash() -> str:
    """Changes with every migration of ours and every release of a library that has some."""
    files = [*sorted(CHECKOUT.glob("*/migrations/*.py")), Path(CHECKOUT / "requirements.lock")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]

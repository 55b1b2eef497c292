"""Two workers at once, and workers that die: what a single test connection can't show."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection, connections

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 30.0


def concurrently(*calls: Callable[[], Any], patience: float = PATIENCE) -> list[Any]:
    """Run the calls at the same moment, each in a thread with a database connection of its own.

    Returns what each returned, or the exception it raised, in their order. A call that does not end in time
    fails the test: waiting workers are a finding, not a reason to wait longer.
    """
    results: list[Any] = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait(patience)
            results[index] = call()
        except Exception as error:  # noqa: BLE001 (handed to the test, which looks at it)
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index, call), daemon=True) for index, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(patience)
    still = [index for index, thread in enumerate(threads) if thread.is_alive()]
    assert not still, f"calls {still} were still waiting after {patience} s"
    return results


class Worker:
    """A Python process of its own on the test database, which a test may kill in the middle of its work."""

    def __init__(self, script: str, *args: str) -> None:
        host = connection.settings_dict
        url = f"postgresql://{host['USER']}:{host['PASSWORD']}@/{host['NAME']}?host={host['HOST']}"
        if host["PORT"]:
            url = f"postgresql://{host['USER']}:{host['PASSWORD']}@{host['HOST']}:{host['PORT']}/{host['NAME']}"
        environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "o2c.settings"}
        prologue = "import django\ndjango.setup()\n"
        self.process = subprocess.Popen(
            [sys.executable, "-c", prologue + script, *args],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read_line(self) -> str:
        """The next line the worker prints, without its end: how it says how far it is. Empty once it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        """End it as a power cut would: nothing is cleaned up, nothing is said."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)

    def finish(self) -> int:
        """Wait until it ends by itself; its exit status."""
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.kill()
        if self.process.stdout is not None:
            self.process.stdout.close()

"""run.py: what a person at the keyboard is told, and that a half-done set-up is done again."""

import re
import signal
import socket
import subprocess
import sys

import pytest

import run
from o2c import assets, checks, install, supervise
from o2c.install import CHECKOUT, CannotGoOn


def ask(*words):
    return subprocess.run(
        [sys.executable, "run.py", *words], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_help_names_every_command():
    said = ask("--help").stdout

    assert [name for name in ("demo", "test", "serve", "check", "bench", "clean") if name not in said] == []


@pytest.mark.parametrize("words", [[], ["fly"], ["demo", "--port", "many"], ["check", "tests/o2c"]])
def test_words_it_does_not_know_are_refused(words):
    done = ask(*words)

    assert done.returncode == 2
    assert "usage: run.py" in done.stderr


def test_words_after_test_go_to_pytest(monkeypatch):
    started = {}
    monkeypatch.setattr(run, "install", lambda **needs: started.update(needs))

    class Done:
        returncode = 5

    def start(command, **_kwargs):
        started["command"] = command
        return Done

    monkeypatch.setattr("subprocess.run", start)

    code = run.main(["test", "--fast", "tests/o2c", "-k", "port"])

    assert code == 5
    assert started["browser"] is False
    assert started["command"][-3:] == ["tests/o2c", "-k", "port"]
    assert run.QUICK_TESTS in started["command"]


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_taken_port_is_said_in_one_sentence_before_anything_is_done(command, taken_port, monkeypatch, capsys):
    monkeypatch.setattr(run, "install", lambda **_needs: pytest.fail("nothing should be installed"))

    code = run.main([command, "--port", str(taken_port)])

    assert code == 1
    said = capsys.readouterr().err.strip()
    assert said == f"Port {taken_port} is taken; stop what uses it, or choose another with --port {taken_port + 1}."


def test_without_root_the_packages_to_install_are_named(monkeypatch):
    monkeypatch.setattr(install, "_way_to_root", lambda: None)
    monkeypatch.setattr(install, "missing_system_packages", lambda **_needs: ["libpango-1.0-0", "chromium"])

    with pytest.raises(CannotGoOn) as stopped:
        install._install_system_packages(browser=True)

    assert str(stopped.value) == "System packages are missing and need root: sudo apt-get install libpango-1.0-0"


def test_without_root_a_missing_browser_skips_its_tests(monkeypatch, capsys):
    monkeypatch.setattr(install, "_way_to_root", lambda: None)
    monkeypatch.setattr(install, "missing_system_packages", lambda **_needs: ["chromium"])

    install._install_system_packages(browser=True)

    assert "Browser tests are skipped: what they need is missing" in capsys.readouterr().out


def test_root_needs_no_sudo_and_nobody_else_gets_far_without_it(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)

    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert install._way_to_root() == []
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert install._way_to_root() is None


def test_a_failing_step_says_what_to_look_at_and_shows_its_last_words(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(install, "LOG", tmp_path / "setup.log")
    command = [sys.executable, "-c", "print('could not resolve host'); raise SystemExit(3)"]

    with pytest.raises(CannotGoOn, match="is the package index reachable\\? The whole output is in"):
        install._step("Installing", command, "Python packages failed; is the package index reachable?")

    assert "could not resolve host" in capsys.readouterr().err


def test_a_stamp_of_other_content_does_not_count(tmp_path):
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    lock.write_text("one")
    stamp.write_text(install._hash_of(lock))
    assert install._stamped(stamp, install._hash_of(lock))

    lock.write_text("two")
    assert not install._stamped(stamp, install._hash_of(lock))


def test_copying_assets_replaces_a_half_done_copy(monkeypatch, tmp_path):
    if not assets.PACKAGES.exists():
        pytest.skip("node_modules is not installed")
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "left-over.css").touch()
    (tmp_path / "vendor.new").mkdir()

    assets.copy_assets()

    present = {path.relative_to(tmp_path / "vendor").as_posix() for path in (tmp_path / "vendor").rglob("*.*")}
    assert {"tabler.min.css", "inter.css", "tabler-icons.min.css", "chart.umd.js"} <= present
    assert "left-over.css" not in present
    for sheet in ("inter.css", "tabler-icons.min.css"):
        named = re.findall(r"url\(\"?\./([^)?\"]+)", (tmp_path / "vendor" / sheet).read_text())
        assert named
        assert set(named) <= present


def test_one_process_ending_stops_all_of_them(monkeypatch, capsys):
    short, long = [sys.executable, "-c", ""], [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(supervise, "commands", lambda _port: {"web": long, "worker": short})
    started: dict[str, subprocess.Popen[bytes]] = {}
    begin = supervise._start
    monkeypatch.setattr(supervise, "_start", lambda command, env: started.setdefault(command[-1], begin(command, env)))

    code = supervise.serve(9)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    assert code == 1
    assert "The worker process ended with code 0; stopping the rest." in capsys.readouterr().err
    assert started[long[-1]].returncode == -signal.SIGTERM


def test_a_failed_check_is_shown_and_the_others_still_run(monkeypatch, capsys):
    good, bad = [sys.executable, "-c", ""], [sys.executable, "-c", "raise SystemExit('line 7 is too long')"]
    monkeypatch.setattr(checks, "_commands", lambda: {"lint": (bad, {}), "types": (good, {})})
    monkeypatch.setattr(checks, "_lock_file_up_to_date", lambda: True)

    code = checks.run()

    said = capsys.readouterr().out
    assert code == 1
    assert "line 7 is too long" in said
    assert said.rstrip().endswith("2 of 3 checks passed; failed: lint")


def test_continuous_integration_runs_the_checks_and_the_readmes_test_command():
    script = (CHECKOUT / ".ci" / "run").read_text()
    readme = (CHECKOUT / "README.md").read_text()

    assert script.splitlines()[-2:] == ["python3 run.py check", "python3 run.py test"]
    assert "python3 run.py test" in readme

"""`manage.py up` as a process: first start, requests, jobs, an orderly end."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Manage


@pytest.fixture
def service(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "grading.settings",
        "INKGRADE_HOME": str(tmp_path / "home"),
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, str(ROOT / "manage.py"), "up", "--port=0", "--workers=1"]
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=said, text=True)
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()


def greeting(service: subprocess.Popen[str]) -> tuple[int, str]:
    assert service.stdout is not None
    address, login = service.stdout.readline(), service.stdout.readline()
    port = re.search(r"http://127\.0\.0\.1:(\d+)/", address)
    assert port, address
    return int(port[1]), login


def get(port: int, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    return connection.getresponse()


def children(pid: int) -> list[int]:
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


def test_one_command_serves_the_portal_and_ends_in_order(
    service: subprocess.Popen[str], tmp_path: Path
) -> None:
    port, login = greeting(service)
    home = tmp_path / "home"
    assert (tmp_path / "said").read_text().splitlines()[:3] == [
        f"Database: making it (SQLite, {home / 'inkgrade.sqlite3'})",
        f"Keys and files: in {home}",
        "Workers: starting 1",
    ]
    assert (home / "secret_key").exists()
    assert re.fullmatch(r"Log in as teacher@localhost with the password \S{12} \(shown this once\)\n", login)
    assert get(port, "/healthz").status == 200
    page = get(port, "/login/")
    assert page.status == 200
    stylesheet = re.search(r'href="(/static/[^"]+\.css)"', page.read().decode())
    assert stylesheet
    assert get(port, stylesheet[1]).status == 200
    workers = children(service.pid)
    assert len(workers) == 1
    service.send_signal(signal.SIGTERM)
    assert service.wait(timeout=30) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


@pytest.mark.fault
def test_workers_do_not_outlive_a_killed_service(service: subprocess.Popen[str]) -> None:
    greeting(service)
    (worker,) = children(service.pid)
    service.kill()
    service.wait()
    deadline = time.monotonic() + 15
    while alive(worker) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not alive(worker)


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie that nobody waits for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_port_that_is_taken_is_said_in_one_line(manage: Manage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = manage("up", "--port", port, "--workers=1")
        again = manage("up", "--port", port, "--workers=1")
    assert run.returncode == 2
    assert f"Portal: will be at http://127.0.0.1:{port}/ in a moment" in run.stderr.splitlines()
    assert "Database: " not in again.stderr
    last = run.stderr.strip().splitlines()[-1]
    assert last == f"Error: Cannot listen at 127.0.0.1:{port}: Address already in use. Choose another --port."

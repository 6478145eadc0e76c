"""`training serve` as a process of its own: it answers, stops in order, and leaves nothing running."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60

Started = tuple[subprocess.Popen[str], str]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def serving(database: str) -> Iterator[Callable[..., Started]]:
    """Start `training serve`; the process and its address."""
    started = []

    def start(*arguments: str, port: int = 0) -> Started:
        port = port or _free_port()
        environment = {**os.environ, "TRAINING_DATABASE_URL": database, "PORT": str(port), "LANG": "en"}
        command = [sys.executable, "-m", "training.cli", "serve", *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        # A group of its own, so that its workers can be ended with it.
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, **pipes))
        return started[-1], f"http://127.0.0.1:{port}"

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _status(address: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def _wait(process: subprocess.Popen[str], address: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            if _status(f"{address}/health") == 200:
                return
        time.sleep(0.1)
    raise AssertionError("it does not answer")


@pytest.mark.parametrize("arguments", [[], ["--workers", "2"]])
def test_it_serves_until_it_is_told_to_stop(serving, arguments):
    process, address = serving(*arguments)
    _wait(process, address)

    strange = _status(f"{address}/health", Host="elsewhere.example")
    process.send_signal(signal.SIGTERM)
    told, progress = process.communicate(timeout=PATIENCE)

    assert strange == 400
    assert (process.returncode, told) == (0, f"Open {address}\n")
    assert progress.endswith("Stopped.\n")
    assert "Traceback" not in progress


def test_a_port_that_is_taken_is_told_in_one_sentence(serving):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process, _ = serving(port=port)
        told, progress = process.communicate(timeout=PATIENCE)

    assert (process.returncode, told) == (1, "")
    assert progress == f"Nothing can be served on 127.0.0.1:{port}: Address already in use.\n"


def test_a_proxy_is_somebody(serving):
    process, _ = serving("--proxy", "*")
    told, progress = process.communicate(timeout=PATIENCE)

    assert (process.returncode, told) == (1, "")
    assert progress.startswith("Name the proxy's address")

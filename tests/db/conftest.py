"""Servers of a test's own, quick and short-lived."""

import itertools
import shutil
import subprocess
import sys

import pytest

from tests.conftest import QUICK, WORKER
from training.db.embedded import EmbeddedServer

NUMBERS = itertools.count()


@pytest.fixture
def folder(run_folder):
    """A folder that the database's user can reach."""
    path = run_folder / f"{WORKER}-{next(NUMBERS)}"
    path.mkdir(mode=0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def data_dir(run_folder):
    """A data folder whose database is made once: that takes far longer than starting it."""
    path = run_folder / f"{WORKER}-data"
    path.mkdir(mode=0o711)
    return path


@pytest.fixture
def own_server(data_dir):
    """The server of `data_dir`: not running yet, and not running any more after the test."""
    server = EmbeddedServer(data_dir / "postgres", options=QUICK)
    yield server
    server.stop()


@pytest.fixture
def new_server(folder):
    """A server whose database is not even made."""
    server = EmbeddedServer(folder / "postgres", options=QUICK)
    yield server
    server.stop()


USER = """
import sys
from pathlib import Path
from training.db.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), options=dict(part.split("=") for part in sys.argv[2:]))
server.start()
print(server.process(), flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture
def another_process():
    """Start another process that uses a server; it lets go when its stdin closes."""
    started = []

    def start(server: EmbeddedServer) -> subprocess.Popen:
        options = [f"{name}={value}" for name, value in QUICK.items()]
        command = [sys.executable, "-c", USER, str(server.folder), *options]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.stdin.close()
        process.wait(timeout=20)
        process.stdout.close()

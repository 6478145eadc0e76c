"""An installation of its own for a run: a folder, a database with a company, and the two servers over it."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import asyncpg

from bench import company
from training import db, settings
from training.access import COMMAND_LINE, Role
from training.accounts import actions as accounts
from training.certificates import actions as certificates
from training.commands.serving import LIMITS
from training.courses import actions as courses
from training.db.migrating import migrate

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Installation:
    """A company in its database, with somebody of HR signed in."""

    size: company.Size
    token: str
    database: dict[str, Any]  # as asyncpg connects


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A data folder that the database's user can reach, gone at the end; this process's settings lead to it."""
    made = Path(tempfile.mkdtemp(prefix="chizheng-bench-"))
    made.chmod(0o711)
    os.environ["TRAINING_DATA_DIR"] = str(made)
    # One key for every folder of a run: a process derives its keys once.
    os.environ["TRAINING_SECRET_KEY"] = "a key for figures, which guards nothing"
    settings.current.cache_clear()
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


async def make(people: int, *, today: date, now: datetime) -> Installation:
    """Fill the open, empty database."""
    await migrate()
    await certificates.load_reference(by=COMMAND_LINE)
    await courses.load_reference(by=COMMAND_LINE)
    database = {name: db.DB.config[name] for name in ("host", "port", "user", "password", "database")}
    connection = await asyncpg.connect(**database)
    try:
        size = await company.make(connection, people, today)
    finally:
        await connection.close()
    hr = await accounts.add(username="hr", name="HR", roles={Role.HR}, by=COMMAND_LINE)
    opened = await accounts.open_sign_in(hr, address="127.0.0.1", browser="bench", now=now)
    return Installation(size, opened.token, database)


@contextlib.contextmanager
def application() -> Iterator[tuple[int, int]]:
    """The application as `training serve` runs it: its port and process."""
    port = _free_port()
    environment = {**os.environ, "PORT": str(port), "LANG": "C.UTF-8"}
    with _running([sys.executable, "-m", "training.cli", "serve"], environment, port, "/health") as process:
        yield port, process


@contextlib.contextmanager
def floor(database: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """The floor on the same server with the same limits: its port and process."""
    port = _free_port()
    options = {**LIMITS, "port": port, "log_level": "warning"}
    code = f"import uvicorn; uvicorn.run('bench.floor:app', **{options!r})"
    environment = {**os.environ, "BENCH_DATABASE": json.dumps(database)}
    with _running([sys.executable, "-c", code], environment, port, "/people?person=1&size=100") as process:
        yield port, process


@contextlib.contextmanager
def _running(command: list[str], environment: dict[str, str], port: int, path: str) -> Iterator[int]:
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(process, f"http://127.0.0.1:{port}{path}")
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with {process.returncode}.")
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer.")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port

"""An installation that commands open by themselves, as a script finds it."""

import asyncio
import io
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote

import asyncpg
import pytest

from tests.conftest import WORKER

PASSWORD = "a sentence to remember well"


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return [" ".join(line.split()) for line in self.out.splitlines() if line.strip()]


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def database(server: dict, schema: str) -> Iterator[str]:
    """The address of a database that commands open by themselves: with all tables, and empty."""
    name = f"cli_{WORKER}"
    asyncio.run(_execute(server, f'CREATE DATABASE "{name}" TEMPLATE tests_template'))
    yield f"postgresql://{server['user']}:{quote(server['password'])}@/{name}?host={quote(server['host'])}"
    asyncio.run(_execute(server, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _execute(server: dict, statement: str) -> None:
    connection = await asyncpg.connect(**{**server, "database": "postgres"})
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture
def training(database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Run `training` with arguments, and perhaps something to read."""
    from training import cli, settings
    from training.db import DB

    def run(*arguments: str, stdin: str = "", lang: str = "en") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        monkeypatch.setenv("LANG", lang)
        settings.current.cache_clear()
        with pytest.raises(SystemExit) as left:
            cli.main(arguments)
        told = capsys.readouterr()
        return Ran(int(left.value.code or 0), told.out, told.err)

    before, DB.config = DB.config, {}
    monkeypatch.setenv("TRAINING_DATABASE_URL", database)
    yield run
    DB.config = before
    monkeypatch.undo()
    settings.current.cache_clear()


@pytest.fixture
def installed(training: Run) -> Run:
    """An installation with its administrator."""
    training("migrate")
    training("setup", "--username", "boss", "--name", "周敏", "--password-stdin", stdin=PASSWORD)
    return training

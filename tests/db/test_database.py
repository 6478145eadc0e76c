import asyncio
import os
import signal
import time
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from training import db as database_module
from training.db import DB, UNAVAILABLE, Unavailable, database, health, transaction
from training.settings import Settings


@pytest.fixture
def options(server) -> Settings:
    """Settings that lead to the run's server as to any other, with short patience."""
    url = "postgresql://{user}:{password}@/{database}?host={host}&port={port}".format(**server)
    return Settings(
        database_url=url,
        pool_max=1,
        acquire_timeout=timedelta(seconds=0.2),
        statement_timeout=timedelta(seconds=0.3),
        lock_timeout=timedelta(seconds=0.2),
        idle_timeout=timedelta(seconds=0.3),
    )


@pytest.fixture
def closed():
    """DB as it was before the test opened it."""
    config, DB.config = DB.config, {}
    yield
    DB.config = config


@pytest.fixture
async def opened(closed, options):
    async with database(options):
        yield


async def value(sql: str):
    return next(iter((await DB.run_ddl(sql))[0].values()))


async def test_an_open_database_is_healthy(opened):
    assert await health()


async def test_a_closed_database_says_that_it_is(closed):
    with pytest.raises(RuntimeError, match=r"call training\.db\.open_database"):
        await health()


async def test_nobody_waits_for_ever_for_a_connection(opened):
    began = time.monotonic()

    async def hurried():
        await value("SELECT 1")

    async with transaction():
        await value("SELECT 1")
        import contextvars

        task = asyncio.get_running_loop().create_task(hurried(), context=contextvars.Context())
        with pytest.raises(UNAVAILABLE):
            await task

    assert time.monotonic() - began < 2
    assert await value("SELECT 1") == 1


async def test_a_statement_that_takes_too_long_is_stopped(opened):
    with pytest.raises(UNAVAILABLE):
        await value("SELECT pg_sleep(5)")

    assert await value("SELECT 1") == 1


async def test_an_idle_transaction_is_ended(opened):
    with pytest.raises(UNAVAILABLE):
        await dawdle()

    assert DB.current_transaction.get() is None
    assert await value("SELECT 1") == 1


async def dawdle() -> None:
    async with transaction():
        await value("SELECT 1")
        await asyncio.sleep(0.6)
        await value("SELECT 1")


async def test_a_commit_that_fails_gives_its_connection_back(opened):
    await DB.run_ddl("CREATE TABLE late (n int, UNIQUE (n) DEFERRABLE INITIALLY DEFERRED)")
    try:
        for _ in range(3):
            with pytest.raises(asyncpg.UniqueViolationError):
                await write_twice()

        assert DB.current_transaction.get() is None
        assert await value("SELECT count(*) FROM late") == 0
    finally:
        await DB.run_ddl("DROP TABLE late")


async def write_twice() -> None:
    async with transaction():
        await DB.run_ddl("INSERT INTO late VALUES (1), (1)")


async def test_a_cancelled_transaction_gives_its_connection_back(opened):
    async def sleep():
        async with transaction():
            await value("SELECT pg_sleep(0.25)")

    task = asyncio.create_task(sleep())
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await value("SELECT 1") == 1


async def test_a_transaction_with_patience_has_no_limits(opened):
    async with DB.patient_transaction():
        assert await value("SHOW statement_timeout") == "0"
        await value("SELECT pg_sleep(0.5)")

    assert await value("SHOW statement_timeout") == "300ms"


async def test_a_wrong_argument_is_not_taken_for_a_dead_database(opened):
    with pytest.raises(asyncpg.DataError) as error:
        async with transaction():
            await DB.current_transaction.get().connection.fetch("SELECT $1::int", "text")

    assert not isinstance(error.value, UNAVAILABLE)


async def test_a_dead_database_is_unavailable(closed, options, folder):
    dead = replace(options, database_url=f"postgresql://nobody@/nothing?host={folder}")

    with pytest.raises(Unavailable, match="cannot be reached"):
        async with database(dead):
            pass

    assert DB.pool is None


async def test_our_own_server_comes_back_when_it_is_killed(closed, data_dir):
    options = Settings(data_dir=data_dir, pool_max=2)
    async with database(options):
        server = database_module._server
        await DB.run_ddl("CREATE TABLE IF NOT EXISTS half (n int)")
        with pytest.raises(UNAVAILABLE):
            await write_while_killed(server)
        assert DB.current_transaction.get() is None

        assert await value("SELECT count(*) FROM half") == 0
        assert await health()
        process = server.process()

    assert process is not None
    assert server.process() is None


async def test_a_server_that_answers_nothing_is_unavailable_in_a_moment(closed, data_dir):
    options = Settings(
        data_dir=data_dir,
        pool_max=1,
        acquire_timeout=timedelta(seconds=0.5),
        statement_timeout=timedelta(seconds=0.2),
    )
    async with database(options):
        backend = await value("SELECT pg_backend_pid()")
        server = database_module._server.process()
        os.kill(server, signal.SIGSTOP)
        os.kill(backend, signal.SIGSTOP)
        try:
            began = time.monotonic()
            for _ in range(2):
                with pytest.raises(UNAVAILABLE):
                    await value("SELECT 1")
            assert time.monotonic() - began < 6
        finally:
            os.kill(backend, signal.SIGCONT)
            os.kill(server, signal.SIGCONT)

        assert await health()


async def write_while_killed(server) -> None:
    async with transaction():
        await DB.run_ddl("INSERT INTO half VALUES (1)")
        os.kill(server.process(), signal.SIGKILL)
        await asyncio.sleep(0.2)
        async with transaction():
            await DB.run_ddl("INSERT INTO half VALUES (2)")

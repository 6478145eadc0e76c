import asyncio
from pathlib import Path

import asyncpg
import pytest

from training import settings
from training.db import DB, connection_limits
from training.db.migrating import drift, migrate, pending

MIGRATIONS = Path(__file__).parents[2] / "training" / "migrations"


@pytest.fixture
async def empty(server):
    """DB leads to a database with nothing in it."""
    before = DB.config
    admin = await asyncpg.connect(**{**server, "database": "postgres"})
    await admin.execute("CREATE DATABASE tests_empty")
    DB.config = {**server, **connection_limits(settings.current()), "database": "tests_empty"}
    yield
    DB.config = before
    await admin.execute("DROP DATABASE tests_empty WITH (FORCE)")
    await admin.close()


async def test_the_tables_and_the_migrations_agree():
    assert await drift() == []


async def test_two_processes_migrate_once(empty):
    expected = await pending()

    done = await asyncio.gather(migrate(), migrate())

    assert sorted(done) == [[], expected]
    assert await pending() == []


async def test_an_interrupted_migration_leaves_nothing_and_is_repeated(empty, server):
    expected = await pending()
    other = await asyncpg.connect(**{**server, "database": "tests_empty"})
    # Whoever else is making a table of the same name holds the migration up.
    await other.execute("BEGIN; CREATE TABLE person ()")
    migration = asyncio.create_task(migrate())
    async with asyncio.timeout(10):
        while not await other.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await other.fetch("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")
    with pytest.raises(asyncpg.PostgresConnectionError):
        await migration
    await other.close()

    assert await pending() == expected
    assert await migrate() == expected

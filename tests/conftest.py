"""What every test may ask for. The database is touched only by tests that ask for it, so rules run without one."""

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

TODAY = date(2026, 11, 24)

# Workers of one run share one folder, and so one server. As root the server's user has to pass through it.
RUN = Path(tempfile.gettempdir()) / f"chizheng-tests-{os.environ.get('PYTEST_XDIST_TESTRUNUID') or os.getpid()}"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
for name in [name for name in os.environ if name.startswith("TRAINING_") and name != "TRAINING_REQUIRE_BROWSER"]:
    del os.environ[name]
os.environ["TRAINING_DATA_DIR"] = str(RUN / WORKER)
os.environ["TRAINING_SECRET_KEY"] = "the secret of the tests, which keeps nothing secret"

# Whoever ends the tests with a signal ends their server with them.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGTERM, signal.default_int_handler)

# A crash of the computer may cost the tests' data: that is what makes them quick.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="session")
def run_folder() -> Iterator[Path]:
    """A folder of this run that the database's user can reach, unlike `tmp_path`; the last worker removes it."""
    with _last_one_out():
        yield RUN


@pytest.fixture(scope="session")
def server(run_folder: Path) -> Iterator[dict]:
    """The connection arguments of this run's server: started by the first worker that asks, stopped by the last."""
    from training.db.embedded import EmbeddedServer

    server = EmbeddedServer(run_folder / "postgres", options=QUICK)
    connection = server.start()
    try:
        yield connection
    finally:
        server.stop()


@pytest.fixture(scope="session")
def schema(server: dict) -> Iterator[str]:
    """A database of this worker's own with all tables, made by our migrations; DB leads to it. Its name."""
    from training import settings
    from training.db import DB, connection_limits

    name = f"tests_{WORKER}"
    limits = connection_limits(settings.current())
    asyncio.run(_made(server, name, limits))
    DB.config = {**server, **limits, "database": name}
    yield name
    DB.config = {}


@pytest.fixture
async def db(schema: str) -> AsyncIterator[None]:
    """Everything a test writes is rolled back when it ends."""
    from training.db import DB

    async with DB.transaction() as transaction:
        yield
        await transaction.rollback()


async def _made(server: dict, name: str, limits: dict) -> None:
    import asyncpg

    from training.db import DB
    from training.db.migrating import migrate

    with (RUN / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        admin = await asyncpg.connect(**{**server, "database": "postgres"})
        try:
            if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = 'tests_template'"):
                await admin.execute("DROP DATABASE IF EXISTS tests_making")
                await admin.execute("CREATE DATABASE tests_making")
                DB.config = {**server, **limits, "database": "tests_making"}
                await migrate()
                await admin.execute("ALTER DATABASE tests_making RENAME TO tests_template")
            await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE tests_template')
        finally:
            await admin.close()


@contextlib.contextmanager
def _last_one_out() -> Iterator[None]:
    RUN.mkdir(mode=0o711, exist_ok=True)
    with RUN.with_name(RUN.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            yield
        finally:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(RUN, ignore_errors=True)
                Path(lock.name).unlink()


@pytest.fixture
async def world(db: None) -> Any:
    """The small company of `fixtures/world`, as of TODAY."""
    from fixtures.world import load

    return await load(TODAY)


@pytest.fixture
async def anonymous(db: None) -> AsyncIterator[Any]:
    """A browser of nobody: an httpx.AsyncClient that behaves like one."""
    from tests.browsing import browser

    async with browser() as client:
        yield client


def _signed_in_as(name: str) -> Any:
    async def client(world: Any) -> AsyncIterator[Any]:
        from tests.browsing import browser

        async with browser(getattr(world, name)) as client:
            yield client

    client.__doc__ = f"A browser signed in as `world.{name}`; it sends the form token by itself."
    return pytest.fixture(client, name=f"as_{name}")


as_admin = _signed_in_as("admin")
as_hr = _signed_in_as("hr")
as_manager = _signed_in_as("manager")
as_other_manager = _signed_in_as("other_manager")
as_examiner = _signed_in_as("examiner")
as_auditor = _signed_in_as("auditor")
as_employee = _signed_in_as("employee")

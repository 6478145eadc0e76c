"""The database: opening it, transactions, and whether it is well. Piccolo finds its engine and its app here."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import Context, ContextVar
from typing import Any

import asyncpg
from piccolo.conf.apps import AppRegistry

from training.db.binaries import Unusable
from training.db.embedded import EmbeddedServer
from training.db.engine import UNAVAILABLE, SafePostgresEngine, Unavailable, is_gone
from training.settings import Settings

__all__ = [
    "DB",
    "UNAVAILABLE",
    "Unavailable",
    "Unusable",
    "before_commit",
    "close_database",
    "database",
    "ensure_running",
    "health",
    "open_database",
    "transaction",
]

HEALTH_TIMEOUT = 3.0
# After a failed attempt to bring our server back, how long we answer "unavailable" before the next.
RETRY_AFTER = 2.0

Waiting = dict[str, tuple[Callable[[list[Any]], Awaitable[None]], list[Any]]]

logger = logging.getLogger(__name__)

DB = SafePostgresEngine()

# What the transaction under way has still to write when it ends.
_waiting: ContextVar[Waiting | None] = ContextVar("waiting", default=None)

_server: EmbeddedServer | None = None
_revival: asyncio.Task[bool] | None = None
_failed_at = -RETRY_AFTER


def __getattr__(name: str) -> Any:
    # Looked up by Piccolo alone, and late: the tables stand above us.
    if name == "APP_REGISTRY":
        return AppRegistry(apps=["training.piccolo_app"])
    raise AttributeError(name)


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """All or nothing. Inside another transaction it is a savepoint, so actions compose."""
    waiting = _waiting.get()
    if waiting is not None:
        with _forgotten_on_failure(waiting):
            async with _savepoint():
                yield
        return
    fresh: Waiting = {}
    token = _waiting.set(fresh)
    try:
        async with DB.transaction() if DB.current_transaction.get() is None else _savepoint():
            yield
            for write, items in fresh.values():
                await write(items)
    finally:
        _waiting.reset(token)


@asynccontextmanager
async def _savepoint() -> AsyncIterator[None]:
    outer = DB.current_transaction.get()
    if outer is None:
        raise RuntimeError("A savepoint needs a transaction around it.")
    async with DB.translated(outer.connection):
        savepoint = await outer.savepoint()
    try:
        yield
    except BaseException:
        if not is_gone(outer.connection):
            await savepoint.rollback_to()
        raise
    async with DB.translated(outer.connection):
        await savepoint.release()


async def before_commit(key: str, write: Callable[[list[Any]], Awaitable[None]], item: object) -> None:
    """Have `write` called with all items noted under `key`, as the last thing of the transaction under way.

    What is noted inside a savepoint that fails is forgotten with it. Without a transaction, it is written at once.
    """
    waiting = _waiting.get()
    if waiting is None:
        async with transaction():
            await write([item])
    else:
        waiting.setdefault(key, (write, []))[1].append(item)


@contextmanager
def _forgotten_on_failure(waiting: Waiting) -> Iterator[None]:
    counts = {key: len(items) for key, (_, items) in waiting.items()}
    try:
        yield
    except BaseException:
        for key, (_, items) in waiting.items():
            del items[counts.get(key, 0) :]
        raise


async def open_database(settings: Settings) -> None:
    """Start our own server where no other is named, and a pool of connections. Raises Unusable, Unavailable."""
    global _server
    if DB.pool is not None:
        raise RuntimeError("The database is open already.")
    limits = connection_limits(settings)
    if settings.database_url is None:
        _server = EmbeddedServer(settings.data_folder() / "postgres")
        DB.config = {**await asyncio.to_thread(_server.start), **limits}
        DB.revive = ensure_running
    else:
        DB.config = {"dsn": settings.database_url, **limits}
    DB.acquire_timeout = settings.acquire_timeout.total_seconds()
    try:
        sizes = {"min_size": settings.pool_min, "max_size": settings.pool_max}
        DB.pool = await asyncpg.create_pool(**sizes, reset=_left_as_it_is, **DB.config)
        await health()
    except (OSError, asyncpg.PostgresError) as error:
        await close_database()
        raise Unavailable(f"The database cannot be reached: {error}") from error
    except BaseException:
        await close_database()
        raise


async def _left_as_it_is(connection: Any) -> None:
    """In the place of asyncpg's reset, which costs every query a second one: we never change a session's state.

    asyncpg rolls an open transaction back all the same.
    """


async def close_database() -> None:
    """Close the pool, and stop our own server if nobody else uses it."""
    global _server, _revival, _failed_at
    pool, DB.pool = DB.pool, None
    server, _server = _server, None
    revival, _revival = _revival, None
    DB.config, DB.revive = {}, None
    _failed_at = -RETRY_AFTER
    try:
        if pool is not None:
            try:
                await asyncio.wait_for(pool.close(), timeout=10)
            except TimeoutError:
                pool.terminate()
    finally:
        if revival is not None:
            await asyncio.wait([revival])
        if server is not None:
            await asyncio.to_thread(server.stop)


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[None]:
    """The database, open for the length of a block: for an application's life, or one command."""
    await open_database(settings)
    try:
        yield
    finally:
        await close_database()


def connection_limits(settings: Settings) -> dict[str, Any]:
    """How long a connection may take for anything, as asyncpg and the server are told."""

    def milliseconds(name: str) -> str:
        return str(round(getattr(settings, name).total_seconds() * 1000))

    return {
        "timeout": settings.acquire_timeout.total_seconds(),
        # The server gives up first, and says why; ours is for a server that answers nothing.
        "command_timeout": settings.statement_timeout.total_seconds() + 2,
        # Lists are asked for in long statements; by default asyncpg would send and plan those anew each time.
        "max_cacheable_statement_size": 0,
        "server_settings": {
            "application_name": "chizheng",
            "timezone": "UTC",
            "statement_timeout": milliseconds("statement_timeout"),
            "lock_timeout": milliseconds("lock_timeout"),
            "idle_in_transaction_session_timeout": milliseconds("idle_timeout"),
        },
    }


async def health() -> bool:
    """True when the database answers. Raises one of UNAVAILABLE within some seconds when it does not."""
    async with asyncio.timeout(HEALTH_TIMEOUT):
        connection = await DB.acquired()
        try:
            async with DB.translated(connection):
                return bool(await connection.fetchval("SELECT true"))
        finally:
            await asyncio.shield(DB.released(connection))


async def ensure_running() -> bool:
    """Bring our own server back where it died. False when that is not ours to do, failed, or takes long.

    Whoever asks waits as long as for a connection; a longer recovery goes on by itself, and is found done later.
    """
    global _revival
    if _server is None:
        return False
    if _revival is None or _revival.done():
        if time.monotonic() - _failed_at < RETRY_AFTER:
            return False
        # A context of its own: it is nobody's transaction.
        _revival = asyncio.get_running_loop().create_task(_revived(_server), context=Context())
    done, _ = await asyncio.wait([_revival], timeout=DB.acquire_timeout)
    return bool(done) and _revival.result()


async def _revived(server: EmbeddedServer) -> bool:
    global _failed_at
    try:
        found = await asyncio.to_thread(server.start)
    except (Unusable, OSError) as error:
        _failed_at = time.monotonic()
        logger.error("The database could not be brought back: %s", error)
        return False
    if found["host"] != DB.config.get("host"):
        DB.config = {**DB.config, **found}
        if DB.pool is not None:
            DB.pool.set_connect_args(**DB.config)
            await DB.pool.expire_connections()
    return True

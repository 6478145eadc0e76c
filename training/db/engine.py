"""Piccolo's PostgreSQL engine, made safe: no connection at import, no leaks, bounded waits, one name for "unavailable".

Found on Piccolo 1.38: the engine connects where it is built; a transaction whose COMMIT fails keeps its connection and
its context; `batch()` swallows exceptions; waiting for a connection has no end.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

import asyncpg
from piccolo.engine.postgres import AsyncBatch, PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString
from piccolo.table import Table

logger = logging.getLogger(__name__)


class Unavailable(ConnectionError):
    """The database cannot be reached, or went away in the middle. Nothing of an unfinished transaction is kept."""


# What a face answers with "try again in a moment" (503). The database is gone, is stopping or starting, has no room
# left, is read-only for now, or a statement or lock took longer than we wait.
UNAVAILABLE: tuple[type[Exception], ...] = (
    Unavailable,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.LockNotAvailableError,
    asyncpg.exceptions.ReadOnlySQLTransactionError,
    asyncpg.exceptions.IdleInTransactionSessionTimeoutError,
)

_UNREACHABLE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.CannotConnectNowError,
    asyncpg.exceptions.AdminShutdownError,
    asyncpg.exceptions.CrashShutdownError,
    asyncpg.exceptions.TooManyConnectionsError,
)


def is_gone(connection: Any) -> bool:
    """Whether a connection broke. The pool takes a broken one back at once, and then it answers no question at all."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True


class SafeBatch(AsyncBatch):
    """A batch that lets exceptions rise."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        await super().__aexit__(kind, error, trace)
        return False


class SafeTransaction(PostgresTransaction):
    """A transaction that gives its connection and context back whatever happens."""

    engine: "SafePostgresEngine"

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            parent: PostgresTransaction = self._parent
            return parent
        self.connection = await self.get_connection()
        try:
            self.transaction = self.connection.transaction()
            async with self.engine.translated(self.connection):
                await self.begin()
        except BaseException:
            await asyncio.shield(self._release())
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def get_connection(self) -> Any:
        return await self.engine.acquired()

    async def _release(self) -> None:
        await self.engine.released(self.connection)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if self._parent is not None:
            return error is None
        try:
            if error is not None:
                # A connection that is gone has rolled back by itself; saying so would hide the first error.
                if not self._rolled_back and not is_gone(self.connection):
                    await self.rollback()
            elif not self._committed and not self._rolled_back:
                async with self.engine.translated(self.connection):
                    await self.commit()
        finally:
            self.engine.current_transaction.reset(self.context)
            await asyncio.shield(self._release())
        return error is None


class PatientTransaction(SafeTransaction):
    """A transaction on a connection of its own, without time limits: for migrations, restores and the like."""

    async def get_connection(self) -> Any:
        patient = {**self.engine.config, "command_timeout": None, "server_settings": {}}
        return await self.engine.connected(patient)

    async def _release(self) -> None:
        await self.connection.close()


class SafePostgresEngine(PostgresEngine):
    """An engine without a server until `config` is filled. `revive` brings a server of our own back to life."""

    __slots__ = ("acquire_timeout", "revive")

    def __init__(self) -> None:
        self.acquire_timeout: float = 5
        self.revive: Callable[[], Awaitable[bool]] | None = None
        super().__init__(config={})

    async def check_version(self) -> None:
        """Nothing: building the engine must not look for a server."""

    async def prep_database(self) -> None:
        """Nothing, for the same reason."""

    def transaction(self, allow_nested: bool = True) -> PostgresTransaction:
        return SafeTransaction(engine=self, allow_nested=allow_nested)

    def patient_transaction(self) -> PostgresTransaction:
        """As `transaction`, but nothing in it is cut short for taking long."""
        return PatientTransaction(engine=self, allow_nested=False)

    async def batch(self, query: Any, batch_size: int = 100, node: str | None = None) -> AsyncBatch:
        engine: Any = self.extra_nodes[node] if node else self
        return SafeBatch(connection=await engine.get_new_connection(), query=query, batch_size=batch_size)

    async def bulk_insert(self, table: type[Table], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """COPY: 0.2 s per 100,000 rows, inside the current transaction when there is one."""
        async with self.transaction() as transaction:
            await transaction.connection.copy_records_to_table(
                table._meta.tablename, records=rows, columns=list(columns), schema_name=table._meta.schema
            )

    async def get_new_connection(self) -> Any:
        return await self.connected(self.config)

    async def connected(self, config: dict[str, Any]) -> Any:
        """A connection of its own, which whoever asks for it closes. Raises Unavailable."""
        if not config:
            raise RuntimeError("The database is not open: call training.db.open_database() first.")
        try:
            return await self._tried(lambda: asyncpg.connect(**config))
        except _UNREACHABLE as error:
            raise Unavailable("The database cannot be reached.") from error

    async def acquired(self) -> Any:
        """A connection from the pool, or a new one where there is no pool. Raises Unavailable, TimeoutError."""
        if self.pool is None:
            return await self.get_new_connection()
        pool: Any = self.pool
        try:
            return await self._tried(lambda: pool.acquire(timeout=self.acquire_timeout))
        except TimeoutError:
            raise
        except (*_UNREACHABLE, asyncpg.InterfaceError) as error:
            raise Unavailable("The database cannot be reached.") from error

    async def released(self, connection: Any) -> None:
        """Give back what `acquired` gave."""
        if isinstance(connection, asyncpg.pool.PoolConnectionProxy):
            if self.pool is not None:
                await self.pool.release(connection)
        else:
            await connection.close()

    async def _tried(self, connect: Callable[[], Awaitable[Any]]) -> Any:
        """Connect; where the server is our own and down, bring it back and connect again."""
        try:
            return await connect()
        except _UNREACHABLE as error:
            if self.revive is None or isinstance(error, TimeoutError) or not await self.revive():
                raise
            return await connect()

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> Any:
        return await self._fetched(await self.acquired(), query, args or ())

    async def _run_in_new_connection(self, query: str, args: Sequence[Any] | None = None) -> Any:
        return await self._fetched(await self.acquired(), query, args or ())

    async def _fetched(self, connection: Any, query: str, args: Sequence[Any]) -> Any:
        try:
            async with self.translated(connection):
                return await connection.fetch(query, *args)
        finally:
            await asyncio.shield(self.released(connection))

    async def rows(self, sql: str, *arguments: object) -> list[Any]:
        """The rows of SQL by hand, in the transaction under way if any. Parameters are $1, $2, as often as needed."""
        transaction = self.current_transaction.get()
        if transaction is None:
            return list(await self._run_in_pool(sql, arguments))
        async with self.translated(transaction.connection):
            return list(await transaction.connection.fetch(sql, *arguments))

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        async with self._in_transaction():
            return await super().run_querystring(querystring, in_pool)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        async with self._in_transaction():
            return await super().run_ddl(ddl, in_pool)

    @asynccontextmanager
    async def _in_transaction(self) -> AsyncIterator[None]:
        transaction = self.current_transaction.get()
        if transaction is None:
            yield
        else:
            async with self.translated(transaction.connection):
                yield

    @asynccontextmanager
    async def translated(self, connection: Any) -> AsyncIterator[None]:
        """Turn the several ways in which a connection breaks under a statement into Unavailable."""
        try:
            yield
        except TimeoutError:
            raise
        except OSError as error:
            raise Unavailable("The database went away.") from error
        except asyncpg.InterfaceError as error:
            # InterfaceError is a broken connection as well as a wrong argument; only the first is unavailability.
            if not is_gone(connection):
                raise
            raise Unavailable("The database went away.") from error

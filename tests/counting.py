"""How many queries a page takes: `async with counted() as queries: ...`, then `len(queries)`."""

from asyncio import sleep
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def counted() -> AsyncIterator[list[str]]:
    """The statements that run in the test's transaction while the block lasts, savepoints left out."""
    from training.db import DB

    transaction = DB.current_transaction.get()
    assert transaction is not None
    found: list[str] = []

    def note(record: Any) -> None:
        if not record.query.lstrip().upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            found.append(record.query)

    transaction.connection.add_query_logger(note)
    try:
        yield found
        await sleep(0.01)  # the driver tells of a statement a moment later
    finally:
        transaction.connection.remove_query_logger(note)

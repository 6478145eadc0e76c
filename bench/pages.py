"""Pages against their floors: CPU time of the process, time to answer, queries, and how they grow."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import asyncpg
import httpx

from bench import installation
from bench.company import Size
from bench.installation import Installation
from bench.measuring import Samples, Visitor, memory
from training import db, settings
from training.web.app import create_app
from training.web.office import renewals

WARM_UP = 20
# What asyncpg sends by itself.
NO_QUERY = ("BEGIN", "COMMIT", "SELECT pg_advisory_unlock_all()")


@dataclass(slots=True)
class Paired:
    """A page beside its floor."""

    name: str
    size: Size
    bytes: int
    page: Samples
    floor: Samples
    queries: dict[int, int]  # by the number of rows

    @property
    def ratio(self) -> float:
        return self.page.cpu_median / self.floor.cpu_median


@dataclass(slots=True)
class Measured:
    pages: list[Paired]
    memory: float  # megabytes of the application's process after the run
    peak: float


def measure(made: Installation, *, today: date, now: datetime, rounds: int, requests: int) -> Measured:
    """Ask both servers in turn, so that whatever else the machine does hits both."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    person = made.size.people // 2
    queries = asyncio.run(_queries(made, now=now, person=person))
    with installation.application() as (port, process), installation.floor(made.database) as (bare_port, bare_process):
        visitor = Visitor(port, process, {"Cookie": f"sid={made.token}", "Accept-Language": "zh-CN"})
        bare = Visitor(bare_port, bare_process, {})
        paths = {
            "renewals": ("/renewals", f"/renewals?today={today}&rows={renewals.PAGE}"),
            "person": (f"/people/{person}", f"/people?person={person}"),
        }
        pages = []
        for name, (path, floor_path) in paths.items():
            length = len(visitor.get(path))
            pair = Paired(name, made.size, length, Samples(), Samples(), queries[name])
            pages.append((pair, path, f"{floor_path}&size={length}"))
        for _pair, path, floor_path in pages:
            visitor.measure(path, WARM_UP, Samples())
            bare.measure(floor_path, WARM_UP, Samples())
        for _ in range(rounds):
            for pair, path, floor_path in pages:
                visitor.measure(path, requests, pair.page)
                bare.measure(floor_path, requests, pair.floor)
        now_resident, peak = memory(process)
    return Measured([pair for pair, _path, _floor in pages], now_resident, peak)


async def _queries(made: Installation, *, now: datetime, person: int) -> dict[str, dict[int, int]]:
    """How many statements each page sends to the database, with 20 and with 100 rows."""
    async with db.database(settings.current()):
        sent: list[str] = []
        pool, db.DB.pool = db.DB.pool, await _listened_pool(sent)
        app: Any = create_app(clock=lambda: now)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=settings.current().origin) as client:
            client.cookies.set("sid", made.token)
            counts = {
                "renewals": {rows: await _sent_with(client, rows, sent) for rows in (20, 100)},
                "person": {3: await _sent(client, f"/people/{person}", sent)},
            }
        await db.DB.pool.close()
        db.DB.pool = pool
    return counts


async def _sent_with(client: httpx.AsyncClient, rows: int, sent: list[str]) -> int:
    """As `_sent`, for a list of so many rows."""
    usual, renewals.PAGE = renewals.PAGE, rows
    try:
        return await _sent(client, "/renewals", sent)
    finally:
        renewals.PAGE = usual


async def _sent(client: httpx.AsyncClient, path: str, sent: list[str]) -> int:
    await client.get(path)
    sent.clear()
    answer = await client.get(path)
    answer.raise_for_status()
    return sum(not query.startswith(NO_QUERY) for query in sent)


async def _listened_pool(sent: list[str]) -> Any:
    async def listen(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(lambda query: sent.append(query.query))

    return await asyncpg.create_pool(min_size=1, max_size=2, init=listen, **db.DB.config)


def rows_of(measured: Sequence[Paired]) -> list[list[str]]:
    """What was measured, as rows of a table."""
    head = ["page", "people", "KB", "CPU ms", "floor CPU ms", "CPU ratio", "answer ms", "floor answer ms", "queries"]
    return [
        head,
        *(
            [
                pair.name,
                f"{pair.size.people:,}",
                f"{pair.bytes / 1024:.0f}",
                f"{pair.page.cpu_median * 1000:.2f}",
                f"{pair.floor.cpu_median * 1000:.2f}",
                f"{pair.ratio:.2f}",
                f"{pair.page.wall_median * 1000:.1f}",
                f"{pair.floor.wall_median * 1000:.1f}",
                ", ".join(f"{count} ({rows} rows)" for rows, count in pair.queries.items()),
            ]
            for pair in measured
        ),
    ]

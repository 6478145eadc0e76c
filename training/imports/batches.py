"""How a batch and its rows are kept while it goes from being read to being applied."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from training.access import Actor
from training.db import DB
from training.errors import Missing, Refused
from training.imports import answers as answered
from training.imports import reports
from training.imports.flow import Flow
from training.imports.headers import Kind
from training.imports.judging import Judged
from training.imports.records import Said
from training.imports.rules import Outcome
from training.imports.tables import Batch, Row
from training.words import packed

SHOWN_ROWS = 20_000
"""In a list longer than this, only rows with something to say are kept one by one for the page."""

BEGIN = """
    UPDATE import_batch
    SET status = 'reading', reading = reading + 1, rows_read = 0, heartbeat_at = $2, failure = NULL, told = NULL
    WHERE id = $1 AND status IN ('reading', 'ready', 'failed')
    RETURNING reading
"""
FORGET_ROWS = "DELETE FROM import_row WHERE batch = $1"
PROGRESS = """
    UPDATE import_batch SET rows_read = $3, heartbeat_at = $4
    WHERE id = $1 AND reading = $2 AND status = 'reading'
    RETURNING id
"""
READY = """
    UPDATE import_batch SET status = 'ready', told = $3
    WHERE id = $1 AND reading = $2 AND status = 'reading'
"""
FAILED = """
    UPDATE import_batch SET status = 'failed', failure = $3
    WHERE id = $1 AND reading = $2 AND status = 'reading'
"""
# Whoever is second does not wait for the first.
TAKE = "SELECT * FROM import_batch WHERE id = $1 FOR UPDATE SKIP LOCKED"
APPLIED = """
    UPDATE import_batch SET status = 'applied', told = $2, rows_read = $3, applied_by = $4, applied_at = $5
    WHERE id = $1
"""
ROW_COLUMNS = ("batch", "sheet", "number", "outcome", "cells_sealed", "findings", "person", "certificate")


async def make(file: int, kind: Kind, *, session: int | None, by: Actor, now: datetime) -> int:
    """A batch that nobody has read yet; its id."""
    made = await Batch.insert(
        Batch(
            kind=kind.value,
            file=file,
            session=session,
            status="reading",
            uploaded_by=by.account,
            uploaded_at=now,
            heartbeat_at=now,
        )
    )
    return int(made[0]["id"])


async def found(batch: int) -> dict[str, Any]:
    """The batch's row. Raises Missing."""
    row = await Batch.select().where(Batch.id == batch).first()
    if row is None:
        raise Missing("import")
    return dict(row)


async def taken(batch: int) -> dict[str, Any] | None:
    """The batch's row, held until the transaction ends; None while somebody else holds it."""
    rows = await DB.rows(TAKE, batch)
    return dict(rows[0]) if rows else None


async def begin(batch: int, now: datetime) -> int | None:
    """The number of a new reading, which overtakes any other; None where the batch is over."""
    rows = await DB.rows(BEGIN, batch, now)
    if not rows:
        return None
    await forget_rows(batch)
    return int(rows[0]["reading"])


async def forget_rows(batch: int) -> None:
    """What was kept of its rows goes; the file stays, and they can be read from it again."""
    await DB.rows(FORGET_ROWS, batch)


async def went_on(batch: int, reading: int, judged: Sequence[Judged], flow: Flow, done: int) -> bool:
    """Note progress and keep a chunk's rows, in the transaction under way. False when the reading was overtaken."""
    if not await DB.rows(PROGRESS, batch, reading, done, datetime.now(UTC)):
        return False
    await keep_rows(batch, judged, flow, every=done <= SHOWN_ROWS)
    return True


async def ready(batch: int, reading: int, flow: Flow) -> None:
    await DB.rows(READY, batch, reading, _told(flow))


async def failed(batch: int, reading: int, refusal: Refused) -> None:
    failure = msgspec.json.encode([packed(message) for message in refusal.objections]).decode()
    await DB.rows(FAILED, batch, reading, failure)


async def applied(batch: int, flow: Flow, rows: int, *, by: Actor, now: datetime) -> None:
    await DB.rows(APPLIED, batch, _told(flow), rows, by.account, now)


async def keep_rows(
    batch: int, judged: Sequence[Judged], flow: Flow, *, every: bool = False, written: bool = False
) -> None:
    """Keep a chunk's rows that have something to say, with `written` also those that were written, or `every` one.

    Rows without findings and changes are only kept as numbers once written: they stand in the file.
    """
    names = [sheet.name for sheet in flow.sheets]
    kept = []
    for row in judged:
        plain = not row.findings and not row.changes
        if plain and (row.outcome is Outcome.UNCHANGED or not (every or written)):
            continue
        changes = [(change.field, change.before, change.after) for change in row.changes]
        shown = None if plain and written else answered.sealed_cells(batch, row.texts, changes)
        findings = msgspec.json.encode([Said.of(f) for f in row.findings]).decode() if row.findings else "[]"
        kept.append((batch, names[row.sheet], row.row, row.outcome.value, shown, findings, row.person, row.certificate))
    await DB.bulk_insert(Row, ROW_COLUMNS, kept)


def _told(flow: Flow) -> str:
    return msgspec.json.encode(reports.batch_told(flow)).decode()


def is_stale(row: dict[str, Any], digest: str) -> bool:
    """Whether another run came out otherwise than the one that was previewed."""
    return msgspec.json.decode(row["told"], type=reports.BatchTold).digest != digest

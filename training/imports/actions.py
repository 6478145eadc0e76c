"""What is done with a batch: uploaded, read, answered, applied whole or not at all, discarded."""

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import anyio
import msgspec
from asyncpg.exceptions import UniqueViolationError

from training.access import Actor, Permission
from training.db import DB, transaction
from training.errors import Missing, Refused
from training.files import actions as files
from training.files import queries as kept_files
from training.imports import answers as answered
from training.imports import reading, reports, writing
from training.imports.answers import Answers
from training.imports.flow import Flow, flowing
from training.imports.headers import Kind
from training.imports.judging import Case, Judged
from training.imports.lookups import Place
from training.imports.records import Said
from training.imports.reports import BatchTold, Report, Reporter
from training.imports.rules import Outcome
from training.imports.sheets import Limits
from training.imports.tables import Batch, Row
from training.journal import actions as journal
from training.people import actions as people
from training.words import packed, say

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
}
LIMITS = Limits()
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
    UPDATE import_batch SET status = 'ready', told = $3, rows_read = $4
    WHERE id = $1 AND reading = $2 AND status = 'reading'
"""
FAILED = """
    UPDATE import_batch SET status = 'failed', failure = $3
    WHERE id = $1 AND reading = $2 AND status = 'reading'
"""
# Whoever is second does not wait for the first.
TAKE = "SELECT * FROM import_batch WHERE id = $1 FOR UPDATE SKIP LOCKED"
APPLIED = "UPDATE import_batch SET status = 'applied', applied_by = $2, applied_at = $3 WHERE id = $1"
ROW_COLUMNS = ("batch", "sheet", "number", "outcome", "cells_sealed", "findings", "person", "certificate")

logger = logging.getLogger(__name__)


async def upload(content: bytes, *, name: str, kind: Kind, by: Actor, now: datetime, session: int | None = None) -> int:
    """Keep a file as a new batch, to be read next. Raises Refused when it is too large."""
    _must_import(by)
    if len(content) > LIMITS.packed_bytes:
        raise Refused(reading.too_large(LIMITS), field="file")
    if not content:
        raise Refused(say("The file is empty. Save the spreadsheet again and choose it once more."), field="file")
    file = await _kept(content, name, by)
    async with transaction():
        batch = await _new_batch(file, kind, by, now, session=session)
        await journal.note(by, "import.uploaded", batch, kind=kind.value, file=file)
    return batch


async def begin_reading(batch: int, *, by: Actor, now: datetime) -> int:
    """Have a batch read anew, whatever reading of it is under way; the number of this reading. Raises Refused."""
    _must_import(by)
    async with transaction():
        rows = await DB.rows(BEGIN, batch, now)
        if not rows:
            raise Refused(say("This import is over. Choose the file again to import it anew."))
        await DB.rows(FORGET_ROWS, batch)
    return int(rows[0]["reading"])


async def read(batch: int, reading_number: int, *, today: date) -> None:
    """Read a batch and judge its rows, writing down how far it came. One that was overtaken stops quietly.

    This takes as long as the file is large: it is run in the background.
    """
    found = await _batch(batch)
    try:
        content = (await kept_files.content(found["file"])).content
        answers = answered.unsealed(batch, found["answers_sealed"])
        async with flowing(content, kind=Kind(found["kind"]), answers=answers, today=today, limits=LIMITS) as flow:
            done = 0
            async for judged in flow.chunks():
                done += len(judged)
                async with transaction():
                    if not await DB.rows(PROGRESS, batch, reading_number, done, datetime.now(UTC)):
                        return
                    await DB.bulk_insert(Row, ROW_COLUMNS, _kept_rows(batch, judged, flow, done))
            told = msgspec.json.encode(reports.batch_told(flow)).decode()
            await DB.rows(READY, batch, reading_number, told, done)
    except Refused as refusal:
        await _fail(batch, reading_number, refusal)
    except Missing:
        await _fail(batch, reading_number, Refused(say("The file is gone. Choose it again.")))


async def _fail(batch: int, reading_number: int, refusal: Refused) -> None:
    failure = msgspec.json.encode([packed(message) for message in refusal.objections]).decode()
    await DB.rows(FAILED, batch, reading_number, failure)


async def apply(batch: int, *, by: Actor, today: date, now: datetime) -> Report:
    """Write what the preview showed, in one transaction: all of it, or nothing. Raises Missing, Refused.

    Twice at once, it is done once. Where the record changed since the preview so that a row would come out otherwise,
    nothing is written.
    """
    _must_import(by)
    found = await _batch(batch)
    content = (await kept_files.content(found["file"])).content
    async with transaction():
        taken = await DB.rows(TAKE, batch)
        if not taken:
            raise Refused(say("This import is being applied right now."))
        if taken[0]["status"] != "ready":
            raise Refused(say("This import cannot be applied: it was applied or discarded already, or is being read."))
        told = msgspec.json.decode(taken[0]["told"], type=BatchTold)
        answers = answered.unsealed(batch, taken[0]["answers_sealed"])
        await DB.rows(FORGET_ROWS, batch)
        report, digest = await _written(batch, content, Kind(taken[0]["kind"]), answers, by, today)
        if digest != told.digest:
            raise Refused(say("What is on record has changed since this was read. Read it again, then apply it."))
        await DB.rows(APPLIED, batch, by.account, now)
        await _note_applied(report, batch, by)
    return report


async def discard(batch: int, *, by: Actor) -> None:
    """Put a batch aside without applying it. Its file is kept. Raises Refused."""
    _must_import(by)
    async with transaction():
        rows = (
            await Batch.update({Batch.status: "discarded"})
            .where(Batch.id == batch, Batch.status.is_in(["reading", "ready", "failed"]))
            .returning(Batch.id)
        )
        if not rows:
            raise Refused(say("This import is over already."))
        await DB.rows(FORGET_ROWS, batch)
        await journal.note(by, "import.discarded", batch)


async def import_file(
    kind: Kind,
    path: Path,
    *,
    by: Actor,
    today: date,
    apply: bool = False,
    limits: Limits = LIMITS,
    lines: bool = False,
    session: int | None = None,
    answers: Answers | None = None,
) -> Report:
    """Preview or apply a file in one go, for the command line. A preview writes nothing at all. Raises Refused.

    With `lines` the report lists every data row. Larger `limits` are for an operator who answers for the file.
    """
    _must_import(by)
    content = await anyio.Path(path).read_bytes()
    given = answers or Answers()
    if not apply:
        async with flowing(content, kind=kind, answers=given, today=today, limits=limits) as flow:
            reporter = Reporter(flow, lines=lines)
            async for judged in flow.chunks():
                reporter.add(judged)
            return reporter.done()
    file = await _kept(content, path.name, by)
    async with transaction():
        now = datetime.now(UTC)
        batch = await _new_batch(file, kind, by, now, session=session)
        report, _ = await _written(batch, content, kind, given, by, today, limits=limits, lines=lines)
        await DB.rows(APPLIED, batch, by.account, now)
        await _note_applied(report, batch, by)
    return report


async def _written(
    batch: int,
    content: bytes,
    kind: Kind,
    answers: Answers,
    by: Actor,
    today: date,
    *,
    limits: Limits = LIMITS,
    lines: bool = False,
) -> tuple[Report, str]:
    """Judge and write every row, inside the transaction under way; the report, and the digest of the run."""
    # Tables grow under a plan made while they were empty: plan every statement anew.
    await DB.rows("SET LOCAL plan_cache_mode = force_custom_plan")
    try:
        async with flowing(content, kind=kind, answers=answers, today=today, limits=limits, lock=True) as flow:
            reporter = Reporter(flow, lines=lines)
            done = 0
            async for judged in flow.chunks():
                done += len(judged)
                await _make_places(judged, flow.case, by)
                await writing.write(judged, flow.case, by=by.account)
                await DB.bulk_insert(Row, ROW_COLUMNS, _kept_rows(batch, judged, flow, done, written=True))
                reporter.add(judged)
            told = msgspec.json.encode(reports.batch_told(flow)).decode()
            await DB.rows("UPDATE import_batch SET told = $2, rows_read = $3 WHERE id = $1", batch, told, done)
            report = reporter.done()
            report.batch, report.applied = batch, True
            return report, flow.digest
    except UniqueViolationError as error:
        logger.info("An import met somebody else's change: %s", error.constraint_name)
        raise Refused(say("Somebody recorded the same meanwhile. Nothing was written; read the file again.")) from error


async def _make_places(judged: Sequence[Judged], case: Case, by: Actor) -> None:
    sites, positions = writing.places_wanted(judged, case)
    for name in sites:
        case.sites[answered.site_key(name)] = Place(await people.add_site(name, by=by), name)
    for name in positions:
        case.positions[answered.site_key(name)] = Place(await people.add_position(name, by=by), name)


def _kept_rows(
    batch: int, judged: Sequence[Judged], flow: Flow, done: int, *, written: bool = False
) -> list[tuple[Any, ...]]:
    """The rows of a chunk that are kept one by one."""
    names = [sheet.name for sheet in flow.sheets]
    every = done <= SHOWN_ROWS and not written
    kept = []
    for row in judged:
        if row.outcome is Outcome.UNCHANGED and not row.findings:
            continue
        plain = not row.findings and not row.changes
        if plain and not every and not written:
            continue
        changes = [(change.field, change.before, change.after) for change in row.changes]
        shown = None if plain and written else answered.sealed_cells(batch, row.texts, changes)
        findings = msgspec.json.encode([Said.of(f) for f in row.findings]).decode() if row.findings else "[]"
        kept.append((batch, names[row.sheet], row.row, row.outcome.value, shown, findings, row.person, row.certificate))
    return kept


async def _kept(content: bytes, name: str, by: Actor) -> int:
    ending = name.rpartition(".")[2].lower()
    return await files.keep(content, name=name, media_type=MEDIA_TYPES.get(ending, "application/octet-stream"), by=by)


async def _new_batch(file: int, kind: Kind, by: Actor, now: datetime, *, session: int | None) -> int:
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


async def _batch(batch: int) -> dict[str, Any]:
    row = await Batch.select().where(Batch.id == batch).first()
    if row is None:
        raise Missing("import")
    return dict(row)


async def _note_applied(report: Report, batch: int, by: Actor) -> None:
    await journal.note(
        by,
        "import.applied",
        batch,
        kind=report.kind.value,
        rows=report.rows,
        new=report.new,
        changed=report.changed,
        unchanged=report.unchanged,
        asked=report.asked,
        refused=report.refused,
    )


def _must_import(by: Actor) -> None:
    """An import reaches people of every site, so nobody with fewer may run one."""
    if not by.may(Permission.IMPORT) or by.sites is not None:
        raise Missing("import")

"""What is done with a batch: uploaded, read, applied whole or not at all, discarded."""

import asyncio
import logging
from collections.abc import Sequence
from contextvars import Context
from datetime import UTC, date, datetime
from pathlib import Path

import anyio
from asyncpg.exceptions import UniqueViolationError

from training.access import Actor, Permission
from training.db import DB, transaction
from training.errors import Missing, Refused
from training.exams import actions as exams
from training.files import actions as files
from training.files import queries as kept_files
from training.imports import answers as answered
from training.imports import batches, reading, writing
from training.imports.answers import Answers
from training.imports.flow import flowing
from training.imports.headers import Kind
from training.imports.judging import Case, Judged
from training.imports.lookups import Place
from training.imports.reports import Report, Reporter
from training.imports.scores import ScorePlan
from training.imports.sheets import Limits
from training.imports.tables import Batch
from training.journal import actions as journal
from training.people import actions as people
from training.words import say

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
}
LIMITS = Limits()

logger = logging.getLogger(__name__)
_under_way: set[asyncio.Task[None]] = set()


async def upload(content: bytes, *, name: str, kind: Kind, by: Actor, now: datetime, session: int | None = None) -> int:
    """Keep a file as a new batch, to be read next. Raises Refused when it is empty or too large."""
    _must_import(by)
    if len(content) > LIMITS.packed_bytes:
        raise Refused(reading.too_large(LIMITS), field="file")
    if not content:
        raise Refused(say("The file is empty. Save the spreadsheet again and choose it once more."), field="file")
    file = await _kept(content, name, by)
    async with transaction():
        batch = await batches.make(file, kind, session=session, by=by, now=now)
        await journal.note(by, "import.uploaded", batch, kind=kind.value, file=file)
    return batch


async def start_reading(batch: int, *, by: Actor, today: date, now: datetime, patience: float = 2) -> None:
    """Have a batch read in the background, and wait for it a little: most lists are done in a moment.

    Whatever reading of it is under way is overtaken. One that a crash interrupted is begun again like this. Raises
    Refused where the batch is over.
    """
    number = await begin_reading(batch, by=by, now=now)
    if DB.current_transaction.get() is not None:
        await read(batch, number, by=by, today=today)
        return
    # In a context of its own, for ours holds connections that end with the request.
    task = asyncio.create_task(_read_quietly(batch, number, by, today), context=Context())
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)
    await asyncio.wait({task}, timeout=patience)


async def _read_quietly(batch: int, number: int, by: Actor, today: date) -> None:
    try:
        await read(batch, number, by=by, today=today)
    except Exception:
        # Its heartbeat stops, so the page says that it was interrupted and offers to begin again.
        logger.exception("Reading import %s ended in an error", batch)


async def begin_reading(batch: int, *, by: Actor, now: datetime) -> int:
    """Forget what was read of a batch; the number of the reading that may now begin. Raises Missing, Refused."""
    _must_import(by)
    async with transaction():
        await batches.found(batch)
        number = await batches.begin(batch, now)
        if number is None:
            raise Refused(say("This import is over. Choose the file again to import it anew."))
    return number


async def read(batch: int, number: int, *, by: Actor, today: date) -> None:
    """Read a batch and judge its rows, noting how far it came. A reading that was overtaken stops quietly."""
    found = await batches.found(batch)
    try:
        content = (await kept_files.content(found["file"])).content
        answers = answered.unsealed(batch, found["answers_sealed"])
        async with flowing(
            content,
            kind=Kind(found["kind"]),
            answers=answers,
            by=by,
            today=today,
            limits=LIMITS,
            session=found["session"],
        ) as flow:
            done = 0
            async for judged in flow.chunks():
                done += len(judged)
                async with transaction():
                    if not await batches.went_on(batch, number, judged, flow, done):
                        return
            await batches.ready(batch, number, flow)
    except Refused as refusal:
        await batches.failed(batch, number, refusal)
    except Missing:
        await batches.failed(batch, number, Refused(say("The file is gone. Choose it again.")))


async def apply(batch: int, *, by: Actor, today: date, now: datetime) -> Report:
    """Write what the preview showed, in one transaction: all of it, or nothing. Raises Missing, Refused.

    Twice at once, it is done once. Where the record changed since the preview so that a row would come out otherwise,
    nothing is written.
    """
    _must_import(by)
    content = (await kept_files.content((await batches.found(batch))["file"])).content
    async with transaction():
        taken = await batches.taken(batch)
        if taken is None:
            raise Refused(say("This import is being applied right now."))
        if taken["status"] != "ready":
            raise Refused(say("This import cannot be applied: it was applied or discarded already, or is being read."))
        answers = answered.unsealed(batch, taken["answers_sealed"])
        await batches.forget_rows(batch)
        report, digest = await _written(
            batch, content, Kind(taken["kind"]), answers, by=by, today=today, now=now, session=taken["session"]
        )
        if batches.is_stale(taken, digest):
            raise Refused(say("What is on record has changed since this was read. Read it again, then apply it."))
    return report


async def discard(batch: int, *, by: Actor) -> None:
    """Put a batch aside without applying it. Its file is kept. Raises Missing, Refused."""
    _must_import(by)
    async with transaction():
        await batches.found(batch)
        rows = (
            await Batch.update({Batch.status: "discarded"})
            .where(Batch.id == batch, Batch.status.is_in(["reading", "ready", "failed"]))
            .returning(Batch.id)
        )
        if not rows:
            raise Refused(say("This import is over already."))
        await batches.forget_rows(batch)
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
        async with flowing(
            content, kind=kind, answers=given, by=by, today=today, limits=limits, session=session
        ) as flow:
            reporter = Reporter(flow, lines=lines)
            async for judged in flow.chunks():
                reporter.add(judged)
            return reporter.done()
    file = await _kept(content, path.name, by)
    async with transaction():
        now = datetime.now(UTC)
        batch = await batches.make(file, kind, session=session, by=by, now=now)
        report, _ = await _written(
            batch, content, kind, given, by=by, today=today, now=now, session=session, limits=limits, lines=lines
        )
    return report


async def _written(
    batch: int,
    content: bytes,
    kind: Kind,
    answers: Answers,
    *,
    by: Actor,
    today: date,
    now: datetime,
    session: int | None,
    limits: Limits = LIMITS,
    lines: bool = False,
) -> tuple[Report, str]:
    """Judge and write every row, inside the transaction under way; the report, and the digest of the run."""
    # Tables grow under a plan made while they were empty: plan every statement anew.
    await DB.rows("SET LOCAL plan_cache_mode = force_custom_plan")
    try:
        async with flowing(
            content, kind=kind, answers=answers, by=by, today=today, limits=limits, session=session, lock=True
        ) as flow:
            reporter, done = Reporter(flow, lines=lines), 0
            async for judged in flow.chunks():
                done += len(judged)
                await _make_places(judged, flow.case, by)
                await writing.write(judged, flow.case, by=by.account)
                await _record_marks(judged, by, today)
                await batches.keep_rows(batch, judged, flow, written=True)
                reporter.add(judged)
            await batches.applied(batch, flow, done, by=by, now=now)
            report = reporter.done()
            report.batch, report.applied = batch, True
            await _note_applied(report, by)
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


async def _record_marks(judged: Sequence[Judged], by: Actor, today: date) -> None:
    for row in judged:
        for plan in row.plans:
            if isinstance(plan, ScorePlan):
                for part, score in plan.marks:
                    await exams.record(plan.enrolment, part=part, score=score, by=by, today=today)


async def _kept(content: bytes, name: str, by: Actor) -> int:
    ending = name.rpartition(".")[2].lower()
    return await files.keep(content, name=name, media_type=MEDIA_TYPES.get(ending, "application/octet-stream"), by=by)


async def _note_applied(report: Report, by: Actor) -> None:
    await journal.note(
        by,
        "import.applied",
        report.batch,
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

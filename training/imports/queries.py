"""What is known of imports: the batches, one batch with its progress, its rows, and what it asks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from training.access import Actor, Permission
from training.db import DB
from training.errors import Missing
from training.imports import answers as answered
from training.imports.answers import Answers
from training.imports.headers import Kind
from training.imports.records import Said
from training.imports.reports import BatchTold, SheetTold
from training.imports.rules import Finding, Outcome, Weight
from training.words import Message, unpacked

SILENCE = timedelta(seconds=90)
"""A reading that has said nothing for so long has ended without a word."""

BATCHES = """
    SELECT b.id, b.kind, b.status, b.uploaded_at, b.told, b.rows_read, b.heartbeat_at, b.failure, b.reading,
        b.session, b.applied_at, b.file, f.name AS file_name, f.size, u.name AS uploaded_by,
        a.name AS applied_by
    FROM import_batch b
    JOIN kept_file f ON f.id = b.file
    LEFT JOIN account u ON u.id = b.uploaded_by
    LEFT JOIN account a ON a.id = b.applied_by
"""
LATEST = BATCHES + "WHERE $1::int IS NULL OR b.id < $1 ORDER BY b.id DESC LIMIT $2"
ONE = BATCHES + "WHERE b.id = $1"
OPEN = """
    SELECT b.id
    FROM import_batch b
    JOIN kept_file f ON f.id = b.file
    WHERE f.sha256 = $1 AND b.kind = $2 AND b.session IS NOT DISTINCT FROM $3 AND b.uploaded_by = $4
        AND b.status IN ('reading', 'ready')
    ORDER BY b.id DESC
    LIMIT 1
"""
ROWS = """
    SELECT r.id, r.sheet, r.number, r.outcome, r.cells_sealed, r.findings, r.person, r.certificate, p.name
    FROM import_row r
    LEFT JOIN person p ON p.id = r.person
    WHERE r.batch = $1
"""
AFTER = ROWS + "AND r.outcome = $2 AND r.id > $3 ORDER BY r.id LIMIT $4"
BEFORE = ROWS + "AND r.outcome = $2 AND r.id < $3 ORDER BY r.id DESC LIMIT $4"
SINGLE = ROWS + "AND r.id = $2"
UNSETTLED = ROWS + "AND r.outcome IN ('asked', 'refused') ORDER BY r.id"
PLACE = """
    SELECT count(*) AS total, count(*) FILTER (WHERE id < $3) AS earlier
    FROM import_row
    WHERE batch = $1 AND outcome = $2
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """One import. `told` is what its last reading found; None until it has come to its end.

    `interrupted` says that a reading stopped without a word, as when the server was restarted.
    """

    id: int
    kind: Kind
    session: int | None
    status: str
    file: int
    file_name: str
    size: int
    uploaded_at: datetime
    uploaded_by: str | None
    rows_read: int
    reading: int
    interrupted: bool
    failure: tuple[Message, ...]
    told: BatchTold | None
    applied_at: datetime | None
    applied_by: str | None

    def count(self, outcome: Outcome) -> int:
        return self.told.counts.get(outcome.value, 0) if self.told else 0

    @property
    def rows(self) -> int:
        return sum(self.told.counts.values()) if self.told else 0

    @property
    def to_write(self) -> int:
        """How many rows applying it writes."""
        return self.count(Outcome.NEW) + self.count(Outcome.CHANGED)

    def sheet(self, name: str) -> SheetTold | None:
        sheets = self.told.sheets if self.told else []
        return next((sheet for sheet in sheets if sheet.name == name), None)


@dataclass(frozen=True, slots=True)
class Row:
    """A data row. `cells` are its texts by field, in the order of the columns; empty where nothing is kept to show.

    `changes` are (field, before, after). `person` and `certificate` are whom and what it is about, where known.
    """

    id: int
    sheet: str
    number: int
    outcome: Outcome
    cells: Mapping[str, str]
    findings: tuple[Finding, ...]
    changes: tuple[tuple[str, str, str], ...]
    person: int | None
    person_name: str | None
    certificate: int | None


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of rows of one outcome. `first` and `total` count those kept one by one; 0 where a list ends."""

    rows: tuple[Row, ...]
    first: int
    total: int
    before: int
    after: int


async def batches(*, by: Actor, now: datetime, after: int = 0, limit: int) -> list[Batch]:
    """The imports, latest first, those before the batch `after` where it is given."""
    _must_import(by)
    return [_batch(row, now) for row in await DB.rows(LATEST, after or None, limit)]


async def batch(batch: int, *, by: Actor, now: datetime) -> Batch:
    """One import. Raises Missing."""
    _must_import(by)
    found = await DB.rows(ONE, batch)
    if not found:
        raise Missing("import")
    return _batch(found[0], now)


async def open_batch(sha256: str, kind: Kind, *, session: int | None, by: Actor) -> int | None:
    """An import of the very same file by the same person that is still under way."""
    _must_import(by)
    found = await DB.rows(OPEN, sha256, kind.value, session, by.account)
    return int(found[0]["id"]) if found else None


async def rows(of: Batch, outcome: Outcome, *, after: int = 0, before: int = 0, limit: int) -> Rows:
    """The rows of one outcome in the order of the file: those after a row's id, or the last ones before it."""
    if before:
        found = [*reversed(await DB.rows(BEFORE, of.id, outcome.value, before, limit))]
    else:
        found = await DB.rows(AFTER, of.id, outcome.value, after, limit)
    first, last = (found[0]["id"], found[-1]["id"]) if found else (0, 0)
    place = (await DB.rows(PLACE, of.id, outcome.value, first))[0]
    earlier, total = place["earlier"], place["total"]
    return Rows(
        tuple(_row(of, row) for row in found),
        earlier + 1,
        total,
        first if earlier else 0,
        last if earlier + len(found) < total else 0,
    )


async def row(of: Batch, row: int) -> Row:
    """One row of an import. Raises Missing."""
    found = await DB.rows(SINGLE, of.id, row)
    if not found:
        raise Missing("row of an import")
    return _row(of, found[0])


async def unsettled(of: Batch) -> list[Row]:
    """Every row that asks something or is refused."""
    return [_row(of, row) for row in await DB.rows(UNSETTLED, of.id)]


async def given(of: int) -> Answers:
    """What was answered about an import so far."""
    found = await DB.rows("SELECT answers_sealed FROM import_batch WHERE id = $1", of)
    return answered.unsealed(of, found[0]["answers_sealed"] if found else None)


def in_the_way(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that must be answered or mended first, those that refuse before those that ask."""
    weights = (Weight.REFUSED, Weight.ASKED)
    return [finding for weight in weights for finding in findings if finding.weight is weight]


def _batch(row: Mapping[str, Any], now: datetime) -> Batch:
    silent = row["heartbeat_at"] is None or now - row["heartbeat_at"] > SILENCE
    failure = msgspec.json.decode(row["failure"]) if row["failure"] else ()
    return Batch(
        row["id"],
        Kind(row["kind"]),
        row["session"],
        row["status"],
        row["file"],
        row["file_name"],
        row["size"],
        row["uploaded_at"],
        row["uploaded_by"],
        row["rows_read"],
        row["reading"],
        row["status"] == "reading" and silent,
        tuple(unpacked(message) for message in failure),
        msgspec.json.decode(row["told"], type=BatchTold) if row["told"] else None,
        row["applied_at"],
        row["applied_by"],
    )


def _row(of: Batch, row: Mapping[str, Any]) -> Row:
    texts, changes = answered.unsealed_cells(of.id, row["cells_sealed"])
    said: Sequence[Said] = msgspec.json.decode(row["findings"], type=list[Said])
    sheet = of.sheet(row["sheet"])
    fields = [field for field, _, _ in sheet.columns] if sheet else []
    return Row(
        row["id"],
        row["sheet"],
        row["number"],
        Outcome(row["outcome"]),
        dict(zip(fields, texts, strict=False)),
        tuple(one.finding() for one in said),
        tuple(changes),
        row["person"],
        row["name"],
        row["certificate"],
    )


def _must_import(by: Actor) -> None:
    if not by.may(Permission.IMPORT) or by.sites is not None:
        raise Missing("import")

"""The journal keeps what happened, and shows when it was touched."""

import asyncio
import re
from datetime import date
from pathlib import Path

import asyncpg
import pytest

from training.access import COMMAND_LINE
from training.db import DB, transaction
from training.journal import actions, queries
from training.journal.rules import DEEDS, SUBJECTS
from training.journal.tables import Entry

PACKAGE = Path(__file__).parents[2] / "training"


async def test_note_keeps_who_what_when_and_why(db: None) -> None:
    await actions.note(COMMAND_LINE, "person.moved", 4, reason="调岗", day=date(2026, 1, 1), sites={2, 1})

    (line,) = await queries.entries(subject="person", subject_id=4)
    assert (line.account, line.action, line.reason, line.facts) == (
        None,
        "person.moved",
        "调岗",
        {"day": "2026-01-01", "sites": [1, 2]},
    )


async def test_what_is_undone_was_never_noted(db: None) -> None:
    async with transaction():
        await actions.note(COMMAND_LINE, "person.moved", 1)
        with pytest.raises(ZeroDivisionError):
            async with transaction():
                await actions.note(COMMAND_LINE, "person.moved", 2)
                raise ZeroDivisionError
        await actions.note(COMMAND_LINE, "person.moved", 3)

    assert [line.subject_id for line in await queries.entries()] == [3, 1]
    assert await queries.broken_at() is None


@pytest.mark.parametrize("verb", ["UPDATE journal_entry SET reason = 'x'", "DELETE FROM journal_entry"])
async def test_the_journal_is_append_only(db: None, verb: str) -> None:
    await actions.note(COMMAND_LINE, "person.moved", 1)

    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await Entry.raw(verb)


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE journal_entry SET reason = 'x' WHERE id = (SELECT max(id) - 1 FROM journal_entry)", 1),
        ("UPDATE journal_entry SET at = at + interval '1 second' WHERE id = (SELECT max(id) FROM journal_entry)", 2),
        ("DELETE FROM journal_entry WHERE id = (SELECT max(id) - 1 FROM journal_entry)", 2),
        ("UPDATE journal_entry SET account = 7 WHERE id = (SELECT min(id) FROM journal_entry)", 0),
    ],
)
async def test_whoever_gets_round_the_lock_is_found_out(db: None, tampering: str, found: int) -> None:
    for person in range(3):
        await actions.note(COMMAND_LINE, "person.moved", person)
    ids = [row["id"] for row in await Entry.select(Entry.id).order_by(Entry.id)]
    await Entry.raw("ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_append_only")

    await Entry.raw(tampering)

    assert await queries.broken_at() == ids[found]


async def test_ten_writers_at_once_make_one_chain(schema: str) -> None:
    async def one(person: int) -> None:
        async with transaction():
            await actions.note(COMMAND_LINE, "site.added", person)

    try:
        await asyncio.gather(*(one(person) for person in range(10)))
        assert len(await queries.entries(subject="site")) == 10
        assert await queries.broken_at() is None
    finally:
        connection = await DB.acquired()
        await connection.execute("ALTER TABLE journal_entry DISABLE TRIGGER ALL; TRUNCATE journal_entry")
        await connection.execute("ALTER TABLE journal_entry ENABLE TRIGGER ALL")
        await DB.released(connection)


def test_every_deed_has_words() -> None:
    noted = {
        action
        for path in PACKAGE.rglob("*.py")
        for action in re.findall(r"\.note\(\s*[^\"()]*(?:\([^()]*\))?[^\"()]*\"([a-z_]+\.[a-z_]+)\"", path.read_text())
    }

    assert noted - set(DEEDS) == set()
    assert {action.partition(".")[0] for action in noted} <= set(SUBJECTS)

"""What a process does with imports, to be raced or killed: `python -m tests.imports.crashing TASK ARGUMENTS`.

It opens the database that the environment names, says "ready", begins when it is told to, and prints one line.
"""

import asyncio
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from training import settings
from training.access import COMMAND_LINE
from training.certificates import actions as certificates
from training.db import DB, database
from training.errors import Refused
from training.imports import actions
from training.imports.headers import Kind

TODAY = date(2026, 11, 24)
STATE = """
    SELECT (SELECT count(*) FROM person) AS people, (SELECT count(*) FROM assignment) AS assignments,
        (SELECT count(*) FROM site) AS sites, (SELECT string_agg(status, ',') FROM import_batch) AS status,
        (SELECT count(*) FROM import_row) AS rows, (SELECT max(rows_read) FROM import_batch) AS read,
        (SELECT count(*) FROM journal_entry WHERE action = 'import.applied') AS applied
"""


async def upload(kind, path):
    content = Path(path).read_bytes()  # noqa: ASYNC240
    await certificates.load_reference(by=COMMAND_LINE)
    return await actions.upload(content, name=Path(path).name, kind=Kind(kind), by=COMMAND_LINE, now=datetime.now(UTC))


async def read(batch):
    number = await actions.begin_reading(int(batch), by=COMMAND_LINE, now=datetime.now(UTC))
    await actions.read(int(batch), number, by=COMMAND_LINE, today=TODAY)


async def apply(batch):
    try:
        report = await actions.apply(int(batch), by=COMMAND_LINE, today=TODAY, now=datetime.now(UTC))
    except Refused as refusal:
        return str(refusal)
    return [report.new, report.changed, report.unchanged]


async def state():
    return dict((await DB.rows(STATE))[0])


async def main(task, *arguments):
    async with database(settings.current()):
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        print(json.dumps(await globals()[task](*arguments)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""Two processes at one batch, and processes killed in the middle, on committed data in a database of their own."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest

from fixtures.rows import identity_number
from tests.imports.workbooks import csv_text

SAMPLES = Path(__file__).parents[1] / "samples"
BORN = date(1990, 1, 1)
EMPTY = {"people": 0, "assignments": 0, "sites": 0, "applied": 0}


@pytest.fixture
async def run(schema, server):
    """Runs tasks of `crashing`, each in a process, all beginning at one moment; `run.started` gives them alive."""
    name = f"{schema}_crash"
    admin = await asyncpg.connect(**{**server, "database": "postgres"})
    try:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}"')
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE tests_template')
        user, password = quote(server["user"], safe=""), quote(server.get("password") or "", safe="")
        yield Runner(f"postgresql://{user}:{password}@/{name}?host={quote(str(server['host']), safe='')}")
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await admin.close()


class Runner:
    def __init__(self, address):
        self.environment = {**os.environ, "TRAINING_DATABASE_URL": address, "TRAINING_LOCK_TIMEOUT": "30"}
        self.environment["TRAINING_STATEMENT_TIMEOUT"] = "30"

    def __call__(self, *tasks):
        with self.started(*tasks) as processes:
            answers = [json.loads(process.stdout.readline()) for process in processes]
        return answers if len(answers) > 1 else answers[0]

    @contextmanager
    def started(self, *tasks):
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.imports.crashing", *map(str, task)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=self.environment,
                text=True,
            )
            for task in tasks
        ]
        try:
            for process in processes:
                assert process.stdout.readline() == "ready\n"
            for process in processes:
                process.stdin.write("go\n")
                process.stdin.flush()
            yield processes
        finally:
            for process in processes:
                process.communicate(timeout=60)

    def killed_when(self, task, reached):
        """Kill a task with -9 as soon as `reached()`; whether that was before its end."""
        with self.started(task) as (process,):
            until = time.monotonic() + 60
            while not reached() and time.monotonic() < until and process.poll() is None:
                time.sleep(0.02)
            process.send_signal(signal.SIGKILL)
            return process.stdout.readline() == ""


def part_of(state, *names):
    return {name: state[name] for name in names}


async def test_a_double_click_applies_once(run):
    batch = run(("upload", "roster", SAMPLES / "花名册.xlsx"))
    run(("read", batch))

    answers = run(("apply", batch), ("apply", batch))

    refusals = [answer for answer in answers if isinstance(answer, str)]
    assert [answer for answer in answers if not isinstance(answer, str)] == [[312, 0, 0]]
    assert refusals in (
        ["This import is being applied right now."],
        ["This import cannot be applied: it was applied or discarded already, or is being read."],
    )
    assert part_of(run(("state",)), "people", "assignments", "sites", "status", "applied") == {
        "people": 312, "assignments": 312, "sites": 13, "status": "applied", "applied": 1,
    }  # fmt: skip


async def test_killed_while_applying_nothing_is_written_and_it_can_be_applied_again(run, tmp_path):
    batch = run(("upload", "roster", _long_roster(tmp_path)))
    run(("read", batch))
    began = time.monotonic()

    interrupted = run.killed_when(("apply", batch), lambda: _writing(run))

    assert interrupted, f"it was over within {time.monotonic() - began:.1f} s"
    state = run(("state",))
    assert part_of(state, *EMPTY, "status") == {**EMPTY, "status": "ready"}
    assert run(("apply", batch)) == [12_000, 0, 0]
    assert run(("state",))["people"] == 12_000


async def test_killed_while_reading_it_can_be_read_again(run, tmp_path):
    batch = run(("upload", "roster", _long_roster(tmp_path)))

    interrupted = run.killed_when(("read", batch), lambda: _value(run, "SELECT rows_read > 0 FROM import_batch"))

    assert interrupted
    state = run(("state",))
    assert state["status"] == "reading"
    assert 0 < state["rows"] <= state["read"] < 12_000
    run(("read", batch))
    assert part_of(run(("state",)), "status", "rows", "read") == {"status": "ready", "rows": 12_000, "read": 12_000}


def _long_roster(folder):
    header = ["姓名", "身份证号", "项目部", "岗位", "入职日期"]
    numbers = [identity_number(born=BORN, sequence=n % 1000, area=f"1101{n // 1000:02}") for n in range(12_000)]
    rows = [[f"张{chr(0x4E00 + at)}", number, "南海家园", "保洁", "2024.3.5"] for at, number in enumerate(numbers)]
    path = folder / "花名册.csv"
    path.write_text(csv_text([header, *rows]), encoding="utf-8")
    return path


def _writing(run):
    """Whether somebody's COPY has begun: rows that nobody else sees yet take up room already."""
    return _value(run, "SELECT pg_relation_size('person') > 800000")


def _value(run, sql):
    async def asked():
        connection = await asyncpg.connect(run.environment["TRAINING_DATABASE_URL"])
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(asked())).result()

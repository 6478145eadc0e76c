"""An import of many certificate rows against parsing the same workbook and copying its rows raw.

Each run is a process of its own, `python -m bench.imports`, so that its time and memory are nobody else's.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from bench.company import identity_of
from training import calendar, db, settings
from training.access import COMMAND_LINE
from training.imports import actions
from training.imports.headers import Kind
from training.imports.sheets import LARGE

HEAD = ("姓名", "身份证号", "证书名称", "证书编号", "发证机关", "发证日期", "有效期至", "备注")
# Of types nobody of the bench's company holds, so that every row is new; one a run.
KINDS = ("熔化焊接与热切割作业", "地下有限空间作业监护", "制冷与空调设备运行操作作业")

RAW = """
    CREATE TABLE raw (LIKE certificate INCLUDING ALL);
    ALTER TABLE raw ADD FOREIGN KEY (person) REFERENCES person;
    ALTER TABLE raw ADD FOREIGN KEY (type) REFERENCES certificate_type;
"""
RAW_COLUMNS = ("person", "type", "number", "number_sealed", "number_index", "issuer", "issued_on", "expires_on")


@dataclass(slots=True)
class Run:
    """What one run took: seconds on the clock, of CPU in all its processes, and its largest process in megabytes."""

    wall: float
    cpu: float
    peak: float


@dataclass(slots=True)
class Imported:
    rows: int
    runs: list[Run] = field(default_factory=list)
    floors: list[Run] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return median(run.wall for run in self.runs) / median(run.wall for run in self.floors)

    @property
    def cpu_ratio(self) -> float:
        return median(run.cpu for run in self.runs) / median(run.cpu for run in self.floors)


def workbook(path: Path, rows: int, kind: str, names: dict[int, str], today: date) -> None:
    """A ledger with one certificate of a kind for each of so many people."""
    with Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("持证台账")
        sheet.write_row(0, 0, HEAD)
        for person in range(1, rows + 1):
            identity = identity_of(person)
            issued_on = today - timedelta(days=10 + person % 1500)
            ends_on = issued_on.replace(year=issued_on.year + 6) - timedelta(days=1) if issued_on.day < 29 else None
            dates = (f"{issued_on:%Y.%m.%d}", f"{ends_on:%Y-%m-%d}" if ends_on else "")
            values = (names[person], identity, kind, f"T{identity}", "北京市应急管理局", *dates, "")
            sheet.write_row(person, 0, values)


def measure(folder: Path, rows: int, names: dict[int, str], today: date, times: int) -> Imported:
    """Import and floor in turn, each time another workbook."""
    made = Imported(rows)
    for kind in KINDS[:times]:
        path = folder / f"{kind}-{rows}.xlsx"
        workbook(path, rows, kind, names, today)
        made.floors.append(_run("floor", path))
        made.runs.append(_run("import", path))
    return made


def _run(what: str, path: Path) -> Run:
    command = [sys.executable, "-m", "bench.imports", what, str(path)]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=dict(os.environ)).stdout
    return Run(**json.loads(printed))


async def _import(path: Path) -> None:
    report = await actions.import_file(
        Kind.CERTIFICATES,
        path,
        by=COMMAND_LINE,
        today=calendar.day_at(datetime.now(UTC), settings.current().time_zone),
        apply=True,
        limits=LARGE,
    )
    if report.new != report.rows:
        raise RuntimeError(f"Only {report.new} of {report.rows} rows are new.")


async def _floor(path: Path) -> None:
    """Parse, and copy the same rows unchecked into a table with the same columns, indexes and foreign keys."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    connection = await asyncpg.connect(
        **{name: db.DB.config[name] for name in ("host", "port", "user", "password", "database")}
    )
    async with connection.transaction():
        await connection.execute(RAW)
        type_ = await connection.fetchval("SELECT min(id) FROM certificate_type")
        records = (_record(person, type_, row) for person, row in enumerate(rows[1:], start=1))
        await connection.copy_records_to_table("raw", records=records, columns=RAW_COLUMNS)
        await connection.execute("DROP TABLE raw")
    await connection.close()


def _record(person: int, type_: int, row: list[Any]) -> tuple[Any, ...]:
    number = str(row[3])
    issued_on = date(int(row[5][:4]), int(row[5][5:7]), int(row[5][8:]))
    expires_on = date.fromisoformat(row[6]) if row[6] else None
    return person, type_, number, number, number.encode(), row[4], issued_on, expires_on


async def _timed(what: str, path: Path) -> Run:
    async with db.database(settings.current()):
        before, began = _cpu(), time.perf_counter()
        await (_import if what == "import" else _floor)(path)
        wall, cpu = time.perf_counter() - began, _cpu() - before
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Run(wall, cpu, peak / 1024)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def rows_of(measured: Sequence[Imported]) -> list[list[str]]:
    """What was measured, as rows of a table."""
    head = ["rows", "import s", "floor s", "ratio", "import CPU s", "floor CPU s", "CPU ratio", "largest process MB"]
    return [
        head,
        *(
            [
                f"{one.rows:,}",
                f"{median(run.wall for run in one.runs):.1f}",
                f"{median(run.wall for run in one.floors):.1f}",
                f"{one.ratio:.1f}",
                f"{median(run.cpu for run in one.runs):.1f}",
                f"{median(run.cpu for run in one.floors):.1f}",
                f"{one.cpu_ratio:.1f}",
                f"{max(run.peak for run in one.runs):.0f}",
            ]
            for one in measured
        ),
    ]


if __name__ == "__main__":
    result = asyncio.run(_timed(sys.argv[1], Path(sys.argv[2])))
    print(json.dumps({"wall": result.wall, "cpu": result.cpu, "peak": result.peak}))

"""`python -m bench`: a company of 100,000 people, another a tenth of it, and what pages and imports cost in both."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg

from bench import imports, installation, pages
from bench.measuring import Samples, machine, table
from training import calendar, db, settings
from training.db.embedded import EmbeddedServer

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
ABOUT = """\
`make bench` makes a company of {people:,} people and {certificates:,} certificates and one of a tenth of that, and asks
the application and its floor in turn. The floor of a page is a bare ASGI app on the same server that runs one raw
query and joins the same rows into a text of the same size; the floor of an import parses the same workbook and copies
the same rows, unchecked, into a table with the same columns, indexes and foreign keys. Figures are medians. CPU time
is that of the answering process alone, and the steadiest of them.

Measured on {machine}, in {minutes:.0f} minutes. `python -m bench --write` writes this page anew."""
READING = """\
A page does what its floor does not: it looks at the sign-in and its rights, asks for what menus and filters offer,
judges what it lists and says why, and renders all of that in the visitor's language. Most of its CPU time is what the
page costs without any row. The list of renewals counts what stands on each of its tabs whenever it is asked, so its
answer grows with the number of certificates that are due, and its CPU time a little: the database counts. An import
checks every row against the people and certificates on record, seals its numbers, and writes down what it found."""


@dataclass(frozen=True, slots=True)
class Outcome:
    pages: pages.Measured
    imports: list[imports.Imported]


def main() -> None:
    asked = _arguments()
    began = time.perf_counter()
    outcomes = [_company(people, asked) for people in (asked.people, asked.people // 10)]
    text = _document(outcomes, time.perf_counter() - began)
    print(text)
    if asked.write:
        DOCUMENT.write_text(text, encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000, help="how many people the large company has")
    parser.add_argument("--rounds", type=int, default=12, help="how often page and floor take turns")
    parser.add_argument("--requests", type=int, default=25, help="how many requests a turn has")
    parser.add_argument("--imports", type=int, default=3, help="how often import and floor take turns, 3 at most")
    parser.add_argument("--write", action="store_true", help=f"write it to {DOCUMENT.name} too")
    return parser.parse_args()


def _company(people: int, asked: argparse.Namespace) -> Outcome:
    with installation.folder() as folder:
        chosen = settings.current()
        now = datetime.now(UTC)
        today = calendar.day_at(now, chosen.time_zone)
        # Held for the whole run, so that no process has to start it.
        server = EmbeddedServer(chosen.data_folder() / "postgres")
        server.start()
        try:
            say = _saying(people)
            say("making the company")
            made, names = asyncio.run(_made(people, today, now))
            say("asking for pages")
            measured = pages.measure(made, today=today, now=now, rounds=asked.rounds, requests=asked.requests)
            say("importing")
            runs = [imports.measure(folder, people, names, today, asked.imports)] if asked.imports else []
            return Outcome(measured, runs)
        finally:
            server.stop()


async def _made(people: int, today: date, now: datetime) -> tuple[installation.Installation, dict[int, str]]:
    async with db.database(settings.current()):
        made = await installation.make(people, today=today, now=now)
    connection = await asyncpg.connect(**made.database)
    try:
        names = {row["id"]: row["name"] for row in await connection.fetch("SELECT id, name FROM person")}
    finally:
        await connection.close()
    return made, names


def _saying(people: int) -> Callable[[str], None]:
    return lambda what: print(f"{people:,} people: {what} …", file=sys.stderr)


def _document(outcomes: list[Outcome], seconds: float) -> str:
    large, small = (outcome.pages for outcome in outcomes)
    size = large.pages[0].size
    pairs = zip(large.pages, small.pages, strict=True)
    growth = [[one.name, *_times(one.page, other.page)] for one, other in pairs]
    parts = [
        "# Performance",
        ABOUT.format(people=size.people, certificates=size.certificates, machine=machine(), minutes=seconds / 60),
        "## Pages",
        table(pages.rows_of([*large.pages, *small.pages])),
        "What ten times the company costs, in times of the small one's page:",
        table([["page", "answer", "CPU"], *growth]),
        f"The application's process had {large.memory:.0f} MB after the run and {large.peak:.0f} MB at most.",
        "## Import of a certificate ledger",
        table(imports.rows_of([run for outcome in outcomes for run in outcome.imports])),
        "## Reading the figures",
        READING,
    ]
    return "\n\n".join(parts) + "\n"


def _times(one: Samples, other: Samples) -> tuple[str, str]:
    return f"{one.wall_median / other.wall_median:.2f}", f"{one.cpu_median / other.cpu_median:.2f}"


if __name__ == "__main__":
    main()

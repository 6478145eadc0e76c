"""`renewals`: who must renew what, and by when, as the page lists it."""

import sys
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from training.access import COMMAND_LINE
from training.certificates import queries as certificates
from training.certificates.queries import Type
from training.commands.opening import run
from training.commands.terminal import _, as_json, day, table, tell, words
from training.errors import Refused
from training.people import places
from training.renewals.queries import HORIZON, Filters, Line
from training.renewals.queries import renewals as listed
from training.reports import sheets
from training.web.kit import renewal_table
from training.web.kit.languages import spoken
from training.words import say


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


def renewals(
    site: Annotated[list[str] | None, typer.Option(help=_("Only this site; several are allowed."))] = None,
    type_: Annotated[
        list[str] | None, typer.Option("--type", help=_("Only this certificate type, by code or name; several."))
    ] = None,
    within: Annotated[int, typer.Option(min=0, max=3650, help=_("How many days ahead to look."))] = HORIZON,
    as_of: Annotated[str, typer.Option(help=_("The day of which is asked, such as 2026-05-31; otherwise today."))] = "",
    format_: Annotated[Format, typer.Option("--format", help=_("How to print it."))] = Format.TABLE,
    output: Annotated[Path | None, typer.Option(help=_("A file to write it to."))] = None,
) -> None:
    async def command() -> list[Line]:
        filters = Filters(horizon=within, sites=await _sites(site or []), types=await _types(type_ or []))
        return list((await listed(filters, by=COMMAND_LINE, today=asked, limit=None)).lines)

    if format_ is Format.XLSX and output is None and sys.stdout.isatty():
        raise Refused(say("A workbook is not for a terminal: name a file with --output."))
    asked = day(as_of)
    lines = run(command)
    if format_ is Format.TABLE and output is None:
        table([heading for heading, _width in renewal_table.HEADINGS], renewal_table.rows(lines, spoken()))
        return
    _write(_printed(format_, lines, asked), output)


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise Refused(
            say("{file} cannot be written: {reason}", file=str(output), reason=str(error.strerror))
        ) from error
    tell(say("Written to {file}.", file=str(output)))


def _printed(format_: Format, lines: list[Line], asked: date) -> bytes:
    if format_ is Format.JSON:
        return as_json([_plain(line) for line in lines]).encode()
    columns, rows = renewal_table.columns(spoken()), renewal_table.rows(lines, spoken())
    if format_ is Format.CSV:
        return sheets.comma_separated(columns, rows)
    return sheets.workbook(words(say("Renewals {day}", day=asked)), columns, rows)


def _plain(line: Line) -> dict[str, object]:
    """Every field of a line, for scripts; the type's name in the language that is spoken."""
    return {**asdict(line), "type_name": words(line.type_name)}


async def _sites(names: list[str]) -> frozenset[int]:
    known = {choice.name: choice.id for choice in await places.site_choices(by=COMMAND_LINE)}
    if unknown := [name for name in names if name not in known]:
        raise Refused(*(say("There is no site {name}.", name=name) for name in unknown))
    return frozenset(known[name] for name in names)


async def _types(names: list[str]) -> frozenset[int]:
    if not names:
        return frozenset()
    known: dict[str, set[int]] = {}
    for one in (await certificates.types()).values():
        for word in _called(one):
            known.setdefault(word, set()).add(one.id)
    if unknown := [name for name in names if name not in known]:
        raise Refused(*(say("There is no certificate type {name}.", name=name) for name in unknown))
    return frozenset(type_ for name in names for type_ in known[name])


def _called(one: Type) -> set[str]:
    return {one.code, one.name.zh, one.name.en, *one.aliases}

"""`import`: what every row of a spreadsheet would do, and why; with `--apply` it is done, all of it or nothing."""

from pathlib import Path
from typing import Annotated

import typer

from training.access import COMMAND_LINE
from training.commands.opening import run
from training.commands.terminal import _, err, out, tell, tell_json, today, words
from training.imports import actions
from training.imports.headers import Kind
from training.imports.reports import Line, Report
from training.imports.rules import Outcome
from training.imports.sheets import LARGE, Limits
from training.words import Message, say

imports = typer.Typer(no_args_is_help=True)

OUTCOMES: dict[Outcome, Message] = {
    Outcome.NEW: say("new"),
    Outcome.CHANGED: say("changed"),
    Outcome.UNCHANGED: say("unchanged"),
    Outcome.ASKED: say("asked"),
    Outcome.REFUSED: say("refused"),
    Outcome.SKIPPED: say("left out"),
}

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help=_("A workbook or CSV file."))]
Apply = Annotated[bool, typer.Option("--apply", help=_("Write it; without, nothing is written."))]
Large = Annotated[bool, typer.Option("--large", help=_("Take a file beyond the limits of the page."))]
Json = Annotated[bool, typer.Option("--json", help=_("As JSON, for scripts."))]


@imports.command("roster", help=_("People, with where they work and as what."))
def roster(file: File, apply: Apply = False, large: Large = False, json: Json = False) -> None:
    _import(Kind.ROSTER, file, apply=apply, large=large, json=json)


@imports.command("certificates", help=_("The ledger of certificates."))
def certificates(file: File, apply: Apply = False, large: Large = False, json: Json = False) -> None:
    _import(Kind.CERTIFICATES, file, apply=apply, large=large, json=json)


@imports.command("scores", help=_("The marks of a session's people."))
def scores(
    file: File,
    session: Annotated[int | None, typer.Option(min=1, max=2**31 - 1, help=_("The number of the session."))] = None,
    apply: Apply = False,
    large: Large = False,
    json: Json = False,
) -> None:
    _import(Kind.SCORES, file, apply=apply, large=large, json=json, session=session)


def _import(kind: Kind, file: Path, *, apply: bool, large: bool, json: bool, session: int | None = None) -> None:
    async def command() -> Report:
        return await actions.import_file(
            kind,
            file,
            by=COMMAND_LINE,
            today=today(),
            apply=apply,
            limits=LARGE if large else Limits(),
            lines=not json,
            session=session,
        )

    console = err()
    if console.is_terminal:
        with console.status(words(say("Reading {file} …", file=file.name))):
            report = run(command)
    else:
        report = run(command)
    if json:
        tell_json(_plain(report))
    else:
        _tell(report)


def _tell(report: Report) -> None:
    for sheet in report.sheets:
        known = ", ".join(f"{letter} {header}" for _field, letter, header in sheet.columns)
        tell(say("Sheet {sheet}: understood {columns}.", sheet=sheet.name, columns=known))
        if sheet.unknown:
            tell(say("Sheet {sheet}: passed over {columns}.", sheet=sheet.name, columns=", ".join(sheet.unknown)))
    for line in report.lines:
        out().print(_line(line))
    tell(
        say(
            "{rows} rows: {new} new, {changed} changed, {unchanged} unchanged, {asked} asked, {refused} refused.",
            rows=report.rows,
            new=report.new,
            changed=report.changed,
            unchanged=report.unchanged,
            asked=report.asked,
            refused=report.refused,
        )
    )
    if report.applied:
        tell(say("Written, as import {number}.", number=report.batch or 0))
    else:
        tell(say("Nothing is written yet: --apply writes what is new and changed."))


def _line(line: Line) -> str:
    why = " ".join(words(message) for message in line.why)
    place = words(say("{sheet} row {row}", sheet=line.sheet, row=line.row))
    return "  ".join(filter(None, (place, words(OUTCOMES[line.outcome]), line.about, why)))


def _plain(report: Report) -> dict[str, object]:
    """What scripts rely on: the five counts add up to `rows`."""
    return {
        "kind": report.kind.value,
        "applied": report.applied,
        "batch": report.batch,
        "rows": report.rows,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "asked": report.asked,
        "refused": report.refused,
        "findings": [
            {
                "sheet": told.sheet,
                "row": told.row,
                "column": told.column,
                "code": told.code.value,
                "weight": told.weight.value,
                "message": words(told.message),
            }
            for told in report.findings
        ],
    }

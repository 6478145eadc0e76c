"""What a run over a file found, for the command line, for the page, and for the batch to keep."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from training.imports.flow import Flow
from training.imports.headers import Kind
from training.imports.judging import Judged
from training.imports.rules import Code, Finding, Outcome, Weight
from training.words import Message


@dataclass(frozen=True, slots=True)
class Told:
    """A finding with its place in the file: sheet, row as the spreadsheet shows it, column letter (empty: the row)."""

    sheet: str
    row: int
    column: str
    code: Code
    message: Message
    weight: Weight


@dataclass(frozen=True, slots=True)
class Line:
    """A data row in a few words, for a list of all rows."""

    sheet: str
    row: int
    outcome: Outcome
    about: str
    why: tuple[Message, ...]


@dataclass(slots=True)
class Report:
    """The outcome of one run. Every data row is in exactly one of the five counts; what was left out by hand counts
    with the refused. `lines` is empty where it was not asked for."""

    kind: Kind
    batch: int | None = None
    applied: bool = False
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    asked: int = 0
    refused: int = 0
    findings: list[Told] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    other_rows: dict[str, int] = field(default_factory=dict)
    sheets: list["SheetTold"] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


class SheetTold(msgspec.Struct):
    """A sheet as it was understood: each field with its column letter and header, and the headers not understood."""

    name: str
    title: str
    columns: list[tuple[str, str, str]]
    blocks: list[str]
    unknown: list[str]


class BatchTold(msgspec.Struct):
    """What a batch keeps of its last reading."""

    counts: dict[str, int]
    other_rows: dict[str, int]
    sheets: list[SheetTold]
    passed_over: list[str]
    digest: str


class Reporter:
    """Collects a report while rows flow by."""

    def __init__(self, flow: Flow, *, lines: bool = False) -> None:
        self._flow, self._with_lines = flow, lines
        self._letters = [dict(zip(sheet.fields, sheet.letters, strict=True)) for sheet in flow.sheets]
        self.report = Report(flow.kind)

    def add(self, judged: Sequence[Judged]) -> None:
        """Take in a chunk."""
        for row in judged:
            if row.findings:
                self.report.findings += [self._told(row, finding) for finding in row.findings]
            if self._with_lines:
                why = tuple(finding.message for finding in row.findings)
                about = next((text for text in row.texts if text), "")
                self.report.lines.append(Line(self._sheet(row), row.row, row.outcome, about, why))

    def done(self) -> Report:
        """The report, once the last chunk was taken in."""
        report, counts = self.report, self._flow.case.counts
        report.new, report.changed = counts[Outcome.NEW], counts[Outcome.CHANGED]
        report.unchanged, report.asked = counts[Outcome.UNCHANGED], counts[Outcome.ASKED]
        report.refused = counts[Outcome.REFUSED] + counts[Outcome.SKIPPED]
        report.rows = counts.total()
        report.other_rows, report.passed_over = dict(self._flow.other_rows), list(self._flow.opened.passed_over)
        report.sheets = sheets_told(self._flow)
        return report

    def _sheet(self, row: Judged) -> str:
        return self._flow.sheets[row.sheet].name

    def _told(self, row: Judged, finding: Finding) -> Told:
        letter = self._letters[row.sheet].get(finding.field) or self._first_of_block(row, finding.field)
        return Told(self._sheet(row), row.row, letter, finding.code, finding.message, finding.weight)

    def _first_of_block(self, row: Judged, column: str) -> str:
        """A wide ledger's group of columns has no column for what only its heading says: the first stands for it."""
        block, dot, _ = column.partition(".")
        letters = self._letters[row.sheet]
        return next((letter for name, letter in letters.items() if dot and name.startswith(f"{block}.")), "")


def sheets_told(flow: Flow) -> list[SheetTold]:
    return [
        SheetTold(
            sheet.name,
            sheet.title,
            list(zip(sheet.fields, sheet.letters, sheet.headers, strict=True)),
            sheet.blocks,
            sheet.unknown,
        )
        for sheet in flow.sheets
    ]


def batch_told(flow: Flow) -> BatchTold:
    """What to keep of a run that came to its end."""
    counts: Counter[Outcome] = flow.case.counts
    return BatchTold(
        {outcome.value: counts[outcome] for outcome in Outcome},
        dict(flow.other_rows),
        sheets_told(flow),
        list(flow.opened.passed_over),
        flow.digest,
    )

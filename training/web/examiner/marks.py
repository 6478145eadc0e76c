"""The cells of a score sheet: what each shows, what was typed into it, and what comes of that."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from training.access import Actor, Permission
from training.completion.queries import Sheet, SheetLine
from training.courses.rules import Part
from training.errors import Refused
from training.exams import actions, rules
from training.exams.queries import Entry, last_entry
from training.exams.rules import PartResult, Score
from training.words import Message, say

ABSENT_WORD = say("absent")


@dataclass(frozen=True, slots=True)
class Cell:
    """One person's one part. `typed` is kept when it could not be recorded; `errors` say why.

    `asks`: another mark stands there already, so it must be said whether this one corrects it or is a resit.
    """

    enrolment: int
    part: Part
    entry: Entry | None
    attempts: int
    resit_refused: tuple[Message, ...]
    typed: str | None = None
    errors: tuple[Message, ...] = ()
    asks: bool = False
    saved: bool = False

    @property
    def name(self) -> str:
        return f"m-{self.enrolment}-{self.part}"

    @property
    def id(self) -> str:
        return f"c-{self.enrolment}-{self.part}"

    @property
    def value(self) -> str | Message:
        """What stands in the field."""
        if self.typed is not None:
            return self.typed
        return self.recorded

    @property
    def recorded(self) -> str | Message:
        """What is recorded in it, whatever was typed since."""
        return shown(self.entry.score) if self.entry else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the sheet with their cells. `objections` say why nothing can be entered, `cells` show it anyway."""

    line: SheetLine
    cells: tuple[Cell, ...]
    objections: tuple[Message, ...] = field(default=())

    @property
    def untidy(self) -> bool:
        """Whether something typed is not recorded."""
        return any(cell.errors or cell.asks for cell in self.cells)


def shown(score: Score) -> str | Message:
    """A score as its field shows it."""
    return ABSENT_WORD if score.mark is None else rules.shown(score.mark)


def rows(sheet: Sheet, *, by: Actor, may_record: bool, today: date) -> list[Row]:
    """The score sheet as it stands."""
    found = []
    for line in sheet.lines:
        objections = rules.objections_to_recording_marks(
            sheet.session, own=line.own, withdrawn=False, examines=may_record, today=today
        )
        cells = tuple(cell(line, part) for part in line.result.parts)
        found.append(Row(line, cells, tuple(objections)))
    return found


def cell(line: SheetLine, part: PartResult) -> Cell:
    """One cell as it stands."""
    return Cell(
        enrolment=line.person.enrolment,
        part=part.part,
        entry=last_entry(line.entries, part.part),
        attempts=part.attempts,
        resit_refused=tuple(rules.objections_to_another_attempt(part)),
    )


async def put(cell: Cell, text: str, *, by: Actor, today: date) -> Cell:
    """Record what was typed into a cell, if it can be; the cell with what came of it."""
    if not text.strip():
        kept = say("A mark is not erased: {mark} stays. Write the right one to correct it.", mark=cell.recorded)
        return replace(cell, typed="", errors=(kept,)) if cell.entry else cell
    score = rules.mark_from(text)
    if isinstance(score, Message):
        return replace(cell, typed=text, errors=(score,))
    if cell.entry is not None and cell.entry.score == score:
        return cell
    if cell.entry is not None:
        return replace(cell, typed=text, asks=True)
    try:
        await actions.record(cell.enrolment, part=cell.part, score=score, by=by, today=today)
    except Refused as refusal:
        return replace(cell, typed=text, errors=refusal.objections)
    return replace(cell, saved=True)


async def put_all(sheet: list[Row], typed: Mapping[str, str], *, by: Actor, today: date) -> list[Row]:
    """Record every cell that was typed into; the sheet with what could not be recorded kept in its place."""
    found = []
    for row in sheet:
        cells = row.cells
        if not row.objections:
            cells = tuple(
                [await put(one, typed[one.name], by=by, today=today) if one.name in typed else one for one in cells]
            )
        found.append(replace(row, cells=cells))
    return found


def may_mend(by: Actor) -> bool:
    """Whether somebody may correct what is submitted."""
    return by.may(Permission.CHANGE_TRAINING)

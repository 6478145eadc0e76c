"""/results: attendance and marks of one's sessions, and what comes of them."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import FormMultiDict
from litestar.response import Redirect, Template

from training.access import Permission
from training.completion import actions as completion
from training.completion import queries
from training.courses.rules import PART_WORDS, Part
from training.enrolments import actions as enrolments
from training.enrolments.rules import ATTENDANCE_WORDS, Attendance, objections_to_marking_attendance
from training.errors import Missing, Refused
from training.exams import actions, rules
from training.exams.rules import OUTCOME_WORDS
from training.sessions import queries as sessions
from training.sessions.rules import STAGE_WORDS, stage
from training.web.examiner import marks
from training.web.examiner.marks import Cell, Row
from training.web.kit.forms import Form
from training.web.kit.handlers import By, Id, Now, PageRequest, Posted, Today
from training.web.kit.pages import flash, page
from training.web.kit.security import needs, parts_of
from training.words import Message, say, says

Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
WORDS: dict[str, Any] = {
    "part_words": PART_WORDS,
    "outcome_words": OUTCOME_WORDS,
    "attendance_words": ATTENDANCE_WORDS,
    "stages": STAGE_WORDS,
}


class AttendanceForm(msgspec.Struct):
    attendance: Attendance
    enrolment: Number | None = None  # None: everybody of whom nothing is recorded


class CorrectionForm(msgspec.Struct):
    enrolment: Number
    part: Part
    entry: Number
    mark: Annotated[str, msgspec.Meta(max_length=20)]
    reason: Annotated[str, msgspec.Meta(max_length=300)] = ""


class ResitForm(msgspec.Struct):
    enrolment: Number
    part: Part
    mark: Annotated[str, msgspec.Meta(max_length=20)]
    examined_on: date


class ResultsController(Controller):
    path = "/results"
    opt = needs(Permission.SEE_RESULTS)

    @get()
    async def index(self, request: PageRequest, by: By, today: Today) -> Template:
        return page(
            request,
            "examiner/results/index",
            waiting=await sessions.awaiting_results(by=by, today=today),
            submitted=await sessions.submitted(by=by),
            stage=stage,
            today=today,
            **WORDS,
        )

    @get("/{session_id:int}")
    async def show(self, request: PageRequest, session_id: Id, by: By, today: Today) -> Template:
        sheet, rows = await _sheet(session_id, by, today)
        return _page(request, sheet, rows, by, today)

    @post("/{session_id:int}/marks", opt=needs(Permission.RECORD_RESULTS))
    async def record(
        self, request: PageRequest, session_id: Id, posted: Posted, by: By, now: Now, today: Today
    ) -> Template | Redirect:
        sheet, rows = await _sheet(session_id, by, today)
        typed = _typed(posted)
        asked = posted.get("cell")
        if request.htmx and isinstance(asked, str):
            row, before = _cell(rows, asked)
            after = before if row.objections else await marks.put(before, typed.get(asked, ""), by=by, today=today)
            return await _answer(request, session_id, after, by, now, today)
        rows = await marks.put_all(rows, typed, by=by, today=today)
        if any(row.untidy for row in rows):
            sheet, fresh = await _sheet(session_id, by, today)
            return _page(request, sheet, _kept(fresh, rows), by, today, status=422)
        return _back(session_id, say("The marks are saved."))

    @post("/{session_id:int}/corrections", opt=needs(Permission.RECORD_RESULTS))
    async def correct(
        self, request: PageRequest, session_id: Id, posted: Posted, by: By, now: Now, today: Today
    ) -> Template | Redirect:
        form = Form(CorrectionForm, posted)
        if (wish := form.value) is None:
            raise Missing("mark")
        _, rows = await _sheet(session_id, by, today)
        _, cell = _cell(rows, f"m-{wish.enrolment}-{wish.part}")
        score = rules.mark_from(wish.mark)
        if isinstance(score, Message):
            after = replace(cell, typed=wish.mark, errors=(score,))
        elif cell.entry is None or cell.entry.id != wish.entry:
            changed = say("Somebody has corrected this mark in the meantime: look at it again.")
            after = replace(cell, errors=(changed,))
        else:
            try:
                await actions.correct(wish.entry, score=score, reason=wish.reason, by=by, today=today)
            except Refused as refusal:
                after = replace(cell, typed=wish.mark, asks=True, errors=refusal.objections)
            else:
                after = replace(cell, saved=True)
        return await self._answered(request, session_id, rows, after, by, now, today)

    @post("/{session_id:int}/resits", opt=needs(Permission.RECORD_RESULTS))
    async def record_resit(
        self, request: PageRequest, session_id: Id, posted: Posted, by: By, now: Now, today: Today
    ) -> Template | Redirect:
        form = Form(ResitForm, posted)
        named = f"m-{posted.get('enrolment')}-{posted.get('part')}"
        _, rows = await _sheet(session_id, by, today)
        _, cell = _cell(rows, named)
        typed = str(posted.get("mark", ""))
        score = rules.mark_from(typed)
        if (wish := form.value) is None:
            told = [message for messages in form.errors.values() for message in messages]
            after = replace(cell, typed=typed, asks=True, errors=tuple(told))
        elif isinstance(score, Message):
            after = replace(cell, typed=typed, errors=(score,))
        else:
            try:
                await actions.record_resit(
                    wish.enrolment, part=wish.part, score=score, examined_on=wish.examined_on, by=by, today=today
                )
            except Refused as refusal:
                after = replace(cell, typed=typed, asks=True, errors=refusal.objections)
            else:
                after = replace(cell, saved=True)
        return await self._answered(request, session_id, rows, after, by, now, today)

    @post("/{session_id:int}/attendance", opt=needs(Permission.RECORD_RESULTS))
    async def mark_attendance(
        self, request: PageRequest, session_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        session = await sessions.examined_session(session_id, by=by)
        form = Form(AttendanceForm, posted)
        if (wish := form.value) is None:
            raise Missing("attendance")
        if wish.enrolment is None:
            count = await enrolments.mark_rest_present(session_id, by=by, today=today)
            told = says("{count} person is marked present.", "{count} people are marked present.", count)
            return _back(session_id, told)
        await enrolments.mark_attendance(wish.enrolment, attendance=wish.attendance, by=by, today=today)
        if request.htmx:
            sheet = await queries.sheet(session, by=by, today=today, everybody=True)
            line = next((line for line in sheet.lines if line.person.enrolment == wish.enrolment), None)
            if line is None:
                raise Missing("enrolment")
            return page(
                request,
                "examiner/results/_attended",
                sheet=sheet,
                line=line,
                on_sheet=_on_sheet(request),
                objections=sheet.objections(today=today),
                **WORDS,
            )
        return _back(session_id, say("The attendance is saved."))

    @post("/{session_id:int}/submission", opt=needs(Permission.RECORD_RESULTS))
    async def submit(self, request: PageRequest, session_id: Id, by: By, today: Today) -> Template | Redirect:
        await sessions.examined_session(session_id, by=by)
        try:
            outcome = await completion.submit(session_id, by=by, today=today)
        except Refused as refusal:
            sheet, rows = await _sheet(session_id, by, today)
            return _page(request, sheet, rows, by, today, refused=refusal.objections, status=422)
        return _back(
            session_id,
            say(
                "The results are submitted: {passed}, {others}.",
                passed=says("{count} person completed", "{count} people completed", len(outcome.completed)),
                others=says("{count} did not", "{count} did not", len(outcome.missing)),
            ),
        )

    async def _answered(
        self,
        request: PageRequest,
        session_id: int,
        rows: list[Row],
        after: Cell,
        by: By,
        now: Now,
        today: Today,
    ) -> Template | Redirect:
        if request.htmx:
            return await _answer(request, session_id, after, by, now, today)
        if not after.saved:
            sheet, fresh = await _sheet(session_id, by, today)
            return _page(request, sheet, _kept(fresh, _with(fresh, after)), by, today, status=422)
        return _back(session_id, say("The marks are saved."))


async def _sheet(session_id: int, by: By, today: date) -> tuple[queries.Sheet, list[Row]]:
    session = await sessions.examined_session(session_id, by=by)
    sheet = await queries.sheet(session, by=by, today=today, everybody=True)
    return sheet, marks.rows(sheet, by=by, may_record=sessions.examines(session, by=by), today=today)


def _page(
    request: PageRequest,
    sheet: queries.Sheet,
    rows: list[Row],
    by: By,
    today: date,
    *,
    refused: tuple[Message, ...] = (),
    status: int = 200,
) -> Template:
    attendance_closed = objections_to_marking_attendance(
        sheet.session, withdrawn=False, own=False, may_mend=by.may(Permission.CHANGE_TRAINING), today=today
    )
    return page(
        request,
        "examiner/results/show",
        status=status,
        sheet=sheet,
        session=sheet.session,
        rows=rows,
        may_record=sessions.examines(sheet.session, by=by),
        records_attendance=sessions.examines(sheet.session, by=by) and not attendance_closed,
        objections=refused or sheet.objections(today=today),
        stage=stage(sheet.session, today=today),
        today=today,
        **WORDS,
    )


async def _answer(request: PageRequest, session_id: int, after: Cell, by: By, now: Now, today: date) -> Template:
    """The cell alone, with what else on the page it changes."""
    sheet, rows = await _sheet(session_id, by, today)
    row, fresh = _cell(rows, after.name)
    kept = (
        fresh
        if after.typed is None and not after.errors
        else replace(fresh, typed=after.typed, errors=after.errors, asks=after.asks)
    )
    return page(
        request,
        "examiner/results/_answer",
        status=422 if kept.errors else 200,
        sheet=sheet,
        session=sheet.session,
        row=row,
        line=row.line,
        cell=kept,
        saved_at=now,
        objections=sheet.objections(today=today),
        today=today,
        **WORDS,
    )


def _cell(rows: list[Row], name: str) -> tuple[Row, Cell]:
    """The cell of a name on this sheet. Raises Missing: an enrolment of another session is not on it."""
    for row in rows:
        for cell in row.cells:
            if cell.name == name:
                return row, cell
    raise Missing("cell")


def _kept(fresh: list[Row], typed: list[Row]) -> list[Row]:
    """The sheet as it is now, with what was typed and not recorded still in its place."""
    untidy = {cell.name: cell for row in typed for cell in row.cells if cell.errors or cell.asks}

    def keep(cell: Cell) -> Cell:
        before = untidy.get(cell.name)
        return replace(cell, typed=before.typed, errors=before.errors, asks=before.asks) if before else cell

    return [replace(row, cells=tuple(map(keep, row.cells))) for row in fresh]


def _with(rows: list[Row], cell: Cell) -> list[Row]:
    return [replace(row, cells=tuple(cell if cell.name == one.name else one for one in row.cells)) for row in rows]


def _typed(posted: FormMultiDict) -> dict[str, str]:
    return {name: text[:20] for name, text in posted.multi_items() if name.startswith("m-") and isinstance(text, str)}


def _on_sheet(request: PageRequest) -> bool:
    return parts_of(request.headers.get("hx-current-url", "")).path.startswith("/results/")


def _back(session_id: int, told: Message) -> Redirect:
    return Redirect(f"/results/{session_id}", status_code=303, cookies=[flash(told)])

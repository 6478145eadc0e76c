"""/sessions: the dated runs of courses, and who is in each."""

from datetime import date, time
from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from training.access import Permission
from training.completion import queries as completion
from training.courses import queries as courses
from training.courses.rules import PART_WORDS
from training.enrolments import actions as enrolments
from training.enrolments import candidates
from training.enrolments.rules import (
    ATTENDANCE_WORDS,
    objections_to_marking_attendance,
    objections_to_session,
    reason_words,
)
from training.errors import Refused
from training.exams.rules import OUTCOME_WORDS, shown
from training.renewals import queries as renewals
from training.renewals.queries import Line
from training.sessions import actions, queries
from training.sessions.queries import SessionLine
from training.sessions.rules import STAGE_WORDS, Plan, objections_to_touching, stage
from training.web.kit.forms import Form, read_query
from training.web.kit.handlers import By, Id, PageRequest, Posted, Today
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.words import Message, say

MOST_NEEDING = 8
Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


WORDS: dict[str, Any] = {
    "stages": STAGE_WORDS,
    "part_words": PART_WORDS,
    "outcome_words": OUTCOME_WORDS,
    "attendance_words": ATTENDANCE_WORDS,
    "reason_words": reason_words,
    "shown": shown,
}


class PlanForm(msgspec.Struct):
    starts_on: date
    starts_at: time
    ends_at: time
    seats: Annotated[int, msgspec.Meta(ge=-9999, le=99999)]
    ends_on: date | None = None
    place: Annotated[str, msgspec.Meta(max_length=150)] = ""
    trainer: Annotated[str, msgspec.Meta(max_length=100)] = ""
    examiner: Number | None = None
    remark: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    seen: Annotated[str, msgspec.Meta(max_length=40)] = ""

    def plan(self, course: int) -> Plan:
        return Plan(
            course=course,
            starts_on=self.starts_on,
            ends_on=self.ends_on or self.starts_on,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            seats=self.seats,
            place=self.place,
            trainer=self.trainer,
            examiner=self.examiner,
            remark=self.remark,
        )


class Filters(msgspec.Struct):
    course: Number | None = None
    when: Annotated[str, msgspec.Meta(max_length=10)] = ""
    before: Number | None = None


class Search(msgspec.Struct):
    q: Annotated[str, msgspec.Meta(max_length=60)] = ""


class Reason(msgspec.Struct):
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


def started(session: SessionLine) -> dict[str, object]:
    """A session's plan as its form shows it."""
    fields = ("starts_on", "starts_at", "ends_at", "seats", "ends_on", "place", "trainer", "examiner", "remark")
    return {name: getattr(session, name) for name in fields}


class SessionsController(Controller):
    path = "/sessions"
    opt = needs(Permission.SEE_TRAINING)

    @get()
    async def index(self, request: PageRequest, today: Today) -> Template:
        filters = read_query(Filters, request.query_params)
        if filters.when == "past":
            before = await queries.session(filters.before) if filters.before else None
            place = (before.starts_on, before.id) if before else None
            lines = await queries.past(today=today, course=filters.course, before=place, limit=queries.PAGE + 1)
        else:
            lines = await queries.upcoming(today=today, course=filters.course, limit=queries.PAGE * 4)
        return page(
            request,
            "office/sessions/index",
            parts=("sessions",),
            filters=filters,
            months=_by_month(lines[: queries.PAGE] if filters.when == "past" else lines),
            earlier=lines[queries.PAGE - 1].id if filters.when == "past" and len(lines) > queries.PAGE else None,
            courses=[(course.id, course.name) for course in await courses.catalogue(today=today)],
            today=today,
            stage=stage,
            stages=STAGE_WORDS,
        )

    @get("/{session_id:int}")
    async def show(self, request: PageRequest, session_id: Id, by: By, today: Today) -> Template:
        session = await queries.session(session_id)
        search = read_query(Search, request.query_params)
        keeps = by.may(Permission.CHANGE_TRAINING)
        closed = objections_to_session(session, today=today)
        attendance_closed = objections_to_marking_attendance(
            session, withdrawn=False, own=False, may_mend=keeps, today=today
        )
        open_ = keeps and not closed
        return page(
            request,
            "office/sessions/show",
            parts=("candidates",),
            session=session,
            sheet=await completion.sheet(session, by=by, today=today),
            stage=stage(session, today=today),
            closed=closed,
            uncancellable=objections_to_touching(session),
            records_attendance=not attendance_closed and not session.completed_at and queries.examines(session, by=by),
            search=search,
            found=await candidates.found(session, search.q, by=by, today=today) if open_ else (),
            needing=await _needing(session, by, today) if open_ and not search.q else (),
            today=today,
            **WORDS,
        )

    @get("/{session_id:int}/edit", opt=needs(Permission.CHANGE_TRAINING))
    async def edit(self, request: PageRequest, session_id: Id) -> Template:
        session = await queries.session(session_id)
        return await self._form(request, session, Form(PlanForm, start={**started(session), "seen": session.mark}))

    @post("/{session_id:int}", opt=needs(Permission.CHANGE_TRAINING))
    async def change(
        self, request: PageRequest, session_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        session = await queries.session(session_id)
        form = Form(PlanForm, posted)
        if wish := form.value:
            try:
                plan = wish.plan(session.course)
                await enrolments.change_session(session_id, plan, by=by, today=today, mark=wish.seen)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _back(session_id, say("The session is changed."))
        return await self._form(request, session, form, status=422)

    @get("/{session_id:int}/cancellation", opt=needs(Permission.CHANGE_TRAINING))
    async def ask_to_cancel(self, request: PageRequest, session_id: Id) -> Template:
        session = await queries.session(session_id)
        return page(request, "office/sessions/cancellation", session=session, form=Form(Reason))

    @post("/{session_id:int}/cancellation", opt=needs(Permission.CHANGE_TRAINING))
    async def cancel(
        self, request: PageRequest, session_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        form = Form(Reason, posted)
        if wish := form.value:
            try:
                await actions.cancel(session_id, reason=wish.reason, by=by, today=today)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _back(session_id, say("The session is cancelled."))
        session = await queries.session(session_id)
        return page(request, "office/sessions/cancellation", status=422, session=session, form=form)

    async def _form(
        self, request: PageRequest, session: SessionLine, form: Form[PlanForm], status: int = 200
    ) -> Template:
        places, trainers = await queries.used_before()
        overtaken = (form.typed.get("seen") or session.mark) != session.mark
        form.typed["seen"] = session.mark
        return page(
            request,
            "office/sessions/edit",
            status=status,
            overtaken=overtaken,
            session=session,
            form=form,
            closed=objections_to_touching(session),
            examiners=[(one.id, one.name) for one in await queries.examiners()],
            places=places,
            trainers=trainers,
        )


async def _needing(session: SessionLine, by: By, today: date) -> list[Line]:
    """The people who must renew most urgently what a session leads to, and have no seat yet."""
    if session.leads_to is None or session.seats_left < 1:
        return []
    asked = renewals.Filters(types=frozenset({session.leads_to}), planned=False)
    found = await renewals.renewals(asked, by=by, today=today, limit=MOST_NEEDING)
    return list({line.person: line for line in found.lines}.values())


def _by_month(lines: list[SessionLine]) -> list[tuple[date, list[SessionLine]]]:
    months: dict[date, list[SessionLine]] = {}
    for line in lines:
        months.setdefault(line.starts_on.replace(day=1), []).append(line)
    return list(months.items())


def _back(session_id: int, told: Message) -> Redirect:
    return Redirect(f"/sessions/{session_id}", status_code=303, cookies=[flash(told)])

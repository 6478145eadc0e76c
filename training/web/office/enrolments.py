"""Seats: people into a session, one or many, and out of it again."""

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from training.access import Permission
from training.enrolments import actions, queries
from training.enrolments.actions import Enrolled
from training.errors import Refused
from training.sessions import queries as sessions
from training.web.kit.forms import Form, read_query
from training.web.kit.handlers import By, Id, PageRequest, Posted, Today
from training.web.kit.pages import flash, page
from training.web.kit.security import local_address, needs
from training.words import Message, say, says

Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class Chosen(msgspec.Struct):
    """People by themselves, or as the holders of certificates that were ticked in a list; `back` is where from."""

    people: list[Number] = []
    chosen: list[Number] = []
    back: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Span(msgspec.Struct):
    first: Number = 1
    last: Number = 1


class Reason(msgspec.Struct):
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


class EnrolmentsController(Controller):
    path = "/"
    opt = needs(Permission.CHANGE_TRAINING)

    @post("/sessions/{session_id:int}/enrolments")
    async def enrol(
        self, request: PageRequest, session_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        wish = Form(Chosen, posted).value or Chosen()
        back = local_address(wish.back, default=f"/sessions/{session_id}")
        people = [*wish.people, *(person for person, _ in await queries.holdings(wish.chosen))]
        if not people:
            return Redirect(back, status_code=303, cookies=[flash(say("Nobody is chosen."), tint="warn")])
        outcome = await actions.enrol_many(session_id, people=people, by=by, today=today)
        if outcome.skipped:
            return await outcome_page(request, outcome, back)
        return Redirect(back, status_code=303, cookies=[flash(told(outcome), undo=undo_address(outcome))])

    @post("/sessions/{session_id:int}/withdrawals")
    async def undo(self, request: PageRequest, session_id: Id, by: By) -> Redirect:
        span = read_query(Span, request.query_params)
        taken_back = await actions.undo_span(session_id, first=span.first, last=span.last, by=by)
        message = says("{count} enrolment is undone.", "{count} enrolments are undone.", taken_back)
        return Redirect(f"/sessions/{session_id}", status_code=303, cookies=[flash(message)])

    @get("/enrolments/{enrolment_id:int}/withdrawal")
    async def ask(self, request: PageRequest, enrolment_id: Id, by: By, today: Today) -> Template:
        return await self._ask(request, enrolment_id, Form(Reason), by, today)

    @post("/enrolments/{enrolment_id:int}/withdrawal")
    async def withdraw(
        self, request: PageRequest, enrolment_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        session_id = await queries.enrolment_session(enrolment_id)
        form = Form(Reason, posted)
        if wish := form.value:
            try:
                await actions.withdraw(enrolment_id, reason=wish.reason, by=by)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                message = say("The seat is given back.")
                return Redirect(f"/sessions/{session_id}", status_code=303, cookies=[flash(message)])
        return await self._ask(request, enrolment_id, form, by, today, status=422)

    async def _ask(
        self, request: PageRequest, enrolment_id: int, form: Form[Reason], by: By, today: Today, status: int = 200
    ) -> Template:
        session = await sessions.session(await queries.enrolment_session(enrolment_id))
        line = next(
            line for line in await queries.roster(session.id, by=by, today=today) if line.enrolment == enrolment_id
        )
        return page(request, "office/sessions/withdrawal", status=status, session=session, line=line, form=form)


async def outcome_page(request: PageRequest, outcome: Enrolled, back: str) -> Template:
    """Who got a seat and who did not, with the reasons: nobody is dropped without a word."""
    return page(
        request,
        "office/sessions/enrolled",
        outcome=outcome,
        session=await sessions.session(outcome.session),
        message=told(outcome),
        undo=undo_address(outcome),
        back=back,
    )


def told(outcome: Enrolled) -> Message:
    return says("{count} person is enrolled.", "{count} people are enrolled.", len(outcome.seats))


def undo_address(outcome: Enrolled) -> str:
    """Where to take it back: the seats of one enrolment have consecutive ids within their session."""
    if not outcome.seats:
        return ""
    ids = [seat.enrolment for seat in outcome.seats]
    return f"/sessions/{outcome.session}/withdrawals?first={min(ids)}&last={max(ids)}"

"""/people/{person}/…: where somebody works, since when and until when."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from training.access import Permission
from training.db import transaction
from training.enrolments import actions as enrolments
from training.enrolments.queries import lost_by_leaving
from training.errors import Missing, Refused
from training.people import actions, places, queries, rules
from training.people.queries import AssignmentLine, PersonPage
from training.web.kit.forms import Form
from training.web.kit.handlers import By, Id, PageRequest, Posted, Today
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.words import Message, say, says

Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class PlaceForm(msgspec.Struct):
    site: Number
    position: Number
    starts_on: date


class AssignmentForm(msgspec.Struct):
    site: Number
    position: Number
    starts_on: date | None = None


class DepartureForm(msgspec.Struct):
    last_day: date
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


class EmploymentController(Controller):
    path = "/people/{person_id:int}"
    opt = needs(Permission.CHANGE_PEOPLE)

    @get("/move")
    async def moving(self, request: PageRequest, person_id: Id, by: By, today: Today) -> Template:
        person = await queries.person(person_id, by=by, today=today)
        start = {"position": person.position, "starts_on": today}
        return await _place_form(request, "move", Form(PlaceForm, start=start), person, by)

    @post("/move")
    async def move(
        self, request: PageRequest, person_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        form = Form(PlaceForm, posted)
        if wish := form.value:
            try:
                await actions.move(
                    person_id, site=wish.site, position=wish.position, starts_on=wish.starts_on, by=by, today=today
                )
            except Refused as refusal:
                form.refuse(refusal)
            else:
                told = say("Moved from {day} on.", day=wish.starts_on)
                return _back(person_id, told, undo="move/reversal")
        person = await queries.person(person_id, by=by, today=today)
        return await _place_form(request, "move", form, person, by, status=422)

    @post("/move/reversal")
    async def undo_move(self, person_id: Id, by: By, today: Today) -> Redirect:
        await actions.undo_move(person_id, by=by, today=today)
        return _back(person_id, say("The move is taken back."))

    @get("/assignments/{assignment_id:int}")
    async def assignment(
        self, request: PageRequest, person_id: Id, assignment_id: Id, by: By, today: Today
    ) -> Template:
        person = await queries.person(person_id, by=by, today=today)
        line = _line(person, assignment_id)
        start = {"site": line.site, "position": line.position, "starts_on": line.starts_on}
        form = Form(AssignmentForm, start=start)
        return await _place_form(request, "assignment", form, person, by, assignment=line)

    @post("/assignments/{assignment_id:int}")
    async def correct_assignment(
        self, request: PageRequest, person_id: Id, assignment_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        form = Form(AssignmentForm, posted)
        if wish := form.value:
            try:
                await actions.correct_assignment(
                    person_id,
                    assignment_id,
                    site=wish.site,
                    position=wish.position,
                    starts_on=wish.starts_on,
                    by=by,
                    today=today,
                )
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _back(person_id, say("The assignment is corrected."))
        person = await queries.person(person_id, by=by, today=today)
        line = _line(person, assignment_id)
        return await _place_form(request, "assignment", form, person, by, assignment=line, status=422)

    @get("/departure")
    async def departing(self, request: PageRequest, person_id: Id, by: By, today: Today) -> Template:
        person = await queries.person(person_id, by=by, today=today)
        return _departure_form(request, Form(DepartureForm, start={"last_day": today}), person)

    @post("/departure")
    async def leave(
        self, request: PageRequest, person_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        form = Form(DepartureForm, posted)
        if wish := form.value:
            try:
                async with transaction():
                    await actions.leave(person_id, last_day=wish.last_day, reason=wish.reason, by=by, today=today)
                    freed = await enrolments.free_seats_of_leavers(by=by, today=today, person=person_id)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _back(person_id, _departed(wish.last_day, freed), undo="departure/reversal")
        person = await queries.person(person_id, by=by, today=today)
        return _departure_form(request, form, person, status=422)

    @post("/departure/reversal")
    async def undo_departure(self, person_id: Id, by: By, today: Today) -> Redirect:
        await actions.undo_departure(person_id, by=by, today=today)
        lost = await lost_by_leaving(person_id, today=today)
        return _back(person_id, _stays(lost))

    @get("/return")
    async def returning(self, request: PageRequest, person_id: Id, by: By, today: Today) -> Template:
        person = await queries.person(person_id, by=by, today=today)
        start = {"site": person.site, "position": person.position, "starts_on": today}
        return await _place_form(request, "return", Form(PlaceForm, start=start), person, by)

    @post("/return")
    async def rehire(
        self, request: PageRequest, person_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        form = Form(PlaceForm, posted)
        if wish := form.value:
            try:
                await actions.rehire(
                    person_id, site=wish.site, position=wish.position, starts_on=wish.starts_on, by=by, today=today
                )
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _back(person_id, say("Back from {day} on.", day=wish.starts_on))
        person = await queries.person(person_id, by=by, today=today)
        return await _place_form(request, "return", form, person, by, status=422)


def _line(person: PersonPage, assignment_id: int) -> AssignmentLine:
    for line in person.assignments:
        if line.id == assignment_id:
            return line
    raise Missing("assignment")


async def _place_form(
    request: PageRequest,
    name: str,
    form: Form[PlaceForm] | Form[AssignmentForm],
    person: PersonPage,
    by: By,
    *,
    assignment: AssignmentLine | None = None,
    status: int = 200,
) -> Template:
    return page(
        request,
        f"office/people/{name}",
        status=status,
        form=form,
        person=person,
        assignment=assignment,
        undo_objections=rules.objections_to_undoing_move(person.assignments, left_on=person.left_on),
        sites=await places.site_choices(by=by),
        positions=await places.position_choices(),
    )


def _departed(last_day: date, freed: int) -> Message:
    if not freed:
        return say("Recorded: their last day is {day}.", day=last_day)
    return says(
        "Recorded: their last day is {day}. {count} seat is free again.",
        "Recorded: their last day is {day}. {count} seats are free again.",
        freed,
        day=last_day,
    )


def _stays(lost: int) -> Message:
    if not lost:
        return say("The departure is taken back: they are where they were.")
    return says(
        "The departure is taken back: they are where they were. {count} seat they gave up is to be taken anew.",
        "The departure is taken back: they are where they were. {count} seats they gave up are to be taken anew.",
        lost,
    )


def _departure_form(request: PageRequest, form: Form[DepartureForm], person: PersonPage, status: int = 200) -> Template:
    return page(request, "office/people/departure", status=status, form=form, person=person)


def _back(person_id: int, message: Message, *, undo: str = "") -> Redirect:
    there = f"/people/{person_id}"
    told = flash(message, undo=f"{there}/{undo}" if undo else "")
    return Redirect(there, status_code=303, cookies=[told])

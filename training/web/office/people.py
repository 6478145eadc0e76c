"""/people: who works here and who did; one page a person."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from training.access import Permission
from training.certificates import queries as certificates
from training.certificates.rules import Standing
from training.completion import queries as completion
from training.enrolments import queries as enrolments
from training.enrolments.rules import ATTENDANCE_WORDS
from training.errors import Refused
from training.journal import queries as journal
from training.people import actions, directory, places, queries
from training.people.details import Details
from training.people.directory import Sort, State
from training.people.rules import IdentityKind, looks_like_number
from training.sessions.rules import STAGE_WORDS, stage
from training.web.kit.forms import Form, read_query
from training.web.kit.handlers import By, Id, PageRequest, Posted, Today
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.web.kit.templates import with_query
from training.words import say

PAGE = 50
ENTRIES = 20
OVER = {Standing.REVOKED, Standing.SUPERSEDED}
WHOLE_NUMBER = say("Search for the first or last digits: whole numbers of people do not belong in an address.")

Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class Filters(msgspec.Struct):
    q: Annotated[str, msgspec.Meta(max_length=60)] = ""
    site: list[Number] = []
    position: list[Number] = []
    state: State = State.EMPLOYED
    employer: Annotated[str, msgspec.Meta(max_length=100)] = ""
    sort: Sort = Sort.NAME
    after: Number = 0
    before: Number = 0

    def asked(self) -> directory.Filters:
        return directory.Filters(
            q=self.q,
            sites=tuple(self.site),
            positions=tuple(self.position),
            state=self.state,
            employer=self.employer,
            sort=self.sort,
        )


class DetailsForm(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(max_length=100)]
    pinyin: Annotated[str, msgspec.Meta(max_length=200)] = ""
    staff_number: Annotated[str, msgspec.Meta(max_length=40)] = ""
    sex: Annotated[str, msgspec.Meta(pattern="^[mf]?$")] = ""
    identity_kind: IdentityKind = IdentityKind.NONE
    identity_number: Annotated[str, msgspec.Meta(max_length=40)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    hired_on: date | None = None
    employer: Annotated[str, msgspec.Meta(max_length=100)] = ""
    remark: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    without_phone: bool = False

    def details(self) -> Details:
        return Details(**{name: getattr(self, name) for name in DetailsForm.__struct_fields__})


class HiringForm(DetailsForm):
    site: Number | None = None
    position: Number | None = None


class CorrectionForm(DetailsForm):
    mark: Annotated[str, msgspec.Meta(max_length=64)] = ""


class ReasonForm(msgspec.Struct):
    reason: Annotated[str, msgspec.Meta(max_length=200)]


class PeopleController(Controller):
    path = "/people"
    opt = needs(Permission.SEE_PEOPLE)

    @get()
    async def index(self, request: PageRequest, by: By, today: Today) -> Template | Redirect:
        filters = read_query(Filters, request.query_params)
        whole_number = looks_like_number(filters.q)
        without_it = f"/people{with_query(request.query_params, q='')}"
        if whole_number and not request.htmx:
            return Redirect(without_it, status_code=303, cookies=[flash(WHOLE_NUMBER, tint="warn")])
        query = dict(request.query_params.items())
        if whole_number:
            filters.q = query["q"] = ""
        found = await directory.people(
            filters.asked(), by=by, today=today, after=filters.after, before=filters.before, limit=PAGE
        )
        shown = page(
            request,
            "office/people/index",
            parts=("people",),
            found=found,
            filters=filters,
            sites=await places.site_choices(by=by),
            positions=await places.position_choices(),
            employers=await directory.employers(by=by, today=today),
            own_staff=directory.OWN_STAFF,
            whole_number=WHOLE_NUMBER if whole_number else None,
            query=query if whole_number else request.query_params,
            today=today,
        )
        if whole_number:
            shown.headers["HX-Push-Url"] = without_it
        return shown

    @get("/new", opt=needs(Permission.CHANGE_PEOPLE))
    async def new(self, request: PageRequest, by: By, today: Today) -> Template:
        start = {"identity_kind": IdentityKind.RESIDENT_ID, "hired_on": today}
        return await self._hiring(request, Form(HiringForm, start=start), by, today)

    @post(opt=needs(Permission.CHANGE_PEOPLE))
    async def add(self, request: PageRequest, posted: Posted, by: By, today: Today) -> Template | Redirect:
        form = Form(HiringForm, posted)
        if wish := form.value:
            try:
                details = wish.details()
                if not wish.identity_number:  # a kind is chosen from the start
                    details = replace(details, identity_kind=IdentityKind.NONE)
                person = await actions.hire(details, site=wish.site, position=wish.position, by=by, today=today)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                told = flash(say("{name} is added.", name=wish.name))
                return Redirect(f"/people/{person}", status_code=303, cookies=[told])
        return await self._hiring(request, form, by, today, status=422)

    @get("/{person_id:int}")
    async def show(self, request: PageRequest, person_id: Id, by: By, today: Today) -> Template:
        return await self._show(request, person_id, by, today)

    @get("/{person_id:int}/details", opt=needs(Permission.CHANGE_PEOPLE))
    async def edit(self, request: PageRequest, person_id: Id, by: By, today: Today) -> Template:
        person = await queries.person(person_id, by=by, today=today)
        kept = {name: getattr(person, name) for name in queries.DETAILS}
        return await self._details(request, Form(CorrectionForm, start=kept), person_id, by, today)

    @post("/{person_id:int}/details", opt=needs(Permission.CHANGE_PEOPLE))
    async def correct(
        self, request: PageRequest, person_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        form = Form(CorrectionForm, posted)
        if wish := form.value:
            try:
                await actions.correct(person_id, wish.details(), mark=wish.mark, by=by, today=today)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                told = flash(say("The details are corrected."))
                return Redirect(f"/people/{person_id}", status_code=303, cookies=[told])
        return await self._details(request, form, person_id, by, today, status=422)

    @post("/{person_id:int}/identity", opt=needs(Permission.REVEAL_NUMBERS))
    async def reveal_identity(
        self, request: PageRequest, person_id: Id, posted: Posted, by: By, today: Today
    ) -> Template:
        return await self._reveal(request, "identity", person_id, posted, by, today)

    @post("/{person_id:int}/phone", opt=needs(Permission.REVEAL_NUMBERS))
    async def reveal_phone(self, request: PageRequest, person_id: Id, posted: Posted, by: By, today: Today) -> Template:
        return await self._reveal(request, "phone", person_id, posted, by, today)

    async def _reveal(
        self, request: PageRequest, what: str, person_id: int, posted: Posted, by: By, today: Today
    ) -> Template:
        """The page again, with one number in the clear: at no address, so that it is nowhere but on the screen."""
        form, clear = Form(ReasonForm, posted), ""
        reveal = {"identity": actions.reveal_identity, "phone": actions.reveal_phone}[what]
        if wish := form.value:
            try:
                clear = await reveal(person_id, reason=wish.reason, by=by, today=today)
            except Refused as refusal:
                form.refuse(refusal)
        status = 200 if clear else 422
        return await self._show(
            request, person_id, by, today, revealed={what: clear}, asked=what, form=form, status=status
        )

    async def _show(
        self,
        request: PageRequest,
        person_id: int,
        by: By,
        today: Today,
        *,
        revealed: dict[str, str] | None = None,
        asked: str = "",
        form: Form[ReasonForm] | None = None,
        status: int = 200,
    ) -> Template:
        person = await queries.person(person_id, by=by, today=today)
        sees_journal = by.may(Permission.SEE_JOURNAL)
        entries = await journal.entries(subject="person", subject_id=person_id, limit=ENTRIES) if sees_journal else []
        recorded = await certificates.of_people([person_id])
        types = await certificates.types({one.type for one in recorded}) if recorded else {}
        held = certificates.judged(recorded, types, today)
        trained = await enrolments.of_person(person_id, by=by, today=today)
        return page(
            request,
            "office/people/show",
            parts=("facts",),
            status=status,
            person=person,
            held=[one for one in held if one.judgement.standing not in OVER],
            over=[one for one in held if one.judgement.standing in OVER],
            trained=trained,
            done=await completion.completed([one.enrolment for one in trained]),
            stages={one.enrolment: stage(one, today=today) for one in trained},
            stage_words=STAGE_WORDS,
            attendance_words=ATTENDANCE_WORDS,
            entries=entries,
            revealed=revealed or {},
            asked=asked,
            form=form or Form(ReasonForm),
            today=today,
        )

    async def _hiring(
        self, request: PageRequest, form: Form[HiringForm], by: By, today: Today, status: int = 200
    ) -> Template:
        offered = await _offered(by, today)
        return page(request, "office/people/new", status=status, form=form, today=today, **offered)

    async def _details(
        self, request: PageRequest, form: Form[CorrectionForm], person_id: int, by: By, today: Today, status: int = 200
    ) -> Template:
        person = await queries.person(person_id, by=by, today=today)
        form.typed["mark"] = person.mark
        employers = await directory.employers(by=by, today=today)
        return page(request, "office/people/details", status=status, form=form, person=person, employers=employers)


async def _offered(by: By, today: Today) -> dict[str, Any]:
    """What the forms about a person let choose from."""
    return {
        "sites": await places.site_choices(by=by),
        "positions": await places.position_choices(),
        "employers": await directory.employers(by=by, today=today),
    }

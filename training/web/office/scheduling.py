"""/sessions/new: a session of what most people need, with everybody chosen enrolled in one go."""

from collections import Counter
from datetime import time
from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template
from multidict import MultiMapping

from training.access import Permission
from training.courses import queries as courses
from training.courses.queries import CourseLine
from training.enrolments import actions, candidates
from training.enrolments import queries as enrolments
from training.errors import Refused
from training.people.queries import PersonSeen
from training.renewals import queries as renewals
from training.renewals.queries import HORIZON, Filters
from training.sessions import queries as sessions
from training.sessions.rules import likely_day
from training.web.kit.forms import Form
from training.web.kit.handlers import By, PageRequest, Posted, Today
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.web.office.enrolments import outcome_page
from training.web.office.sessions import Number, PlanForm, started
from training.words import says

USUAL_SEATS = 24


class Wish(msgspec.Struct):
    """What a new session is to be of and for: people by themselves, as holders of certificates, or by site."""

    course: Number | None = None
    people: list[Number] = []
    chosen: list[Number] = []
    sites: list[Number] = []
    back: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class SchedulingController(Controller):
    path = "/sessions"
    opt = needs(Permission.CHANGE_TRAINING)

    @get("/new")
    async def new(self, request: PageRequest, by: By, today: Today) -> Template:
        return await self._form(request, _wish(request.query_params), by, today)

    @post("/new")
    async def new_for(self, request: PageRequest, posted: Posted, by: By, today: Today) -> Template:
        """The same page for people chosen in a list, who may be too many for an address."""
        return await self._form(request, _wish(posted), by, today)

    @post()
    async def schedule(self, request: PageRequest, posted: Posted, by: By, today: Today) -> Template | Redirect:
        wish, form = _wish(posted), Form(PlanForm, posted)
        if wish.course and (plan := form.value):
            try:
                people = await _people(wish, by, today)
                outcome = await actions.schedule_and_enrol(plan.plan(wish.course), people=people, by=by, today=today)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                address = f"/sessions/{outcome.session}"
                if outcome.skipped:
                    return await outcome_page(request, outcome, address)
                told = says(
                    "The session is scheduled, and {count} person is enrolled.",
                    "The session is scheduled, and {count} people are enrolled.",
                    len(outcome.seats),
                )
                return Redirect(address, status_code=303, cookies=[flash(told)])
        return await self._form(request, wish, by, today, form=form, status=422)

    async def _form(
        self,
        request: PageRequest,
        wish: Wish,
        by: By,
        today: Today,
        *,
        form: Form[PlanForm] | None = None,
        status: int = 200,
    ) -> Template:
        held = await enrolments.holdings(wish.chosen)
        people = await candidates.chosen([*wish.people, *(person for person, _ in held)], by=by, today=today)
        offered = await _offered(by, today)
        course = _course(wish, offered, Counter(type_ for _, type_ in held))
        places, trainers = await sessions.used_before()
        of_type = Filters(types=frozenset({course.leads_to}), planned=False) if course and course.leads_to else None
        return page(
            request,
            "office/sessions/new",
            status=status,
            offered=offered,
            course=course,
            people=people,
            chosen_sites=[str(site) for site in wish.sites],
            sites=await renewals.by_site(of_type, by=by, today=today) if of_type and not people else [],
            horizon=HORIZON,
            form=form or await _likely(course, people, today),
            examiners=[(one.id, one.name) for one in await sessions.examiners()],
            places=places,
            trainers=trainers,
        )


def _wish(fields: MultiMapping[Any]) -> Wish:
    """What is asked for, whole: a list is never cut short."""
    return Form(Wish, fields).value or Wish()


async def _people(wish: Wish, by: By, today: Today) -> list[int]:
    """Everybody to enrol: those chosen by name, and those of the chosen sites who must renew what it leads to."""
    course = await courses.course(wish.course or 0, today=today)
    if not wish.sites or course.leads_to is None:
        return wish.people
    asked = Filters(types=frozenset({course.leads_to}), sites=frozenset(wish.sites), planned=False)
    due = [person for _, person, _ in await renewals.concerned(asked, by=by, today=today)]
    return list(dict.fromkeys([*wish.people, *due]))


async def _offered(by: By, today: Today) -> list[tuple[CourseLine, int]]:
    """The courses that are taught with the number of people who need them, most needed first."""
    needed = await renewals.by_type(Filters(planned=False), by=by, today=today)
    taught = [course for course in await courses.catalogue(today=today) if course.active]
    return sorted(
        ((course, needed.get(course.leads_to, 0) if course.leads_to else 0) for course in taught),
        key=lambda offer: -offer[1],
    )


def _course(wish: Wish, offered: list[tuple[CourseLine, int]], types: Counter[int]) -> CourseLine | None:
    """The course asked for, else the one that most of the chosen certificates need, else the most needed one."""
    by_id = {course.id: course for course, _ in offered}
    if wish.course in by_id:
        return by_id[wish.course]
    if leading := [course for course, _ in offered if course.leads_to in types]:
        return max(leading, key=lambda course: types[course.leads_to or 0])
    return offered[0][0] if offered else None


async def _likely(course: CourseLine | None, people: list[PersonSeen], today: Today) -> Form[PlanForm]:
    """The form filled with what is likely: times, place, trainer and seats as last time, in two weeks."""
    last = await sessions.latest(course.id) if course else None
    start = started(last) if last else {"starts_at": time(9), "ends_at": time(17), "seats": USUAL_SEATS}
    seats = max(last.seats if last else USUAL_SEATS, len(people))
    return Form(
        PlanForm, start={**start, "starts_on": likely_day(today), "ends_on": None, "seats": seats, "remark": ""}
    )

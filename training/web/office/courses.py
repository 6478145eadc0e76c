"""/courses: what is taught, and what each course asks of those who take it."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from training.access import Permission
from training.courses import actions, queries
from training.courses.rules import KIND_WORDS, PART_WORDS, Kind, Outline, Part, class_hours, minutes_of
from training.errors import Refused
from training.sessions import queries as sessions
from training.web.kit.forms import Form
from training.web.kit.handlers import By, Id, PageRequest, Posted, Today
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.words import say

WORDS: dict[str, Any] = {"kind_words": KIND_WORDS, "part_words": PART_WORDS, "hours": class_hours}
Mark = Annotated[int, msgspec.Meta(ge=1, le=100)]


class CourseForm(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(max_length=100)]
    kind: Kind
    hours: Annotated[float, msgspec.Meta(ge=0, le=1333)]
    name_en: Annotated[str, msgspec.Meta(max_length=150)] = ""
    leads_to: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] | None = None
    theory: Mark | None = None
    practical: Mark | None = None
    summary: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    active: bool = False

    def outline(self) -> Outline:
        marks = {Part.THEORY: self.theory, Part.PRACTICAL: self.practical}
        return Outline(
            name=self.name,
            name_en=self.name_en,
            kind=self.kind,
            leads_to=self.leads_to,
            minutes=minutes_of(self.hours),
            pass_marks={part: mark for part, mark in marks.items() if mark is not None},
            summary=self.summary,
            active=self.active,
        )


class CoursesController(Controller):
    path = "/courses"
    opt = needs(Permission.SEE_TRAINING)

    @get()
    async def index(self, request: PageRequest, today: Today) -> Template:
        lines = await queries.catalogue(today=today)
        ahead = await sessions.counts_ahead(today=today)
        return page(request, "office/courses/index", lines=lines, ahead=ahead, **WORDS)

    @get("/new", opt=needs(Permission.CHANGE_TRAINING))
    async def new(self, request: PageRequest) -> Template:
        return await self._form(request, Form(CourseForm, start={"kind": Kind.SKILL_CLASS, "active": True}))

    @post(opt=needs(Permission.CHANGE_TRAINING))
    async def add(self, request: PageRequest, posted: Posted, by: By) -> Template | Redirect:
        form = Form(CourseForm, posted)
        if wish := form.value:
            try:
                course = await actions.add(wish.outline(), by=by)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return Redirect(f"/courses/{course}", status_code=303, cookies=[flash(say("The course is added."))])
        return await self._form(request, form, status=422)

    @get("/{course_id:int}")
    async def show(self, request: PageRequest, course_id: Id, today: Today) -> Template:
        course = await queries.course(course_id, today=today)
        ahead = await sessions.upcoming(today=today, course=course_id)
        over = await sessions.past(today=today, course=course_id, limit=10)
        return page(request, "office/courses/show", course=course, ahead=ahead, over=over, today=today, **WORDS)

    @get("/{course_id:int}/edit", opt=needs(Permission.CHANGE_TRAINING))
    async def edit(self, request: PageRequest, course_id: Id, today: Today) -> Template:
        course = await queries.course(course_id, today=today)
        marks = {part.part.value: part.pass_mark for part in course.parts}
        start = {
            "name": course.name.zh,
            "name_en": course.name.en if course.name.en != course.name.zh else "",
            "kind": course.kind,
            "leads_to": course.leads_to,
            "hours": f"{class_hours(course.minutes):g}",
            "summary": course.summary,
            "active": course.active,
            **marks,
        }
        return await self._form(request, Form(CourseForm, start=start), course=course)

    @post("/{course_id:int}", opt=needs(Permission.CHANGE_TRAINING))
    async def change(
        self, request: PageRequest, course_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        course = await queries.course(course_id, today=today)
        form = Form(CourseForm, posted)
        if wish := form.value:
            try:
                await actions.change(course_id, wish.outline(), by=by, today=today)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                told = flash(say("The course is changed."))
                return Redirect(f"/courses/{course_id}", status_code=303, cookies=[told])
        return await self._form(request, form, course=course, status=422)

    async def _form(
        self,
        request: PageRequest,
        form: Form[CourseForm],
        *,
        course: queries.CourseLine | None = None,
        status: int = 200,
    ) -> Template:
        types = await queries.certificate_types(chosen=course.leads_to if course else None)
        return page(
            request,
            "office/courses/form",
            status=status,
            form=form,
            course=course,
            types=types,
            kinds=list(KIND_WORDS.items()),
        )

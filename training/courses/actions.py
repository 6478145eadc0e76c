"""What HR does with courses."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from asyncpg import UniqueViolationError

from training.access import COMMAND_LINE, Actor
from training.certificates.tables import CertificateType
from training.courses import queries, rules
from training.courses.reference import built_in_courses
from training.courses.rules import BEGINNING, Outline, Part
from training.courses.tables import Course, ExamPart
from training.db import transaction
from training.errors import Missing, Refused
from training.journal import actions as journal
from training.words import say


async def add(outline: Outline, *, by: Actor) -> int:
    """Put a course into the catalogue; its id. Raises Refused with every objection."""
    with _named_once(outline):
        return await _add(outline, by=by)


async def _add(outline: Outline, *, by: Actor) -> int:
    async with transaction():
        await _check(outline, own_id=None)
        rows = await Course.insert(Course(_columns(outline))).returning(Course.id)
        course: int = rows[0]["id"]
        await _ask(course, outline.pass_marks, effective_from=BEGINNING)
        await journal.note(by, "course.added", course)
    return course


async def change(course: int, outline: Outline, *, by: Actor, today: date) -> None:
    """Change a course. A changed pass mark is asked of sessions that start today or later. Raises Missing, Refused."""
    with _named_once(outline):
        await _change(course, outline, by=by, today=today)


async def _change(course: int, outline: Outline, *, by: Actor, today: date) -> None:
    async with transaction():
        if not await Course.raw("SELECT id FROM course WHERE id = {} FOR UPDATE", course):
            raise Missing(f"course {course}")
        await _check(outline, own_id=course)
        await Course.update(_columns(outline)).where(Course.id == course)
        before = {part.part: part.pass_mark for part in await queries.parts_asked(course, on=today)}
        wanted = {part: outline.pass_marks.get(part, 0) for part in Part}
        changed = {part: mark for part, mark in wanted.items() if mark != before.get(part, 0)}
        await _ask(course, changed, effective_from=today)
        await journal.note(by, "course.changed", course, pass_marks={str(part): mark for part, mark in changed.items()})


async def load_reference(*, by: Actor = COMMAND_LINE) -> int:
    """Add the built-in skill classes that are not there yet, and how many that were. What HR changed stays."""
    async with transaction():
        types = {
            row["code"]: row["id"] for row in await CertificateType.select(CertificateType.code, CertificateType.id)
        }
        known = set(await Course.select(Course.code).where(Course.code.is_not_null()).output(as_list=True))
        missing = [built_in for built_in in built_in_courses() if built_in.code not in known]
        for built_in in missing:
            outline = Outline(
                name=built_in.name,
                name_en=built_in.name_en,
                kind=built_in.kind,
                leads_to=types[built_in.leads_to] if built_in.leads_to else None,
                minutes=built_in.minutes,
                active=built_in.active,
            )
            rows = await Course.insert(Course({Course.code: built_in.code, **_columns(outline)})).returning(Course.id)
            await _ask(rows[0]["id"], built_in.pass_marks, effective_from=BEGINNING)
        if missing:
            await journal.note(by, "course.reference_loaded", None, count=len(missing))
    return len(missing)


@contextmanager
def _named_once(outline: Outline) -> Iterator[None]:
    """Somebody else may take the name between our look and our write: then the database says so."""
    try:
        yield
    except UniqueViolationError:
        raise Refused(say("Another course is already called {name}.", name=outline.name)) from None


async def _check(outline: Outline, *, own_id: int | None) -> None:
    namesake = await Course.select(Course.id).where(Course.name == outline.name.strip()).first()
    objections = rules.objections_to_course(
        name=outline.name,
        minutes=outline.minutes,
        pass_marks=outline.pass_marks,
        name_taken=namesake is not None and namesake["id"] != own_id,
    )
    if outline.leads_to is not None and not await CertificateType.exists().where(
        CertificateType.id == outline.leads_to
    ):
        objections.append(say("Choose a certificate type from the list."))
    if objections:
        raise Refused(*objections)


def _columns(outline: Outline) -> dict[Any, Any]:
    return {
        Course.name: outline.name.strip(),
        Course.name_en: outline.name_en.strip(),
        Course.kind: str(outline.kind),
        Course.leads_to: outline.leads_to,
        Course.minutes: outline.minutes,
        Course.summary: outline.summary.strip(),
        Course.active: outline.active,
    }


async def _ask(course: int, pass_marks: Mapping[Part, int], *, effective_from: date) -> None:
    for part, mark in pass_marks.items():
        await ExamPart.raw(
            "INSERT INTO exam_part (course, part, effective_from, pass_mark) VALUES ({}, {}, {}, {})"
            " ON CONFLICT (course, part, effective_from) DO UPDATE SET pass_mark = EXCLUDED.pass_mark",
            course,
            str(part),
            effective_from,
            mark,
        )

"""Courses as pages and other rooms ask for them."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from training.certificates.tables import CertificateType
from training.courses.rules import Kind, Part, asked_on
from training.courses.tables import Course, ExamPart
from training.errors import Missing
from training.words import Named

COURSES = """
SELECT c.id, c.code, c.name, c.name_en, c.kind, c.minutes, c.summary, c.active,
       c.leads_to, t.code AS type_code, t.name_zh AS type_zh, t.name_en AS type_en,
       (
           SELECT json_agg(json_build_array(e.part, greatest(e.effective_from, '0001-01-01'), e.pass_mark))
           FROM exam_part e
           WHERE e.course = c.id
       ) AS parts
FROM course c
LEFT JOIN certificate_type t ON t.id = c.leads_to
WHERE {} OR c.id = ANY({})
ORDER BY c.active DESC, c.id
"""

TYPES = """
SELECT id, name_zh, name_en
FROM certificate_type
WHERE active OR id = {}
ORDER BY category, id
"""


@dataclass(frozen=True, slots=True)
class Examined:
    """One exam part of a course, from a day on."""

    part: Part
    effective_from: date
    pass_mark: int


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course with what it asks today, and the certificate type it leads to (None: to none)."""

    id: int
    code: str | None
    name: Named
    kind: Kind
    minutes: int
    summary: str
    active: bool
    leads_to: int | None
    type_code: str | None
    type_name: Named | None
    parts: tuple[Examined, ...]


async def catalogue(*, today: date) -> list[CourseLine]:
    """Every course, those still taught first."""
    return await _courses([], every=True, day=today)


async def course(course_id: int, *, today: date) -> CourseLine:
    """One course with what it asks of sessions that start today. Raises Missing."""
    if not (found := await _courses([course_id], every=False, day=today)):
        raise Missing(f"course {course_id}")
    return found[0]


async def certificate_types(*, chosen: int | None = None) -> list[tuple[int, Named]]:
    """The types a course may lead to, as (id, name): those in use, and the one already chosen."""
    rows = await CertificateType.raw(TYPES, chosen or 0)
    return [(row["id"], Named(row["name_zh"], row["name_en"])) for row in rows]


async def parts_asked(course_id: int, *, on: date) -> list[Examined]:
    """The exam parts of a session of this course whose first day is `on`, theory first."""
    return asked_on(on, (await _parts([course_id])).get(course_id, []))


async def parts_of(courses: Collection[int]) -> dict[int, list[Examined]]:
    """All that courses ever asked, for `rules.asked_on`: for lists over sessions of several courses."""
    return await _parts(courses)


def course_name(name: str, name_en: str) -> Named:
    """A course's name in both languages; where no English one is given, the Chinese one."""
    return Named(name, name_en or name)


async def _courses(ids: list[int], *, every: bool, day: date) -> list[CourseLine]:
    rows: list[dict[str, Any]] = await Course.raw(COURSES, every, ids)
    return [
        CourseLine(
            id=row["id"],
            code=row["code"],
            name=course_name(row["name"], row["name_en"]),
            kind=Kind(row["kind"]),
            minutes=row["minutes"],
            summary=row["summary"],
            active=row["active"],
            leads_to=row["leads_to"],
            type_code=row["type_code"],
            type_name=Named(row["type_zh"], row["type_en"]) if row["leads_to"] else None,
            parts=tuple(asked_on(day, _examined(row["parts"]))),
        )
        for row in rows
    ]


def _examined(packed: str | None) -> list[Examined]:
    return [
        Examined(Part(part), date.fromisoformat(since), pass_mark)
        for part, since, pass_mark in json.loads(packed or "[]")
    ]


async def _parts(courses: Collection[int]) -> dict[int, list[Examined]]:
    found: dict[int, list[Examined]] = {}
    for row in await ExamPart.raw(
        "SELECT course, part, effective_from, pass_mark FROM exam_part WHERE course = ANY({})", list(courses)
    ):
        examined = Examined(Part(row["part"]), row["effective_from"], row["pass_mark"])
        found.setdefault(row["course"], []).append(examined)
    return found

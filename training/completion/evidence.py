"""What stands behind a certificate of the company's own training: the session that was completed, and its marks."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from training.completion.tables import Completion
from training.courses.queries import course_name
from training.courses.rules import Part
from training.words import Named

BEHIND = """
    SELECT
        d.completed_on, s.id AS session, c.name, c.name_en, s.starts_on, s.ends_on, s.place,
        (
            SELECT json_object_agg(part, best)
            FROM (
                SELECT m.part, max(m.mark)::text AS best
                FROM mark m
                WHERE m.enrolment = e.id AND NOT EXISTS (SELECT FROM mark later WHERE later.replaces = m.id)
                GROUP BY m.part
            ) marks
        ) AS marks
    FROM completion d
    JOIN enrolment e ON e.id = d.enrolment
    JOIN session s ON s.id = e.session
    JOIN course c ON c.id = s.course
    WHERE d.certificate = {}
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A completed session; `marks` has the best mark of each part that was examined."""

    completed_on: date
    session: int
    course: Named
    starts_on: date
    ends_on: date
    place: str
    marks: dict[Part, Decimal]


async def behind(certificate: int) -> Evidence | None:
    """What a certificate came of; None where it came of no session here. Whoever asks has the certificate in sight."""
    rows = await Completion.raw(BEHIND, certificate)
    if not rows:
        return None
    row = rows[0]
    marks = json.loads(row["marks"] or "{}")
    return Evidence(
        completed_on=row["completed_on"],
        session=row["session"],
        course=course_name(row["name"], row["name_en"]),
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        place=row["place"],
        marks={Part(part): Decimal(mark) for part, mark in sorted(marks.items()) if mark is not None},
    )

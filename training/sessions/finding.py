"""Sessions that a few typed letters may mean: by course, its sound or its initials, by place, by trainer."""

from dataclasses import dataclass
from datetime import date

from training.courses.queries import course_name
from training.db import DB
from training.people.pinyin import sounds_like
from training.words import Named

COURSES = """
    SELECT id, name, name_en
    FROM course
"""

SESSIONS = """
    SELECT s.id, c.name, c.name_en, s.starts_on, s.ends_on, s.place
    FROM session s
    JOIN course c ON c.id = s.course
    WHERE s.cancelled_on IS NULL
      AND (s.course = ANY($1) OR lower(s.place) LIKE $2 OR lower(s.trainer) LIKE $2)
    ORDER BY s.ends_on < $3, abs(s.starts_on - $3), s.id
    LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class FoundSession:
    id: int
    course_name: Named
    starts_on: date
    ends_on: date
    place: str


async def sessions_like(plain: str, *, today: date, limit: int) -> list[FoundSession]:
    """Sessions that are not called off, those ahead first, the nearest first. `plain` is in lower case, unspaced."""
    courses = [row["id"] for row in await DB.rows(COURSES) if sounds_like(plain, row["name"], row["name_en"])]
    literal = plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = await DB.rows(SESSIONS, courses, f"%{literal}%", today, limit)
    return [
        FoundSession(
            row["id"], course_name(row["name"], row["name_en"]), row["starts_on"], row["ends_on"], row["place"]
        )
        for row in rows
    ]

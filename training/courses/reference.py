"""The built-in skill classes, read from `fixtures/reference/courses.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.courses.rules import Kind, Part, minutes_of

REFERENCE = Path(__file__).parents[2] / "fixtures" / "reference"


@dataclass(frozen=True, slots=True)
class BuiltInCourse:
    """One course as shipped. `leads_to` is a certificate type's code, or empty."""

    code: str
    name: str
    name_en: str
    kind: Kind
    leads_to: str
    minutes: int
    pass_marks: dict[Part, int]
    active: bool


def built_in_courses(path: Path = REFERENCE / "courses.toml") -> tuple[BuiltInCourse, ...]:
    """Every built-in course, in the order of the file."""
    return tuple(_course(row) for row in tomllib.loads(path.read_text(encoding="utf-8"))["course"])


def _course(row: dict[str, Any]) -> BuiltInCourse:
    return BuiltInCourse(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        kind=Kind(row["kind"]),
        leads_to=row["leads_to"],
        minutes=minutes_of(row["hours"]),
        pass_marks={Part(part): mark for part, mark in row["parts"].items()},
        active=row["active"],
    )

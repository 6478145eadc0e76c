"""Marks as pages and other rooms ask for them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from training.courses.queries import Examined
from training.courses.rules import Part
from training.exams import rules
from training.exams.rules import Result, Score
from training.exams.tables import Mark

# The entries that count: no other replaces them.
COUNTING = """
SELECT m.id, m.enrolment, m.part, m.attempt, m.mark, m.examined_on, m.replaces, m.reason, m.recorded_at, m.recorded_by
FROM mark m
WHERE m.enrolment = ANY({}) AND NOT EXISTS (SELECT 1 FROM mark n WHERE n.replaces = m.id)
ORDER BY m.enrolment, m.part, m.attempt, m.id
"""

OF_SESSION = """
SELECT m.id, m.enrolment, m.part, m.attempt, m.mark, m.examined_on, m.replaces, m.reason, m.recorded_at, m.recorded_by
FROM mark m
JOIN enrolment e ON e.id = m.enrolment
WHERE e.session = {} AND NOT EXISTS (SELECT 1 FROM mark n WHERE n.replaces = m.id)
ORDER BY m.enrolment, m.part, m.attempt, m.id
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded mark that counts. `reason` says why it replaces an earlier one, where it does."""

    id: int
    enrolment: int
    part: Part
    attempt: int
    mark: Decimal | None
    examined_on: date
    corrected: bool
    reason: str
    recorded_at: datetime
    recorded_by: int | None

    @property
    def score(self) -> Score:
        return Score(self.mark)


async def of_session(session: int) -> dict[int, list[Entry]]:
    """The marks that count of everybody in a session, by enrolment, in order of part and attempt."""
    return _by_enrolment(await Mark.raw(OF_SESSION, session))


async def of_enrolments(enrolments: Collection[int]) -> dict[int, list[Entry]]:
    """The marks that count of these enrolments, by enrolment, in order of part and attempt."""
    return _by_enrolment(await Mark.raw(COUNTING, list(enrolments)))


def results(
    enrolments: Collection[int], parts: Sequence[Examined], entries: Mapping[int, Sequence[Entry]]
) -> dict[int, Result]:
    """The result of each enrolment in a session that asks these parts."""
    return {enrolment: rules.result(parts, entries.get(enrolment, ())) for enrolment in enrolments}


def last_entry(entries: Sequence[Entry], part: Part) -> Entry | None:
    """The entry of a part's latest attempt; None while nothing is entered."""
    return max((entry for entry in entries if entry.part == part), key=lambda entry: entry.attempt, default=None)


def _by_enrolment(rows: Sequence[dict[str, Any]]) -> dict[int, list[Entry]]:
    found: dict[int, list[Entry]] = {}
    for row in rows:
        entry = Entry(
            id=row["id"],
            enrolment=row["enrolment"],
            part=Part(row["part"]),
            attempt=row["attempt"],
            mark=row["mark"],
            examined_on=row["examined_on"],
            corrected=row["replaces"] is not None,
            reason=row["reason"],
            recorded_at=row["recorded_at"],
            recorded_by=row["recorded_by"],
        )
        found.setdefault(entry.enrolment, []).append(entry)
    return found

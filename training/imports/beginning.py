"""What a new installation still lacks before everybody can work with it."""

from dataclasses import dataclass

from training.db import DB

DONE = """
    SELECT
        EXISTS (SELECT FROM person) AS people,
        EXISTS (SELECT FROM certificate) AS certificates,
        EXISTS (SELECT FROM session) AS sessions,
        EXISTS (SELECT FROM account WHERE person IS NOT NULL) AS invited
"""


@dataclass(frozen=True, slots=True)
class Beginning:
    """Which of the first steps are done."""

    people: bool
    certificates: bool
    sessions: bool
    invited: bool

    @property
    def over(self) -> bool:
        return self.people and self.certificates and self.sessions and self.invited


async def beginning() -> Beginning:
    return Beginning(*(await DB.rows(DONE))[0])

"""Whom new rules would touch, and how, before anybody puts them in force."""

from dataclasses import dataclass
from datetime import date

from training.certificates.catalogue import VersionDetails
from training.certificates.clocks import JUDGED, RULE
from training.certificates.rules import Standing
from training.db import DB

WITH_THE_NEW = RULE.replace(
    "FROM rule_version",
    """FROM (
        SELECT
            type, effective_from, validity_months, review_interval_months, renewal_window_days, apply_deadline_days,
            reminder_days, grace_days
        FROM rule_version
        WHERE type <> $2 OR (effective_from <> $3 AND id IS DISTINCT FROM $10)
        UNION ALL
        SELECT $2::integer, $3::date, $4::integer, $5::integer, $6::integer, $7::integer, $8::integer[], $9::integer
    ) rule_version""",
)

CHOSEN = """
chosen AS (
    SELECT c.id
    FROM certificate c
    JOIN person p ON p.id = c.person
    WHERE c.type = $2 AND c.superseded_on IS NULL AND c.revoked_on IS NULL AND (p.left_on IS NULL OR p.left_on >= $1)
)
"""

TOUCHED = f"""
    WITH old AS (
        WITH {RULE}, {CHOSEN}, {JUDGED}
        SELECT * FROM judged
    ), new AS (
        WITH {WITH_THE_NEW}, {CHOSEN}, {JUDGED}
        SELECT * FROM judged
    )
    SELECT old.standing AS before, new.standing AS after, count(*) AS certificates
    FROM old
    JOIN new ON new.id = old.id
    WHERE (old.standing, old.ends_on, old.due_on, old.act_by)
        IS DISTINCT FROM (new.standing, new.ends_on, new.due_on, new.act_by)
    GROUP BY old.standing, new.standing
    ORDER BY old.standing = new.standing, count(*) DESC, old.standing, new.standing
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Touched:
    """So many certificates of one standing that have another under the new rules, or the same on other dates."""

    before: Standing
    after: Standing
    certificates: int


async def touched_by(
    type_: int, version: VersionDetails, *, today: date, instead_of: int | None = None
) -> list[Touched]:
    """What the rules would change as of a day for those who work here, those that change their standing first.

    `instead_of` is the rule version in whose place they come.
    """
    rows = await DB.rows(
        TOUCHED,
        today,
        type_,
        version.effective_from,
        version.validity_months,
        version.review_interval_months,
        version.renewal_window_days,
        version.apply_deadline_days,
        list(version.reminder_days),
        version.grace_days,
        instead_of,
    )
    return [Touched(Standing(row["before"]), Standing(row["after"]), row["certificates"]) for row in rows]

"""What new rules of a type would change, before they are put in force."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from training.certificates.catalogue import VersionDetails
from training.certificates.clocks import JUDGED, RULE
from training.certificates.rules import WORST_FIRST, Standing
from training.db import DB

# The rules on record and, beside them, those that are thought of.
THOUGHT_OF = """
rule_version AS (
    SELECT
        type, effective_from, validity_months, review_interval_months, renewal_window_days, apply_deadline_days,
        grace_days, reminder_days
    FROM public.rule_version
    UNION ALL
    SELECT $2::integer, $3::date, $4::integer, $5::integer, $6::integer, $7::integer, $8::integer, $9::integer[]
)
"""
CHOSEN = """
chosen AS (
    SELECT c.id
    FROM certificate c
    JOIN person p ON p.id = c.person
    WHERE c.type = $2 AND (c.issued_on IS NULL OR c.issued_on <= $1)
        AND (c.revoked_on IS NULL OR c.revoked_on > $1) AND (c.superseded_on IS NULL OR c.superseded_on > $1)
        AND (p.left_on IS NULL OR p.left_on >= $1)
)
"""
STANDINGS = "SELECT id, standing, ends_on, due_on, act_by FROM judged"


@dataclass(frozen=True, slots=True)
class Effect:
    """How many certificates would go from one standing to another on the day. The same twice: only dates move."""

    before: Standing
    after: Standing
    count: int


@dataclass(frozen=True, slots=True)
class Effects:
    """What would change of the certificates that count: the gravest first, then moved dates; and how many stay."""

    changes: tuple[Effect, ...]
    untouched: int


async def effects(type_: int, version: VersionDetails, *, today: date) -> Effects:
    """What these rules would change for the holders of a type, as of a day."""
    plain = version.columns()
    now = await DB.rows(f"WITH {RULE}, {CHOSEN}, {JUDGED} {STANDINGS}", today, type_)
    then = await DB.rows(
        f"WITH {THOUGHT_OF}, {RULE}, {CHOSEN}, {JUDGED} {STANDINGS}",
        today,
        type_,
        version.effective_from,
        plain["validity_months"],
        plain["review_interval_months"],
        plain["renewal_window_days"],
        plain["apply_deadline_days"],
        plain["grace_days"],
        plain["reminder_days"],
    )
    before = {row["id"]: row for row in now}
    moved = Counter(
        (Standing(before[row["id"]]["standing"]), Standing(row["standing"]))
        for row in then
        if tuple(row) != tuple(before[row["id"]])
    )
    changes = [Effect(old, new, count) for (old, new), count in moved.items()]
    return Effects(tuple(sorted(changes, key=_gravest_first)), len(now) - sum(moved.values()))


def _gravest_first(effect: Effect) -> tuple[Any, ...]:
    return effect.before is effect.after, WORST_FIRST.index(effect.after), WORST_FIRST.index(effect.before)

"""Reading the journal, and proving that nothing in it was changed."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from training.journal.tables import Entry
from training.sealing import sign

PAGE = """
    SELECT j.id, j.at, j.account, a.name AS account_name, j.action, j.subject, j.subject_id, j.reason, j.facts
    FROM journal_entry j
    LEFT JOIN account a ON a.id = j.account
    WHERE ({before}::bigint = 0 OR j.id < {before})
      AND ({subject} = '' OR j.subject = {subject})
      AND ({subject_id}::integer = 0 OR j.subject_id = {subject_id})
    ORDER BY j.id DESC
    LIMIT {limit}
"""

# Looked for among the newest only, for a quiet office with many sign-ins must not read the whole journal.
RECENT = """
    SELECT j.id, j.at, j.account, a.name AS account_name, j.action, j.subject, j.subject_id, j.reason, j.facts
    FROM (SELECT * FROM journal_entry ORDER BY id DESC LIMIT 500) j
    LEFT JOIN account a ON a.id = j.account
    WHERE j.action NOT IN ('account.signed_in', 'account.signed_out', 'account.signed_out_everywhere')
    ORDER BY j.id DESC
    LIMIT {}
"""

CHECKED = """
    SELECT id, at, account, action, subject_id, reason, facts, previous, seal
    FROM journal_entry
    WHERE id > {}
    ORDER BY id
    LIMIT 10000
"""


@dataclass(frozen=True, slots=True)
class EntryLine:
    id: int
    at: datetime
    account: int | None
    account_name: str | None
    action: str
    subject: str
    subject_id: int | None
    reason: str
    facts: dict[str, Any]


async def entries(*, subject: str = "", subject_id: int = 0, before: int = 0, limit: int = 50) -> list[EntryLine]:
    """The newest entries first, `limit` of them before the id `before`, of one subject where it is given."""
    sql = PAGE.format(before="{}", subject="{}", subject_id="{}", limit="{}")
    return _lines(await Entry.raw(sql, before, before, subject, subject, subject_id, subject_id, limit))


async def recent(*, limit: int) -> list[EntryLine]:
    """What was done last, newest first, without who came and went."""
    return _lines(await Entry.raw(RECENT, limit))


def _lines(rows: list[dict[str, Any]]) -> list[EntryLine]:
    return [EntryLine(**{**row, "facts": json.loads(row["facts"])}) for row in rows]


def sealed_content(
    at: datetime, account: int | None, action: str, subject_id: int | None, reason: str, facts: str, previous: bytes
) -> bytes:
    """What an entry's seal is made over: every column but the id, in one unambiguous form."""
    parsed = json.loads(facts)
    fields = [at.astimezone(UTC).isoformat(), account, action, subject_id, reason, parsed, previous.hex()]
    return json.dumps(fields, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


async def broken_at() -> int | None:
    """The id of the first entry that was changed, or whose neighbour was added, removed or swapped; None if whole."""
    last, previous = 0, b""
    while rows := await Entry.raw(CHECKED, last):
        for row in rows:
            content = sealed_content(
                row["at"], row["account"], row["action"], row["subject_id"], row["reason"], row["facts"], previous
            )
            if row["previous"] != previous or sign(content) != row["seal"]:
                return int(row["id"])
            last, previous = row["id"], row["seal"]
    return None

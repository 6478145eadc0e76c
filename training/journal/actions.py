"""Writing the journal: noted when it is done, chained when the transaction is about to end."""

import json
from datetime import date

from training.access import Actor
from training.db import before_commit
from training.journal import queries
from training.journal.tables import Entry
from training.sealing import sign

CHAIN_LOCK = 0x6A6F75726E616C  # "journal"; one writer at a time extends the chain

APPEND = """
    INSERT INTO journal_entry (at, account, action, subject, subject_id, reason, facts, previous, seal)
    VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})
"""


async def note(by: Actor, action: str, subject_id: int | None = None, *, reason: str = "", **facts: object) -> None:
    """Put one line in the journal, in the transaction under way; it is lost with it, and only with it.

    `action` is "subject.verb", such as "certificate.revoked". Facts are ids, counts, dates and codes, never names or
    numbers of persons. The chain is extended just before the commit, so that its lock is the last one taken.
    """
    noted = (by.account, action, action.partition(".")[0], subject_id, reason, _canonical(facts))
    await before_commit("journal", _extend_chain, noted)


async def _extend_chain(notes: list[tuple[int | None, str, str, int | None, str, str]]) -> None:
    await Entry.raw("SELECT pg_advisory_xact_lock({})", CHAIN_LOCK)
    rows = await Entry.raw(
        "SELECT clock_timestamp() AS at, (SELECT seal FROM journal_entry ORDER BY id DESC LIMIT 1) AS seal"
    )
    at, previous = rows[0]["at"], rows[0]["seal"] or b""
    for account, action, subject, subject_id, reason, facts in notes:
        seal = sign(queries.sealed_content(at, account, action, subject_id, reason, facts, previous))
        await Entry.raw(APPEND, at, account, action, subject, subject_id, reason, facts, previous, seal)
        previous = seal


def _canonical(facts: dict[str, object]) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(fact: object) -> object:
    if isinstance(fact, date):
        return fact.isoformat()
    if isinstance(fact, set | frozenset | tuple):
        return sorted(fact)
    return str(fact)

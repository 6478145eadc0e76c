"""Whom somebody may ask: the people behind the accounts that keep the records."""

from dataclasses import dataclass

from training.accounts.tables import Account

CONTACTS = """
    SELECT g.role, a.name
    FROM role_grant g
    JOIN account a ON a.id = g.account
    WHERE a.active AND a.password_hash IS NOT NULL AND (
        g.role IN ('hr', 'administrator')
        OR g.role = 'manager' AND EXISTS (
            SELECT 1
            FROM managed_site m
            JOIN assignment w ON w.site = m.site AND w.ends_on IS NULL
            WHERE m.account = a.id AND w.person = {}
        )
    )
    ORDER BY a.id
    LIMIT 60
"""
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Contacts:
    """Names to turn to, a few of each kind: the managers of one's own site, HR, and the administrators."""

    managers: tuple[str, ...]
    hr: tuple[str, ...]
    administrators: tuple[str, ...]


async def contacts(person: int | None) -> Contacts:
    """Whom this employee may ask; without one, HR and the administrators."""
    rows = await Account.raw(CONTACTS, person or 0)

    def those(role: str) -> tuple[str, ...]:
        return tuple(row["name"] for row in rows if row["role"] == role)[:SHOWN]

    return Contacts(those("manager"), those("hr"), those("administrator"))

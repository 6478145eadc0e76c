"""The journal: append-only, each entry chained to the one before it."""

from piccolo.columns import JSONB, Bytea, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table


class Entry(Table, tablename="journal_entry"):
    """Who did what, when, to what, and why. A trigger refuses every change of what is written.

    `account` is plain, not a foreign key, because the journal stands below the room of accounts; accounts are
    never deleted. It is None for the command line. Personal data stays out: facts hold ids, counts and dates.
    """

    id: Serial
    at = Timestamptz(default=None)
    account = Integer(null=True, default=None)
    action = Varchar(length=80, default=None, index=True)
    subject = Varchar(length=40, default=None)
    subject_id = Integer(null=True, default=None)
    reason = Text(default="")
    facts = JSONB(default="{}")
    previous = Bytea(default=None)
    seal = Bytea(default=None)

"""The schedule: what is to be done again and again, how often, and by which function."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from training import settings
from training.access import COMMAND_LINE
from training.accounts import actions as accounts
from training.calendar import day_at
from training.enrolments import actions as enrolments
from training.errors import Refused
from training.journal import queries as journal
from training.words import Message, say, says


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `run` is given the instant and says what it did; what is wrong it raises as Refused."""

    name: str
    every: timedelta
    about: Message
    run: Callable[[datetime], Awaitable[Message]]


async def verify_journal(now: datetime) -> Message:
    """Recompute the journal's chain. Raises Refused at the first entry that was tampered with."""
    broken = await journal.broken_at()
    if broken is not None:
        raise Refused(
            say("The journal was tampered with: entry {entry} does not follow from the one before it.", entry=broken)
        )
    return say("The journal is whole.")


async def forget_sign_ins(now: datetime) -> Message:
    """Drop what is kept of sign-ins that ended long ago: addresses and browsers are personal data."""
    count = await accounts.forget_sign_ins(now=now)
    return says("{count} old sign-in was forgotten.", "{count} old sign-ins were forgotten.", count)


async def free_seats(now: datetime) -> Message:
    """Give back the seats of people who leave before their session ends, however their leaving was recorded."""
    today = day_at(now, settings.current().time_zone)
    count = await enrolments.free_seats_of_leavers(by=COMMAND_LINE, today=today)
    return says("{count} seat of somebody who leaves is free.", "{count} seats of people who leave are free.", count)


JOBS = {
    job.name: job
    for job in (
        Job("journal", timedelta(days=1), say("Verify that nothing in the journal was changed."), verify_journal),
        Job("seats", timedelta(hours=1), say("Free the seats of those who leave."), free_seats),
        Job("sign-ins", timedelta(days=1), say("Forget sign-ins that ended three months ago."), forget_sign_ins),
    )
}

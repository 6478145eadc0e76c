"""/work: the home page of those who watch over others. What needs them first, in numbers that open their lists."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from litestar import get
from litestar.response import Template

from training.access import Permission
from training.certificates import register
from training.imports.beginning import Beginning, beginning
from training.journal import queries as journal
from training.renewals.falling_due import NEAR, SOON, FallingDue, falling_due
from training.sessions import queries as sessions
from training.web.kit.handlers import By, Config, Now, PageRequest, Today
from training.web.kit.languages import spoken
from training.web.kit.pages import page
from training.web.kit.security import needs
from training.web.kit.templates import with_query
from training.words import Message, say

SESSIONS, WAITING, ACTIVITY, SITES = 5, 4, 6, 8

# How the subjects of the journal are shown, and where they have a page of their own.
ICONS = {
    "account": "user-cog",
    "certificate": "award",
    "certificate_type": "badge-check",
    "completion": "circle-check",
    "course": "graduation-cap",
    "enrolment": "calendar-check",
    "file": "paperclip",
    "import": "file-up",
    "mark": "clipboard-check",
    "person": "user-round",
    "position": "hard-hat",
    "session": "calendar-days",
    "site": "building-2",
}
PAGES = {
    "certificate": "/certificates",
    "course": "/courses",
    "import": "/imports",
    "person": "/people",
    "session": "/sessions",
}


class Bar(NamedTuple):
    """One month of the chart; `part` has a seat."""

    label: str
    value: int
    part: int
    tint: str
    href: str


class Step(NamedTuple):
    """One of the first things to do in a new installation."""

    done: bool
    icon: str
    title: Message
    lead: Message
    label: Message
    href: str


@get("/work", opt=needs(Permission.SEE_WORK))
async def work(request: PageRequest, by: By, today: Today, now: Now, settings: Config) -> Template:
    due = await falling_due(by=by, today=today)
    upcoming = await sessions.upcoming(today=today, limit=SESSIONS * 2)
    waits = by.may(Permission.SEE_RESULTS)
    waiting = await sessions.awaiting_results(by=by, today=today) if waits else []
    begun = await beginning()
    steps = first_steps(begun) if by.may(Permission.IMPORT) else ()
    return page(
        request,
        "office/work/index",
        greeting=greeting(now.astimezone(settings.time_zone), by.name),
        today=today,
        nobody=by.sites == frozenset(),
        records=begun.certificates,
        steps=steps,
        first=next((number for number, step in enumerate(steps, start=1) if not step.done), 0),
        due=due,
        bars=list(bars(due)),
        sites=due.sites[:SITES],
        more_sites=max(len(due.sites) - SITES, 0),
        renewals=renewals,
        beyond_30={"due_from": today + SOON + timedelta(days=1), "due_until": today + NEAR},
        upcoming=[line for line in upcoming if line.cancelled_on is None][:SESSIONS],
        unnumbered=await register.unnumbered(by=by, today=today) if by.may(Permission.CHANGE_CERTIFICATES) else None,
        waits=waits,
        waiting=waiting,
        shown=WAITING,
        activity=await journal.recent(limit=ACTIVITY) if by.may(Permission.SEE_JOURNAL) else None,
        icons=ICONS,
        pages=PAGES,
    )


def greeting(moment: datetime, name: str) -> Message:
    """What is said at this time of day."""
    if 5 <= moment.hour < 12:
        return say("Good morning, {name}", name=name)
    if 12 <= moment.hour < 18:
        return say("Good afternoon, {name}", name=name)
    return say("Good evening, {name}", name=name)


def renewals(**filters: object) -> str:
    """The address of the renewals, filtered: the list that makes a number."""
    return f"/renewals{with_query({}, **filters)}".rstrip("?")


def bars(due: FallingDue) -> Iterator[Bar]:
    """What has ended, then each month from this one on."""
    total = due.total
    yield Bar(spoken().words(say("Late")), total.expired, total.expired_scheduled, "bad", renewals(tab="expired"))
    for number, month in enumerate(due.months):
        href = renewals(tab="due", due_from=month.first, due_until=month.last)
        yield Bar(spoken().month(month.last), month.due, month.scheduled, "warn" if number < 2 else "far", href)


def first_steps(begun: Beginning) -> tuple[Step, ...]:
    """The checklist of a new installation; nothing once all of it is done."""
    if begun.over:
        return ()
    return (
        Step(
            begun.people,
            "users",
            say("Import the roster"),
            say("Sites, positions and people, from the list you keep in Excel."),
            say("Import"),
            "/imports",
        ),
        Step(
            begun.certificates,
            "award",
            say("Import the certificates"),
            say("The ledger of what everybody holds; unclear rows are asked about, never guessed."),
            say("Import"),
            "/imports",
        ),
        Step(
            begun.sessions,
            "calendar-plus",
            say("Schedule the first session"),
            say("For those whose certificates end first."),
            say("Schedule a session"),
            "/sessions/new",
        ),
        Step(
            begun.invited,
            "send",
            say("Invite people"),
            say("Everybody can then see on a phone what they hold and what comes next."),
            say("Invite employees"),
            "/accounts/invitations",
        ),
    )

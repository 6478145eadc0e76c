"""The sample company is what `make demo` promises: all of it, alive today, and only into an empty database."""

from collections import Counter
from datetime import timedelta

import pytest

from fixtures.sample_company.sign_ins import SIGN_INS
from tests.make import NOW, TODAY
from training.access import COMMAND_LINE


@pytest.fixture
async def company(db):
    from fixtures.sample_company.loading import load

    await load(TODAY)


async def _count(table, *where):
    return await table.count().where(*where)


async def test_everything_a_company_has_is_there(company):
    from training.accounts.tables import ManagedSite
    from training.certificates.tables import CertificateType
    from training.completion.tables import Completion
    from training.courses.tables import Course
    from training.people.tables import Person, Site

    assert await _count(Site) == 13
    assert 290 <= await _count(Person, Person.left_on.is_null()) <= 320
    assert await _count(CertificateType) == 44
    assert await _count(Course, Course.kind == "skill_class") == 6
    assert await _count(ManagedSite) == 13
    assert await _count(Completion) > 40


async def test_every_standing_that_pages_show_is_there(company):
    from training.certificates import queries
    from training.people.tables import Person

    people = [row["id"] for row in await Person.select(Person.id)]
    held = queries.judged(await queries.of_people(people), await queries.types(), TODAY)
    found = Counter(one.judgement.standing.value for one in held)

    assert (
        min(
            found[name]
            for name in (
                "valid",
                "due",
                "expired",
                "in_process",
                "needs_verification",
                "suspended",
                "superseded",
                "no_expiry",
            )
        )
        > 0
    )
    due = [one.judgement.due_on - TODAY for one in held if one.judgement.standing == "due"]
    assert min(sum(days <= timedelta(days=30) for days in due), sum(timedelta(days=30) < days for days in due)) > 5


async def test_sessions_are_at_every_stage(company):
    from training.sessions.rules import stage
    from training.sessions.tables import Session

    sessions = await Session.objects()

    assert {str(stage(session, today=TODAY)) for session in sessions} == {
        "upcoming",
        "running",
        "awaiting_results",
        "completed",
        "cancelled",
    }
    ahead = [session for session in sessions if session.starts_on > TODAY and not session.cancelled_on]
    assert {0, 1} < {session.seats - session.booked for session in ahead}


async def test_identity_numbers_pass_every_check(company):
    from training.people import queries
    from training.people.tables import Person

    people = [row["id"] for row in await Person.select(Person.id).limit(40)]

    assert [
        warning
        for person in people
        for warning in (await queries.person(person, by=COMMAND_LINE, today=TODAY)).warnings
    ] == []


@pytest.mark.parametrize("offered", SIGN_INS, ids=lambda offered: offered.username)
async def test_every_sign_in_works(company, offered):
    from training.accounts import actions, queries

    opened = await actions.sign_in(
        username=offered.username, password=offered.password, address="127.0.0.1", browser="test", now=NOW
    )
    signed_in = await queries.signed_in(opened.token, now=NOW, today=TODAY)

    assert signed_in is not None
    assert offered.role in signed_in.actor.roles


async def test_it_knows_whether_it_is_there(db):
    from fixtures.sample_company.loading import empty, load, loaded

    before = (await empty(), await loaded())
    await load(TODAY)

    assert (before, await empty(), await loaded()) == ((True, False), False, True)


async def test_it_is_the_same_every_time_and_alive_on_any_day(db):
    from fixtures.sample_company.loading import load
    from training.people.tables import Person

    await load(TODAY + timedelta(days=1000))

    names = await Person.select(Person.name).order_by(Person.staff_number).limit(3).output(as_list=True)
    assert names == ["袁伟", "李伟", "王霞"]

from datetime import date, timedelta

import pytest

from tests import make
from tests.make import TODAY
from training.errors import Missing


@pytest.fixture
def queries(db):
    from training.certificates import queries

    return queries


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("yu", [("yu_fire", "no_expiry")]),
        ("zhou", [("zhou_lv", "valid")]),
        ("wang", [("wang_lv", "due")]),
        ("li", [("li_lv", "expired")]),
        ("ma", [("ma_lv", "needs_verification")]),
        ("chen", [("chen_lift", "due")]),
        ("zheng", [("zheng_lift", "in_process")]),
        ("sun", [("sun_lift", "valid"), ("sun_old", "superseded")]),
        ("maimaiti", [("maimaiti_guard", "suspended")]),
        ("ren", []),
    ],
)
async def test_holdings_of_everybody_in_the_world(world, queries, key, expected):
    held = await queries.holdings_of(getattr(world.people, key), by=world.hr, today=TODAY)

    assert [(one.certificate.id, str(one.judgement.standing)) for one in held] == [
        (getattr(world.certificates, name), standing) for name, standing in expected
    ]


async def test_the_worst_comes_first(world, queries):
    person = world.people.ren
    valid = await make.certificate(person, "FIRST_AID_RC", issued_on=TODAY)
    expired = await make.certificate(person, "HEALTH_WATER", issued_on=date(2020, 1, 1))
    due = await make.certificate(person, "SE_A", expires_on=TODAY + timedelta(days=5))

    held = await queries.holdings_of(person, by=world.hr, today=TODAY)

    assert [one.certificate.id for one in held] == [expired, due, valid]


async def test_on_an_earlier_day_a_later_certificate_is_not_there(world, queries):
    later = await queries.holdings_of(world.people.sun, by=world.hr, today=TODAY)
    earlier = await queries.holdings_of(world.people.sun, by=world.hr, today=date(2026, 10, 1))

    assert [str(one.judgement.standing) for one in later] == ["valid", "superseded"]
    assert [(one.certificate.id, str(one.judgement.standing)) for one in earlier] == [
        (world.certificates.sun_old, "due")
    ]


async def test_who_sees_whose_certificates(world, queries):
    for reader in (world.hr, world.auditor, world.manager):
        assert len(await queries.holdings_of(world.people.wang, by=reader, today=TODAY)) == 1
    for reader in (world.other_manager, world.examiner, world.employee, world.admin):
        with pytest.raises(Missing):
            await queries.holdings_of(world.people.wang, by=reader, today=TODAY)
    assert len(await queries.holdings_of(world.people.yu, by=world.employee, today=TODAY)) == 1


async def test_a_certificate_with_its_history(world, queries):
    page = await queries.certificate(world.certificates.sun_lift, by=world.manager, today=TODAY)

    assert page.person.name == "孙鹏"
    assert page.held.type.code == "SE_A"
    assert [one.certificate.id for one in page.others] == [world.certificates.sun_old]
    with pytest.raises(Missing):
        await queries.certificate(world.certificates.sun_lift, by=world.other_manager, today=TODAY)
    with pytest.raises(Missing):
        await queries.certificate(10**6, by=world.hr, today=TODAY)


async def test_warnings(world, queries):
    from training.certificates.recording import Paper

    guard = await make.certificate_type("SECURITY_GUARD")
    lv = await make.certificate_type("SO_ELEC_LV")

    async def said(paper):
        return [str(message) for message in await queries.warnings(world.people.liu_too, paper)]

    assert await said(Paper(guard, number="京2273941421")) == [
        "Somebody else already holds a certificate of this type with this number."
    ]
    assert await said(Paper(lv, number="京2273941421")) == ["The number does not look like a number of this type."]
    with pytest.raises(Missing):
        await queries.warnings(world.people.liu_too, Paper(10**6))

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests import make
from tests.make import TODAY
from training.errors import Missing, Refused

DAY = timedelta(days=1)


@pytest.fixture
def rooms(db):
    from training.certificates import actions, queries
    from training.certificates.recording import Paper

    class Rooms:
        pass

    rooms = Rooms()
    rooms.actions, rooms.queries, rooms.Paper = actions, queries, Paper
    return rooms


@pytest.fixture
async def lv(world):
    return await make.certificate_type("SO_ELEC_LV")


async def row_of(certificate):
    from training.certificates.tables import Certificate

    return (await Certificate.raw("SELECT * FROM certificate WHERE id = {}", certificate))[0]


async def page_of(rooms, certificate, world):
    return await rooms.queries.certificate(certificate, by=world.hr, today=TODAY)


async def mark_of(rooms, certificate, world):
    return (await page_of(rooms, certificate, world)).held.certificate.mark


async def journal_of(certificate):
    from training.journal.tables import Entry

    rows = await Entry.raw(
        "SELECT action, reason FROM journal_entry WHERE subject = 'certificate' AND subject_id = {} ORDER BY id",
        certificate,
    )
    return [(row["action"], row["reason"]) for row in rows]


async def refused(call) -> list[str]:
    with pytest.raises(Refused) as refusal:
        await call
    return [str(objection) for objection in refusal.value.objections]


async def test_record_keeps_what_is_printed_and_seals_an_identity_number(world, rooms, lv):
    from training.sealing import unseal

    number = await make_number(world.people.zhou)
    paper = rooms.Paper(lv, number=f" t{number.lower()} ", item=" 低压 ", issued_on=date(2026, 11, 1), level="")

    certificate = await rooms.actions.record(world.people.zhou, paper, by=world.hr, today=TODAY)

    row = await row_of(certificate)
    assert row["number"] == f"T{number[:3]}***********{number[-4:]}"
    assert unseal(row["number_sealed"], f"certificate.number:{certificate}") == f"T{number}"
    assert (row["item"], row["recorded_by"], row["expires_on"]) == ("低压", world.hr.account, None)
    assert await journal_of(certificate) == [("certificate.recorded", "")]


async def make_number(person: int) -> str:
    from fixtures.world import identities

    return identities()["zhou"]


async def test_a_newer_certificate_supersedes_the_older(world, rooms, lv):
    paper = rooms.Paper(lv, issued_on=TODAY, expires_on=date(2032, 11, 23))

    newer = await rooms.actions.record(world.people.li, paper, by=world.hr, today=TODAY)

    older = await row_of(world.certificates.li_lv)
    assert (older["superseded_on"], older["superseded_by"]) == (TODAY, newer)
    assert await journal_of(world.certificates.li_lv) == [("certificate.superseded", "")]


async def test_recording_late_equals_recording_on_time(world, rooms):
    fire = await make.certificate_type("INHOUSE_SERVICE")
    papers = [rooms.Paper(fire, issued_on=date(year, 5, 1)) for year in (2018, 2020, 2022, 2024)]

    async def chain(person, order):
        ids = {}
        for index in order:
            ids[index] = await rooms.actions.record(person, papers[index], by=world.hr, today=TODAY)
        found = {}
        for index, certificate in ids.items():
            row = await row_of(certificate)
            newer = next((other for other, id_ in ids.items() if id_ == row["superseded_by"]), None)
            found[index] = (row["superseded_on"], newer)
        return found

    on_time = await chain(world.people.he, (0, 1, 2, 3))
    late = await chain(world.people.ouyang, (3, 0, 2, 1))

    assert (
        late
        == on_time
        == {
            0: (date(2020, 5, 1), 1),
            1: (date(2022, 5, 1), 2),
            2: (date(2024, 5, 1), 3),
            3: (None, None),
        }
    )


async def test_another_item_supersedes_nothing(world, rooms, lv):
    await rooms.actions.record(
        world.people.wang, rooms.Paper(lv, item="别的", issued_on=TODAY), by=world.hr, today=TODAY
    )

    assert (await row_of(world.certificates.wang_lv))["superseded_by"] is None


async def test_record_refuses_another_persons_number(world, rooms, lv):
    paper = rooms.Paper(lv, number=f"T{await make_number(world.people.zhou)}", issued_on=TODAY)

    assert await refused(rooms.actions.record(world.people.wang, paper, by=world.hr, today=TODAY)) == [
        "The identity number in the certificate number is not the holder's."
    ]


async def test_record_refuses_the_same_certificate_twice(world, rooms, lv):
    issued_on = (await row_of(world.certificates.wang_lv))["issued_on"]

    assert await refused(
        rooms.actions.record(world.people.wang, rooms.Paper(lv, issued_on=issued_on), by=world.hr, today=TODAY)
    ) == ["This certificate is already recorded: same person, type, item and issue date."]


async def test_without_an_issue_date_the_number_and_the_end_tell_certificates_apart(world, rooms, lv):
    paper = rooms.Paper(lv, number="A1", expires_on=date(2027, 1, 1))
    await rooms.actions.record(world.people.he, paper, by=world.hr, today=TODAY)
    await rooms.actions.record(world.people.he, replace(paper, number="A2"), by=world.hr, today=TODAY)

    assert await refused(rooms.actions.record(world.people.he, paper, by=world.hr, today=TODAY)) == [
        "This certificate is already recorded: same person, type, item and issue date."
    ]


async def test_record_refuses_whom_and_what_does_not_exist(world, rooms, lv):
    with pytest.raises(Missing):
        await rooms.actions.record(10**6, rooms.Paper(lv), by=world.hr, today=TODAY)
    with pytest.raises(Missing):
        await rooms.actions.record(world.people.he, rooms.Paper(10**6), by=world.hr, today=TODAY)


async def test_record_many_is_all_or_nothing(world, rooms, lv):
    from training.certificates.tables import Certificate

    before = await Certificate.count()
    good = (world.people.he, rooms.Paper(lv, issued_on=date(2026, 1, 1)))
    bad = (world.people.ouyang, rooms.Paper(lv, issued_on=TODAY + DAY))

    assert await refused(rooms.actions.record_many([good, bad], by=world.hr, today=TODAY)) == [
        "The issue date 2026-11-25 is in the future."
    ]
    assert await Certificate.count() == before
    assert len(await rooms.actions.record_many([good, (bad[0], good[1])], by=world.hr, today=TODAY)) == 2
    assert await rooms.actions.record_many([], by=world.hr, today=TODAY) == []


async def test_record_many_refuses_a_certificate_that_is_there_twice(world, rooms, lv):
    paper = rooms.Paper(lv, issued_on=date(2026, 1, 1))

    assert await refused(rooms.actions.record_many([(world.people.he, paper)] * 2, by=world.hr, today=TODAY)) == [
        "This certificate is already recorded: same person, type, item and issue date."
    ]


async def test_correct_changes_what_was_wrong_and_keeps_the_number(world, rooms, lv):
    page = await page_of(rooms, world.certificates.zhou_lv, world)
    shown = page.held.certificate
    paper = rooms.Paper(
        lv,
        number=shown.number,
        issued_on=shown.issued_on,
        expires_on=date(2030, 1, 1),
        reviewed_on=shown.reviewed_on,
    )

    await rooms.actions.correct(
        world.certificates.zhou_lv, paper, reason="看错了", mark=shown.mark, by=world.hr, today=TODAY
    )

    row = await row_of(world.certificates.zhou_lv)
    assert row["expires_on"] == date(2030, 1, 1)
    assert row["number_sealed"] is not None
    assert await journal_of(world.certificates.zhou_lv) == [("certificate.corrected", "看错了")]
    assert await refused(
        rooms.actions.correct(
            world.certificates.zhou_lv, paper, reason="again", mark=shown.mark, by=world.hr, today=TODAY
        )
    ) == ["Somebody changed this certificate meanwhile. Look at it as it is now, then try again."]


async def test_correct_asks_why_and_writes_nothing_when_nothing_changes(world, rooms, lv):
    shown = (await page_of(rooms, world.certificates.liu_guard, world)).held.certificate
    paper = rooms.Paper(shown.type, number=shown.number, issued_on=shown.issued_on, no_expiry=True)

    async def correct(paper, reason):
        await rooms.actions.correct(
            world.certificates.liu_guard, paper, reason=reason, mark=shown.mark, by=world.hr, today=TODAY
        )

    await correct(paper, "nothing")
    assert await journal_of(world.certificates.liu_guard) == []
    assert await refused(correct(replace(paper, level="x"), " ")) == ["Say why: the reason is kept in the journal."]


async def test_correcting_an_issue_date_says_anew_what_replaces_what(world, rooms):
    shown = (await page_of(rooms, world.certificates.sun_lift, world)).held.certificate
    earlier = rooms.Paper(shown.type, number=shown.number, issued_on=date(2010, 1, 1), expires_on=date(2013, 12, 31))

    await rooms.actions.correct(
        world.certificates.sun_lift, earlier, reason="旧证", mark=shown.mark, by=world.hr, today=TODAY
    )

    old = await row_of(world.certificates.sun_old)
    assert (old["superseded_on"], old["superseded_by"]) == (None, None)
    assert (await row_of(world.certificates.sun_lift))["superseded_by"] == world.certificates.sun_old


async def test_a_review_brings_a_certificate_back(world, rooms):
    from training.certificates.rules import Standing

    before = (await page_of(rooms, world.certificates.ma_lv, world)).held.judgement
    await rooms.actions.review(world.certificates.ma_lv, reviewed_on=date(2024, 2, 20), by=world.hr, today=TODAY)
    after = (await page_of(rooms, world.certificates.ma_lv, world)).held.judgement

    assert (before.standing, after.standing) == (Standing.NEEDS_VERIFICATION, Standing.DUE)


@pytest.mark.parametrize(
    ("reviewed_on", "next_review_on", "expected"),
    [
        (TODAY + DAY, None, "2026-11-25 is in the future, so it cannot have happened yet."),
        (date(2021, 2, 28), None, "It cannot be reviewed before it was issued, on 2021-03-01."),
        (date(2024, 2, 1), date(2024, 2, 1), "The next review comes after this one."),
    ],
)
async def test_review_refuses_impossible_days(world, rooms, reviewed_on, next_review_on, expected):
    assert await refused(
        rooms.actions.review(
            world.certificates.ma_lv,
            reviewed_on=reviewed_on,
            next_review_on=next_review_on,
            by=world.hr,
            today=TODAY,
        )
    ) == [expected]


async def test_suspend_and_reinstate(world, rooms):
    certificate = world.certificates.zhou_lv

    await rooms.actions.suspend(certificate, reason="核查", on=TODAY, by=world.hr, today=TODAY)
    suspended = (await page_of(rooms, certificate, world)).held.judgement.standing
    again = await refused(rooms.actions.suspend(certificate, reason="核查", on=TODAY, by=world.hr, today=TODAY))
    await rooms.actions.reinstate(certificate, reason="无误", by=world.hr)
    back = (await page_of(rooms, certificate, world)).held.judgement.standing

    assert (str(suspended), str(back)) == ("suspended", "valid")
    assert again == ["It is already suspended or revoked."]
    assert await refused(rooms.actions.reinstate(certificate, reason="无误", by=world.hr)) == ["It is not suspended."]
    assert await journal_of(certificate) == [
        ("certificate.suspended", "核查"),
        ("certificate.reinstated", "无误"),
    ]


async def test_revoke_keeps_the_certificate_and_lets_the_one_before_stand_for_itself(world, rooms):
    await rooms.actions.revoke(world.certificates.sun_lift, reason="录错", on=TODAY, by=world.hr, today=TODAY)

    assert (await row_of(world.certificates.sun_lift))["revoked_on"] == TODAY
    assert (await row_of(world.certificates.sun_old))["superseded_by"] is None
    assert await refused(
        rooms.actions.revoke(world.certificates.sun_lift, reason="录错", on=TODAY, by=world.hr, today=TODAY)
    ) == ["It is already revoked."]
    assert await journal_of(world.certificates.sun_old) == [("certificate.counts_again", "")]


async def test_what_happens_to_a_certificate_happens_between_its_issue_and_today(world, rooms):
    certificate = world.certificates.ma_lv

    for change in (rooms.actions.suspend, rooms.actions.revoke):
        assert await refused(change(certificate, reason="x", on=TODAY + DAY, by=world.hr, today=TODAY)) == [
            "2026-11-25 is in the future, so it cannot have happened yet."
        ]
        assert await refused(change(certificate, reason="x", on=date(2021, 2, 28), by=world.hr, today=TODAY)) == [
            "It was issued only on 2021-03-01."
        ]
        assert await refused(change(certificate, reason="  ", on=TODAY, by=world.hr, today=TODAY)) == [
            "Say why: the reason is kept in the journal."
        ]


async def test_renewal_under_way_is_started_once_and_stopped(world, rooms):
    certificate = world.certificates.wang_lv

    await rooms.actions.start_renewal(certificate, since=TODAY, by=world.hr, today=TODAY)
    under_way = (await page_of(rooms, certificate, world)).held.judgement.standing

    assert str(under_way) == "in_process"
    assert await refused(rooms.actions.start_renewal(certificate, since=TODAY, by=world.hr, today=TODAY)) == [
        "Its renewal is under way already, or it is no longer the certificate that counts."
    ]
    await rooms.actions.stop_renewal(certificate, reason="退回", by=world.hr)
    assert (await row_of(certificate))["in_process_on"] is None


async def test_a_number_is_revealed_for_a_reason_and_the_journal_knows(world, rooms):
    number = await rooms.actions.reveal_number(world.certificates.zhou_lv, reason="核验", by=world.hr, today=TODAY)

    assert number == f"T{await make_number(world.people.zhou)}"
    assert await journal_of(world.certificates.zhou_lv) == [("certificate.number_revealed", "核验")]
    with pytest.raises(Missing):
        await rooms.actions.reveal_number(
            world.certificates.zhou_lv, reason="核验", by=world.other_manager, today=TODAY
        )
    with pytest.raises(Missing):
        await rooms.actions.revoke(10**6, reason="x", on=TODAY, by=world.hr, today=TODAY)


async def test_nobody_gives_themselves_a_certificate_of_the_company(rooms, world):
    type_ = await make.certificate_type("INHOUSE_SERVICE")
    hr = replace(world.hr, person=world.people.he)
    paper = rooms.Paper(type_, own=True, issued_on=TODAY)

    with pytest.raises(Refused):
        await rooms.actions.record(world.people.he, paper, by=hr, today=TODAY)
    assert await rooms.actions.record(world.people.ouyang, paper, by=hr, today=TODAY)

"""/me: what an employee holds and does next; nobody else's."""

import re
from datetime import timedelta
from typing import NamedTuple

import pytest

from fixtures import rows
from tests import make
from tests.browsing import browser
from tests.counting import counted
from tests.make import NOW, TODAY
from training.access import Role
from training.accounts import queries as accounts
from training.certificates.rules import Judgement, Standing
from training.web.me.answer import answer, elapsed, to_do

DAY = timedelta(days=1)


async def employee(person):
    """The account of somebody, as themselves and nothing else."""
    account = await rows.account(f"me{person}", name="我", roles={Role.EMPLOYEE}, person=person)
    return await accounts.actor_of(account)


async def seen(person, address="/me"):
    async with browser(await employee(person)) as client:
        return await client.get(address)


def hero(page):
    return page.text.partition('<section class="hero"')[2].partition("</section>")[0]


def title(page):
    return re.search(r"<h1>([^<]+)</h1>", hero(page))[1]


def holdings(page):
    """The ids of the certificates shown, in order, with the word of each one's standing."""
    found = re.findall(
        r'<article class="holding">.*?href="/me/certificates/(\d+)".*?<span class="chip[^"]*">.*?</svg>([^<]+)</span>',
        page.text,
        re.DOTALL,
    )
    return [(int(certificate), word) for certificate, word in found]


def training(page):
    card = page.text.partition('id="h-training"')[2].partition("</section>")[0]
    return re.findall(
        r'class="title">([^<]+)<.*?class="sub whole">(.*?)</span>.*?</svg>([^<]+)</span>', card, re.DOTALL
    )


async def test_an_employee_sees_first_that_all_is_well(as_employee, world):
    page = await as_employee.get("/me")

    assert page.status_code == 200
    assert title(page) == "一切正常"
    assert holdings(page) == [(world.certificates.yu_fire, "长期有效")]


async def test_what_ends_soon_comes_with_the_session_that_is_booked(world):
    page = await seen(world.people.wang)

    assert title(page) == "有 1 张证书快到期"
    assert "最迟 2026-12-16" in hero(page)
    assert "低压电工技能培训班" in hero(page)
    assert "已给你留座" in hero(page)
    assert holdings(page) == [(world.certificates.wang_lv, "30 天内到期")]
    assert [(course, word) for course, _, word in training(page)] == [("低压电工技能培训班", "已报名")]


async def test_what_has_ended_comes_with_sessions_that_have_seats(world):
    await make.session(world.electrician_class, starts_on=TODAY + 3 * DAY, cancelled_on=TODAY)
    later = [await make.session(world.electrician_class, starts_on=TODAY + days * DAY, seats=1) for days in (20, 30)]
    await make.enrolment(later[0], world.people.yu)

    page = await seen(world.people.li)

    assert title(page) == "有 1 张证书已过期"
    assert re.findall(r'class="date-tile"><b>(\d+)</b>', hero(page)) == ["8", "24"]
    assert "找人力资源部或项目经理报名" in hero(page)
    assert "<button" not in hero(page)


async def test_without_a_session_the_step_is_written_down_all_the_same(world):
    page = await seen(world.people.chen)

    assert title(page) == "有 1 张证书快到期"
    assert "还没有可报名的班次" in hero(page)


async def test_a_missed_review_asks_for_proof(world):
    page = await seen(world.people.ma)

    assert title(page) == "有 1 张证书待核验"
    assert "拿给人力资源部看" in hero(page)
    assert "复审：逾期" in page.text


async def test_earlier_certificates_are_folded_away(world):
    page = await seen(world.people.sun)

    assert holdings(page) == [(world.certificates.sun_lift, "有效"), (world.certificates.sun_old, "已换新证")]
    assert "1 张旧证书" in page.text


async def test_marks_are_shown_only_once_they_are_submitted(world):
    from training.sessions.tables import Session

    before = training(await seen(world.people.zhou))
    await Session.update({Session.completed_at: NOW}).where(Session.id == world.past_session)
    actor = await accounts.actor_of((await accounts.accounts(q=f"me{world.people.zhou}"))[0].id)
    async with browser(actor) as client:
        after = training(await client.get("/me"))

    assert [(word, "91" in sub) for _, sub, word in before] == [("待录成绩", False)]
    assert [(word, "理论 91 · 实操 85" in sub) for _, sub, word in after] == [("待录成绩", True)]


async def test_who_failed_sees_their_marks_and_so(world):
    from training.sessions.tables import Session

    await Session.update({Session.completed_at: NOW}).where(Session.id == world.past_session)

    assert [(word, "理论 84 · 实操 71" in sub) for _, sub, word in training(await seen(world.people.li))] == [
        ("未合格", True)
    ]


async def test_nothing_on_record_says_what_to_do(world):
    page = await seen(world.people.ren)

    assert holdings(page) == []
    assert "还没有登记你的证书" in page.text
    assert "还没有参加过培训" in page.text


async def test_an_account_of_no_employee_says_so(world):
    async with browser(await make.actor(Role.EMPLOYEE)) as client:
        page = await client.get("/me")

    assert page.status_code == 200
    assert "这个账号没有对应的员工" in page.text


async def test_my_page_is_for_employees(as_manager, as_auditor):
    assert (await as_manager.get("/me")).status_code == 404
    assert (await as_auditor.get("/me")).status_code == 404


async def test_a_certificate_of_ones_own_has_its_page(world):
    page = await seen(world.people.sun, f"/me/certificates/{world.certificates.sun_lift}")

    assert page.status_code == 200
    assert f"/me/certificates/{world.certificates.sun_old}" in page.text
    assert "已换新证" in page.text


async def test_a_certificate_of_somebody_else_is_not_there(as_employee, as_hr, world):
    foreign, nowhere = (f"/me/certificates/{one}" for one in (world.certificates.wang_lv, 2_000_000_000))

    for client in (as_employee, as_hr):
        assert (await client.get(foreign)).status_code == (await client.get(nowhere)).status_code == 404


async def test_an_employee_never_sees_a_whole_number(world):
    from fixtures.world import identities

    number = identities()["wang"]
    for address in ("/me", f"/me/certificates/{world.certificates.wang_lv}"):
        async with browser(await actor_named(world.people.wang)) as client:
            page = await client.get(address)
        assert number not in page.text
        assert f"T{number[:3]}****{number[-4:]}" in page.text


async def actor_named(person):
    known = await accounts.accounts(q=f"me{person}")
    return await accounts.actor_of(known[0].id) if known else await employee(person)


async def test_my_page_asks_eight_questions_at_most_however_much_there_is(world):
    async with browser(await employee(world.people.li)) as client:
        await client.get("/me")  # the first page after signing in also notes when that was
        async with counted() as before:
            await client.get("/me")
        for number in range(3):
            session = await make.session(world.service_class, starts_on=TODAY - (number + 1) * DAY)
            enrolment = await make.enrolment(session, world.people.li)
            await make.mark(enrolment, "theory", 90, examined_on=TODAY - DAY)
            await make.certificate(world.people.li, "SE_A", item=str(number), expires_on=TODAY)
        async with counted() as after:
            await client.get("/me")
        async with counted() as one:
            await client.get(f"/me/certificates/{world.certificates.li_lv}")

    assert len(after) == len(before) <= 8
    assert len(one) == 4


class Paper(NamedTuple):
    issued_on: object


class Held(NamedTuple):
    certificate: Paper
    judgement: Judgement


def held(standing, due=None, issued=None):
    return Held(Paper(issued), Judgement(standing, due, due, due, None, ()))


@pytest.mark.parametrize(
    ("standings", "tint", "title"),
    [
        ([("expired", -1), ("due", 3)], "bad", "1 certificate has ended"),
        ([("expired", -1), ("expired", -9)], "bad", "2 certificates have ended"),
        ([("grace", -1)], "bad", "1 certificate has ended"),
        ([("suspended", 400)], "bad", "1 certificate is suspended"),
        ([("needs_verification", None)], "warn", "1 certificate must be checked"),
        ([("due", 30), ("due", 80)], "warn", "2 certificates are about to end"),
        ([("due", 31)], "soon", "1 certificate is about to end"),
        ([("in_process", 20)], "ok", "You are all right"),
        ([("valid", 200), ("no_expiry", None)], "ok", "You are all right"),
    ],
)
def test_the_answer_is_that_of_the_worst(standings, tint, title):
    given = [held(Standing(one), None if days is None else TODAY + days * DAY) for one, days in standings]

    found = answer(given, today=TODAY)

    assert (found.tint, str(found.title)) == (tint, title)


@pytest.mark.parametrize("standing", Standing)
def test_nothing_is_to_be_done_about_what_is_over_or_holds(standing):
    over = {Standing.REVOKED, Standing.SUPERSEDED, Standing.VALID}

    assert (to_do(held(standing)) is None) == (standing in over | {Standing.GRACE, Standing.DUE, Standing.NO_EXPIRY})


@pytest.mark.parametrize(("issued", "ends", "share"), [(-10, 10, 50), (0, 10, 0), (-10, -1, 100), (5, 9, 0)])
def test_how_much_of_its_time_has_passed(issued, ends, share):
    assert elapsed(held(Standing.VALID, TODAY + ends * DAY, TODAY + issued * DAY), TODAY) == share


def test_without_days_no_time_has_passed():
    assert elapsed(held(Standing.NO_EXPIRY, None, TODAY), TODAY) is None
    assert elapsed(held(Standing.VALID, TODAY, None), TODAY) is None
    assert elapsed(held(Standing.VALID, TODAY, TODAY), TODAY) is None

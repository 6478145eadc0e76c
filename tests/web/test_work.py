"""/work: numbers that need somebody first, within the reader's sites."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fixtures import rows
from tests import make
from tests.browsing import browser
from tests.counting import counted
from training.access import COMMAND_LINE, Role
from training.accounts import queries as accounts
from training.db import transaction
from training.imports.beginning import Beginning
from training.journal import actions as journal
from training.web.office.work import first_steps, greeting, renewals


def tiles(page):
    """Each tile's number and the list it opens, by its icon."""
    found = re.findall(
        r'<a class="tile" href="([^"]+)".*?#([a-z-]+)"/>.*?<span class="value[^>]*>([\d,]+)<', page.text, re.DOTALL
    )
    return {icon: (int(number), href.replace("&amp;", "&")) for href, icon, number in found}


def bars(page):
    """The chart's bars: the list each opens, and its number."""
    found = re.findall(r'<a href="(/renewals[^"]*)" aria-label="(\d+) ', page.text.partition("</svg>\n<div")[0])
    return [(href.replace("&amp;", "&"), int(number)) for href, number in found]


async def test_hr_sees_what_needs_them_first(as_hr):
    page = await as_hr.get("/work")

    assert page.status_code == 200
    assert "苏婷，早上好" in page.text
    assert tiles(page) == {
        "octagon-alert": (1, "/renewals?tab=expired"),
        "alarm-clock": (2, "/renewals?tab=due&within=30"),
        "file-search": (1, "/renewals?tab=needs_verification"),
        "clipboard-list": (1, "/results"),
        "award": (0, "/certificates?unnumbered=1"),
    }


async def test_every_month_opens_its_own_list(as_hr):
    page = await as_hr.get("/work")

    assert len(bars(page)) == 13
    assert bars(page)[:3] == [
        ("/renewals?tab=expired", 1),
        ("/renewals?tab=due&due_from=2026-11-24&due_until=2026-11-30", 0),
        ("/renewals?tab=due&due_from=2026-12-01&due_until=2026-12-31", 2),
    ]


async def test_a_manager_sees_the_numbers_of_their_sites(as_manager, world):
    page = await as_manager.get("/work")

    assert {icon: number for icon, (number, _) in tiles(page).items()} == {
        "octagon-alert": 0,
        "alarm-clock": 1,
        "file-search": 0,
    }
    assert set(re.findall(r"site=(\d+)", page.text)) == {str(world.sites.nanhai)}
    assert "瀛海家园一里" not in page.text.partition('id="h-sessions"')[0]
    assert 'href="/journal"' not in page.text
    assert 'href="/sessions/new"' not in page.text


async def test_an_auditor_sees_everything_and_begins_nothing(as_auditor):
    page = await as_auditor.get("/work")

    assert tiles(page)["octagon-alert"][0] == 1
    assert 'id="h-activity"' in page.text
    assert 'href="/imports"' not in page.text.partition('id="main"')[2]


async def test_the_dashboard_is_for_those_who_watch_over_others(world):
    for who in ("employee", "examiner", "admin"):
        async with browser(getattr(world, who)) as client:
            assert (who, (await client.get("/work")).status_code) == (who, 404)


async def test_the_table_of_sites_opens_lists_of_one_site(as_hr, world):
    page = await as_hr.get("/work")

    site = world.sites.yinghai
    table = page.text.partition('id="h-sites"')[2].partition("</table>")[0].replace("&amp;", "&")
    assert re.findall(rf'href="(/renewals\?site={site}[^"]*)"(?: aria-label="(\d+))?', table) == [
        (f"/renewals?site={site}", ""),
        (f"/renewals?site={site}&tab=expired", "1"),
        (f"/renewals?site={site}&tab=due&due_from=2026-12-25&due_until=2027-02-22", "1"),
    ]


async def test_sessions_ahead_are_shown_and_cancelled_ones_not(as_manager, world):
    await make.session(world.service_class, starts_on=make.TODAY, cancelled_on=make.TODAY)
    full = await make.session(world.service_class, starts_on=make.TODAY + timedelta(days=1), seats=1)
    await make.enrolment(full, world.people.liu)

    page = await as_manager.get("/work")

    card = page.text.partition('id="h-sessions"')[2].partition("</section>")[0]
    assert re.findall(r'href="/sessions/(\d+)"', card) == [str(full), str(world.session)]
    assert "已满" in card


async def test_recent_activity_leaves_out_who_came_and_went(as_hr, world):
    async with transaction():
        await journal.note(world.hr, "account.signed_in", world.hr.account)
        await journal.note(world.hr, "session.scheduled", world.session)
        await journal.note(COMMAND_LINE, "account.disabled", world.examiner.account)

    page = await as_hr.get("/work")

    card = page.text.partition('id="h-activity"')[2].partition("</section>")[0]
    assert re.findall(r'class="title"(?: href="([^"]+)")?>([^<]+)<', card) == [
        ("", "停用账号"),
        (f"/sessions/{world.session}", "排了班次"),
    ]


async def test_an_empty_installation_shows_the_first_steps(db):
    account = await rows.account("first", name="周敏", roles={Role.HR, Role.ADMINISTRATOR})

    async with browser(await accounts.actor_of(account)) as client:
        page = await client.get("/work")

    card = page.text.partition('id="h-first"')[2].partition("</section>")[0]
    assert re.findall(r'<a class="button[^"]*" href="([^"]+)"', card) == [
        "/imports",
        "/imports",
        "/sessions/new",
        "/accounts/invitations",
    ]
    assert card.count("button-primary") == 1
    assert tiles(page) == {}
    assert 'id="h-sessions"' not in page.text


async def test_before_anything_is_recorded_others_are_told_who_begins(db):
    account = await rows.account("reader", name="秦岭", roles={Role.AUDITOR})

    async with browser(await accounts.actor_of(account)) as client:
        page = await client.get("/work")

    assert "还没有登记证书" in page.text
    assert 'id="h-first"' not in page.text


@pytest.mark.parametrize("done", range(5))
def test_the_first_steps_are_shown_until_all_are_done(done):
    steps = first_steps(Beginning(*(number < done for number in range(4))))

    assert [step.done for step in steps] == ([] if done == 4 else [number < done for number in range(4)])


async def test_who_manages_no_site_is_told_so(world):
    account = await rows.account("lonely", name="邢飞", roles={Role.MANAGER})
    actor = replace(world.manager, account=account, sites=frozenset())

    async with browser(actor) as client:
        page = await client.get("/work")

    assert page.status_code == 200
    assert "还没有分配给你的项目" in page.text
    assert tiles(page) == {}


@pytest.mark.parametrize("who", ["hr", "manager", "auditor"])
async def test_every_number_is_shown_by_the_list_that_it_opens(world, who):
    await make.certificate(world.people.liu, "SO_ELEC_LV", expires_on=make.TODAY + timedelta(days=6))
    async with browser(getattr(world, who)) as client:
        page = await client.get("/work")
        cells = re.findall(r'<a (?:class="text-\w+" )?href="(/renewals[^"]*)" aria-label="(\d+) ', page.text)
        numbers = {href.replace("&amp;", "&"): int(number) for href, number in cells}
        numbers |= {href: number for number, href in tiles(page).values() if href.startswith("/renewals")}
        shown = {href: await number_shown(client, href) for href in numbers}

    assert len(numbers) > 15
    assert shown == numbers


async def test_certificates_without_a_number_are_counted_and_listed(as_hr, world):
    mine = await make.certificate(world.people.liu, "SE_A", issued_on=make.TODAY)
    await make.certificate(world.people.liu, "SE_T", issued_on=make.TODAY, revoked_on=make.TODAY)
    await make.certificate(world.people.gao, "SE_T", issued_on=make.TODAY - timedelta(days=90))

    page = await as_hr.get("/work")
    register = await as_hr.get(tiles(page)["award"][1])

    assert tiles(page)["award"][0] == 1
    assert re.findall(r'<a href="/certificates/(\d+)"', register.text) == [str(mine)]
    assert "共 1 张" in register.text


async def number_shown(client, address):
    """The count on the tab that is open."""
    page = await client.get(address)
    found = re.search(r'aria-current="true">[^<]*<span class="count">([\d,]+)<', page.text)
    return int(found[1])


@pytest.mark.parametrize(
    ("hour", "said"),
    [(4, "evening"), (5, "morning"), (11, "morning"), (12, "afternoon"), (17, "afternoon"), (18, "evening")],
)
def test_the_greeting_knows_the_time_of_day(hour, said):
    assert str(greeting(datetime(2026, 11, 24, hour, tzinfo=UTC), "Ana")) == f"Good {said}, Ana"


def test_the_address_of_the_renewals():
    assert renewals() == "/renewals"
    assert renewals(site=3, tab="due") == "/renewals?site=3&tab=due"


@pytest.mark.parametrize("who", ["hr", "manager", "auditor"])
async def test_the_dashboard_asks_eight_questions_at_most_however_much_there_is(world, who):
    async with browser(getattr(world, who)) as client:
        await client.get("/work")  # the first page after signing in also notes when that was
        async with counted() as before:
            await client.get("/work")
        for number in range(3):
            session = await make.session(world.service_class, starts_on=make.TODAY - timedelta(days=number + 1))
            await make.enrolment(session, world.people.liu)
            await make.certificate(world.people.liu, "SO_ELEC_LV", item=str(number), expires_on=make.TODAY)
        async with counted() as after:
            await client.get("/work")

    assert len(after) == len(before) <= 7

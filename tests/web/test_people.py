"""The pages of people, through HTTP."""

import re
from datetime import date, timedelta

import pytest

from tests import make
from tests.counting import counted

TODAY = date(2026, 11, 24)


async def seen(world, person):
    from training.people import queries

    return await queries.person(person, by=world.hr, today=TODAY)


def rows(response):
    """The links to people in a list, in order."""
    return [int(found) for found in re.findall(r'<th scope="row"[^>]*>.*?href="/people/(\d+)"', response.text)]


def typed(response, field):
    """What a field of the page's form holds."""
    found = re.search(rf'<input[^>]* name="{field}"[^>]* value="([^"]*)"', response.text)
    return found[1] if found else None


def errors(response):
    """The errors beside the fields."""
    return {
        field: re.sub(r"<[^>]+>", "", text)
        for field, text in re.findall(
            r'<span class="field-error" id="(?:e|why)-([a-z_]+)">.*?<span>(.*?)</span>', response.text
        )
    }


async def test_the_list_finds_by_sound(world, as_hr):
    response = await as_hr.get("/people", params={"q": "YHT"})

    assert (response.status_code, rows(response)) == (200, [world.people.yu])


async def test_the_list_is_its_part_when_htmx_asks(world, as_hr):
    headers = {"HX-Request": "true", "HX-Target": "section#people"}

    part = await as_hr.get("/people", params={"q": "yht"}, headers=headers)

    assert part.text.startswith('<section class="card" id="people"')
    assert rows(part) == [world.people.yu]


async def test_the_list_keeps_to_ones_sites(world, as_manager):
    response = await as_manager.get("/people", params={"state": "all", "site": world.sites.demao})
    mine = await as_manager.get("/people", params={"state": "all"})

    assert rows(response) == []
    assert set(rows(mine)) == {
        world.people.yu, world.people.zhou, world.people.wang, world.people.sun, world.people.liu
    }  # fmt: skip


@pytest.mark.parametrize(
    "params", [{"site": "x"}, {"sort": "nonsense"}, {"after": "-1"}, {"state": "gone"}, {"after": 2**40}]
)
async def test_a_filter_that_cannot_be_read_is_passed_over(world, as_hr, params):
    response = await as_hr.get("/people", params=params)

    assert (response.status_code, len(rows(response))) == (200, 14)


async def test_a_whole_number_leaves_the_address(world, as_hr):
    away = await as_hr.get("/people", params={"q": "110105194912310029", "site": world.sites.nanhai})
    page = await as_hr.get(away.headers["location"])

    assert (away.status_code, away.headers["location"]) == (303, f"/people?site={world.sites.nanhai}")
    assert "只搜开头或末几位" in page.text


async def test_a_whole_number_leaves_the_address_of_a_part_too(world, as_hr):
    headers = {"HX-Request": "true", "HX-Target": "section#people"}

    part = await as_hr.get("/people", params={"q": "13800000001"}, headers=headers)

    assert (part.status_code, part.headers["hx-push-url"]) == (200, "/people?")
    assert "13800000001" not in part.text


async def test_the_next_page_follows(world, as_hr):
    for number in range(40):
        await make.person(f"赵{chr(0x4E00 + number)}", site=world.sites.nanhai, position=world.positions.guard)
    first = await as_hr.get("/people")
    address = re.search(r'href="(\?[^"]*)" rel="next"', first.text)[1].replace("&amp;", "&")

    second = await as_hr.get(f"/people{address}")

    assert (len(rows(first)), len(rows(second))) == (50, 4)
    assert not set(rows(first)) & set(rows(second))
    assert "第 51–54 条，共 54 条" in second.text


@pytest.mark.parametrize("more", [0, 2])
async def test_the_list_asks_the_database_as_often_whatever_its_length(world, as_hr, more):
    for number in range(more):
        await make.person(f"于海涛{'二三'[number]}", site=world.sites.nanhai, position=world.positions.guard)

    async with counted() as sent:
        response = await as_hr.get("/people", params={"q": "yht"})

    assert (len(rows(response)), len(sent)) == (1 + more, 6)


async def test_a_person_is_shown_without_their_numbers(world, as_hr, as_auditor):
    from fixtures.world import identities

    number = identities()["yu"]

    for client, shown in ((as_hr, True), (as_auditor, False)):
        page = await client.get(f"/people/{world.people.yu}")
        assert number not in page.text
        assert (f"{number[:3]}***********{number[-4:]}" in page.text) is shown
        assert "13800000001" not in page.text


async def test_a_list_holds_no_whole_number(world, as_hr):
    from fixtures.world import identities

    text = (await as_hr.get("/people", params={"state": "all"})).text

    assert [number for number in identities().values() if number in text] == []


async def test_a_person_out_of_sight_is_nowhere(world, as_manager):
    for method in ("GET", "HEAD"):
        there = await as_manager.request(method, f"/people/{world.people.ma}")
        nowhere = await as_manager.request(method, "/people/2000000000")
        assert (there.status_code, nowhere.status_code) == (404, 404)


async def test_an_identity_number_is_shown_once_for_a_reason(world, as_hr):
    from fixtures.world import identities
    from training.journal import queries

    address = f"/people/{world.people.yu}"

    shown = await as_hr.post(f"{address}/identity", data={"reason": "报名考试"})
    later = await as_hr.get(address)

    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    assert identities()["yu"] in shown.text
    assert identities()["yu"] not in later.text
    noted = (await queries.entries(subject="person", subject_id=world.people.yu))[0]
    assert (noted.action, noted.reason, noted.account) == (
        "person.identity_revealed", "报名考试", world.hr.account
    )  # fmt: skip


async def test_a_phone_is_shown_in_its_part(world, as_hr):
    headers = {"HX-Request": "true", "HX-Target": "section#facts"}

    shown = await as_hr.post(f"/people/{world.people.yu}/phone", data={"reason": "联系本人"}, headers=headers)

    assert shown.text.startswith('<section class="card" id="facts"')
    assert "13800000001" in shown.text


async def test_a_number_stays_hidden_without_a_reason(world, as_hr):
    from fixtures.world import identities

    shown = await as_hr.post(f"/people/{world.people.yu}/identity", data={"reason": ""})

    assert (shown.status_code, errors(shown)) == (422, {"identity": "必填。"})
    assert identities()["yu"] not in shown.text


async def test_a_manager_is_shown_no_whole_number(world, as_manager):
    page = await as_manager.get(f"/people/{world.people.yu}")
    asked = await as_manager.post(f"/people/{world.people.yu}/identity", data={"reason": "报名考试"})

    assert (page.status_code, asked.status_code) == (200, 404)
    assert "/identity" not in page.text


async def test_hr_adds_a_person(world, as_hr):
    form = await as_hr.get("/people/new")
    added = await as_hr.post(
        "/people",
        data={
            "name": "单丹",
            "identity_kind": "resident_id",
            "identity_number": make.identity_number(),
            "hired_on": "2026.11.1",
            "site": world.sites.nanhai,
            "position": world.positions.guard,
        },
    )
    page = await as_hr.get(added.headers["location"])

    assert (form.status_code, added.status_code, page.status_code) == (200, 303, 200)
    assert "已新增 单丹。" in page.text
    assert "秩序维护员 · 南海家园一里" in page.text


async def test_hr_adds_a_person_whose_number_is_not_at_hand(world, as_hr):
    added = await as_hr.post("/people", data={"name": "单丹", "identity_kind": "resident_id", "identity_number": ""})

    assert added.status_code == 303


async def test_a_refused_person_keeps_what_was_typed(world, as_hr):
    from fixtures.world import identities

    wish = {"name": "单丹", "staff_number": "Z9", "identity_kind": "resident_id", "identity_number": identities()["yu"]}

    answer = await as_hr.post("/people", data=wish)

    assert (answer.status_code, typed(answer, "name"), typed(answer, "staff_number")) == (422, "单丹", "Z9")
    assert errors(answer) == {"identity_number": "这个号码已登记在 于海涛 名下。"}


async def test_what_cannot_be_read_is_told_beside_its_field(world, as_hr):
    answer = await as_hr.post(
        "/people", data={"name": "", "hired_on": "2026-02-30", "identity_kind": "birth", "sex": "x", "site": "abc"}
    )

    assert answer.status_code == 422
    assert set(errors(answer)) == {"name", "hired_on", "identity_kind", "sex", "site"}


async def test_hr_corrects_details(world, as_hr):
    address = f"/people/{world.people.yu}"
    form = await as_hr.get(f"{address}/details")
    kept = {name: typed(form, name) for name in ("mark", "name", "staff_number", "hired_on", "pinyin")}

    saved = await as_hr.post(
        f"{address}/details", data={**kept, "identity_kind": "resident_id", "sex": "m", "employer": "京南人力"}
    )

    assert (saved.status_code, saved.headers["location"]) == (303, address)
    person = await seen(world, world.people.yu)
    assert (person.employer, person.name, person.identity[:3]) == ("京南人力", "于海涛", "110")


async def test_a_stale_form_overwrites_nothing(world, as_hr):
    address = f"/people/{world.people.yu}/details"
    mark = typed(await as_hr.get(address), "mark")
    wish = {"name": "于海涛", "identity_kind": "resident_id"}
    await as_hr.post(address, data={**wish, "mark": mark, "remark": "first"})

    stale = await as_hr.post(address, data={**wish, "mark": mark, "remark": "second"})

    assert stale.status_code == 422
    assert "有人改过这份资料" in stale.text
    assert (await seen(world, world.people.yu)).remark == "first"
    again = await as_hr.post(address, data={**wish, "mark": typed(stale, "mark"), "remark": "second"})
    assert (again.status_code, (await seen(world, world.people.yu)).remark) == (303, "second")


async def test_hr_moves_a_person_and_takes_it_back(world, as_hr):
    address = f"/people/{world.people.yu}"
    wish = {"site": world.sites.demao, "position": world.positions.guard, "starts_on": "2026-11-24"}

    form = await as_hr.get(f"{address}/move")
    moved = await as_hr.post(f"{address}/move", data=wish)
    page = await as_hr.get(address)
    undo = re.search(r'action="(/people/\d+/move/reversal)"', page.text)[1]
    undone = await as_hr.post(undo)

    assert (form.status_code, moved.status_code, undone.status_code) == (200, 303, 303)
    assert (await seen(world, world.people.yu)).site == world.sites.nanhai


async def test_a_move_that_cannot_be_keeps_what_was_typed(world, as_hr):
    wish = {"site": world.sites.demao, "position": world.positions.guard, "starts_on": "1999-01-01"}

    answer = await as_hr.post(f"/people/{world.people.yu}/move", data=wish)

    assert (answer.status_code, typed(answer, "starts_on"), set(errors(answer))) == (422, "1999-01-01", {"starts_on"})
    assert f'<option value="{world.sites.demao}" selected>' in answer.text


async def test_hr_corrects_an_assignment(world, as_hr):
    line = (await seen(world, world.people.yu)).open_assignment
    address = f"/people/{world.people.yu}/assignments/{line.id}"
    wish = {"site": world.sites.yinghai, "position": line.position, "starts_on": line.starts_on.isoformat()}

    form, saved = await as_hr.get(address), await as_hr.post(address, data=wish)
    future = await as_hr.post(address, data={**wish, "starts_on": "2099-01-01"})

    assert (form.status_code, saved.status_code, future.status_code) == (200, 303, 422)
    assert (await seen(world, world.people.yu)).site == world.sites.yinghai


async def test_hr_lets_a_person_go_and_takes_it_back(world, as_hr):
    address = f"/people/{world.people.yu}"

    form = await as_hr.get(f"{address}/departure")
    gone = await as_hr.post(f"{address}/departure", data={"last_day": "2026-11-20", "reason": "退休"})
    page = await as_hr.get(address)
    twice = await as_hr.post(f"{address}/departure", data={"last_day": "2026-11-20"})
    undo = re.search(r'action="(/people/\d+/departure/reversal)"', page.text)[1]
    undone = await as_hr.post(undo)

    assert (form.status_code, gone.status_code, twice.status_code, undone.status_code) == (200, 303, 422, 303)
    assert "退休" in page.text
    assert errors(twice) == {"last_day": "此人已于 2026-11-20 离职。"}
    assert (await seen(world, world.people.yu)).left_on is None


async def test_taking_back_what_never_was_is_a_conflict(world, as_hr):
    for verb in ("move", "departure"):
        answer = await as_hr.post(f"/people/{world.people.yu}/{verb}/reversal")
        assert answer.status_code == 409


async def test_hr_takes_a_person_back(world, as_hr):
    address = f"/people/{world.people.gao}/return"
    wish = {"site": world.sites.demao, "position": world.positions.electrician}
    left_on = (await seen(world, world.people.gao)).left_on

    form = await as_hr.get(address)
    early = await as_hr.post(address, data={**wish, "starts_on": left_on.isoformat()})
    back = await as_hr.post(address, data={**wish, "starts_on": (left_on + timedelta(days=1)).isoformat()})

    assert (form.status_code, early.status_code, back.status_code) == (200, 422, 303)
    assert (await seen(world, world.people.gao)).site == world.sites.demao


async def test_a_person_shows_what_they_hold_and_why(world, as_manager):
    page = await as_manager.get(f"/people/{world.people.sun}")

    assert f'href="/certificates/{world.certificates.sun_lift}"' in page.text
    assert "1 张旧证书" in page.text
    assert "为什么" in page.text


async def test_a_person_shows_their_sessions(world, as_manager):
    page = await as_manager.get(f"/people/{world.people.wang}")

    assert f'href="/sessions/{world.session}"' in page.text


async def test_a_person_takes_eight_statements_at_most(world, as_hr):
    for person in (world.people.wang, world.people.ren):
        async with counted() as sent:
            await as_hr.get(f"/people/{person}")
        assert len(sent) <= 8


async def test_hr_records_a_certificate(world, as_hr):
    from training.certificates import queries

    address = f"/people/{world.people.ren}"
    guard = (await queries.type_named("SECURITY_GUARD")).id

    form = await as_hr.get(f"{address}/certificates/new")
    saved = await as_hr.post(
        f"{address}/certificates",
        data={"type": guard, "number": "京1102", "issued_on": "2024-03-01", "ends": "never"},
    )
    page = await as_hr.get(address)

    assert (form.status_code, saved.status_code, saved.headers["location"]) == (200, 303, address)
    assert "证书已录入。" in page.text
    assert "京1102" in page.text


async def test_a_month_is_kept_as_a_month(world, as_hr):
    from training.certificates import queries

    water = (await queries.type_named("SE_A")).id

    await as_hr.post(
        f"/people/{world.people.ren}/certificates",
        data={"type": water, "expires_on": "2027-02-01", "ends": "month"},
    )

    (found,) = await queries.of_people([world.people.ren])
    assert (found.expires_on, found.expires_precision) == (date(2027, 2, 28), "month")


async def test_a_certificate_that_cannot_be_keeps_what_was_typed(world, as_hr):
    from training.certificates import queries

    guard = (await queries.type_named("SECURITY_GUARD")).id
    wish = {"type": guard, "number": "京1102", "issued_on": "2099-03-01", "ends": "unprinted"}

    answer = await as_hr.post(f"/people/{world.people.ren}/certificates", data=wish)

    assert (answer.status_code, typed(answer, "number")) == (422, "京1102")
    assert "在今天之后" in answer.text
    assert await queries.of_people([world.people.ren]) == []


async def test_a_departure_gives_seats_back(world, as_hr):
    address = f"/people/{world.people.wang}"

    await as_hr.post(f"{address}/departure", data={"last_day": "2026-11-24"})
    page = await as_hr.get(address)

    assert "并退出 1 个培训名额" in page.text


async def test_taking_a_departure_back_says_which_seats_stay_given_up(world, as_hr):
    address = f"/people/{world.people.wang}"

    await as_hr.post(f"{address}/departure", data={"last_day": "2026-11-24"})
    await as_hr.get(address)
    await as_hr.post(f"{address}/departure/reversal")

    assert "1 个培训名额没有恢复" in (await as_hr.get(address)).text

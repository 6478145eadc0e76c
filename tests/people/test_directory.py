"""The list of people: found, filtered, ordered, paged."""

from datetime import date, timedelta

import pytest

from tests import make

TODAY = date(2026, 11, 24)


async def listed(by, today=TODAY, **asked):
    from training.people.directory import Filters, people

    filters = {name: asked.pop(name) for name in list(asked) if name in Filters.__dataclass_fields__}
    return await people(Filters(**filters), by=by, today=today, **asked)


async def names(by, **asked):
    return [line.name for line in (await listed(by, **asked)).lines]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("于海涛", ["于海涛"]),
        ("海涛", ["于海涛"]),
        ("于 海", ["于海涛"]),
        ("yuhai", ["于海涛"]),
        ("Yu Hai", ["于海涛"]),
        ("yht", ["于海涛"]),
        ("ＹＨＴ", ["于海涛"]),
        ("ouyang", ["欧阳娜"]),
        ("买买提・吐尔逊", ["买买提·吐尔逊"]),
        ("liuyang", ["刘洋", "刘洋"]),
        ("haitao", []),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("nobody", []),
    ],
)
async def test_search(world, q, expected):
    assert await names(world.hr, q=q) == expected


async def test_search_by_numbers(world):
    from training.people.queries import person

    yu = await person(world.people.yu, by=world.hr, today=TODAY)

    assert await names(world.hr, q=yu.staff_number.lower()) == ["于海涛"]
    assert await names(world.hr, q=yu.staff_number[-4:]) == ["于海涛"]
    assert "于海涛" in await names(world.hr, q=yu.phone[-4:])
    assert await names(world.hr, q=yu.staff_number[:2]) != []


async def test_filters(world):
    people, sites, positions = world.people, world.sites, world.positions
    everyone = await listed(world.hr, state="all")
    here = await listed(world.hr)

    assert (everyone.total, here.total, here.departed) == (15, 14, 1)
    assert await names(world.hr, state="left") == ["高翔"]
    assert await names(world.hr, state="left", sites=(sites.nanhai,)) == ["高翔"]
    assert await names(world.hr, sites=(sites.yinghai,)) == ["陈玉梅", "李晶", "刘洋"]
    assert await names(world.hr, sites=(sites.yinghai,), positions=(positions.guard,)) == ["刘洋"]
    assert await names(world.hr, positions=(positions.service,)) == ["何秀兰", "欧阳娜"]
    assert [line.id for line in (await listed(world.hr, employer="-", q="ouyang")).lines] == []
    assert people.ouyang in {line.id for line in (await listed(world.hr, q="ouyang")).lines}


async def test_employers(world):
    from training.people import directory

    (agency,) = await directory.employers(by=world.hr, today=TODAY)

    assert await names(world.hr, employer=agency) == ["欧阳娜"]
    assert await directory.employers(by=world.manager, today=TODAY) == []


async def test_scope(world):
    from training.access import Role

    nobody = await make.actor(Role.MANAGER, sites=set())

    mine = await listed(world.manager, state="all")
    theirs = await listed(world.manager, sites=(world.sites.demao,))

    assert {line.site for line in mine.lines} == {world.sites.nanhai}
    assert (mine.total, mine.employed, mine.departed) == (len(mine.lines), len(mine.lines), 0)
    assert (theirs.lines, theirs.total) == ([], 0)
    assert (await listed(nobody, state="all")).total == 0
    assert await names(world.manager, q="machao") == []


async def test_auditors_see_no_tails(world):
    seen = await listed(world.auditor, q="yht")

    assert [(line.identity_tail, line.phone_tail) for line in seen.lines] == [("", "")]


@pytest.mark.parametrize("sort", ["name", "-name", "site", "-site", "hired", "-hired"])
@pytest.mark.parametrize("size", [1, 4, 15])
async def test_pages_tell_everybody_once_in_order(world, sort, size):
    whole = [line.id for line in (await listed(world.hr, state="all", sort=sort)).lines]
    there, page = [], await listed(world.hr, state="all", sort=sort, limit=size)
    first = [page.first]
    while True:
        there += [line.id for line in page.lines]
        if not page.after:
            break
        page = await listed(world.hr, state="all", sort=sort, limit=size, after=page.after)
        first.append(page.first)
    back = [line.id for line in page.lines]
    while page.before:
        page = await listed(world.hr, state="all", sort=sort, limit=size, before=page.before)
        back = [line.id for line in page.lines] + back

    assert there == back == whole
    assert first == list(range(1, 16, size))
    assert page.first == 1


async def test_orders(world):
    assert (await names(world.hr))[:3] == ["陈玉梅", "何秀兰", "李晶"]
    assert (await names(world.hr, sort="-name"))[-1] == "陈玉梅"
    by_site = [line.site_name for line in (await listed(world.hr, sort="site")).lines]
    assert by_site == sorted(by_site, key=lambda name: ("德茂家园", "南海家园一里", "瀛海家园一里", None).index(name))
    hired = [line.hired_on or date.min for line in (await listed(world.hr, sort="-hired")).lines]
    assert hired == sorted(hired, reverse=True)


async def test_a_lost_cursor_starts_from_the_top(world):
    whole = await listed(world.manager)

    for cursor in ({"after": world.people.ma}, {"before": world.people.ma}, {"after": 99_999}):
        assert await listed(world.manager, **cursor) == whole
    assert await listed(world.manager, after=whole.lines[-1].id) == whole


async def test_suggestions_put_the_likeliest_first(world):
    from training.people import directory

    yu = (await directory.suggestions("yht", by=world.hr, today=TODAY))[0]

    assert yu.name == "于海涛"
    assert (await directory.suggestions(yu.staff_number, by=world.hr, today=TODAY))[0] == yu
    assert await directory.suggestions("", by=world.hr, today=TODAY) == []
    assert await directory.suggestions("gaoxiang", by=world.hr, today=TODAY) == []  # left
    assert await directory.suggestions("machao", by=world.manager, today=TODAY) == []


async def test_a_move_is_listed_on_its_day(world):
    from training.people import actions

    tomorrow = TODAY + timedelta(days=1)
    await actions.move(
        world.people.yu,
        site=world.sites.demao,
        position=world.positions.guard,
        starts_on=tomorrow,
        by=world.hr,
        today=TODAY,
    )

    assert await names(world.hr, q="yht", sites=(world.sites.nanhai,)) == ["于海涛"]
    assert await names(world.hr, q="yht", sites=(world.sites.nanhai,), today=tomorrow) == []
    assert await names(world.hr, q="yht", sites=(world.sites.demao,), today=tomorrow) == ["于海涛"]

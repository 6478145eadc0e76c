from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests import make
from tests.make import TODAY


@pytest.fixture
def queries(db):
    from training.renewals import queries

    return queries


@pytest.fixture
def on_list(world, queries):
    """The certificates listed, by name, in their order."""
    names = {getattr(world.certificates, name): name for name in world.certificates.__slots__}

    async def listed(*, by=None, today=TODAY, sort="due", descending=False, **filters) -> list[str]:
        page = await queries.renewals(
            queries.Filters(**filters),
            by=by or world.hr,
            today=today,
            sort=queries.Sort(sort),
            descending=descending,
        )
        return [names[line.certificate] for line in page.lines]

    return listed


async def test_who_must_act_first_comes_first(on_list):
    assert await on_list() == ["ma_lv", "li_lv", "zheng_lift", "wang_lv", "chen_lift"]


@pytest.mark.parametrize(
    ("horizon", "expected"),
    [
        (0, ["ma_lv", "li_lv"]),
        (9, ["ma_lv", "li_lv"]),
        (10, ["ma_lv", "li_lv", "zheng_lift"]),
        (22, ["ma_lv", "li_lv", "zheng_lift", "wang_lv"]),
        (74, ["ma_lv", "li_lv", "zheng_lift", "wang_lv"]),
        (75, ["ma_lv", "li_lv", "zheng_lift", "wang_lv", "chen_lift"]),
    ],
)
async def test_the_horizon_includes_its_last_day(on_list, horizon, expected):
    assert await on_list(horizon=horizon) == expected


@pytest.mark.parametrize(
    ("due_from", "due_until", "expected"),
    [
        (10, 22, ["zheng_lift", "wang_lv"]),
        (11, 21, []),
        (23, None, ["chen_lift"]),
        (None, 10, ["ma_lv", "li_lv", "zheng_lift"]),
        (-20, -20, ["li_lv"]),
        (75, 4000, ["zhou_lv", "sun_lift", "chen_lift"]),
    ],
)
async def test_days_due_include_the_first_and_the_last(on_list, due_from, due_until, expected):
    first, last = (None if days is None else TODAY + timedelta(days=days) for days in (due_from, due_until))

    assert sorted(await on_list(due_from=first, due_until=last)) == sorted(expected)


@pytest.mark.parametrize(
    ("tab", "expected"),
    [
        ("all", ["ma_lv", "li_lv", "zheng_lift", "wang_lv", "chen_lift"]),
        ("expired", ["li_lv"]),
        ("grace", []),
        ("needs_verification", ["ma_lv"]),
        ("due", ["zheng_lift", "wang_lv", "chen_lift"]),
    ],
)
async def test_tabs_hold_what_they_count(world, queries, on_list, tab, expected):
    counts = await queries.counts(queries.Filters(), by=world.hr, today=TODAY)
    page = await queries.renewals(queries.Filters(tab=queries.Tab(tab)), by=world.hr, today=TODAY)

    assert await on_list(tab=queries.Tab(tab)) == expected
    assert counts == page.counts == {"all": 5, "expired": 1, "grace": 0, "needs_verification": 1, "due": 3}


async def test_filters_narrow_the_list_and_its_counts(world, queries, on_list):
    lv = await make.certificate_type("SO_ELEC_LV")
    lift = await make.certificate_type("SE_A")

    assert await on_list(types=frozenset({lv})) == ["ma_lv", "li_lv", "wang_lv"]
    assert await on_list(types=frozenset({lv, lift}), sites=frozenset({world.sites.demao})) == ["ma_lv", "zheng_lift"]
    assert await on_list(sites=frozenset({world.sites.nanhai, world.sites.yinghai})) == [
        "li_lv",
        "wang_lv",
        "chen_lift",
    ]
    assert await on_list(positions=frozenset({world.positions.lift_safety})) == ["zheng_lift", "chen_lift"]
    assert await on_list(planned=True) == ["wang_lv"]
    assert await on_list(planned=False) == ["ma_lv", "li_lv", "zheng_lift", "chen_lift"]
    narrowed = queries.Filters(types=frozenset({lv}), planned=False)
    assert await queries.counts(narrowed, by=world.hr, today=TODAY) == {
        "all": 2,
        "expired": 1,
        "grace": 0,
        "needs_verification": 1,
        "due": 0,
    }


@pytest.mark.parametrize(
    ("q", "expected"),
    [("王桂", ["wang_lv"]), ("wanggui", ["wang_lv"]), ("wgf", ["wang_lv"]), ("a0003", ["wang_lv"]), ("%", [])],
)
async def test_search_finds_people_as_the_list_of_people_does(on_list, q, expected):
    assert await on_list(q=q) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("due", ["ma_lv", "li_lv", "zheng_lift", "wang_lv", "chen_lift"]),
        ("name", ["chen_lift", "li_lv", "ma_lv", "wang_lv", "zheng_lift"]),
        ("site", ["ma_lv", "zheng_lift", "wang_lv", "li_lv", "chen_lift"]),
        ("type", ["ma_lv", "li_lv", "wang_lv", "zheng_lift", "chen_lift"]),
    ],
)
async def test_sorting(on_list, sort, expected):
    assert await on_list(sort=sort) == expected
    assert await on_list(sort=sort, descending=True) == expected[::-1]


async def test_everybody_sees_their_own_sites_only(world, queries, on_list):
    assert await on_list(by=world.manager) == ["wang_lv"]
    assert await on_list(by=world.other_manager) == ["ma_lv", "zheng_lift"]
    assert await on_list(by=world.auditor) == await on_list()
    for reader in (world.examiner, world.employee, world.admin):
        assert await on_list(by=reader) == []
    assert (await queries.counts(queries.Filters(), by=world.manager, today=TODAY))["all"] == 1
    nobody = replace(world.manager, sites=frozenset())
    assert await on_list(by=nobody) == []
    assert await on_list(by=world.manager, sites=frozenset({world.sites.demao})) == []


async def test_a_line_says_what_the_page_shows(world, queries):
    page = await queries.renewals(queries.Filters(q="chenyumei"), by=world.hr, today=TODAY)
    session = (await queries.renewals(queries.Filters(q="wgf"), by=world.hr, today=TODAY)).lines[0]

    line = page.lines[0]
    assert (line.name, line.pinyin, line.staff_number) == ("陈玉梅", "chen yumei", "A0006")
    assert (line.site_name, line.position_name) == ("瀛海家园一里", "电梯安全员")
    assert (line.type_code, line.type_name.zh) == ("SE_A", "特种设备安全管理和作业人员证（A 特种设备安全管理）")
    assert (line.tab, line.standing) == (queries.Tab.DUE, "due")
    assert (line.due_on, line.ends_on, line.review_on) == (date(2027, 2, 7), date(2027, 2, 7), None)
    assert (line.act_by, line.days_left) == (date(2027, 1, 8), 75)
    assert "***" in line.number
    assert (line.session, line.session_starts_on) == (None, None)
    assert (session.session, session.session_starts_on) == (world.session, TODAY + timedelta(days=14))


async def test_on_another_day_the_list_is_another(on_list):
    assert await on_list(today=TODAY + timedelta(days=11)) == ["ma_lv", "li_lv", "zheng_lift", "wang_lv", "chen_lift"]
    assert await on_list(today=date(2024, 3, 1), horizon=0) == ["ma_lv"]
    assert await on_list(today=date(2026, 10, 1), horizon=60) == ["ma_lv", "sun_old", "li_lv"]


async def test_what_was_cancelled_need_not_be_renewed(world, on_list):
    await make.certificate(world.people.he, "PROPERTY_MANAGER_LEGACY", expires_on=date(2020, 1, 1))

    assert await on_list(q="hexiulan") == []


async def test_leavers_are_listed_through_their_last_day(world, on_list):
    assert await on_list(today=TODAY - timedelta(days=40), q="gaoxiang") == ["gao_lv"]
    assert await on_list(today=TODAY, q="gaoxiang") == []


async def test_renewing_leaves_the_list(world, on_list):
    from training.certificates import actions
    from training.certificates.recording import Paper

    lv = await make.certificate_type("SO_ELEC_LV")
    await actions.record(world.people.li, Paper(lv, issued_on=TODAY), by=world.hr, today=TODAY)

    assert await on_list() == ["ma_lv", "zheng_lift", "wang_lv", "chen_lift"]


@pytest.mark.parametrize("sort", ["due", "name", "site", "type"])
@pytest.mark.parametrize("descending", [False, True])
async def test_pages_go_forth_and_back_over_the_whole_list(world, queries, sort, descending):
    people = [world.people.wang, world.people.li, world.people.ma]
    for number in range(9):  # many fall due on one day, at one site, with one type
        await make.certificate(people[number % 3], "HEALTH_WATER", item=str(number), expires_on=TODAY)
    unknown = await make.certificate(world.people.li, "SE_G1", issued_on=None)

    async def page(**cursor):
        return await queries.renewals(
            queries.Filters(),
            by=world.hr,
            today=TODAY,
            sort=queries.Sort(sort),
            descending=descending,
            limit=4,
            **cursor,
        )

    everything = await queries.renewals(
        queries.Filters(), by=world.hr, today=TODAY, sort=queries.Sort(sort), descending=descending, limit=None
    )
    forth = [await page()]
    while forth[-1].after:
        forth.append(await page(after=forth[-1].after))
    back = [forth[-1]]
    while back[-1].before:
        back.append(await page(before=back[-1].before))

    assert len(everything.lines) == 15
    assert unknown in {line.certificate for line in everything.lines}
    assert [line for found in forth for line in found.lines] == list(everything.lines)
    assert [found.first for found in forth] == [1, 5, 9, 13]
    assert [len(found.lines) for found in back] == [3, 4, 4, 4]
    assert [line for found in reversed(back) for line in found.lines] == list(everything.lines)
    assert (everything.before, everything.after) == (None, None)


async def test_a_cursor_that_left_the_list_gives_the_first_page(world, queries):
    page = await queries.renewals(
        queries.Filters(), by=world.hr, today=TODAY, after=world.certificates.zhou_lv, limit=2
    )

    assert (page.first, len(page.lines)) == (1, 2)


async def test_everything_concerned_at_once(world, queries):
    found = await queries.concerned(queries.Filters(tab=queries.Tab.DUE, planned=False), by=world.hr, today=TODAY)

    lift = await make.certificate_type("SE_A")
    assert found == [
        (world.certificates.zheng_lift, world.people.zheng, lift),
        (world.certificates.chen_lift, world.people.chen, lift),
    ]


async def test_due_by_month(world, queries):
    months = await queries.by_month(queries.Filters(), by=world.hr, today=TODAY)

    assert months == {
        date(2026, 11, 1): {"expired": 1, "needs_verification": 1},
        date(2026, 12, 1): {"due": 2},
        date(2027, 2, 1): {"due": 1},
    }


async def test_counts_by_site_are_of_people(world, queries):
    low_voltage = await make.certificate_type("SO_ELEC_LV")
    await make.certificate(world.people.li, "SO_ELEC_LV", item="另一项", expires_on=TODAY)

    by_site = await queries.by_site(queries.Filters(types=frozenset({low_voltage})), by=world.hr, today=TODAY)
    mine = await queries.by_site(queries.Filters(), by=world.manager, today=TODAY)

    assert by_site == [
        (world.sites.demao, "德茂家园", 1),
        (world.sites.nanhai, "南海家园一里", 1),
        (world.sites.yinghai, "瀛海家园一里", 1),
    ]
    assert mine == [(world.sites.nanhai, "南海家园一里", 1)]

from datetime import date, timedelta

import pytest

from tests import make
from tests.make import TODAY
from training.certificates.rules import Standing


@pytest.fixture
def register(db):
    from training.certificates import register

    return register


@pytest.fixture
def on_register(world, register):
    """The certificates found, by name, in their order."""
    names = {getattr(world.certificates, name): name for name in world.certificates.__slots__}

    async def found(*, by=None, today=TODAY, sort="name", descending=False, **filters) -> list[str]:
        page = await register.register(
            register.Filters(**filters),
            by=by or world.hr,
            today=today,
            sort=register.Sort(sort),
            descending=descending,
        )
        assert page.total == len(page.lines)
        return [names[line.certificate] for line in page.lines]

    return found


BY_NAME = [
    "chen_lift",
    "gao_lv",
    "li_lv",
    "liu_guard",
    "ma_lv",
    "maimaiti_guard",
    "sun_lift",
    "sun_old",
    "wang_lv",
    "yu_fire",
    "zheng_lift",
    "zhou_lv",
]


async def test_everything_by_name(on_register):
    assert await on_register() == BY_NAME
    assert await on_register(descending=True) == BY_NAME[::-1]


@pytest.mark.parametrize(
    ("standings", "expected"),
    [
        ({"expired"}, ["li_lv"]),
        ({"needs_verification"}, ["ma_lv"]),
        ({"grace"}, []),
        ({"due"}, ["chen_lift", "gao_lv", "wang_lv"]),
        ({"in_process"}, ["zheng_lift"]),
        ({"suspended"}, ["maimaiti_guard"]),
        ({"superseded"}, ["sun_old"]),
        ({"revoked"}, []),
        ({"valid"}, ["sun_lift", "zhou_lv"]),
        ({"no_expiry"}, ["liu_guard", "yu_fire"]),
        ({"no_expiry", "expired"}, ["li_lv", "liu_guard", "yu_fire"]),
        ({"due", "superseded"}, ["chen_lift", "gao_lv", "sun_old", "wang_lv"]),
        (set(Standing), BY_NAME),
    ],
)
async def test_by_standing(on_register, standings, expected):
    assert await on_register(standings=frozenset(map(Standing, standings))) == expected


async def test_filters(world, on_register):
    lift = await make.certificate_type("SE_A")

    assert await on_register(types=frozenset({lift})) == ["chen_lift", "sun_lift", "sun_old", "zheng_lift"]
    assert await on_register(sites=frozenset({world.sites.demao})) == ["ma_lv", "maimaiti_guard", "zheng_lift"]
    assert await on_register(
        positions=frozenset({world.positions.lift_safety}), standings=frozenset({Standing.DUE})
    ) == ["chen_lift"]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("sun", ["sun_lift", "sun_old"]),
        ("马超", ["ma_lv"]),
        ("3160530504004812", ["yu_fire"]),
        ("京2273941421", ["liu_guard"]),
        ("nobody", []),
    ],
)
async def test_search(on_register, q, expected):
    assert await on_register(q=q) == expected


async def test_search_by_a_number_that_holds_an_identity_number(on_register):
    from fixtures.world import identities

    assert await on_register(q=f"t{identities()['zhou'].lower()}") == ["zhou_lv"]


async def test_who_sees_what(world, on_register):
    assert await on_register(by=world.manager) == ["liu_guard", "sun_lift", "sun_old", "wang_lv", "yu_fire", "zhou_lv"]
    assert await on_register(by=world.auditor) == BY_NAME
    for reader in (world.examiner, world.employee):
        assert await on_register(by=reader) == []


async def test_a_certificate_issued_later_is_not_there_yet(on_register):
    assert await on_register(today=date(2026, 10, 1), q="sunpeng") == ["sun_old"]


@pytest.mark.parametrize("sort", ["name", "recorded", "type"])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("standings", [frozenset(), frozenset({Standing.VALID, Standing.DUE, Standing.EXPIRED})])
async def test_pages_go_forth_and_back(world, register, sort, descending, standings, monkeypatch):
    monkeypatch.setattr(register, "STEP", 3)

    async def page(limit=2, **cursor):
        return await register.register(
            register.Filters(standings=standings),
            by=world.hr,
            today=TODAY,
            sort=register.Sort(sort),
            descending=descending,
            limit=limit,
            **cursor,
        )

    everything = await page(limit=100)
    forth = [await page()]
    while forth[-1].after:
        forth.append(await page(after=forth[-1].after))
    back = [forth[-1]]
    while back[-1].before:
        back.append(await page(before=back[-1].before))

    assert len(everything.lines) == everything.total == (6 if standings else 12)
    assert [line for found in forth for line in found.lines] == list(everything.lines)
    assert [line for found in reversed(back) for line in found.lines] == list(everything.lines)
    assert (everything.before, everything.after) == (None, None)


async def test_a_line_says_what_the_page_shows(world, register):
    page = await register.register(register.Filters(q="zhenghongxia"), by=world.hr, today=TODAY)

    line = page.lines[0]
    assert (line.name, line.site_name, line.position_name, line.left_on) == ("郑红霞", "德茂家园", "电梯安全员", None)
    assert (line.type_code, line.standing, line.ends_on, line.act_by) == (
        "SE_A",
        Standing.IN_PROCESS,
        TODAY + timedelta(days=10),
        TODAY - timedelta(days=20),
    )

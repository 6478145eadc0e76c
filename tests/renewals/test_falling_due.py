"""What falls due by month and by site: the same numbers that the list of renewals shows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests import make
from tests.counting import counted
from tests.make import TODAY


@pytest.fixture
def due(world):
    from training.renewals.falling_due import falling_due

    async def found(by=None, today=TODAY):
        return await falling_due(by=by or world.hr, today=today)

    return found


async def test_the_total_tells_what_is_near(world, due):
    found = await due()

    total = {name: getattr(found.total, name) for name in found.total.__slots__}
    assert total == {
        "expired": 1,
        "expired_scheduled": 0,
        "grace": 0,
        "unverified": 1,
        "due_30": 2,
        "due_30_scheduled": 1,
        "due_90": 1,
        "due_90_scheduled": 0,
    }


async def test_months_follow_each_other_from_today_on(due):
    months = (await due()).months

    assert [(month.first, month.last) for month in months[:3]] == [
        (TODAY, date(2026, 11, 30)),
        (date(2026, 12, 1), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2027, 1, 31)),
    ]
    assert len(months) == 12
    assert months[-1].last == date(2027, 10, 31)
    assert [(month.due, month.scheduled) for month in months] == [(0, 0), (2, 1), (0, 0), (1, 0), *[(0, 0)] * 8]


async def test_sites_come_with_the_largest_gaps_first(world, due):
    sites = (await due()).sites

    assert [(site.name, site.counts.near, site.counts.unverified) for site in sites] == [
        ("瀛海家园一里", 2, 0),
        ("德茂家园", 1, 1),
        ("南海家园一里", 1, 0),
    ]


@pytest.mark.parametrize("who", ["hr", "manager", "other_manager", "auditor"])
@pytest.mark.parametrize("today", [TODAY, date(2026, 11, 30), date(2026, 12, 1), date(2028, 2, 29)])
async def test_every_number_is_that_of_the_list_behind_it(world, due, who, today):
    from training.renewals.queries import Filters, Tab, counts

    by = getattr(world, who)
    found = await due(by, today)

    async def listed(tab, **filters):
        return (await counts(Filters(**filters), by=by, today=today))[tab]

    async def of(**filters):
        beyond = {"due_from": today + timedelta(days=31), "due_until": today + timedelta(days=90)}
        return {
            "expired": await listed(Tab.EXPIRED, **filters),
            "expired_scheduled": await listed(Tab.EXPIRED, planned=True, **filters),
            "grace": await listed(Tab.GRACE, **filters),
            "unverified": await listed(Tab.NEEDS_VERIFICATION, **filters),
            "due_30": await listed(Tab.DUE, horizon=30, **filters),
            "due_30_scheduled": await listed(Tab.DUE, horizon=30, planned=True, **filters),
            "due_90": await listed(Tab.DUE, **beyond, **filters),
            "due_90_scheduled": await listed(Tab.DUE, planned=True, **beyond, **filters),
        }

    def numbers(counts):
        return {name: getattr(counts, name) for name in counts.__slots__}

    assert numbers(found.total) == await of()
    for site in found.sites:
        assert numbers(site.counts) == await of(sites=frozenset({site.site}))
    for month in found.months:
        days = {"due_from": month.first, "due_until": month.last}
        assert month.due == await listed(Tab.DUE, **days)
        assert month.scheduled == await listed(Tab.DUE, planned=True, **days)


async def test_a_manager_counts_only_people_of_their_sites(world, due):
    found = await due(world.manager)

    assert [site.site for site in found.sites] == [world.sites.nanhai]
    assert sum(month.due for month in found.months) == 1


async def test_who_manages_nothing_counts_nothing(world, due):
    found = await due(replace(world.manager, sites=frozenset()))

    assert (found.total.near, found.sites) == (0, ())
    assert len(found.months) == 12


async def test_somebody_at_no_site_counts_in_the_total_only(world, due):
    before = await due()
    await make.certificate(world.people.ren, "SO_ELEC_LV", expires_on=TODAY + timedelta(days=5))

    after = await due()

    assert after.total.due_30 == before.total.due_30 + 1
    assert after.sites == before.sites


async def test_one_question_however_many(due):
    async with counted() as statements:
        await due()

    assert len(statements) == 1

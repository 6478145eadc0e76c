"""/sessions: the agenda, one session, changing, cancelling, enrolling and withdrawing."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from tests import make
from tests.counting import counted
from tests.make import TODAY
from tests.reading import fields
from training.enrolments import queries as enrolments
from training.enrolments.tables import Enrolment
from training.sessions import queries

PLAN = {"starts_on": "2026-12-20", "starts_at": "9:30", "ends_at": "17:00", "seats": "12", "place": "瀛海会议室"}


async def seated(session: int) -> set[int]:
    return await enrolments.enrolled(session)


async def test_agenda_is_grouped_by_month(world: Any, as_manager: Any) -> None:
    page = await as_manager.get("/sessions")

    assert page.status_code == 200
    assert "2026 年 12 月" in page.text
    assert f'href="/sessions/{world.session}"' in page.text
    assert f'href="/sessions/{world.past_session}"' not in page.text
    past = await as_manager.get("/sessions?when=past")
    assert f'href="/sessions/{world.past_session}"' in past.text


async def test_agenda_answers_htmx_with_its_part(world: Any, as_hr: Any) -> None:
    part = await as_hr.get(
        f"/sessions?course={world.service_class}", headers={"HX-Request": "true", "HX-Target": "div#sessions"}
    )

    assert part.text.lstrip().startswith('<div class="card" id="sessions"')
    assert f'href="/sessions/{world.session}"' not in part.text


async def test_agenda_takes_as_many_queries_for_few_as_for_many(world: Any, as_hr: Any) -> None:
    async with counted() as few:
        await as_hr.get("/sessions")
    for days in range(20):
        await make.session(world.service_class, starts_on=TODAY + timedelta(days=days))
    async with counted() as many:
        await as_hr.get("/sessions")

    assert len(many) == len(few) <= 8


async def test_session_shows_its_roster_within_reach(
    world: Any, as_hr: Any, as_manager: Any, as_other_manager: Any
) -> None:
    address = f"/sessions/{world.session}"

    for client, sees in ((as_hr, True), (as_manager, True), (as_other_manager, False)):
        page = await client.get(address)
        assert page.status_code == 200
        assert ("王桂芳" in page.text) is sees
        assert "已报 1/3 个名额" in page.text
    assert (await as_hr.get("/sessions/999999")).status_code == 404


async def test_session_takes_as_many_queries_for_few_as_for_many(world: Any, as_hr: Any) -> None:
    async with counted() as few:
        await as_hr.get(f"/sessions/{world.past_session}")
    for number in range(8):
        enrolment = await make.enrolment(world.past_session, await make.person(f"人{number}"))
        await make.mark(enrolment, "theory", 80, examined_on=TODAY - timedelta(days=8))
    async with counted() as many:
        await as_hr.get(f"/sessions/{world.past_session}")

    assert len(many) == len(few) <= 8


async def test_searching_for_more_people(world: Any, as_hr: Any) -> None:
    part = await as_hr.get(
        f"/sessions/{world.session}?q=wgf", headers={"HX-Request": "true", "HX-Target": "div#candidates"}
    )

    assert "王桂芳" in part.text
    assert "已经报名。" in part.text
    assert "<html" not in part.text


async def test_changing_a_session(world: Any, as_hr: Any) -> None:
    address = f"/sessions/{world.session}"
    assert 'value="2026-12-08"' in (await as_hr.get(f"{address}/edit")).text

    answer = await as_hr.post(address, data=PLAN)

    assert (answer.status_code, answer.headers["location"]) == (303, address)
    line = await queries.session(world.session)
    assert (line.starts_on, line.ends_on, line.seats, line.place) == (
        date(2026, 12, 20),
        date(2026, 12, 20),
        12,
        "瀛海会议室",
    )


async def test_a_change_somebody_else_made_is_not_overwritten(world: Any, as_hr: Any) -> None:
    address = f"/sessions/{world.session}"
    seen = fields((await as_hr.get(f"{address}/edit")).text)
    await as_hr.post(address, data={**seen, "seats": "15"})

    late = await as_hr.post(address, data={**seen, "seats": "9"})
    again = await as_hr.post(address, data={**fields(late.text), "seats": "9"})

    assert (late.status_code, again.status_code) == (422, 303)
    assert "有人改过这个班次" in late.text
    assert (await queries.session(world.session)).seats == 9


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seats": "0"}, "名额应在 1–500 之间。"),
        ({"starts_on": "2026-11-01"}, "2026-11-01 已过去：只能排今天或以后的班次。"),
        ({"ends_at": "8:00"}, "结束时间不晚于开始时间，请检查。"),
        ({"ends_on": "2026-12-01"}, "结束日期早于开始日期。"),
        ({"starts_on": "2026-02-30"}, ""),
    ],
)
async def test_changing_refuses_and_keeps_what_was_typed(
    world: Any, as_hr: Any, change: dict[str, str], told: str
) -> None:
    answer = await as_hr.post(f"/sessions/{world.session}", data={**PLAN, **change})

    assert answer.status_code == 422
    assert "瀛海会议室" in answer.text
    assert told in answer.text
    assert (await queries.session(world.session)).seats == 3


async def test_cancelling_asks_why(world: Any, as_hr: Any) -> None:
    address = f"/sessions/{world.session}/cancellation"
    assert (await as_hr.get(address)).status_code == 200

    refused = await as_hr.post(address, data={"reason": " "})
    assert refused.status_code == 422
    assert "请写明原因，报名的人会看到。" in refused.text

    done = await as_hr.post(address, data={"reason": "讲师生病"})
    assert done.status_code == 303
    page = await as_hr.get(f"/sessions/{world.session}")
    assert "讲师生病" in page.text
    again = await as_hr.post(address, data={"reason": "再来"})
    assert again.status_code == 422


async def test_enrolling_holders_of_chosen_certificates_with_undo(world: Any, as_hr: Any) -> None:
    chosen = [world.certificates.li_lv, world.certificates.ma_lv]

    answer = await as_hr.post(
        f"/sessions/{world.session}/enrolments",
        data={"chosen": chosen, "back": f"/sessions/{world.session}?x=1"},
    )

    assert (answer.status_code, answer.headers["location"]) == (303, f"/sessions/{world.session}?x=1")
    assert await seated(world.session) == {world.people.wang, world.people.li, world.people.ma}
    toast = await as_hr.get(f"/sessions/{world.session}")
    assert "已报名 2 人。" in toast.text
    rows = await Enrolment.select(Enrolment.id).where(
        Enrolment.session == world.session, Enrolment.person != world.people.wang
    )
    ids = [row["id"] for row in rows]
    undo = f"/sessions/{world.session}/withdrawals?first={min(ids)}&last={max(ids)}"
    assert undo.replace("&", "&amp;") in toast.text

    undone = await as_hr.post(undo)

    assert undone.status_code == 303
    assert await seated(world.session) == {world.people.wang}
    assert (await queries.session(world.session)).booked == 1


async def test_whoever_gets_no_seat_is_named_with_the_reason(world: Any, as_hr: Any) -> None:
    people = [world.people.wang, world.people.li, world.people.ma, world.people.zhou, world.people.gao]

    answer = await as_hr.post(f"/sessions/{world.session}/enrolments", data={"people": people})

    assert answer.status_code == 200
    for words in ("已报名 2 人。", "已经报名。", "名额已满。", "本人最后工作日是 2026-10-25，早于培训结束。"):
        assert words in answer.text
    assert (await queries.session(world.session)).booked == 3


@pytest.mark.parametrize("data", [{}, {"chosen": "x"}, {"people": "-1"}])
async def test_choosing_nobody_says_so(world: Any, as_hr: Any, data: dict[str, str]) -> None:
    answer = await as_hr.post(f"/sessions/{world.session}/enrolments", data=data)

    assert answer.status_code == 303
    assert "还没有选人。" in (await as_hr.get(f"/sessions/{world.session}")).text


async def test_enrolling_leads_back_to_our_own_pages_only(world: Any, as_hr: Any) -> None:
    for target in ("//evil.example", "https://evil.example", "/\\evil.example", quote("//evil")):
        answer = await as_hr.post(f"/sessions/{world.session}/enrolments", data={"people": "", "back": target})
        assert answer.headers["location"] == f"/sessions/{world.session}"


async def test_enrolling_somebody_who_is_not_there(world: Any, as_hr: Any) -> None:
    assert (await as_hr.post("/sessions/999999/enrolments", data={"people": world.people.li})).status_code == 404
    answer = await as_hr.post(f"/sessions/{world.session}/enrolments", data={"people": [world.people.li, 999999]})
    assert answer.status_code == 404
    assert await seated(world.session) == {world.people.wang}


async def test_withdrawing_asks_why_and_frees_the_seat(world: Any, as_hr: Any) -> None:
    row = await Enrolment.select(Enrolment.id).where(Enrolment.session == world.session).first()
    assert row is not None
    address = f"/enrolments/{row['id']}/withdrawal"
    assert "王桂芳" in (await as_hr.get(address)).text

    refused = await as_hr.post(address, data={"reason": ""})
    assert refused.status_code == 422
    assert "请填写退出原因。" in refused.text

    done = await as_hr.post(address, data={"reason": "调班"})
    assert (done.status_code, done.headers["location"]) == (303, f"/sessions/{world.session}")
    page = await as_hr.get(f"/sessions/{world.session}")
    assert "1 人已退出" in page.text
    assert "调班" in page.text
    assert (await as_hr.get("/enrolments/999999/withdrawal")).status_code == 404


async def test_a_manager_changes_nothing(world: Any, as_manager: Any) -> None:
    for address in ("", "/edit", "/cancellation", "/enrolments", "/withdrawals"):
        answer = await as_manager.post(f"/sessions/{world.session}{address}", data={**PLAN, "reason": "x"})
        assert answer.status_code in (404, 405), address
    assert await seated(world.session) == {world.people.wang}


async def test_scheduling_proposes_the_most_needed_course_as_last_time(world: Any, as_hr: Any) -> None:
    page = await as_hr.get("/sessions/new")

    assert page.status_code == 200
    assert f'name="course" value="{world.electrician_class}" aria-pressed="true"' in page.text
    assert 'value="2026-12-08"' in page.text
    assert 'value="培训中心"' in page.text
    assert 'value="张工"' in page.text
    for site, number in ((world.sites.yinghai, 1), (world.sites.demao, 1)):
        assert f'name="sites" value="{site}" data-number="{number}"' in page.text
    # Nanhai's only one already has a seat.
    assert f'name="sites" value="{world.sites.nanhai}"' not in page.text


async def test_scheduling_enrols_those_who_need_it_at_the_chosen_sites(world: Any, as_hr: Any) -> None:
    answer = await as_hr.post(
        "/sessions",
        data={**PLAN, "course": world.electrician_class, "sites": [world.sites.yinghai, world.sites.demao]},
    )

    assert answer.status_code == 303
    session = int(answer.headers["location"].rpartition("/")[2])
    assert await seated(session) == {world.people.li, world.people.ma}
    assert "班次已排好，已报名 2 人。" in (await as_hr.get(answer.headers["location"])).text


async def test_what_was_chosen_in_a_list_is_scheduled_in_one_go(world: Any, as_hr: Any) -> None:
    chosen = [world.certificates.li_lv, world.certificates.ma_lv]

    page = await as_hr.post("/sessions/new", data={"chosen": chosen})

    assert page.status_code == 200
    assert f'value="{world.electrician_class}" aria-pressed="true"' in page.text
    for person in (world.people.li, world.people.ma):
        assert f'<input type="checkbox" name="people" value="{person}" checked>' in page.text
    people = [world.people.li, world.people.ma]
    answer = await as_hr.post("/sessions", data={**PLAN, "course": world.electrician_class, "people": people})
    assert answer.status_code == 303
    assert await seated(int(answer.headers["location"].rpartition("/")[2])) == set(people)


async def test_choosing_another_course_keeps_the_people(world: Any, as_hr: Any) -> None:
    page = await as_hr.post("/sessions/new", data={"course": world.service_class, "people": [world.people.li]})

    assert f'value="{world.service_class}" aria-pressed="true"' in page.text
    assert f'<input type="hidden" name="people" value="{world.people.li}">' in page.text


async def test_more_than_a_page_of_people_is_kept_whole(world: Any, as_hr: Any) -> None:
    people = [await make.person(f"人{number}") for number in range(210)]

    page = await as_hr.post("/sessions/new", data={"people": people, "course": world.electrician_class})
    answer = await as_hr.post(
        "/sessions", data={**PLAN, "seats": "210", "course": world.electrician_class, "people": people}
    )

    assert page.text.count('<input type="checkbox" name="people"') == 210
    assert 'name="seats" type="text" value="210"' in page.text
    assert len(await seated(int(answer.headers["location"].rpartition("/")[2]))) == 210


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seats": "1"}, "选了 2 人，名额不够：请增加名额，或少选几人。"),
        ({"starts_on": "2026-11-23"}, "2026-11-23 已过去：只能排今天或以后的班次。"),
        ({"starts_on": "2026-13-02"}, ""),
        ({"course": ""}, ""),
        ({"starts_on": "2026-12-08", "starts_at": "10:00", "trainer": "张工"}, "张工 那时要讲低压电工技能培训班"),
    ],
)
async def test_scheduling_refuses_and_keeps_what_was_chosen(
    world: Any, as_hr: Any, change: dict[str, str], told: str
) -> None:
    before = len(await queries.upcoming(today=TODAY))
    people = [world.people.li, world.people.ma]

    answer = await as_hr.post(
        "/sessions", data={**PLAN, "course": str(world.electrician_class), "people": people, **change}
    )

    assert answer.status_code == 422
    assert told in answer.text
    assert "瀛海会议室" in answer.text
    assert f'name="people" value="{world.people.li}" checked' in answer.text
    assert len(await queries.upcoming(today=TODAY)) == before


async def test_scheduling_what_does_not_exist(world: Any, as_hr: Any) -> None:
    assert (await as_hr.post("/sessions", data={**PLAN, "course": 999999})).status_code == 404
    answer = await as_hr.post("/sessions", data={**PLAN, "course": world.service_class, "people": 999999})
    assert answer.status_code == 404


async def test_scheduling_names_whoever_has_no_time(world: Any, as_hr: Any) -> None:
    plan = {**PLAN, "starts_on": "2026-12-08", "course": world.service_class}

    answer = await as_hr.post("/sessions", data={**plan, "people": [world.people.wang, world.people.li]})

    assert answer.status_code == 200
    assert "与低压电工技能培训班（2026-12-08）时间冲突。" in answer.text
    assert "已报名 1 人。" in answer.text


async def test_scheduling_page_takes_few_queries(world: Any, as_hr: Any) -> None:
    await as_hr.get("/sessions/new")
    async with counted() as found:
        await as_hr.post("/sessions/new", data={"chosen": [world.certificates.li_lv]})

    assert len(found) <= 8


async def test_session_proposes_who_needs_it_most(world: Any, as_hr: Any) -> None:
    page = await as_hr.get(f"/sessions/{world.session}")

    assert "最急需、还没有排课的人：" in page.text
    for person in (world.people.li, world.people.ma):
        assert f'name="people" value="{person}"' in page.text
    assert f'name="people" value="{world.people.wang}"' not in page.text

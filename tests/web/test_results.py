"""/results: the score sheet, cell by cell and as one form."""

from typing import Any

import pytest

from tests import make
from training.enrolments.tables import Enrolment
from training.exams.tables import Mark
from training.sessions import queries as sessions

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1:8000/results/1"}


async def enrolment_of(world: Any, person: int, session: int | None = None) -> int:
    row = (
        await Enrolment.select(Enrolment.id)
        .where(Enrolment.person == person, Enrolment.session == (session or world.past_session))
        .first()
    )
    assert row is not None
    found: int = row["id"]
    return found


async def test_index_shows_an_examiner_their_own_sessions(world: Any, as_examiner: Any) -> None:
    page = await as_examiner.get("/results")

    assert page.status_code == 200
    assert f'href="/results/{world.past_session}"' in page.text
    assert "待录成绩" in page.text
    assert f'href="/results/{world.session}"' not in page.text


async def test_sheet_shows_marks_and_outcomes(world: Any, as_examiner: Any) -> None:
    page = await as_examiner.get(f"/results/{world.past_session}")

    assert page.status_code == 200
    for words in ("周建国", "李晶", 'value="91"', 'value="71"', "不合格", "实操 71 分，及格线 80 分。", "已录 2/2"):
        assert words in page.text


async def test_sheet_of_somebody_else_is_not_there(world: Any, as_examiner: Any) -> None:
    assert (await as_examiner.get(f"/results/{world.session}")).status_code == 404
    for noun in ("marks", "corrections", "resits", "attendance", "submission"):
        answer = await as_examiner.post(f"/results/{world.session}/{noun}", data={"attendance": "present"})
        assert answer.status_code == 404, noun


async def test_an_auditor_reads_and_changes_nothing(world: Any, as_auditor: Any) -> None:
    page = await as_auditor.get(f"/results/{world.past_session}")

    assert page.status_code == 200
    assert 'class="input mark"' not in page.text
    assert (await as_auditor.post(f"/results/{world.past_session}/marks", data={})).status_code == 404


@pytest.fixture
async def fresh(world: Any) -> tuple[int, int]:
    """A person without marks in the examiner's session, and their enrolment."""
    person = await make.person("史明", site=world.sites.nanhai)
    return person, await make.enrolment(world.past_session, person)


async def test_a_cell_is_saved_as_it_is_left(world: Any, fresh: tuple[int, int], as_examiner: Any) -> None:
    _, enrolment = fresh
    name = f"m-{enrolment}-theory"

    answer = await as_examiner.post(
        f"/results/{world.past_session}/marks", data={name: "８５．５分", "cell": name}, headers=HTMX
    )

    assert answer.status_code == 200
    assert 'value="85.5"' in answer.text
    assert 'hx-target="#progress"' in answer.text
    assert "<html" not in answer.text
    assert await Mark.count().where(Mark.enrolment == enrolment) == 1


async def test_a_wrong_cell_says_what_would_be_right_and_keeps_what_was_typed(
    world: Any, fresh: tuple[int, int], as_examiner: Any
) -> None:
    _, enrolment = fresh
    name = f"m-{enrolment}-practical"

    for typed, told in (
        ("820", "分数应在 0–100 之间。"),
        ("九十", "请用数字写，是 90 吗？"),
        ("NaN", "请写 0–100 的数字，或“缺考”。"),
    ):
        answer = await as_examiner.post(
            f"/results/{world.past_session}/marks", data={name: typed, "cell": name}, headers=HTMX
        )

        assert answer.status_code == 422
        assert f'value="{typed}"' in answer.text
        assert told in answer.text
        assert 'aria-invalid="true"' in answer.text
    assert await Mark.count().where(Mark.enrolment == enrolment) == 0


async def test_the_whole_sheet_is_saved_without_scripts(world: Any, fresh: tuple[int, int], as_examiner: Any) -> None:
    _, enrolment = fresh
    address = f"/results/{world.past_session}/marks"
    typed = {f"m-{enrolment}-theory": "缺考", f"m-{enrolment}-practical": "101"}

    answer = await as_examiner.post(address, data=typed)

    assert answer.status_code == 422
    assert 'value="101"' in answer.text
    assert "分数应在 0–100 之间。" in answer.text
    assert await Mark.count().where(Mark.enrolment == enrolment) == 1
    again = await as_examiner.post(address, data={**typed, f"m-{enrolment}-practical": "88"})
    assert (again.status_code, again.headers["location"]) == (303, f"/results/{world.past_session}")


async def test_a_recorded_mark_is_not_overwritten_but_corrected(world: Any, as_examiner: Any) -> None:
    enrolment = await enrolment_of(world, world.people.li)
    name = f"m-{enrolment}-practical"
    address = f"/results/{world.past_session}"

    asked = await as_examiner.post(f"{address}/marks", data={name: "81", "cell": name}, headers=HTMX)

    assert asked.status_code == 200
    assert "已有成绩 71，还没有改动。" in asked.text
    assert "录为补考" in asked.text
    (entry,) = await Mark.select().where(Mark.enrolment == enrolment, Mark.part == "practical")
    wish = {"enrolment": enrolment, "part": "practical", "entry": entry["id"], "mark": "81"}

    refused = await as_examiner.post(f"{address}/corrections", data=wish, headers=HTMX)
    assert refused.status_code == 422
    assert "更正成绩要写明原因：哪里错了。" in refused.text

    done = await as_examiner.post(f"{address}/corrections", data={**wish, "reason": "看错行"}, headers=HTMX)
    assert done.status_code == 200
    assert 'value="81"' in done.text
    assert "更正原因：看错行" in done.text
    assert "合格" in done.text

    late = await as_examiner.post(f"{address}/corrections", data={**wish, "mark": "90", "reason": "再改"})
    assert late.status_code == 422
    assert "刚才有人更正了这个成绩，请重新查看。" in late.text


async def test_a_resit_is_another_attempt(world: Any, as_examiner: Any) -> None:
    enrolment = await enrolment_of(world, world.people.li)
    address = f"/results/{world.past_session}/resits"
    wish = {"enrolment": enrolment, "part": "practical", "mark": "83"}

    refused = await as_examiner.post(address, data={**wish, "examined_on": "2026-12-01"}, headers=HTMX)
    assert refused.status_code == 422
    assert "考试日期 2026-12-01 还没到。" in refused.text
    done = await as_examiner.post(address, data={**wish, "examined_on": "2026-11-23"})

    assert done.status_code == 303
    sheet = await as_examiner.get(f"/results/{world.past_session}")
    assert "第 2 次" in sheet.text
    assert 'value="83"' in sheet.text


async def test_a_cell_of_another_session_is_not_there(world: Any, as_examiner: Any) -> None:
    foreign = await enrolment_of(world, world.people.wang, world.session)
    address = f"/results/{world.past_session}"
    cell = {f"m-{foreign}-theory": "99", "cell": f"m-{foreign}-theory"}

    assert (await as_examiner.post(f"{address}/marks", data=cell, headers=HTMX)).status_code == 404
    wish = {"enrolment": foreign, "part": "theory", "entry": 1, "mark": "99", "reason": "x"}
    assert (await as_examiner.post(f"{address}/corrections", data=wish)).status_code == 404
    attendance = {"enrolment": foreign, "attendance": "present"}
    assert (await as_examiner.post(f"{address}/attendance", data=attendance)).status_code == 404
    assert await Mark.count().where(Mark.enrolment == foreign) == 0


async def test_attendance_is_ticked_one_by_one_and_for_the_rest(
    world: Any, fresh: tuple[int, int], as_examiner: Any
) -> None:
    _, enrolment = fresh
    address = f"/results/{world.past_session}/attendance"

    one = await as_examiner.post(address, data={"enrolment": enrolment, "attendance": "absent"}, headers=HTMX)
    rest = await as_examiner.post(address, data={"attendance": "present"})

    assert one.status_code == 200
    assert f'id="a-{enrolment}"' in one.text
    assert "没有出勤" in one.text
    assert rest.status_code == 303
    row = await Enrolment.select(Enrolment.attendance).where(Enrolment.id == enrolment).first()
    assert row == {"attendance": "absent"}


async def test_submitting_certifies_and_says_how_many(world: Any, as_examiner: Any) -> None:
    answer = await as_examiner.post(f"/results/{world.past_session}/submission")

    assert answer.status_code == 303
    sheet = await as_examiner.get(f"/results/{world.past_session}")
    assert "成绩已提交：1 人结业，1 人未结业。" in sheet.text
    assert "已发证" in sheet.text
    assert (await sessions.session(world.past_session)).completed_at is not None
    assert (await as_examiner.post(f"/results/{world.past_session}/submission")).status_code == 303


async def test_submitting_waits_until_everything_is_entered(
    world: Any, fresh: tuple[int, int], as_examiner: Any
) -> None:
    answer = await as_examiner.post(f"/results/{world.past_session}/submission")

    assert answer.status_code == 422
    assert "还有 1 人的考勤或成绩没有录入。" in answer.text
    assert (await sessions.session(world.past_session)).completed_at is None

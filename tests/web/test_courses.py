"""/courses: the catalogue, one course, adding and changing."""

from typing import Any

import pytest

from tests import make
from tests.counting import counted
from tests.make import TODAY
from training.courses import queries
from training.courses.rules import Kind, Part

FIELDS = {
    "name": "高处作业培训班",
    "kind": "skill_class",
    "hours": "12.5",
    "theory": "80",
    "practical": "",
    "active": "yes",
}


async def test_index_lists_every_course(world: Any, as_manager: Any) -> None:
    page = await as_manager.get("/courses")

    assert page.status_code == 200
    assert "低压电工技能培训班" in page.text
    assert "理论 80" in page.text
    assert "/courses/new" not in page.text


async def test_index_takes_as_many_queries_for_three_as_for_many(world: Any, as_hr: Any) -> None:
    async with counted() as few:
        await as_hr.get("/courses")
    for _ in range(5):
        await make.course(parts={"theory": 60})
    async with counted() as many:
        await as_hr.get("/courses")

    assert len(many) == len(few) <= 8


async def test_adding_a_course(world: Any, as_hr: Any) -> None:
    assert (await as_hr.get("/courses/new")).status_code == 200

    answer = await as_hr.post("/courses", data=FIELDS)

    assert answer.status_code == 303
    course = await queries.course(int(answer.headers["location"].rpartition("/")[2]), today=TODAY)
    assert (course.name.zh, course.kind, course.minutes, course.active) == (
        "高处作业培训班",
        Kind.SKILL_CLASS,
        562,
        True,
    )
    assert [(part.part, part.pass_mark) for part in course.parts] == [(Part.THEORY, 80)]
    shown = await as_hr.get(answer.headers["location"])
    assert "课程已新增。" in shown.text
    assert "12.5" in shown.text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "这是必填项"),
        ({"hours": "NaN"}, ""),
        ({"hours": "很多"}, ""),
        ({"theory": "101"}, ""),
        ({"theory": "八十"}, ""),
        ({"leads_to": "999999"}, "请从列表中选择证书类型。"),
        ({"name": "低压电工技能培训班"}, "已有课程叫“低压电工技能培训班”。"),
        ({"kind": "dance"}, ""),
    ],
)
async def test_adding_refuses_and_keeps_what_was_typed(
    world: Any, as_hr: Any, change: dict[str, str], told: str
) -> None:
    before = len(await queries.catalogue(today=TODAY))

    answer = await as_hr.post("/courses", data={**FIELDS, "summary": "认真学", **change})

    assert answer.status_code == 422
    assert "认真学" in answer.text
    assert 'class="error-summary"' in answer.text
    if told and "必填" not in told:
        assert told in answer.text
    assert len(await queries.catalogue(today=TODAY)) == before


async def test_changing_a_course(world: Any, as_hr: Any) -> None:
    address = f"/courses/{world.service_class}"
    form = await as_hr.get(f"{address}/edit")
    assert 'value="16"' in form.text

    answer = await as_hr.post(address, data={**FIELDS, "active": ""})

    assert (answer.status_code, answer.headers["location"]) == (303, address)
    course = await queries.course(world.service_class, today=TODAY)
    assert (course.name.zh, course.active) == ("高处作业培训班", False)
    refused = await as_hr.post(address, data={**FIELDS, "hours": ""})
    assert refused.status_code == 422


async def test_what_does_not_exist_is_not_there(world: Any, as_hr: Any) -> None:
    assert (await as_hr.get("/courses/999999")).status_code == 404
    assert (await as_hr.post("/courses/999999", data=FIELDS)).status_code == 404


async def test_a_manager_changes_nothing(world: Any, as_manager: Any) -> None:
    for method, address in (("GET", "/courses/new"), ("POST", "/courses"), ("POST", f"/courses/{world.service_class}")):
        assert (await as_manager.request(method, address, data=FIELDS)).status_code == 404

"""/certificate-types: the list with what is held, one type with its rules, changing it, giving it new rules."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests import make
from tests.conftest import TODAY
from tests.counting import counted
from tests.reading import errors, fields, part, row, text
from training.certificates import queries
from training.journal import queries as journal

LV = "/certificate-types/SO_ELEC_LV"
NAME = "特种作业操作证（低压电工作业）"


async def lv() -> Any:
    return await queries.type_named("SO_ELEC_LV")


async def test_the_list_tells_rules_and_numbers(as_hr: Any) -> None:
    page = await as_hr.get("/certificate-types")

    assert page.status_code == 200
    # Zhou, Wang, Li and Ma hold one; Gao left. Wang's is due, Li's ended, Ma's is to be verified.
    assert row(page.text, NAME).startswith(f"{NAME} 法定要求 6 年 · 无需复审 无需复审 应急管理部令第19号 已核实 4 3")


async def test_what_is_not_confirmed_says_so_with_its_note(as_hr: Any) -> None:
    page = await as_hr.get("/certificate-types")

    low_voltage, first_aid = row(page.text, "SO_ELEC_LV"), row(page.text, "FIRST_AID_RC")
    assert "待核实" not in low_voltage
    note = (await queries.type_named("FIRST_AID_RC")).note
    assert f"待核实 {text(note)}" in first_aid


async def test_the_list_is_searched_and_narrowed(as_hr: Any) -> None:
    found = await as_hr.get("/certificate-types?q=焊工证")
    by_category = await as_hr.get("/certificate-types?category=security")
    nothing = await as_hr.get("/certificate-types?q=zzz")

    assert part(found.text, "types").count('href="/certificate-types/') == 1
    assert part(by_category.text, "types").count('href="/certificate-types/') == 1
    assert "没有符合条件的" in nothing.text


async def test_the_list_answers_htmx_with_its_part_alone(as_hr: Any) -> None:
    answer = await as_hr.get("/certificate-types", headers={"HX-Request": "true", "HX-Target": "section#types"})

    assert answer.text.lstrip().startswith('<section class="card" id="types"')


async def test_an_administrator_sees_no_numbers_of_people(as_admin: Any) -> None:
    page, one = await as_admin.get("/certificate-types"), await as_admin.get(LV)

    assert (page.status_code, one.status_code) == (200, 200)
    assert "/certificates?type=" not in page.text + one.text


async def test_the_list_takes_as_many_queries_for_many(world: Any, as_hr: Any) -> None:
    async with counted() as few:
        await as_hr.get("/certificate-types")
    for _ in range(3):
        await make.certificate(world.people.ren, "SECURITY_GUARD", item=str(_))
    async with counted() as many:
        await as_hr.get("/certificate-types")

    assert len(many) == len(few) <= 5


async def test_a_type_is_shown_with_its_law_and_its_rules_in_order(as_manager: Any) -> None:
    page = await as_manager.get(LV)

    assert page.status_code == 200
    assert "自发证之日起有效 6 年。" in page.text
    assert text(page.text).index("自 2026-06-01 起") < text(page.text).index("自 2010-07-01 起")
    assert '<a href="https://cx.mem.gov.cn/" rel="noreferrer noopener external" target="_blank">' in page.text
    assert "理论合格线 80 待核实" in text(page.text)
    assert f"{LV}/edit" not in page.text


async def test_an_unknown_type_is_missing(as_hr: Any) -> None:
    for address in ("", "/edit", "/rules/new"):
        assert (await as_hr.get(f"/certificate-types/NOTHING{address}")).status_code == 404


async def test_a_type_is_changed(as_hr: Any) -> None:
    typed = fields((await as_hr.get(f"{LV}/edit")).text)

    answer = await as_hr.post(
        LV, data={**typed, "aliases": "低压证\n电工本", "theory_pass_mark": "70", "uncertain_fields": ["resit_rule"]}
    )

    assert (answer.status_code, answer.headers["location"]) == (303, LV)
    now = await lv()
    assert (now.aliases, now.theory_pass_mark, now.uncertain_fields) == (("低压证", "电工本"), 70, ("resit_rule",))
    assert (await journal.entries(subject="certificate_type", subject_id=now.id))[
        0
    ].action == "certificate_type.changed"
    assert "证书类型已修改。" in (await as_hr.get(LV)).text


async def test_sending_the_form_as_it_is_changes_nothing(as_hr: Any) -> None:
    before = await lv()

    answer = await as_hr.post(LV, data=fields((await as_hr.get(f"{LV}/edit")).text))

    assert answer.status_code == 303
    assert await lv() == before


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name_zh": ""}, "中文名称：必填。"),
        ({"theory_pass_mark": "101"}, "理论合格线：数字超出范围。"),
        ({"verify_url": "javascript:alert(1)"}, "核验网址要以 https:// 或 http:// 开头。"),
        (
            {"number_pattern": "(a+)+$"},
            "编号规则只能由字符、[A-Z] 这样的字符集、重复次数和 (?:A|B) 这样的分组组成。",
        ),
    ],
)
async def test_what_cannot_be_is_refused_and_kept_on_the_page(as_hr: Any, typed: dict[str, str], told: str) -> None:
    before = await lv()
    shown = fields((await as_hr.get(f"{LV}/edit")).text)

    answer = await as_hr.post(LV, data={**shown, **typed, "note": "再查一次"})

    assert (answer.status_code, errors(answer.text)) == (422, [told])
    assert fields(answer.text)["note"] == ["再查一次"]
    assert await lv() == before


async def test_a_type_that_somebody_else_changed_is_not_overwritten(as_hr: Any) -> None:
    shown = fields((await as_hr.get(f"{LV}/edit")).text)
    await as_hr.post(LV, data={**shown, "note": "先来的"})

    answer = await as_hr.post(LV, data={**shown, "note": "后到的"})

    assert answer.status_code == 422
    assert (await lv()).note == "先来的"


async def test_a_number_is_tried_against_the_pattern_being_typed(as_hr: Any) -> None:
    htmx = {"HX-Request": "true", "HX-Target": "span#number"}

    def tried(pattern: str, sample: str, **headers: str) -> Any:
        typed = {"number_pattern": pattern, "sample": sample, "name_zh": "改过的"}
        return as_hr.post(f"{LV}/number-check", data=typed, headers=headers)

    assert text((await tried(r"^\d{4}$", "1234", **htmx)).text) == "编号符合规则。"
    assert text((await tried(r"^\d{4}$", "12345", **htmx)).text) == "编号不符合规则。"
    assert "编号规则只能由" in (await tried("(", "1", **htmx)).text
    whole = await tried(r"^\d{4}$", "1234")
    assert whole.status_code == 200
    assert fields(whole.text)["name_zh"] == ["改过的"]
    assert "编号符合规则。" in whole.text


async def _rules(client: Any, **typed: str) -> dict[str, Any]:
    shown: dict[str, Any] = fields((await client.get(f"{LV}/rules/new")).text)
    return {**shown, "legal_basis": "新的规定", "effective_from": "2027-01-01", **typed}


async def test_rules_begin_as_those_in_force_and_show_what_they_come_to(as_hr: Any) -> None:
    page = await as_hr.get(f"{LV}/rules/new")

    shown = fields(page.text)
    assert (shown["validity_months"], shown["renewal_window_days"], shown["reminder_days"]) == (
        ["72"],
        ["60"],
        ["180, 90, 60, 30, 7, 0"],
    )
    assert text(part(page.text, "example")) == (
        "结果 举例 2026-11-24 发证，有效期至 2032-11-23，当天仍有效。 "
        "下一步：2032-09-24 起可以申请，最迟 2032-11-23 申请。"
    )


async def test_the_example_follows_what_is_typed(as_hr: Any) -> None:
    typed = await _rules(
        as_hr,
        effective_from="2020-01-01",
        validity_months="48",
        review_interval_months="24",
        apply_deadline_days="30",
        renewal_window_days="0",
        issued_on="2024-02-29",
        legal_basis="",
    )

    example = await as_hr.post(
        f"{LV}/rules/preview", data=typed, headers={"HX-Request": "true", "HX-Target": "section#example"}
    )
    whole = await as_hr.post(f"{LV}/rules/preview", data={**typed, "validity_months": "many"})

    assert text(example.text) == (
        "结果 举例 2024-02-29 发证，有效期至 2028-02-28，当天仍有效。 须在 2026-02-28 前复审。 "
        "下一步：最迟 2026-01-29 申请。"
    )
    assert whole.status_code == 200
    assert "月数和天数填成数字后，这里会显示举例。" in whole.text
    assert errors(whole.text) == ["有效期（月）：这不是整数。"]


async def test_rules_that_touch_nobody_are_added_at_once(as_hr: Any) -> None:
    answer = await as_hr.post(f"{LV}/rules", data=await _rules(as_hr, effective_from="2060-01-01"))

    assert (answer.status_code, answer.headers["location"]) == (303, LV)
    assert [version.effective_from for version in (await lv()).versions][-1] == date(2060, 1, 1)


async def test_rules_show_whom_they_touch_before_they_are_added(world: Any, as_hr: Any) -> None:
    typed = await _rules(as_hr, effective_from="2026-11-01", validity_months="72", grace_days="60")

    first = await as_hr.post(f"{LV}/rules", data=typed)

    assert first.status_code == 422
    assert "1 张：已过期 → 宽限期。" in text(first.text)
    assert len((await lv()).versions) == 2

    changed_meanwhile = await as_hr.post(f"{LV}/rules", data={**fields(first.text), "grace_days": "59"})
    assert changed_meanwhile.status_code == 422

    second = await as_hr.post(f"{LV}/rules", data=fields(first.text))
    assert second.status_code == 303
    assert (await lv()).versions[-1].grace_days == 60


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"legal_basis": ""}, "依据：必填。"),
        ({"effective_from": "2026-02-30"}, "生效日期：这不是日期。写成 2026-12-02 这样。"),
        ({"reminder_days": "90, soon"}, "提醒（到期前天数）：天数请写成数字，例如 90, 60, 30。"),
        ({"effective_from": "2026-06-01"}, "自 2026-06-01 起的规则已经录入。"),
        ({"validity_months": "9999"}, "有效期（月）：数字超出范围。"),
    ],
)
async def test_rules_that_cannot_be_are_refused(as_hr: Any, typed: dict[str, str], told: str) -> None:
    answer = await as_hr.post(f"{LV}/rules", data=await _rules(as_hr, **{"effective_from": "2060-01-01", **typed}))

    assert (answer.status_code, errors(answer.text)) == (422, [told])
    assert len((await lv()).versions) == 2


async def test_rules_written_wrongly_are_corrected_for_a_reason(as_hr: Any) -> None:
    before = (await lv()).versions
    address = f"{LV}/rules/{before[-1].id}"
    assert f'href="{address}"' in (await as_hr.get(LV)).text
    typed = {**fields((await as_hr.get(address)).text), "grace_days": "30", "reason": "漏了宽限期"}

    first = await as_hr.post(address, data=typed)
    second = await as_hr.post(address, data=fields(first.text))

    after = (await lv()).versions
    assert (first.status_code, second.status_code) == (422, 303)
    assert "1 张：已过期 → 宽限期。" in text(first.text)
    assert [version.grace_days for version in after] == [0, 30]
    assert after[:-1] == before[:-1]
    line = (await journal.entries(subject="certificate_type"))[0]
    assert (line.action, line.reason) == ("certificate_type.rules_corrected", "漏了宽限期")


async def test_the_example_of_a_correction_counts_without_the_wrong_rules(as_hr: Any) -> None:
    address = f"{LV}/rules/{(await lv()).versions[-1].id}"
    typed = {**fields((await as_hr.get(address)).text), "effective_from": "2020-01-01", "validity_months": "36"}

    answer = await as_hr.post(
        f"{address}/preview", data=typed, headers={"HX-Request": "true", "HX-Target": "section#example"}
    )

    assert "2024-02-29 发证，有效期至 2027-02-27，当天仍有效。" in text(answer.text)


async def test_rules_are_not_corrected_without_a_reason_or_of_another_type(as_hr: Any) -> None:
    guard = (await queries.type_named("SECURITY_GUARD")).versions[0]
    address = f"{LV}/rules/{(await lv()).versions[-1].id}"
    typed = fields((await as_hr.get(address)).text)

    unsaid = await as_hr.post(address, data={**typed, "reason": " "})

    assert (unsaid.status_code, errors(unsaid.text)) == (422, ["原因：必填。"])
    assert (await as_hr.get(f"{LV}/rules/{guard.id}")).status_code == 404
    assert (await as_hr.post(f"{LV}/rules/{guard.id}", data=typed)).status_code == 404


NEW = {
    "code": "GATE_POST",
    "name_zh": "门岗上岗证",
    "name_en": "Gate post permit",
    "category": "in_house",
    "status": "in_house",
    "legal_basis": "本单位规定",
    "validity_months": "12",
    "reminder_days": "30、7",
}


async def test_a_type_of_the_companys_own_is_added(as_hr: Any) -> None:
    assert (await as_hr.get("/certificate-types/new")).status_code == 200

    answer = await as_hr.post("/certificate-types", data=NEW)

    assert (answer.status_code, answer.headers["location"]) == (303, "/certificate-types/GATE_POST")
    found = await queries.type_named("GATE_POST")
    assert (found.name.zh, found.category, found.active) == ("门岗上岗证", "in_house", True)
    assert [(one.validity_months, one.reminder_days) for one in found.versions] == [(12, (30, 7))]
    assert "一直有效" in (await as_hr.get("/certificate-types/GATE_POST")).text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"code": "SO_ELEC_LV"}, "代码 SO_ELEC_LV 已被别的证书类型使用。"),
        ({"code": "gate"}, "代码由 2 到 40 个大写字母、数字和下划线组成，以字母开头。"),
        ({"name_en": ""}, "英文名称：必填。"),
        ({"category": "nonsense"}, "类别、性质和可信度要从列表中选。"),
        ({"reminder_days": "soon"}, "提醒（到期前天数）：天数请写成数字，例如 90, 60, 30。"),
    ],
)
async def test_a_type_that_cannot_be_is_not_added(as_hr: Any, typed: dict[str, str], told: str) -> None:
    answer = await as_hr.post("/certificate-types", data={**NEW, **typed})

    assert answer.status_code == 422
    assert errors(answer.text) == [told]
    assert len(await queries.types()) == 44


async def test_a_manager_changes_no_type(as_manager: Any, as_auditor: Any) -> None:
    for client in (as_manager, as_auditor):
        for address in (f"{LV}/edit", f"{LV}/rules/new", "/certificate-types/new"):
            assert (await client.get(address)).status_code == 404
        for address in ("/certificate-types", LV, f"{LV}/rules", f"{LV}/rules/preview", f"{LV}/number-check"):
            assert (await client.post(address, data={})).status_code == 404


async def test_an_administrator_sees_whom_rules_touch_as_numbers_only(as_admin: Any) -> None:
    answer = await as_admin.post(
        f"{LV}/rules", data=await _rules(as_admin, effective_from=str(TODAY - timedelta(days=20)), grace_days="60")
    )

    assert answer.status_code == 422
    assert "1 张：已过期 → 宽限期。" in text(answer.text)


async def test_every_number_is_that_of_the_list_it_opens(world: Any, as_hr: Any, as_manager: Any) -> None:
    for client, held in ((as_hr, "4"), (as_manager, "2")):
        page = await client.get("/certificate-types")
        opened = await client.get("/certificates?type=SO_ELEC_LV")

        assert f'<a href="/certificates?type=SO_ELEC_LV">{held}</a>' in page.text
        assert f"共 {held} 张" in text(part(opened.text, "register"))

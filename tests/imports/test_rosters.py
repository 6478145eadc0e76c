from datetime import date, timedelta

import pytest

from tests import make
from tests.imports.running import ROSTER, outcomes, people, roster, run, sentences, table
from tests.imports.workbooks import csv_text
from tests.make import TODAY
from training.db import DB
from training.errors import Missing
from training.imports import actions
from training.imports.answers import Answers
from training.imports.headers import Kind
from training.imports.rules import Code
from training.people import numbers

ANA_ID, BEN_ID = "11010519491231002X", "440524188001010014"
ANA = {
    "姓名": "安然", "身份证号": ANA_ID, "项目部": "南海家园一里", "岗位": "保洁", "入职日期": "2020.3.5",
    "电话": "13864587474",
}  # fmt: skip
BEN = {"姓名": "贝宁", "身份证号": BEN_ID, "项目部": "兴海园", "岗位": "电工", "入职日期": "2021年6月1日"}
HIRED = date(2020, 3, 5)
RECORDED = {"person": "SELECT * FROM person ORDER BY id", "site": "SELECT * FROM site ORDER BY id"}

pytestmark = pytest.mark.usefixtures("db")


async def recorded(table_name="person"):
    return await DB.rows(RECORDED[table_name])


async def test_a_new_person_is_taken_on_with_site_position_and_numbers():
    report = await roster(ANA | {"工号": "z 001", "备注": "组长"})

    assert outcomes(report) == [("new", "site_new", "position_new")]
    assert await people() == [
        ("安然", "Z001", HIRED, None, "7474", "组长", "南海家园一里", "保洁", HIRED, None),
    ]


async def test_the_same_again_writes_nothing():
    await roster(ANA, BEN)
    before = await people()

    report = await roster(ANA, BEN)

    assert (outcomes(report), await people()) == ([("unchanged",), ("unchanged",)], before)


async def test_an_empty_cell_changes_nothing():
    await roster(ANA)

    report = await roster(ANA | {"电话": "", "入职日期": None})

    assert outcomes(report) == [("unchanged",)]


async def test_what_a_row_says_otherwise_is_changed():
    await roster(ANA)

    report = await roster(ANA | {"电话": "13900001111", "入职日期": "2020.3.6", "工号": "A7", "备注": "转正"})

    assert outcomes(report) == [("changed",)]
    ((*person, _, _, _, _),) = await people()
    assert person == ["安然", "A7", date(2020, 3, 6), None, "1111", "转正"]


async def test_another_site_is_a_move_from_today_with_the_history_kept():
    await roster(ANA, BEN)

    report = await roster(ANA | {"项目部": "兴海园"})

    assert outcomes(report) == [("changed", "moved")]
    assert [(site, since, until) for *_, site, _, since, until in (await people())[:2]] == [
        ("南海家园一里", HIRED, TODAY - timedelta(days=1)),
        ("兴海园", TODAY, None),
    ]


async def test_a_move_that_began_today_is_set_right():
    await roster(ANA | {"入职日期": TODAY})

    report = await roster(ANA | {"入职日期": TODAY, "岗位": "电工"})

    assert outcomes(report) == [("changed", "position_new")]
    assert [(position, since, until) for *_, position, since, until in await people()] == [("电工", TODAY, None)]


async def test_who_left_leaves():
    await roster(ANA)

    report = await roster(ANA | {"状态": "离职", "离职日期": "2026.10.31"})

    assert outcomes(report) == [("changed", "left")]
    ((_, _, _, left_on, *_, until),) = await people()
    assert (left_on, until) == (date(2026, 10, 31), date(2026, 10, 31))
    assert outcomes(await roster(ANA | {"状态": "离职", "离职日期": "2026.10.31"})) == [("unchanged",)]


async def test_who_left_on_no_given_day_left_today():
    await roster(ANA)

    report = await roster(ANA | {"姓名": "安然（离职）"})

    assert outcomes(report) == [("changed", "left_undated")]
    assert (await people())[0][3] == TODAY


async def test_who_left_before_being_recorded_is_recorded_as_gone():
    report = await roster(ANA | {"离职日期": "2024-01-31"})

    assert outcomes(report) == [("new", "site_new", "position_new", "left")]
    assert [(row[3], row[-1]) for row in await people()] == [(date(2024, 1, 31), date(2024, 1, 31))]


async def test_who_left_and_stands_in_the_roster_again_is_asked_about():
    await roster(ANA | {"离职日期": "2024-01-31"})
    (person,) = [row["id"] for row in await recorded()]

    assert outcomes(await roster(ANA, apply=False)) == [("asked", "returned")]
    report = await roster(ANA | {"入职日期": "2026.11.1"}, answers=Answers(people={"表1!2": person}))

    assert outcomes(report) == [("changed",)]
    assert [(row[3], row[-2], row[-1]) for row in await people()] == [
        (None, HIRED, date(2024, 1, 31)),
        (None, date(2026, 11, 1), None),
    ]


async def test_two_rows_of_one_person_are_not_both_taken():
    report = await roster(ANA, ANA | {"电话": "13900001111"})

    assert outcomes(report) == [("new", "site_new", "position_new"), ("refused", "duplicate_row")]
    assert sentences(report, Code.DUPLICATE_ROW) == ["Row 2 already says this. Keep one of the two."]
    assert len(await people()) == 1


async def test_one_name_at_one_place_may_be_two_people():
    report = await roster(ANA, ANA | {"身份证号": BEN_ID, "电话": None})

    assert [outcome for outcome, *_ in outcomes(report)] == ["new", "new"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"姓名": None}, "name_missing"),
        ({"姓名": "张三1"}, "name_unreadable"),
        ({"身份证号": 110105194912310000}, "id_damaged"),
        ({"身份证号": "1.10105E+17"}, "id_damaged"),
        ({"身份证号": "11010519491231"}, "id_shape"),
        ({"入职日期": "2024.2.30"}, "date_impossible"),
        ({"入职日期": "去年"}, "date_unreadable"),
        ({"入职日期": "2029.1.1"}, "date_impossible"),
        ({"状态": "???"}, "status_unreadable"),
        ({"离职日期": "2019.1.1"}, "date_order"),
    ],
)
async def test_a_row_that_cannot_be_right_is_refused_alone(cells, code):
    report = await roster(ANA | cells, BEN)

    assert [outcome for outcome, *_ in outcomes(report)] == ["refused", "new"]
    assert code in outcomes(report)[0]
    assert [row[0] for row in await people()] == ["贝宁"]


async def test_another_name_with_a_known_number_is_asked():
    await roster(ANA)
    (person,) = [row["id"] for row in await recorded()]
    renamed = ANA | {"姓名": "安冉"}

    assert outcomes(await roster(renamed)) == [("asked", "name_differs")]
    report = await roster(renamed, answers=Answers(people={"表1!2": person}))

    assert (outcomes(report), (await people())[0][0]) == ([("changed",)], "安冉")


async def test_an_unknown_site_is_asked_where_sites_are_known_already():
    await roster(ANA)
    stray = BEN | {"项目部": "南海家园—里"}

    report = await roster(stray)

    assert outcomes(report)[0][:2] == ("asked", "site_unknown")
    assert sentences(report, Code.SITE_UNKNOWN) == ["There is no site 南海家园—里. Is it 南海家园一里?"]
    assert [row[0] for row in await people()] == ["安然"]


@pytest.mark.parametrize(("answer", "site"), [("new", "南海家园—里"), ("known", "南海家园一里")])
async def test_an_unknown_site_is_what_was_answered(answer, site):
    await roster(ANA)
    known = str((await recorded("site"))[0]["id"])
    answers = Answers(sites={"南海家园—里": known if answer == "known" else answer})

    report = await roster(BEN | {"项目部": "南海家园—里"}, answers=answers)

    assert outcomes(report)[0][0] == "new"
    assert (await people())[1][6] == site


async def test_a_site_that_stands_only_in_the_first_row_is_asked_once():
    rows = table(ROSTER, ANA, BEN | {"项目部": None})
    content = csv_text(rows).encode("utf-8-sig")

    report = await run(Kind.ROSTER, content, apply=False)
    assert [row[:2] for row in outcomes(report)] == [("new", "site_new"), ("asked", "site_blank")]

    await run(Kind.ROSTER, content, answers=Answers(sites={"": "above"}))
    assert [row[6] for row in await people()] == ["南海家园一里", "南海家园一里"]


async def test_cells_merged_downwards_are_filled():
    await run(Kind.ROSTER, table(ROSTER, ANA, BEN | {"项目部": None}), merged=["C2:C3"])

    assert [row[6] for row in await people()] == ["南海家园一里", "南海家园一里"]


async def test_without_a_number_a_person_is_found_by_name_site_and_position():
    nameless = ANA | {"身份证号": None}
    assert outcomes(await roster(nameless)) == [("new", "site_new", "position_new", "id_missing")]

    report = await roster(nameless | {"电话": "13900001111"})

    assert outcomes(report) == [("changed", "matched_by_name")]
    assert outcomes(await roster(nameless | {"岗位": "电工"})) == [("asked", "position_new", "person_ambiguous")]


async def test_rows_left_out_and_cells_mended_by_hand():
    answers = Answers(skipped={"表1!3"}, fixes={"表1": {2: {"hire_date": "2020-03-05"}}})

    report = await roster(ANA | {"入职日期": "2020.13.5"}, BEN, answers=answers)

    assert [row[0] for row in outcomes(report)] == ["new", "skipped"]
    assert (report.rows, report.new, report.refused) == (2, 1, 1)
    assert [row[:3] for row in await people()] == [("安然", None, HIRED)]


async def test_a_passport_is_an_identity_too():
    await roster(ANA | {"身份证号": "E12345678"})

    assert outcomes(await roster(ANA | {"身份证号": "E12345678"})) == [("unchanged",)]


async def test_what_the_roster_says_of_certificates_is_a_remark():
    header = [*ROSTER, "持证情况"]

    report = await run(Kind.ROSTER, table(header, ANA | {"持证情况": "低压电工证", "备注": "组长"}))

    assert "certificates_text" in outcomes(report)[0]
    assert (await people())[0][5] == "组长；持证情况：低压电工证"


async def test_numbers_are_sealed_and_found_again():
    await roster(ANA)

    (row,) = await recorded("person")
    assert row["identity_index"] == numbers.identity_index(ANA_ID)
    assert ANA_ID not in str(dict(row))
    assert numbers.identity_number(row["id"], row["identity_sealed"]) == ANA_ID


async def test_nobody_but_hr_imports(world, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("姓名,身份证号\n")

    with pytest.raises(Missing):
        await actions.import_file(Kind.ROSTER, path, by=world.manager, today=TODAY)


async def test_a_person_made_elsewhere_is_recognised(world):
    site, position = await make.site("新海园"), await make.position("绿化工")
    await make.person("安然", site=site, position=position, identity=ANA_ID)

    report = await roster(ANA | {"项目部": "新海园", "岗位": "绿化工", "电话": None, "入职日期": None})

    assert outcomes(report) == [("unchanged",)]

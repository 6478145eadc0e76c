from datetime import date

import pytest

from tests.imports.running import certificates, ledger, outcomes, roster, run, sentences
from tests.make import TODAY
from training.access import COMMAND_LINE
from training.certificates import actions as certificate_actions
from training.certificates.recording import Paper
from training.db import DB
from training.imports.answers import Answers
from training.imports.headers import Kind
from training.imports.rules import Code

ANA_ID, BEN_ID = "11010519491231002X", "440524188001010014"
ANA = {"姓名": "安然", "身份证号": ANA_ID, "项目部": "南海家园一里", "岗位": "电工"}
BEN = {"姓名": "贝宁", "身份证号": BEN_ID, "项目部": "兴海园", "岗位": "消防中控员"}
PLACE = {"姓名": "安然", "项目部": "南海家园一里", "岗位": "电工"}
LV = {
    **PLACE, "证书名称": "低压电工作业", "证书编号": f"T{ANA_ID}", "发证机关": "北京市应急管理局",
    "发证日期": "2023.3.5", "有效期至": "2029.3.4",
}  # fmt: skip
GUARD = {**PLACE, "证书名称": "保安员证", "证书编号": "京1234567890", "发证日期": "2022.5.18", "有效期至": "终身有效"}
ISSUED, ENDS = date(2023, 3, 5), date(2029, 3, 4)


@pytest.fixture(autouse=True)
async def company(db):
    await certificate_actions.load_reference(by=COMMAND_LINE)
    await roster(ANA, BEN)


async def test_a_certificate_is_recorded_and_its_number_sealed():
    report = await ledger(LV)

    assert outcomes(report) == [("new",)]
    assert await certificates() == [("安然", "SO_ELEC_LV", "", "T110***********002X", ISSUED, ENDS, False, None)]
    assert ANA_ID not in str([dict(row) for row in await DB.rows("SELECT * FROM certificate")])


async def test_the_same_again_writes_nothing():
    await ledger(LV, GUARD)
    before = await certificates()

    report = await ledger(LV, GUARD)

    assert outcomes(report) == [("unchanged",), ("unchanged", "matched_by_name")]
    assert await certificates() == before


async def test_no_expiry_and_missing_are_kept_apart():
    await ledger(GUARD, LV | {"有效期至": "—"})

    assert [row[5:7] for row in await certificates()] == [(None, True), (None, False)]


async def test_a_newer_certificate_replaces_the_older_whatever_their_order():
    renewed = LV | {"发证日期": "2026.3.1", "有效期至": "2032.2.28"}

    first = await ledger(renewed, LV)
    assert outcomes(first) == [("new",), ("new",)]
    assert [row[4:8:3] for row in await certificates()] == [(date(2026, 3, 1), None), (ISSUED, date(2026, 3, 1))]

    newest, oldest = (
        LV | {"发证日期": "2026.6.1", "有效期至": "2032.5.31"},
        LV | {"发证日期": "2018.3.5", "有效期至": "2024.3.4"},
    )
    latest = await ledger(newest, oldest)
    assert outcomes(latest) == [("new", "supersedes"), ("new", "older")]
    assert [row[7] for row in await certificates()] == [date(2026, 6, 1), date(2026, 3, 1), None, ISSUED]


async def test_what_is_printed_otherwise_is_set_right():
    await ledger(LV, GUARD)

    report = await ledger(LV | {"有效期至": "2029.3.31", "复审日期": "2026.3.5"}, GUARD | {"发证日期": "2022.5.19"})

    assert outcomes(report) == [("changed",), ("changed", "matched_by_name")]
    assert [row[4:6] for row in await certificates()] == [(ISSUED, date(2029, 3, 31)), (date(2022, 5, 19), None)]


async def test_a_month_keeps_its_precision():
    await ledger(LV | {"有效期至": "2029年3月"})

    (row,) = await DB.rows("SELECT expires_on, expires_precision FROM certificate")
    assert tuple(row) == (date(2029, 3, 31), "month")


async def test_a_range_gives_both_dates():
    await ledger(LV | {"发证日期": None, "有效期至": "2023年3月5日至2029年3月4日"})

    assert [row[4:6] for row in await certificates()] == [(ISSUED, ENDS)]


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ({"身份证号": ANA_ID}, ("new",)),
        ({"身份证号": BEN_ID}, ("refused", "number_not_holders")),
        ({"证书编号": f"T{BEN_ID}"}, ("asked", "name_differs")),
        ({"证书编号": "T110101199003070774"}, ("asked", "person_ambiguous")),
        ({"证书编号": "T110101199003070774", "姓名": "某某"}, ("refused", "person_unknown")),
        ({"身份证号": ANA_ID, "姓名": "贝宁"}, ("asked", "name_differs")),
        ({"证书编号": None}, ("new", "matched_by_name")),
        ({"证书编号": None, "岗位": None}, ("asked", "person_ambiguous")),
        ({"证书编号": None, "项目部": "兴海园"}, ("asked", "person_ambiguous")),
        ({"证书编号": None, "姓名": "某某"}, ("refused", "person_unknown")),
        ({"姓名": None, "身份证号": ANA_ID}, ("refused", "name_missing")),
    ],
)
async def test_whose_it_is(cells, outcome):
    assert outcomes(await ledger(LV | cells)) == [outcome]


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ({"证书名称": "电工证", "证书编号": None}, ("asked", "type_ambiguous", "matched_by_name")),
        ({"证书名称": "厨师证"}, ("asked", "type_unknown")),
        ({"证书名称": None}, ("refused", "type_missing")),
        ({"证书名称": "低压电工、高处作业"}, ("refused", "type_several")),
        ({"证书编号": 110105194912310000}, ("refused", "number_damaged", "matched_by_name")),
        ({"发证日期": "2024.2.30"}, ("refused", "date_impossible")),
        ({"有效期至": "2022.1.1"}, ("refused", "date_order")),
        ({"发证日期": "2026.12.1"}, ("refused", "date_future")),
        ({"证书编号": "T12345"}, ("new", "matched_by_name", "certificate_odd")),
        ({"有效期至": "2031.3.4"}, ("new", "certificate_odd")),
        ({"发证日期": "23.3.5"}, ("new", "date_short_year")),
        ({"发证日期": None, "有效期至": None}, ("new", "dates_missing")),
        ({"证书编号": None, "发证日期": None, "有效期至": "办理中"}, ("refused", "matched_by_name", "not_yet_issued")),
    ],
)
async def test_what_it_is(cells, outcome):
    assert outcomes(await ledger(LV | cells)) == [outcome]


async def test_every_finding_says_where_it_is():
    report = await ledger(GUARD, LV | {"发证日期": "2024.2.30"})

    (found,) = [finding for finding in report.findings if finding.code == Code.DATE_IMPOSSIBLE]
    assert (found.sheet, found.row, found.column) == ("表1", 3, "H")
    assert str(found.message) == "“2024.2.30”: the month 2024-02 has 29 days."


async def test_one_answer_serves_all_rows_of_a_name():
    rows = [LV | {"证书名称": "电工证"}, {**LV, **BEN, "证书名称": "电工证", "证书编号": f"T{BEN_ID}"}, GUARD]

    asked = await ledger(*rows)
    assert [outcome for outcome, *_ in outcomes(asked)] == ["asked", "asked", "new"]
    answered = await ledger(*rows, answers=Answers(types={"电工证||": "SO_ELEC_LV"}))
    assert [outcome for outcome, *_ in outcomes(answered)] == ["new", "new", "unchanged"]
    assert [row[1] for row in await certificates()] == ["SECURITY_GUARD", "SO_ELEC_LV", "SO_ELEC_LV"]


async def test_a_name_can_be_left_out():
    report = await ledger(LV | {"证书名称": "厨师证"}, LV, answers=Answers(types={"厨师证||": "skip"}))

    assert [outcome for outcome, *_ in outcomes(report)] == ["skipped", "new"]


async def test_a_person_can_be_chosen():
    (ben,) = [row["id"] for row in await DB.rows("SELECT id FROM person WHERE name = '贝宁'")]

    report = await ledger(GUARD | {"姓名": "贝林"}, answers=Answers(people={"表1!2": ben}))

    assert (outcomes(report), (await certificates())[0][0]) == ([("new", "site_differs")], "贝宁")


async def test_one_certificate_twice_is_taken_once():
    report = await ledger(LV, LV | {"有效期至": "2029.4.4"})

    assert outcomes(report) == [("new",), ("refused", "duplicate_row")]


async def test_numbers_given_once_stand_once():
    report = await ledger(GUARD, GUARD | {"姓名": "贝宁", "项目部": "兴海园", "岗位": "消防中控员"})

    assert outcomes(report)[1] == ("refused", "matched_by_name", "duplicate_row")


async def test_a_number_that_somebody_else_holds_is_pointed_out():
    await ledger(GUARD)

    report = await ledger(GUARD | {"姓名": "贝宁", "项目部": "兴海园", "岗位": "消防中控员"})

    assert outcomes(report) == [("new", "matched_by_name", "certificate_odd")]
    assert sentences(report, Code.CERTIFICATE_ODD) == [
        "Somebody else already holds a certificate of this type with this number."
    ]


async def test_one_row_in_the_way_stops_no_other():
    report = await ledger(LV | {"发证日期": "x"}, GUARD)

    assert (report.rows, report.new, report.refused, len(await certificates())) == (2, 1, 1, 1)


async def test_a_certificate_the_company_issued_is_not_overwritten():
    (ana,) = [row["id"] for row in await DB.rows("SELECT id FROM person WHERE name = '安然'")]
    (type_,) = [row["id"] for row in await DB.rows("SELECT id FROM certificate_type WHERE code = 'INHOUSE_SERVICE'")]
    paper = Paper(type_, "FW-2026-0001", own=True, issued_on=date(2026, 1, 5))
    await certificate_actions.record(ana, paper, by=COMMAND_LINE, today=TODAY)
    row = {**PLACE, "证书名称": "综合服务培训合格证", "证书编号": "FW-2026-0001", "发证日期": "2026.1.5"}

    assert outcomes(await ledger(row)) == [("unchanged", "matched_by_name")]
    assert outcomes(await ledger(row | {"有效期至": "2027.1.4"})) == [("refused", "matched_by_name", "own_certificate")]


async def test_the_holder_who_left_keeps_certificates():
    await roster(ANA | {"离职日期": "2026.10.31"})

    assert outcomes(await ledger(LV)) == [("new", "person_left")]


WIDE = [
    ["序号", "姓名", "项目部", "工种", "特种作业证", None, "消防证", None, "健康证"],
    [None, None, None, None, "编号", "发证日期", "等级", "编号", "到期日"],
]  # fmt: skip
MERGED = ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1"]


async def test_a_wide_row_is_as_many_certificates_as_it_names():
    row = [1, "安然", "南海家园一里", "电工", f"T{ANA_ID}", "2023.3.5", "四级/中级工", "5347668008573512", "2027年5月"]
    nothing = [2, "贝宁", "兴海园", "消防中控员", "无", None, "/", None, "待补"]

    asked = await run(Kind.CERTIFICATES, [*WIDE, row, nothing], merged=MERGED)
    assert outcomes(asked) == [
        ("asked", "date_month_only", "type_ambiguous", "type_ambiguous", "type_ambiguous"),
        ("unchanged", "nothing_held"),
    ]

    types = {"特种作业证||": "SO_ELEC_LV", "消防证||四级/中级工": "FIRE_FACILITY_4_MON", "健康证||": "HEALTH_WATER"}
    answered = await run(Kind.CERTIFICATES, [*WIDE, row, nothing], merged=MERGED, answers=Answers(types=types))
    assert outcomes(answered)[0] == ("new", "date_month_only", "dates_missing")
    assert [row[1:6] for row in await certificates()] == [
        ("SO_ELEC_LV", "", "T110***********002X", ISSUED, None),
        ("FIRE_FACILITY_4_MON", "", "5347668008573512", None, None),
        ("HEALTH_WATER", "", "", None, date(2027, 5, 31)),
    ]
    again = await run(Kind.CERTIFICATES, [*WIDE, row, nothing], merged=MERGED, answers=Answers(types=types))
    assert [outcome for outcome, *_ in outcomes(again)] == ["unchanged", "unchanged"]


@pytest.mark.parametrize(
    ("header", "values", "held"),
    [
        (
            "序号|姓名|身份证号|作业类别|准操项目|初领日期|有效期限|应复审日期|实际复审日期|是否有效",
            [1, "安然", ANA_ID, "低压电工作业", None, "2023.3.5", "2023.3.5-2029.3.4", "2026.3.5", "无", "是"],
            ("SO_ELEC_LV", "", "", ISSUED, ENDS),
        ),
        (
            "姓名|证号|初领日期|有效日期|复审日期|操作证状态|证件名称",
            ["安然", f"T{ANA_ID}", "2023-03-05", "2029-03-04", "2026-03-05", "有效", "低压电工作业"],
            ("SO_ELEC_LV", "", "T110***********002X", ISSUED, ENDS),
        ),
        (
            "序号|小区|持证人|身份证号|证件类别|等级|证件编号|发证单位|领证日期|到期日期|原件保管|状态",
            [1, "南海家园一里", "安然", ANA_ID, "消防设施操作员 监控", "四级", "5347668008573512",
             "鉴定站", "2023年3月5日", "长期", "本人", "有效"],
            ("FIRE_FACILITY_4_MON", "", "5347668008573512", ISSUED, None),
        ),
    ],
)  # fmt: skip
async def test_ledgers_of_every_shape(header, values, held):
    report = await run(Kind.CERTIFICATES, [header.split("|"), values])

    assert outcomes(report)[0][0] == "new", sentences(report)
    assert [row[1:6] for row in await certificates()] == [held]

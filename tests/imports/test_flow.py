"""The way from a file to what is written: the same in pieces as at once, in a preview as when applied."""

from datetime import UTC, date, datetime

import pytest

from tests import make
from tests.imports.running import LEDGER, ROSTER, certificates, outcomes, people, run, table
from tests.imports.workbooks import csv_text, xlsx
from tests.make import TODAY
from training.access import COMMAND_LINE, Role
from training.certificates import actions as certificate_actions
from training.db import DB
from training.errors import Missing, Refused
from training.files import queries as kept_files
from training.imports import actions, answers
from training.imports.answers import Answers
from training.imports.headers import Kind
from training.imports.sheets import Limits
from training.people import actions as people_actions

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
ANA_ID, BEN_ID = "11010519491231002X", "440524188001010014"
ANA = {"姓名": "安然", "身份证号": ANA_ID, "项目部": "南海家园一里", "岗位": "保洁", "入职日期": "2020.3.5"}
BEN = {"姓名": "贝宁", "身份证号": BEN_ID, "项目部": "兴海园", "岗位": "电工", "入职日期": "2021年6月1日"}
NAMELESS = ANA | {"身份证号": None}
LV = {
    "姓名": "安然",
    "证书名称": "低压电工作业",
    "证书编号": f"T{ANA_ID}",
    "发证日期": "2023.3.5",
    "有效期至": "2029.3.4",
}
ONE_BY_ONE = Limits(rows_at_once=1)
STATUS = "SELECT status, told IS NOT NULL AS told, failure, rows_read FROM import_batch WHERE id = $1"
KEPT = "SELECT number, outcome, person, cells_sealed FROM import_row WHERE batch = $1 ORDER BY number"

pytestmark = pytest.mark.usefixtures("db")


ROWS = [
    ANA,
    ANA | {"姓名": "安冉"},
    BEN,
    BEN | {"身份证号": None},
    NAMELESS | {"姓名": "陈辰"},
    NAMELESS | {"姓名": "陈辰"},
    NAMELESS | {"姓名": "陈辰", "岗位": "电工"},
    ANA | {"入职日期": "x"},
]


async def test_a_roster_comes_out_alike_in_pieces_and_at_once():
    at_once = await run(Kind.ROSTER, table(ROSTER, *ROWS), apply=False)
    in_pieces = await run(Kind.ROSTER, table(ROSTER, *ROWS), apply=False, limits=ONE_BY_ONE)
    applied = await run(Kind.ROSTER, table(ROSTER, *ROWS), limits=ONE_BY_ONE)

    assert outcomes(at_once) == outcomes(in_pieces) == outcomes(applied)
    assert [outcome for outcome, *_ in outcomes(applied)] == [
        "new", "refused", "new", "new", "new", "refused", "new", "refused",
    ]  # fmt: skip


async def test_a_ledger_comes_out_alike_in_pieces_and_at_once():
    await certificate_actions.load_reference(by=COMMAND_LINE)
    await run(Kind.ROSTER, table(ROSTER, ANA))
    renewed = LV | {"发证日期": "2026.3.5", "有效期至": "2032.3.4"}
    rows = table(
        LEDGER, LV, renewed, LV | {"有效期至": "2029.3.5"}, LV | {"发证日期": "2017.3.5", "有效期至": "2023.3.4"}
    )

    at_once = await run(Kind.CERTIFICATES, rows, apply=False)
    applied = await run(Kind.CERTIFICATES, rows, limits=ONE_BY_ONE)

    assert outcomes(at_once) == outcomes(applied) == [("new",), ("new",), ("refused", "duplicate_row"), ("new",)]
    assert [row[7] for row in await certificates()] == [date(2026, 3, 5), None, date(2023, 3, 5)]


async def uploaded(*rows, kind=Kind.ROSTER):
    content = xlsx(table(ROSTER if kind is Kind.ROSTER else LEDGER, *rows))
    batch = await actions.upload(content, name="../../名单.xlsx", kind=kind, by=COMMAND_LINE, now=NOW)
    await actions.start_reading(batch, by=COMMAND_LINE, today=TODAY, now=NOW)
    return batch


async def status(batch):
    return tuple((await DB.rows(STATUS, batch))[0])


async def applied(batch):
    return await actions.apply(batch, by=COMMAND_LINE, today=TODAY, now=NOW)


async def test_a_file_is_kept_read_and_applied():
    batch = await uploaded(ANA, BEN, ANA | {"姓名": None})
    (file,) = await DB.rows("SELECT file FROM import_batch")
    assert (await kept_files.kept(file["file"])).name == "名单.xlsx"
    assert (await status(batch), await people()) == (("ready", True, None, 3), [])
    assert [tuple(row)[:3] for row in await DB.rows(KEPT, batch)] == [
        (2, "new", None),
        (3, "new", None),
        (4, "refused", None),
    ]

    report = await applied(batch)

    assert (report.new, report.refused, report.batch, len(await people())) == (2, 1, batch, 2)
    kept = await DB.rows(KEPT, batch)
    assert [(row["outcome"], row["person"] is not None) for row in kept] == [
        ("new", True),
        ("new", True),
        ("refused", False),
    ]
    (note,) = await DB.rows("SELECT facts FROM journal_entry WHERE action = 'import.applied'")
    assert ANA_ID not in note["facts"]


async def test_cells_are_kept_sealed():
    batch = await uploaded(ANA)
    (row,) = await DB.rows(KEPT, batch)

    assert ANA_ID not in row["cells_sealed"]
    assert answers.unsealed_cells(batch, row["cells_sealed"])[0][:3] == ["安然", ANA_ID, "南海家园一里"]


async def test_a_batch_is_applied_once():
    batch = await uploaded(ANA)
    await applied(batch)

    with pytest.raises(Refused, match="cannot be applied"):
        await applied(batch)
    with pytest.raises(Refused, match="over"):
        await actions.start_reading(batch, by=COMMAND_LINE, today=TODAY, now=NOW)
    with pytest.raises(Refused, match="over"):
        await actions.discard(batch, by=COMMAND_LINE)


async def test_what_changed_since_the_preview_is_not_written_over():
    batch = await uploaded(ANA | {"项目部": "新海园"})
    await people_actions.add_site("新海苑", by=COMMAND_LINE)

    with pytest.raises(Refused, match="has changed since this was read"):
        async with DB.transaction():
            await applied(batch)


async def test_a_discarded_batch_is_over():
    batch = await uploaded(ANA)

    await actions.discard(batch, by=COMMAND_LINE)

    assert (await status(batch))[0] == "discarded"
    with pytest.raises(Refused, match="cannot be applied"):
        await applied(batch)


async def test_a_file_that_cannot_be_read_says_why():
    batch = await actions.upload(b"%PDF-1.7", name="a.xlsx", kind=Kind.ROSTER, by=COMMAND_LINE, now=NOW)
    await actions.start_reading(batch, by=COMMAND_LINE, today=TODAY, now=NOW)

    found = await status(batch)
    assert found[:2] == ("failed", False)
    assert "This is not a spreadsheet" in found[2]


@pytest.mark.parametrize("content", [b"", b"x" * (5 * 1024 * 1024 + 1)])
async def test_an_empty_or_a_huge_file_is_not_even_kept(content):
    with pytest.raises(Refused):
        await actions.upload(content, name="a.xlsx", kind=Kind.ROSTER, by=COMMAND_LINE, now=NOW)

    assert await DB.rows("SELECT * FROM import_batch") == []


async def test_a_reading_that_was_overtaken_writes_nothing():
    batch = await uploaded(ANA)
    overtaken = await actions.begin_reading(batch, by=COMMAND_LINE, now=NOW)
    await actions.start_reading(batch, by=COMMAND_LINE, today=TODAY, now=NOW)
    before = await DB.rows(KEPT, batch)

    await actions.read(batch, overtaken, by=COMMAND_LINE, today=TODAY)

    assert (await status(batch))[0] == "ready"
    assert await DB.rows(KEPT, batch) == before


async def test_answers_are_kept_sealed():
    given = Answers(types={"电工证||": "SO_ELEC_LV"}, fixes={"表1": {2: {"id_number": ANA_ID}}}, skipped={"表1!3"})

    column = answers.sealed(7, given)

    assert ANA_ID not in column
    assert answers.unsealed(7, column) == given
    assert answers.unsealed(7, None) == Answers()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.EXAMINER, Role.EMPLOYEE, Role.AUDITOR, Role.ADMINISTRATOR])
async def test_only_hr_imports(role):
    actor = await make.actor(role)

    with pytest.raises(Missing):
        await actions.upload(b"a,b", name="a.csv", kind=Kind.ROSTER, by=actor, now=NOW)
    for forbidden in (actions.discard(1, by=actor), actions.begin_reading(1, by=actor, now=NOW)):
        with pytest.raises(Missing):
            await forbidden


async def test_several_sheets_are_read_and_others_passed_over():
    content = xlsx(table(ROSTER, ANA), table(ROSTER, BEN), [["说明"], ["随便写写"]], table(LEDGER, LV))

    report = await run(Kind.ROSTER, content)

    assert (report.new, [sheet.name for sheet in report.sheets], report.passed_over) == (
        2,
        ["表1", "表2"],
        ["表3", "表4"],
    )


async def test_numbers_that_stand_in_the_wrong_column_are_not_repeated():
    report = await run(Kind.ROSTER, table(ROSTER, ANA | {"姓名": ANA_ID, "入职日期": BEN_ID}))

    said = " ".join(str(finding.message) for finding in report.findings)
    assert (report.refused, ANA_ID in said, BEN_ID in said) == (1, False, False)


@pytest.mark.parametrize("poison", ["张_xD800_三", "张\u202e三", "张_x0000_三", "张\u200b三"])
async def test_poisoned_characters_harm_nobody(poison):
    report = await run(Kind.ROSTER, table(ROSTER, ANA | {"姓名": poison}, BEN))

    assert (report.new, [row[0] for row in await people()]) == (2, ["张三", "贝宁"])


async def test_gb18030_from_an_old_program():
    content = csv_text(table(ROSTER, ANA, BEN)).encode("gb18030")

    assert (await run(Kind.ROSTER, content)).new == 2

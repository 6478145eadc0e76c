"""A company by the command line: imported, listed, explained."""

import csv
import io
import json
from datetime import date

import pytest
from openpyxl import load_workbook

from fixtures.rows import identity_number
from tests.imports.workbooks import xlsx
from training.people.rules import mask

ROSTER_HEAD = ["姓名", "身份证号", "项目部", "岗位", "入职日期", "工号"]
LEDGER_HEAD = ["姓名", "身份证号", "证书名称", "证书编号", "发证日期", "有效期至"]
CHEN = identity_number(born=date(1980, 1, 1), sequence=101)
LIN = identity_number(born=date(1985, 2, 2), sequence=102)
OTHER_LIN = identity_number(born=date(1990, 3, 3), sequence=104)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    roster = [
        ROSTER_HEAD,
        ["陈建国", CHEN, "南海家园一里", "电工", "2015-03-01", "A1"],
        ["林静", LIN, "南海家园一里", "电工", "2016-03-01", "A2"],
        ["林静", OTHER_LIN, "德茂家园", "电工", "2017-03-01", "A3"],
    ]
    ledger = [
        LEDGER_HEAD,
        ["陈建国", CHEN, "低压电工作业", f"T{CHEN}", "2021-03-01", "2027-02-28"],
        ["林静", LIN, "低压电工作业", f"T{LIN}", "2024-02-01", "2030-01-31"],
        ["赵无人", "", "低压电工作业", "", "2024-02-01", "2030-02-30"],
    ]
    (folder / "roster.xlsx").write_bytes(xlsx(roster))
    (folder / "ledger.xlsx").write_bytes(xlsx(ledger))
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    return folder


@pytest.fixture
def company(installed, files):
    """The roster and the ledger imported; again, it changes nothing."""
    installed("import", "roster", str(files / "roster.xlsx"), "--apply")
    installed("import", "certificates", str(files / "ledger.xlsx"), "--apply")
    return installed


def test_a_preview_writes_nothing(installed, files):
    first = json.loads(installed("import", "roster", str(files / "roster.xlsx"), "--json").out)
    again = json.loads(installed("import", "roster", str(files / "roster.xlsx"), "--json").out)

    assert first == again
    assert (first["rows"], first["applied"]) == (3, False)


def test_an_import_tells_of_every_row_what_happened(company, files):
    ran = company("import", "certificates", str(files / "ledger.xlsx"))

    assert ran.code == 0
    assert "3 rows: 0 new, 0 changed, 2 unchanged, 0 asked, 1 refused." in ran.lines
    assert [line.split()[3] for line in ran.lines if " row " in line] == ["unchanged", "unchanged", "refused"]
    assert ran.lines[-1] == "Nothing is written yet: --apply writes what is new and changed."


def test_the_counts_of_an_import_add_up(company, files):
    told = json.loads(company("import", "certificates", str(files / "ledger.xlsx"), "--json").out)

    assert told["rows"] == sum(told[name] for name in ("new", "changed", "unchanged", "asked", "refused")) == 3
    assert {tuple(finding)[:5] for finding in told["findings"]} == {("sheet", "row", "column", "code", "weight")}
    assert {finding["row"] for finding in told["findings"] if finding["weight"] == "refused"} == {4}


def test_what_is_no_spreadsheet_is_refused_in_one_sentence(installed, files):
    ran = installed("import", "roster", str(files / "broken.xlsx"))

    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)


def test_scores_need_a_certain_session(installed, files):
    without = installed("import", "scores", str(files / "roster.xlsx"))
    unknown = installed("import", "scores", str(files / "roster.xlsx"), "--session", "77")

    assert (without.code, without.out) == (1, "")
    assert (unknown.code, unknown.out) == (1, "")


def test_a_standing_is_explained(company):
    ran = company("standing", "A1", "--as-of", "2026-06-01")

    assert ran.code == 0
    assert ran.lines == [
        "陈建国 · A1 · 南海家园一里 · 电工",
        f"Needs verification · Special Operations Certificate - Low-voltage Electrician · {mask(f'T{CHEN}')}",
        *ran.lines[2:],
    ]
    assert len(ran.lines) > 4


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2021-02-28", []),
        ("2023-01-01", ["valid"]),
        ("2024-03-02", ["needs_verification"]),
        ("2026-05-31", ["needs_verification"]),
        ("2026-06-01", ["needs_verification"]),
        ("2027-03-01", ["expired"]),
    ],
)
def test_a_standing_is_of_the_day_that_is_asked(company, day, expected):
    told = json.loads(company("standing", "陈建国", "--as-of", day, "--json").out)

    assert [certificate["standing"] for certificate in told["certificates"]] == expected


def test_a_name_of_two_is_asked_back(company):
    ran = company("standing", "林静")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "Several people may be meant. Give one of these numbers: A2 林静 南海家园一里 电工; A3 林静 德茂家园 电工.\n"
    )


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("王无人", "Nobody is called 王无人.\n"),
        ("999999", "Nobody has the number 999999.\n"),
    ],
)
def test_somebody_unknown_is_refused(company, who, told):
    assert company("standing", who) == (1, "", told)


def test_a_day_that_is_none_is_refused(company):
    ran = company("standing", "A1", "--as-of", "2026-02-30")

    assert ran == (1, "", "2026-02-30 is not a date. Write it like 2026-12-02.\n")


def test_renewals_are_listed(company):
    ran = company("renewals", "--as-of", "2026-11-24", "--within", "365")

    assert (ran.code, [line.split()[0] for line in ran.lines]) == (0, ["Staff", "A1"])


def test_renewals_are_narrowed(company):
    def found(*arguments):
        ran = company("renewals", "--as-of", "2029-12-01", "--within", "90", "--format", "json", *arguments)
        return [line["staff_number"] for line in json.loads(ran.out)]

    assert sorted(found()) == ["A1", "A2"]
    assert sorted(found("--site", "南海家园一里", "--type", "SO_ELEC_LV")) == ["A1", "A2"]
    assert found("--site", "德茂家园") == []
    assert found("--type", "保安员证") == []


def test_renewals_are_written_as_csv_and_workbook(company, tmp_path):
    printed = company("renewals", "--as-of", "2026-11-24", "--within", "365", "--format", "csv")
    company("renewals", "--as-of", "2026-11-24", "--format", "xlsx", "--output", str(tmp_path / "renewals.xlsx"))

    rows = list(csv.reader(io.StringIO(printed.out.lstrip("\ufeff"))))
    sheet = load_workbook(tmp_path / "renewals.xlsx").active
    assert [row[0] for row in rows] == ["Staff number", "A1"]
    assert [cell.value for cell in sheet["A"]] == ["Staff number", "A1"]


def test_renewals_of_nowhere_are_refused(company):
    assert company("renewals", "--site", "某园") == (1, "", "There is no site 某园.\n")
    assert company("renewals", "--type", "某证") == (1, "", "There is no certificate type 某证.\n")

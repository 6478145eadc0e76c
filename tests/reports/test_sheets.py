"""What goes out as a spreadsheet can be read back, and nothing in it runs."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from training.reports import sheets
from training.reports.sheets import Column

COLUMNS = [Column("姓名"), Column("到期日"), Column("天数")]


def test_workbook_reads_back_with_real_dates() -> None:
    content = sheets.workbook("续证清单", COLUMNS, [("于海涛", date(2026, 12, 17), 23), ("=1+1", None, -5)])

    sheet = openpyxl.load_workbook(io.BytesIO(content)).active

    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["姓名", "到期日", "天数"],
        ["于海涛", datetime(2026, 12, 17), 23],
        ["=1+1", None, -5],
    ]
    assert (sheet.title, sheet.freeze_panes) == ("续证清单", "A2")


@given(st.lists(st.tuples(st.text(max_size=40)), max_size=5))
def test_no_text_becomes_a_formula(rows: list[tuple[str]]) -> None:
    content = sheets.workbook("x", COLUMNS[:1], rows)

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@given(st.text(max_size=20))
def test_csv_cells_never_begin_like_a_formula(text: str) -> None:
    content = sheets.comma_separated(COLUMNS[:1], [(text,)]).decode("utf-8-sig")

    cell = content.split("\r\n", 1)[1].lstrip('"')
    assert not cell.startswith(sheets.RUNS_IN_A_SPREADSHEET) or cell.startswith("\r")


def test_a_negative_number_is_no_formula() -> None:
    assert sheets.comma_separated(COLUMNS[:1], [(-606,)]).decode("utf-8-sig").split("\r\n")[1] == "-606"


def test_a_title_that_no_sheet_may_have() -> None:
    content = sheets.workbook("a/b[c]:" + "很长" * 40, COLUMNS, [])

    assert len(openpyxl.load_workbook(io.BytesIO(content)).sheetnames[0]) == 31

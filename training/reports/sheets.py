"""A table as an Excel workbook or as CSV: real dates, a frozen head, and no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xlsxwriter import Workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"  # the framework adds the character set
LONGEST_CELL = 32_767
RUNS_IN_A_SPREADSHEET = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and how wide its column is, in characters."""

    heading: str
    width: int = 14


def workbook(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet, written row by row so that memory does not grow with it. Text stays text whatever it begins with."""
    made = io.BytesIO()
    with Workbook(made, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"title": title})
        head = book.add_format({"bold": True, "bg_color": "#EFF1F4", "bottom": 1, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_sheet_name(title))
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
            sheet.write_string(0, at, column.heading, head)
        last = 0
        for last, row in enumerate(rows, start=1):
            for at, value in enumerate(row):
                _write(sheet, last, at, value)
        sheet.autofilter(0, 0, last, len(columns) - 1)
    return made.getvalue()


def comma_separated(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """The same as CSV in UTF-8 with the mark Excel needs to read Chinese."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([column.heading for column in columns])
    writer.writerows([value if _is_number(value) else harmless(_text(value)) for value in row] for row in rows)
    return made.getvalue().encode("utf-8-sig")


def _is_number(value: Any) -> bool:
    """-606 is a number, and no formula."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def harmless(text: str) -> str:
    """Text that a spreadsheet will not take for a formula (CWE-1236)."""
    return f"'{text}" if text.startswith(RUNS_IN_A_SPREADSHEET) else text


def _write(sheet: Any, row: int, at: int, value: Any) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, at, value)
        case int() | float():
            sheet.write_number(row, at, value)
        case date():
            sheet.write_datetime(row, at, value)
        case _:
            sheet.write_string(row, at, _text(value))


def _text(value: Any) -> str:
    text = "" if value is None else str(value)
    return "".join(c for c in text if c >= " " or c in "\n\t")[:LONGEST_CELL]


def _sheet_name(title: str) -> str:
    return "".join("-" if c in "[]:*?/\\'" else c for c in title)[:31] or "Sheet1"

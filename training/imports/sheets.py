"""Opens a spreadsheet or CSV file under limits and hands out its sheets as rows of plain typed values."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from training.errors import Refused
from training.imports.packages import Package, looks_packed, open_package
from training.words import say


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may be. The page and the command line refuse what is beyond; a benchmark may pass larger ones."""

    packed_bytes: int = 5 * 1024 * 1024
    unpacked_bytes: int = 50 * 1024 * 1024
    ratio: int = 100
    parts: int = 200
    rows: int = 20_000
    columns: int = 60
    cell_characters: int = 4_000
    seconds: int = 30
    memory_bytes: int = 1024 * 1024 * 1024
    rows_at_once: int = 4_000


LARGE = Limits(
    packed_bytes=64 * 1024 * 1024,
    unpacked_bytes=640 * 1024 * 1024,
    rows=500_000,
    seconds=300,
    memory_bytes=4 * 1024 * 1024 * 1024,
)
"""For an operator at the command line, who answers for the file."""


class CellError(str):
    """A cell that shows an error, such as #N/A: it has no value, and is not the same as an empty one."""

    __slots__ = ()


Value = str | float | bool | date | datetime | time | timedelta | None
"""Text, number, yes or no, date, or nothing. An empty cell is None, never an empty text."""

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells, counted from 1."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `rows()` gives each used row with its number as the user sees it; a list's item 0 is column A."""

    name: str
    hidden: bool
    merged: tuple[Merge, ...]
    _rows: Sequence[list[Value]] | CalamineSheet
    _first_column: int = 0
    _errors: frozenset[tuple[int, int]] = frozenset()
    _cell_characters: int = 4_000

    def rows(self) -> Iterator[tuple[int, list[Value]]]:
        """Every row from the first one on, empty ones too, so that numbers agree with the user's screen."""
        if isinstance(self._rows, CalamineSheet):
            yield from self._typed_rows(self._rows)
        else:
            yield from enumerate(self._rows, start=1)

    def _typed_rows(self, sheet: CalamineSheet) -> Iterator[tuple[int, list[Value]]]:
        lead: list[Value] = [None] * self._first_column
        error_rows = {row for row, _ in self._errors}
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            values: list[Value] = [*lead, *(None if cell == "" else cell for cell in cells)]
            if number in error_rows:
                for row, column in self._errors:
                    if row == number and column <= len(values):
                        values[column - 1] = CellError("#N/A")
            for index, value in enumerate(values):
                if type(value) is str and len(value) > self._cell_characters:
                    values[index] = value[: self._cell_characters]
            yield number, values


@dataclass(frozen=True, slots=True)
class Book:
    """A file that was opened: its sheets in their order, and the day its serial numbers count from."""

    sheets: tuple[Sheet, ...]
    date_1904: bool = False


def column_letter(number: int) -> str:
    """The column as the user sees it: 1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The reverse of `column_letter`; 0 where it is not a column."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def open_book(content: bytes, limits: Limits) -> Book:
    """The book in `content`, told by what is in it and not by its name. Raises Refused with what to mend.

    Reads hostile files: call it in a process of its own (`worker`).
    """
    if not content:
        raise Refused(say("The file is empty. Save the spreadsheet again and choose it once more."))
    if len(content) > limits.packed_bytes:
        raise Refused(
            say(
                "The file is larger than {limit} MB. Split it, or delete pictures and unused sheets.",
                limit=limits.packed_bytes // 1024 // 1024,
            )
        )
    if looks_packed(content):
        package = open_package(
            content,
            unpacked_bytes=limits.unpacked_bytes,
            ratio=limits.ratio,
            parts=limits.parts,
            rows=limits.rows,
            columns=limits.columns,
        )
        return _workbook(content, limits, package)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _workbook(content, limits, None)
    return _text_table(content, limits)


def _workbook(content: bytes, limits: Limits, package: Package | None) -> Book:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            _sheet(workbook.get_sheet_by_name(facts.name), facts.visible != SheetVisibleEnum.Visible, limits, package)
            for facts in workbook.sheets_metadata
            if facts.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise Refused(say("The file has a password. Save a copy without the password and choose that one.")) from error
    except (CalamineError, MemoryError, ValueError, OverflowError) as error:
        raise Refused(
            say("The file is damaged or not a spreadsheet. Open it, save it as .xlsx and choose the new file.")
        ) from error
    return Book(sheets=tuple(sheets), date_1904=package.date_1904 if package else False)


def _sheet(sheet: CalamineSheet, hidden: bool, limits: Limits, package: Package | None) -> Sheet:
    last_row, last_column = sheet.end or (0, 0)
    _check_size(sheet.name, last_row + 1, last_column + 1, limits)
    merged = sheet.merged_cell_ranges or []
    return Sheet(
        name="".join(character for character in sheet.name if character.isprintable())[:100],
        hidden=hidden,
        merged=tuple(
            (top + 1, left + 1, min(bottom, last_row) + 1, min(right, last_column) + 1)
            for (top, left), (bottom, right) in merged
            if top <= last_row and left <= last_column
        ),
        _rows=sheet if sheet.start else [],
        _first_column=sheet.start[1] if sheet.start else 0,
        _errors=package.errors_of(sheet.name) if package else frozenset(),
        _cell_characters=limits.cell_characters,
    )


def _check_size(name: str, rows: int, columns: int, limits: Limits) -> None:
    if rows > limits.rows:
        raise Refused(
            say(
                "The sheet “{sheet}” goes down to row {row}; at most {limit} rows are read. "
                "Split the list over several files, or delete what stands far below it.",
                sheet=name,
                row=rows,
                limit=limits.rows,
            )
        )
    if columns > limits.columns:
        raise Refused(
            say(
                "The sheet “{sheet}” goes out to column {column}; at most {limit} columns are read. "
                "Delete what stands far to the right of the list.",
                sheet=name,
                column=column_letter(columns),
                limit=limits.columns,
            )
        )


_NOT_TABLES = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"MZ",
    b"\x7fELF",
    b"BM",
)


def _text_table(content: bytes, limits: Limits) -> Book:
    if content.startswith(_NOT_TABLES):
        raise Refused(say("This is not a spreadsheet. Choose a file that ends in .xlsx or .csv."))
    text = _decoded(content)
    start = text[:2000].lstrip().lower()
    if start.startswith(("<!doctype", "<html", "<table", "<?xml")):
        raise Refused(
            say("This is a web page and not a spreadsheet. Open it in Excel, save it as .xlsx and choose that.")
        )
    rows: list[list[Value]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False):
            while cells and not cells[-1].strip():
                cells.pop()
            _check_size("CSV", len(rows) + 1 if cells else 0, len(cells), limits)
            rows.append([cell[: limits.cell_characters] or None for cell in cells])
            if len(rows) > limits.rows * 2:
                _check_size("CSV", len(rows), 0, limits)
    except csv.Error as error:
        raise Refused(
            say("The CSV file cannot be read near line {line}. Save it as .xlsx and choose that.", line=len(rows) + 1)
        ) from error
    return Book(sheets=(Sheet(name="CSV", hidden=False, merged=(), _rows=rows),))


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    elif content[1:200:2].count(0) > 20:
        encodings = ["utf-16-le"]
    elif content[0:200:2].count(0) > 20:
        encodings = ["utf-16-be"]
    else:
        encodings = ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(character < " " and character not in "\t\r\n\f" for character in set(text)):
            return text
    raise Refused(say("The text of this file cannot be read. Save it as .xlsx, or as CSV in UTF-8, and choose that."))


def _delimiter(text: str) -> str:
    head = text[:5000].splitlines()[:10]
    return max(",\t;，", key=lambda mark: sum(line.count(mark) for line in head)) if head else ","

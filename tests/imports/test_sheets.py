import io
import struct
import zipfile
import zlib
from datetime import date
from pathlib import Path

import pytest

from tests.imports.workbooks import csv_text, part, repacked, xlsx
from training.errors import Refused
from training.imports.sheets import CellError, Limits, column_letter, column_number, open_book

LIMITS = Limits()
ROWS = [["姓名", "日期", "分"], ["张三", date(2024, 3, 5), 71], ["李四", "2024.3.5", 70.5], ["=ERROR", None, True]]
SHEET = "xl/worksheets/sheet1.xml"


def refusal(content, limits=LIMITS):
    with pytest.raises(Refused) as refused:
        open_book(content, limits)
    return str(refused.value)


def read(content, index=0):
    return list(open_book(content, LIMITS).sheets[index].rows())


def test_limits_are_what_is_promised():
    assert (LIMITS.packed_bytes, LIMITS.unpacked_bytes, LIMITS.ratio) == (5 * 2**20, 50 * 2**20, 100)
    assert (LIMITS.rows, LIMITS.columns, LIMITS.parts) == (20_000, 60, 200)


def test_the_limits_are_told():
    told = (Path(__file__).parents[2] / "docs" / "imports.md").read_text(encoding="utf-8")

    assert f"| file | {LIMITS.packed_bytes // 2**20} MB |" in told
    assert f"| unpacked | {LIMITS.unpacked_bytes // 2**20} MB, and no more than {LIMITS.ratio} times the file |" in told
    assert f"| rows in a sheet | {LIMITS.rows} |\n| columns | {LIMITS.columns} |" in told
    assert f"| parts of the workbook | {LIMITS.parts} |\n| time | {LIMITS.seconds} s |" in told


def test_a_workbook_gives_typed_cells_with_the_users_row_numbers():
    assert read(xlsx(ROWS)) == [
        (1, ["姓名", "日期", "分"]),
        (2, ["张三", date(2024, 3, 5), 71.0]),
        (3, ["李四", "2024.3.5", 70.5]),
        (4, ["#N/A", None, True]),
    ]
    assert isinstance(read(xlsx(ROWS))[3][1][0], CellError)


def test_a_sheet_that_begins_further_down_and_right_keeps_its_numbers():
    assert read(xlsx([[], [], [None, None, "C3"]])) == [(1, [None] * 3), (2, [None] * 3), (3, [None, None, "C3"])]


def test_merged_cells_hidden_sheets_and_the_date_system_are_told():
    book = open_book(xlsx([["标题", None], ["a", "b"]], [["x"]], merged=["A1:B1"], date_1904=True, hidden={1}), LIMITS)

    assert book.date_1904
    assert [(sheet.name, sheet.hidden, sheet.merged) for sheet in book.sheets] == [
        ("表1", False, ((1, 1, 1, 2),)),
        ("表2", True, ()),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_in_every_encoding(encoding):
    rows = [["姓名", "身份证号", "备注"], ["张三", "11010519491231002X", "在职，电工"], ["李四", "", "备注"]]
    content = csv_text(rows * 8).encode(encoding)

    assert read(content)[:3] == [(1, rows[0]), (2, rows[1]), (3, ["李四", None, "备注"])]


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_csv_with_any_separator(mark):
    assert read(f"姓名{mark}电话\n张三{mark}138".encode()) == [(1, ["姓名", "电话"]), (2, ["张三", "138"])]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"PK\x03\x04 not a zip", b"%PDF-1.7 text", b"\x89PNG\r\n\x1a\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"<html><table><tr><td>1</td></tr></table></html>", b"MZ\x90\x00", b"\x00\x01\x02\x03" * 50,
        xlsx(ROWS)[:-200], xlsx(ROWS)[:2000], xlsx(ROWS) + b"tail", b"%PDF-1.4\n" + xlsx(ROWS), b"GIF89a" + xlsx(ROWS),
    ],
)  # fmt: skip
def test_what_is_no_whole_spreadsheet_is_refused(content):
    assert refusal(content)


def test_another_kind_of_zip_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("readme.txt", "hello")

    assert refusal(content.getvalue()) == "This is not a spreadsheet. Choose a file that ends in .xlsx or .csv."


def test_too_large_a_file_is_refused_unread():
    assert refusal(b"x" * (5 * 2**20 + 1)).startswith("The file is larger than 5 MB.")


@pytest.mark.parametrize("megabytes", [60, 400])
def test_a_bomb_is_refused_by_its_real_size(megabytes):
    bomb = repacked(xlsx(ROWS), **{"xl/worksheets/sheet9.xml": b"<a>" + b" " * (megabytes * 2**20)})

    assert "unpacks to more than" in refusal(bomb)


def test_a_bomb_that_lies_about_its_size_is_refused():
    content = bytearray(repacked(xlsx(ROWS), **{"xl/bomb.bin": b" " * (60 * 2**20)}))
    for at in range(len(content) - 4):
        if content[at : at + 4] == b"PK\x01\x02" and content[at + 46 : at + 57] == b"xl/bomb.bin":
            content[at + 24 : at + 28] = struct.pack("<I", 100)
            content[at + 16 : at + 20] = struct.pack("<I", zlib.crc32(b" " * 100))

    assert refusal(bytes(content))


def test_many_parts_are_refused():
    assert "more than 200 parts" in refusal(repacked(xlsx(ROWS), **{f"xl/p{i}.xml": b"<a/>" for i in range(200)}))


def test_parts_of_one_name_are_refused():
    content = io.BytesIO(xlsx(ROWS))
    with zipfile.ZipFile(content, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(SHEET, b"<a/>")

    assert "damaged" in refusal(content.getvalue())


@pytest.mark.parametrize(
    "declaration", [b'<!DOCTYPE x [<!ENTITY a "b">]>', b"<!doctype x>", b'<!ENTITY x SYSTEM "file:///etc/passwd">']
)
def test_entities_are_refused(declaration):
    book = xlsx(ROWS)
    evil = part(book, SHEET).replace(b"<worksheet", declaration + b"<worksheet", 1)

    assert "instructions a spreadsheet never has" in refusal(repacked(book, **{SHEET: evil}))


@pytest.mark.parametrize("cell", ["XFD1", "A1048576", "XFD1048576", "BI2", "A20001", "AAA1"])
def test_a_lone_cell_far_away_is_refused_by_its_address(cell):
    book = xlsx(ROWS)
    far = part(book, SHEET).replace(b"</sheetData>", f'<row><c r="{cell}"><v>1</v></c></row></sheetData>'.encode())

    assert refusal(repacked(book, **{SHEET: far})).startswith(f"Something stands in cell {cell}, far from the list;")


@pytest.mark.parametrize("cell", ["BH2", "A20000"])
def test_the_last_allowed_cell_is_read(cell):
    book = xlsx(ROWS)
    edge = part(book, SHEET).replace(b"</sheetData>", f'<row><c r="{cell}"><v>1</v></c></row></sheetData>'.encode())

    assert open_book(repacked(book, **{SHEET: edge}), LIMITS).sheets


def test_far_cells_that_are_only_painted_do_no_harm():
    book = xlsx(ROWS)
    painted = part(book, SHEET).replace(b"</sheetData>", b'<row r="30000"><c r="XFD30000" s="1"/></row></sheetData>')

    assert len(read(repacked(book, **{SHEET: painted}))) == 4


def test_too_many_rows_or_columns_in_csv_are_refused():
    assert "at most 20000 rows" in refusal(b"a,b\n" * 20_001)
    assert "at most 60 columns" in refusal(b",".join([b"a"] * 61))


def test_larger_limits_may_be_asked_for():
    assert len(open_book(b"a,b\n" * 20_001, Limits(rows=30_000)).sheets[0]._rows) == 20_001


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (60, "BH"), (16384, "XFD")])
def test_column_letters(number, letters):
    assert (column_letter(number), column_number(letters)) == (letters, number)

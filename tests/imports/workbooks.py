"""Makes spreadsheets for the tests: rows in, the bytes of a file out."""

import io
import zipfile
from datetime import date

import xlsxwriter


def xlsx(*sheets, merged=(), date_1904=False, hidden=()):
    """A workbook of sheets, each a list of rows. `merged` is ranges such as "A1:C1" of the first sheet."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "date_1904": date_1904})
    day_format = book.add_format({"num_format": "yyyy-mm-dd"})
    for index, rows in enumerate(sheets):
        sheet = book.add_worksheet(f"表{index + 1}")
        if index in hidden:
            sheet.hide()
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(y, x, value, day_format)
                elif isinstance(value, str) and value.startswith("=ERROR"):
                    sheet.write_formula(y, x, "=NA()", None, "#N/A")
                elif isinstance(value, str):
                    sheet.write_string(y, x, value)
                elif value is not None:
                    sheet.write(y, x, value)
        for area in merged if index == 0 else ():
            first = area.split(":")[0]
            x, y = ord(first[0]) - 65, int(first[1:]) - 1
            sheet.merge_range(area, rows[y][x] or "")
    book.close()
    return content.getvalue()


def repacked(content, **changes):
    """The workbook with parts replaced or added: `repacked(book, **{"xl/evil.xml": b"..."})`."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in changes:
                new.writestr(info.filename, old.read(info.filename))
        for name, part in changes.items():
            new.writestr(name, part)
    return out.getvalue()


def part(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def csv_text(rows):
    return "\r\n".join(",".join("" if value is None else str(value) for value in row) for row in rows) + "\r\n"

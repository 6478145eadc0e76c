"""Looks through a packed workbook (xlsx, ods) before anything parses it: counts real bytes, refuses what lies."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from training.errors import Refused
from training.words import say

# A far cell is one beyond the allowed columns or rows that holds something; `<c r="XFD9" s="3"/>` is only painted.
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']\s*([A-Z]{1,3})(\d{1,7})\s*[\"'][^>]*?(/?)>")
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*\bt=\"e\"")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WIDE_CHARACTERS = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
_OVERLAP = 1024
_PIECE = 256 * 1024
_END_RECORD = 22


@dataclass(frozen=True, slots=True)
class Package:
    """What a look through the parts told."""

    date_1904: bool
    errors: dict[str, frozenset[tuple[int, int]]]

    def errors_of(self, sheet: str) -> frozenset[tuple[int, int]]:
        """Row and column, counted from 1, of the sheet's cells that show an error."""
        return self.errors.get(sheet, frozenset())


def looks_packed(content: bytes) -> bool:
    """Whether the content begins as a zip archive does."""
    return content.startswith(b"PK\x03\x04")


def open_package(content: bytes, *, unpacked_bytes: int, ratio: int, parts: int, rows: int, columns: int) -> Package:
    """Inflate every part once, keeping none, and refuse what is too much or not what it says. Raises Refused."""
    entries = _entries(content, parts)
    total = 0
    allowed = min(unpacked_bytes, max(len(content) * ratio, 1024 * 1024))
    errors: dict[str, set[tuple[int, int]]] = {}
    kept: dict[str, bytes] = {}
    for entry in entries:
        xml = entry.filename.endswith((".xml", ".rels", ".vml"))
        sheet = entry.filename.startswith("xl/worksheets/") and xml
        keep = entry.filename in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
        size, tail, first = 0, b"", True
        for piece in _inflated(content, entry):
            size += len(piece)
            total += len(piece)
            if total > allowed:
                raise Refused(
                    say(
                        "The file unpacks to more than {limit} MB. "
                        "Delete unused sheets, rows and pictures, and save it again.",
                        limit=max(allowed // 1024 // 1024, 1),
                    )
                )
            if xml and first and piece.startswith(_WIDE_CHARACTERS):
                raise _damaged()
            first = False
            window = tail + piece
            if xml and _DECLARATION.search(window):
                raise Refused(say("The file holds instructions a spreadsheet never has. It was not opened."))
            if sheet:
                _look_at_cells(window, rows, columns)
                if b't="e"' in window:
                    found = errors.setdefault(entry.filename, set())
                    found.update((int(m[2]), _column(m[1])) for m in _ERROR_CELL.finditer(window))
            if keep:
                kept[entry.filename] = kept.get(entry.filename, b"") + piece
            tail = piece[-_OVERLAP:]
        if size != entry.file_size:
            raise _damaged()
    return _told(kept, errors)


def _damaged() -> Refused:
    return Refused(say("The file is damaged or not a spreadsheet. Open it, save it as .xlsx and choose the new file."))


def _entries(content: bytes, parts: int) -> list[zipfile.ZipInfo]:
    """The directory's entries, when the file is one plain zip and nothing else: no bytes before, between or after."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise _damaged() from error
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if content[-_END_RECORD:][:4] != b"PK\x05\x06" or len(set(names)) != len(names):
        raise _damaged()
    if len(entries) > parts:
        raise Refused(
            say("The file has more than {limit} parts. Copy the list to a new workbook and save that.", limit=parts)
        )
    if "[Content_Types].xml" not in names and "content.xml" not in names:
        raise Refused(say("This is not a spreadsheet. Choose a file that ends in .xlsx or .csv."))
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused(say("The file has a password. Save a copy without the password and choose that one."))
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _damaged()
        end = entry.header_offset + 30 + entry.compress_size
    return entries


def _inflated(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's real bytes in pieces, whatever its header claims about their number."""
    header = content[entry.header_offset : entry.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise _damaged()
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    start = entry.header_offset + 30 + name_length + extra_length
    raw = memoryview(content)[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        for at in range(0, len(raw), _PIECE):
            yield bytes(raw[at : at + _PIECE])
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        pending: bytes | memoryview = raw
        while not inflater.eof:
            piece = inflater.decompress(pending, _PIECE)
            pending = inflater.unconsumed_tail
            if not piece and not pending:
                break
            if piece:
                yield piece
    except zlib.error as error:
        raise _damaged() from error
    if not inflater.eof or inflater.unused_data:
        raise _damaged()


def _look_at_cells(window: bytes, rows: int, columns: int) -> None:
    far_columns = _far_columns(columns)
    far_rows = _far_rows(rows)
    for pattern in (far_columns, far_rows):
        for hit in pattern.finditer(window):
            at = window.rfind(b"<", 0, hit.start())
            cell = _CELL.match(window, at) if at >= 0 else None
            if cell and not cell[3]:
                raise Refused(
                    say(
                        "Something stands in cell {cell}, far from the list; "
                        "at most {rows} rows and {columns} columns are read. Delete it and save the file again.",
                        cell=(cell[1] + cell[2]).decode(),
                        rows=rows,
                        columns=columns,
                    )
                )


def _far_columns(columns: int) -> re.Pattern[bytes]:
    if columns >= 26 * 26:
        return re.compile(rb"r\s*=\s*[\"']\s*[A-Z]{3}\d")
    first, second = divmod(columns - 1, 26)
    if first < 1:
        return re.compile(rb"r\s*=\s*[\"']\s*[A-Z]{2,3}\d")
    letter, rest = chr(64 + first), chr(65 + second)
    same = f"{letter}[{chr(ord(rest) + 1)}-Z]|" if rest < "Z" else ""
    more = f"[{chr(ord(letter) + 1)}-Z][A-Z]|" if letter < "Z" else ""
    return re.compile(rf"r\s*=\s*[\"']\s*(?:{same}{more}[A-Z]{{3}})\d".encode())


def _far_rows(rows: int) -> re.Pattern[bytes]:
    """Row numbers above `rows`: those with more digits, or as many and a larger digit somewhere."""
    digits = str(rows)
    larger = [
        digits[:at] + f"[{int(digit) + 1}-9]" + r"\d" * (len(digits) - at - 1)
        for at, digit in enumerate(digits)
        if digit < "9"
    ]
    longer = rf"[1-9]\d{{{len(digits)},}}"
    return re.compile(rf"r\s*=\s*[\"']\s*[A-Z]{{1,3}}0*(?:{'|'.join([longer, *larger])})\s*[\"']".encode())


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _told(kept: dict[str, bytes], errors: dict[str, set[tuple[int, int]]]) -> Package:
    workbook, relations = kept.get("xl/workbook.xml"), kept.get("xl/_rels/workbook.xml.rels")
    if not workbook or not relations:
        return Package(date_1904=False, errors={})
    try:
        # Both parts were searched for declarations above, so there is no entity to expand.
        book = ElementTree.fromstring(workbook)  # noqa: S314
        links = ElementTree.fromstring(relations)  # noqa: S314
    except ElementTree.ParseError as error:
        raise _damaged() from error
    targets = {link.get("Id"): (link.get("Target") or "").removeprefix("/xl/").removeprefix("xl/") for link in links}
    date_1904, by_sheet = False, {}
    for element in book.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "workbookPr":
            date_1904 = element.get("date1904", "0") in ("1", "true", "on")
        elif tag == "sheet":
            link = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
            cells = errors.get("xl/" + targets.get(link, ""))
            if cells:
                by_sheet[element.get("name", "")] = frozenset(cells)
    return Package(date_1904=date_1904, errors=by_sheet)

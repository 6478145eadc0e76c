"""The process that opens a stranger's file: it has no keys and no database, little memory and little time.

It is started by `reading`, is given one request and a file on its standard input, and answers in frames: four bytes of
length, then MessagePack. Whatever the file does to it, only this process ends.
"""

import gc
import resource
import signal
import sys
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

import msgspec

from training.errors import Refused
from training.imports.headers import Kind, Layout, recognise
from training.imports.record_reader import Reader, fields_of
from training.imports.records import LedgerRow, PersonRow, Record, ScoreRow
from training.imports.rows import RowKind, data_rows
from training.imports.sheets import Book, Limits, column_letter, open_book
from training.words import packed, say


class Request(msgspec.Struct):
    """What is asked of the worker. `fixes` replaces cells: sheet -> row -> field -> text."""

    kind: Kind | None
    limits: Limits
    today: date
    fixes: dict[str, dict[int, dict[str, str]]] = {}


class SheetSeen(msgspec.Struct):
    """A sheet that will be read, and where it keeps what."""

    name: str
    title: str
    fields: list[str]
    letters: list[str]
    headers: list[str]
    blocks: list[str]
    unknown: list[str]


class Opened(msgspec.Struct, tag=True):
    """The first answer: what kind of list it is and which sheets will be read. `passed_over` names the others."""

    kind: Kind
    sheets: list[SheetSeen]
    passed_over: list[str]


class People(msgspec.Struct, tag=True):
    rows: list[PersonRow]


class Certificates(msgspec.Struct, tag=True):
    rows: list[LedgerRow]


class Scores(msgspec.Struct, tag=True):
    rows: list[ScoreRow]


class Ended(msgspec.Struct, tag=True):
    """The last answer. `other_rows` counts the rows that hold nobody, by what they are."""

    rows: int
    other_rows: dict[RowKind, int]


class Refusal(msgspec.Struct, tag=True):
    """The only answer where the file cannot be read: packed messages."""

    messages: list[dict[str, object]]


Answer = Opened | People | Certificates | Scores | Ended | Refusal

_CHUNKS: dict[Kind, type[People] | type[Certificates] | type[Scores]] = {
    Kind.ROSTER: People,
    Kind.CERTIFICATES: Certificates,
    Kind.SCORES: Scores,
}


def answers(content: bytes, request: Request) -> Iterator[Answer]:
    """Everything that is to be said about a file. Raises Refused."""
    book = open_book(content, request.limits)
    found = _recognised(book, request.kind)
    kind = found[0][1].kind
    named = {at: layout for at, layout in found if layout.kind is kind}
    yield Opened(
        kind,
        [_seen(book, at, layout) for at, layout in named.items()],
        [sheet.name for at, sheet in enumerate(book.sheets) if at not in named],
    )
    total, others = 0, dict.fromkeys(RowKind, 0)
    for index, (at, layout) in enumerate(named.items()):
        sheet = book.sheets[at]
        fixes = {
            (row, field): text
            for row, fields in request.fixes.get(sheet.name, {}).items()
            for field, text in fields.items()
        }
        reader = Reader(layout, sheet=index, date_1904=book.date_1904, today=request.today, fixes=fixes)
        rows: list[Record] = []
        for number, row_kind, values in data_rows(sheet, layout):
            if row_kind is not RowKind.DATA:
                others[row_kind] += 1
                continue
            total += 1
            rows.append(reader.record(number, values))
            if len(rows) == request.limits.rows_at_once:
                yield _CHUNKS[kind](rows)  # type: ignore[arg-type]  # a reader makes the rows of its layout's kind
                rows = []
        if rows:
            yield _CHUNKS[kind](rows)  # type: ignore[arg-type]
    yield Ended(total, {kind: count for kind, count in others.items() if count and kind is not RowKind.DATA})


def _recognised(book: Book, kind: Kind | None) -> list[tuple[int, Layout]]:
    """The sheets that are lists of the kind asked for, best first. Raises Refused where there is none."""
    found = [
        (at, layout) for at, sheet in enumerate(book.sheets) if not sheet.hidden and (layout := recognise(sheet, kind))
    ]
    others = {}
    if kind:
        for at, layout in found:
            other = recognise(book.sheets[at])
            if other and other.kind is not kind and other.score > layout.score + 3:
                others[at] = other.kind
    own = [(at, layout) for at, layout in found if at not in others]
    if own:
        return sorted(own, key=lambda one: -one[1].score)
    if others:
        raise Refused(_LOOKS_LIKE[next(iter(others.values()))], field="kind")
    raise Refused(_NO_HEADER[kind] if kind else _NO_LIST, field="file")


_LOOKS_LIKE = {
    Kind.ROSTER: say("This looks like a roster. Import it as a roster."),
    Kind.CERTIFICATES: say("This looks like a certificate ledger. Import it as a certificate ledger."),
    Kind.SCORES: say("This looks like a score sheet. Import it as a score sheet."),
}
_NO_HEADER = {
    Kind.ROSTER: say(
        "No header of a roster was found. "
        "It needs a column 姓名 (name), and one of 身份证号, 项目部, 岗位, 入职日期, 电话."
    ),
    Kind.CERTIFICATES: say(
        "No header of a certificate ledger was found. "
        "It needs a column 姓名 or 身份证号, and one of 证书名称, 作业类别, 证书编号."
    ),
    Kind.SCORES: say("No header of a score sheet was found. It needs a column 姓名, and 理论成绩, 实操成绩 or 总分."),
}
_NO_LIST = say("No list was found in this file: neither a roster, nor a certificate ledger, nor a score sheet.")


def _seen(book: Book, at: int, layout: Layout) -> SheetSeen:
    fields = fields_of(layout)
    return SheetSeen(
        name=book.sheets[at].name,
        title=layout.title,
        fields=list(fields),
        letters=[column_letter(column + 1) for column in fields.values()],
        headers=[layout.headers.get(column, "") for column in fields.values()],
        blocks=[block.title for block in layout.blocks],
        unknown=list(layout.unknown),
    )


def main() -> None:
    stream, out = sys.stdin.buffer, sys.stdout.buffer
    request = msgspec.msgpack.decode(_frame(stream), type=Request)
    content = _frame(stream)
    resource.setrlimit(resource.RLIMIT_AS, (request.limits.memory_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (request.limits.seconds, request.limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    gc.disable()  # short-lived, and nothing here is cyclic
    encoder = msgspec.msgpack.Encoder()
    try:
        for answer in answers(content, request):
            _send(out, encoder.encode(answer))
    except Refused as refused:
        _send(out, encoder.encode(Refusal([packed(message) for message in refused.objections])))
    except BrokenPipeError:
        sys.stderr.close()


def _frame(stream: BinaryIO) -> bytes:
    return stream.read(int.from_bytes(stream.read(4), "big"))


def _send(out: BinaryIO, content: bytes) -> None:
    out.write(len(content).to_bytes(4, "big"))
    out.write(content)
    out.flush()


if __name__ == "__main__":
    main()

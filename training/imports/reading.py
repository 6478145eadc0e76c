"""Has a file read by a process of its own, and hands on what it says, piece by piece."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from training.errors import Refused
from training.imports.headers import Kind
from training.imports.sheets import Limits
from training.imports.worker import Answer, Certificates, Ended, Opened, People, Refusal, Request, Scores
from training.words import Message, say, unpacked

Fixes = Mapping[str, Mapping[int, Mapping[str, str]]]
"""Cells replaced by hand: sheet -> row -> field -> text."""

_ROOT = Path(__file__).parents[2]
_PIECE = 1024 * 1024
_LONGEST_FRAME = 256 * 1024 * 1024
_TOO_LONG = say("The file took too long to read. Copy the list to a new workbook and save that.")
_TOO_MUCH = say("The file is too large or too unusual to read. Copy the list to a new workbook and save that.")


@dataclass(slots=True)
class Reading:
    """A file being read: what it is, its rows in chunks, and at the end what else was in it."""

    opened: Opened
    _answers: AsyncIterator[Answer]
    ended: Ended | None = None

    async def chunks(self) -> AsyncIterator[People | Certificates | Scores]:
        """The rows, some thousands at a time. The file waits while they are worked on. Raises Refused."""
        async for answer in self._answers:
            match answer:
                case People() | Certificates() | Scores():
                    yield answer
                case Ended():
                    self.ended = answer
                    return
                case _:
                    break
        raise Refused(_TOO_MUCH, field="file")


@asynccontextmanager
async def reading(
    content: bytes, *, kind: Kind | None, today: date, limits: Limits, fixes: Fixes | None = None
) -> AsyncIterator[Reading]:
    """Open a file in a worker process, which ends with the block. Raises Refused with what to mend."""
    if len(content) > limits.packed_bytes:
        raise Refused(too_large(limits), field="file")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "training.imports.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=_ROOT,
        # Nothing of our own environment: it holds secrets.
        env={"PYTHONPATH": str(_ROOT), "PYTHONSAFEPATH": "1", "LANG": "C.UTF-8"},
        limit=_PIECE,
    )
    asking = asyncio.create_task(_ask(process, content, kind, today, limits, fixes or {}))
    try:
        answers = _answered(process, limits)
        first = await anext(answers, None)
        if not isinstance(first, Opened):
            raise Refused(_TOO_MUCH, field="file")
        yield Reading(first, answers)
    finally:
        asking.cancel()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        with contextlib.suppress(asyncio.CancelledError):
            await asking
        # A pipe that is full is not read any more, and its end then never noticed: empty it first.
        assert process.stdout is not None
        while await process.stdout.read(_PIECE):
            pass
        await process.wait()


def too_large(limits: Limits) -> Message:
    """The refusal of a file by its size, before it is read or even received."""
    return say(
        "The file is larger than {limit} MB. Split it, or delete pictures and unused sheets.",
        limit=limits.packed_bytes // 1024 // 1024,
    )


async def _ask(
    process: asyncio.subprocess.Process, content: bytes, kind: Kind | None, today: date, limits: Limits, fixes: Fixes
) -> None:
    plain = {sheet: {row: dict(fields) for row, fields in rows.items()} for sheet, rows in fixes.items()}
    request = msgspec.msgpack.encode(Request(kind, limits, today, plain))
    stream = process.stdin
    assert stream is not None
    with contextlib.suppress(ConnectionError):
        for part in (request, content):
            stream.write(len(part).to_bytes(4, "big"))
            stream.write(part)
            await stream.drain()
        stream.close()
        await stream.wait_closed()


async def _answered(process: asyncio.subprocess.Process, limits: Limits) -> AsyncIterator[Answer]:
    stream = process.stdout
    assert stream is not None
    decoder = msgspec.msgpack.Decoder(Answer)
    while True:
        try:
            async with asyncio.timeout(limits.seconds * 2):
                length = int.from_bytes(await stream.readexactly(4), "big")
                if length > _LONGEST_FRAME:
                    raise Refused(_TOO_MUCH, field="file")
                frame = await stream.readexactly(length)
        except TimeoutError:
            raise Refused(_TOO_LONG, field="file") from None
        except asyncio.IncompleteReadError:
            # Killed by a limit: -24 is the time, anything else the memory.
            code = await process.wait()
            raise Refused(_TOO_LONG if code == -24 else _TOO_MUCH, field="file") from None
        answer = decoder.decode(frame)
        if isinstance(answer, Refusal):
            raise Refused(*(unpacked(message) for message in answer.messages), field="file")
        yield answer

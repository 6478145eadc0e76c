"""Follows a file from its bytes to judged rows, a chunk at a time: for a preview, and for applying it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

from training.access import Actor
from training.imports import judging, ledger_rows, roster_rows, score_rows
from training.imports.answers import Answers
from training.imports.headers import Kind
from training.imports.judging import Case, Judged
from training.imports.reading import Reading, reading
from training.imports.score_rows import Class
from training.imports.sheets import Limits
from training.imports.worker import Certificates, Opened, People, Scores, SheetSeen


@dataclass(slots=True)
class Flow:
    """A file on its way. After the last chunk, `other_rows` and `digest` are complete.

    `digest` is equal for two runs in which every row came out alike.
    """

    opened: Opened
    case: Case
    _reading: Reading
    _by: Actor
    _session: int | None
    _class: Class | None = None
    other_rows: dict[str, int] = field(default_factory=dict)
    _hash: blake2b = field(default_factory=lambda: blake2b(digest_size=16))

    async def chunks(self) -> AsyncIterator[list[Judged]]:
        """Judged rows in their order. Raises Refused when the file cannot be read to its end."""
        async for chunk in self._reading.chunks():
            match chunk:
                case People():
                    judged = await roster_rows.judge(chunk.rows, self.case)
                case Certificates():
                    judged = await ledger_rows.judge(chunk.rows, self.case)
                case Scores():
                    judged = await self._marks(chunk)
            self._hash.update("".join(f"{one.sheet}!{one.row}{one.outcome}" for one in judged).encode())
            yield judged
        ended = self._reading.ended
        self.other_rows = {kind.value: count for kind, count in ended.other_rows.items()} if ended else {}

    async def _marks(self, chunk: Scores) -> list[Judged]:
        if self._class is None:
            self._class = await score_rows.opened(self._session, chunk.rows, by=self._by, today=self.case.today)
        return score_rows.judge(chunk.rows, self._class, self.case, by=self._by)

    @property
    def kind(self) -> Kind:
        return self.opened.kind

    @property
    def sheets(self) -> list[SheetSeen]:
        return self.opened.sheets

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


@asynccontextmanager
async def flowing(
    content: bytes,
    *,
    kind: Kind | None,
    answers: Answers,
    by: Actor,
    today: date,
    limits: Limits,
    session: int | None = None,
    lock: bool = False,
) -> AsyncIterator[Flow]:
    """Open a file and get ready to judge it. With `lock`, everybody it is about stays as they are until the
    transaction ends. Raises Refused."""
    async with reading(content, kind=kind, today=today, limits=limits, fixes=answers.fixes) as source:
        names = [sheet.name for sheet in source.opened.sheets]
        yield Flow(source.opened, await judging.opened(names, answers, today, lock=lock), source, by, session)

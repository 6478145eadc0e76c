"""/imports: spreadsheets in. Upload, check, confirm; nothing changes before it is confirmed."""

from collections.abc import Coroutine
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect, Template

from training.access import Permission
from training.errors import Refused
from training.imports import actions, answering, queries
from training.imports.answering import Answer
from training.imports.beginning import beginning
from training.imports.headers import Kind
from training.imports.queries import Batch
from training.imports.questions import Question, questions
from training.imports.rules import Outcome
from training.sessions import queries as sessions
from training.web.kit.forms import Form, read_query
from training.web.kit.handlers import By, Id, Now, PageRequest, Posted, Today
from training.web.kit.languages import spoken
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.web.office import import_rows
from training.web.office.import_rows import KINDS, OTHER_ROWS, TABS
from training.words import Message, say, says

PAGE = 50
HISTORY = 20
QUESTIONS = 100
"""So many are asked at a time: a form holds only so many fields."""
LARGEST_UPLOAD = 21 * 1024 * 1024
Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class Filters(msgspec.Struct):
    show: Outcome | None = None
    after: Number = 0
    before: Number = 0


class History(msgspec.Struct):
    kind: Kind | None = None
    session: Number | None = None
    after: Number = 0


class UploadForm(msgspec.Struct):
    kind: Kind
    session: Number | None = None  # whose marks a score sheet holds; where it is not said, its people tell


class ApplicationForm(msgspec.Struct):
    reading: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class ImportsController(Controller):
    path = "/imports"
    opt = needs(Permission.IMPORT)

    @get()
    async def index(self, request: PageRequest, by: By, now: Now) -> Template:
        wish = read_query(History, request.query_params)
        begun = await beginning()
        kind = wish.kind or (Kind.CERTIFICATES if begun.people else Kind.ROSTER)
        return await self._index(
            request, Form(UploadForm, start={"kind": kind, "session": wish.session}), by, now, after=wish.after
        )

    @post(request_max_body_size=LARGEST_UPLOAD)
    async def upload(self, request: PageRequest, posted: Posted, by: By, today: Today, now: Now) -> Template | Redirect:
        form, file = Form(UploadForm, posted), posted.get("file")
        name = file.filename if isinstance(file, UploadFile) else ""
        if isinstance(file, UploadFile) and name and (wish := form.value):
            content = await file.read()
            await file.close()
            try:
                batch = await _kept(content, name, wish, by, today, now)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return Redirect(f"/imports/{batch}", status_code=303)
        elif not name:
            form.errors.setdefault("file", []).append(say("Choose a file."))
        return await self._index(request, form, by, now, status=422)

    @get("/{import_id:int}")
    async def show(self, request: PageRequest, import_id: Id, by: By, now: Now) -> Template:
        return await self._show(request, import_id, by, now)

    @post("/{import_id:int}/reading")
    async def read_again(
        self, request: PageRequest, import_id: Id, by: By, today: Today, now: Now
    ) -> Template | Redirect:
        await queries.batch(import_id, by=by, now=now)
        return await self._read_again(request, import_id, by, today, now)

    @post("/{import_id:int}/answers")
    async def answer(
        self, request: PageRequest, import_id: Id, posted: Posted, by: By, today: Today, now: Now
    ) -> Template | Redirect:
        batch = await queries.batch(import_id, by=by, now=now)
        asked = await questions(batch, by=by)
        try:
            await answering.answer(import_id, _answers(posted, asked), by=by)
        except Refused as refusal:
            return await self._show(request, import_id, by, now, objections=refusal.objections)
        return await self._read_again(request, import_id, by, today, now)

    @post("/{import_id:int}/answers/withdrawal")
    async def take_back(
        self, request: PageRequest, import_id: Id, by: By, today: Today, now: Now
    ) -> Template | Redirect:
        try:
            await answering.take_back(import_id, by=by)
        except Refused as refusal:
            return await self._show(request, import_id, by, now, objections=refusal.objections)
        return await self._read_again(request, import_id, by, today, now)

    @post("/{import_id:int}/rows/{row_id:int}/correction")
    async def correct(
        self, request: PageRequest, import_id: Id, row_id: Id, posted: Posted, by: By, today: Today, now: Now
    ) -> Template | Redirect:
        row = await queries.row(await queries.batch(import_id, by=by, now=now), row_id)
        texts = {
            name.removeprefix("cell."): "".join(c for c in text if c.isprintable()).strip()
            for name, text in posted.multi_items()
            if name.startswith("cell.") and isinstance(text, str)
        }
        return await self._changed(request, import_id, answering.fix(import_id, row, texts, by=by), by, today, now)

    @post("/{import_id:int}/rows/{row_id:int}/omission")
    async def leave_out(
        self, request: PageRequest, import_id: Id, row_id: Id, by: By, today: Today, now: Now
    ) -> Template | Redirect:
        row = await queries.row(await queries.batch(import_id, by=by, now=now), row_id)
        return await self._changed(request, import_id, answering.skip(import_id, row, by=by), by, today, now)

    @post("/{import_id:int}/rows/{row_id:int}/return")
    async def take_in(
        self, request: PageRequest, import_id: Id, row_id: Id, by: By, today: Today, now: Now
    ) -> Template | Redirect:
        row = await queries.row(await queries.batch(import_id, by=by, now=now), row_id)
        return await self._changed(request, import_id, answering.take_in(import_id, row, by=by), by, today, now)

    @post("/{import_id:int}/application")
    async def apply(
        self, request: PageRequest, import_id: Id, posted: Posted, by: By, today: Today, now: Now
    ) -> Template | Redirect:
        batch = await queries.batch(import_id, by=by, now=now)
        wish = Form(ApplicationForm, posted).value
        try:
            if wish is None or (batch.status == "ready" and wish.reading != batch.reading):
                raise Refused(
                    say("It was checked again since you opened this page. Look at it once more, then import.")
                )
            report = await actions.apply(import_id, by=by, today=today, now=now)
        except Refused as refusal:
            return await self._show(request, import_id, by, now, objections=refusal.objections)
        told = says("{count} row is imported.", "{count} rows are imported.", report.new + report.changed)
        return Redirect(f"/imports/{import_id}", status_code=303, cookies=[flash(told)])

    @post("/{import_id:int}/discarding")
    async def discard(self, request: PageRequest, import_id: Id, by: By, now: Now) -> Template | Redirect:
        await queries.batch(import_id, by=by, now=now)
        try:
            await actions.discard(import_id, by=by)
        except Refused as refusal:
            return await self._show(request, import_id, by, now, objections=refusal.objections)
        return Redirect(
            "/imports", status_code=303, cookies=[flash(say("The import is discarded. Nothing was changed."))]
        )

    async def _changed(
        self,
        request: PageRequest,
        import_id: int,
        change: Coroutine[Any, Any, None],
        by: By,
        today: date,
        now: datetime,
    ) -> Template | Redirect:
        try:
            await change
        except Refused as refusal:
            return await self._show(request, import_id, by, now, objections=refusal.objections)
        return await self._read_again(request, import_id, by, today, now)

    async def _read_again(
        self, request: PageRequest, import_id: int, by: By, today: date, now: datetime
    ) -> Template | Redirect:
        try:
            await actions.start_reading(import_id, by=by, today=today, now=now)
        except Refused as refusal:
            return await self._show(request, import_id, by, now, objections=refusal.objections)
        return Redirect(f"/imports/{import_id}", status_code=303)

    async def _index(
        self, request: PageRequest, form: Form[UploadForm], by: By, now: datetime, *, after: int = 0, status: int = 200
    ) -> Template:
        found = await queries.batches(by=by, now=now, after=after, limit=HISTORY + 1)
        return page(
            request,
            "office/imports/index",
            parts=("upload",),
            status=status,
            form=form,
            batches=found[:HISTORY],
            more=found[HISTORY - 1].id if len(found) > HISTORY else 0,
            later=after,
            kinds=KINDS,
            most=actions.LIMITS.packed_bytes,
            begun=await beginning(),
            hint=_hint(),
        )

    async def _show(
        self,
        request: PageRequest,
        import_id: int,
        by: By,
        now: datetime,
        *,
        objections: tuple[Message, ...] = (),
    ) -> Template:
        batch = await queries.batch(import_id, by=by, now=now)
        filters = read_query(Filters, request.query_params)
        current = filters.show or _first_tab(batch)
        open_ = batch.status in ("ready", "applied")
        found = await queries.rows(batch, current, after=filters.after, before=filters.before, limit=PAGE)
        asked = await questions(batch, by=by) if batch.status == "ready" else []
        given = await queries.given(import_id) if batch.status == "ready" else None
        return page(
            request,
            "office/imports/show",
            parts=("batch", "rows"),
            status=422 if objections else 200,
            batch=batch,
            objections=objections,
            kinds=KINDS,
            tabs=[(outcome, words, batch.count(outcome)) for outcome, words in TABS.items()] if open_ else [],
            refused=batch.count(Outcome.REFUSED),
            waiting=batch.count(Outcome.ASKED),
            skipped=batch.count(Outcome.SKIPPED),
            staying_out=sum(batch.count(outcome) for outcome in (Outcome.REFUSED, Outcome.ASKED, Outcome.SKIPPED)),
            current=current,
            found=found,
            lines=list(import_rows.shown(batch, found.rows)) if open_ else [],
            asked=asked[:QUESTIONS],
            more_asked=len(asked) > QUESTIONS,
            given=given,
            fixed=sum(len(rows) for rows in given.fixes.values()) if given else 0,
            understood=[(sheet, *import_rows.understood(sheet)) for sheet in batch.told.sheets] if batch.told else [],
            other_rows=[
                (OTHER_ROWS[kind], count) for kind, count in batch.told.other_rows.items() if kind in OTHER_ROWS
            ]
            if batch.told
            else [],
            begun=await beginning(),
            most=actions.LIMITS.packed_bytes,
            hint=_hint(),
        )


async def _kept(content: bytes, name: str, wish: UploadForm, by: By, today: date, now: datetime) -> int:
    """The import of this file: the one under way where it was sent before, as by a second press of the button."""
    digest = sha256(content).hexdigest()
    session = wish.session if wish.kind is Kind.SCORES else None
    known = await queries.open_batch(digest, wish.kind, session=session, by=by)
    if known is not None:
        return known
    if session is not None:
        await sessions.session(session)
    batch = await actions.upload(content, name=name, kind=wish.kind, by=by, now=now, session=session)
    await actions.start_reading(batch, by=by, today=today, now=now)
    return batch


def _answers(posted: Posted, asked: list[Question]) -> list[Answer]:
    by_key = {(question.about.value, question.key): question for question in asked}
    given = zip(posted.getall("about", []), posted.getall("key", []), posted.getall("choice", []), strict=False)
    return [Answer(by_key[about, key], choice) for about, key, choice in given if choice and (about, key) in by_key]


def _first_tab(batch: Batch) -> Outcome:
    order = (Outcome.REFUSED, Outcome.ASKED, Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)
    if batch.status == "applied":
        order = (Outcome.NEW, Outcome.CHANGED, Outcome.REFUSED, Outcome.ASKED, Outcome.UNCHANGED)
    return next((outcome for outcome in order if batch.count(outcome)), Outcome.NEW)


def _hint() -> Message:
    return say(
        "Excel (.xlsx, .xls), ODS or CSV, up to {size} MB and {rows} rows.",
        size=actions.LIMITS.packed_bytes // 1024 // 1024,
        rows=spoken().number(actions.LIMITS.rows),
    )

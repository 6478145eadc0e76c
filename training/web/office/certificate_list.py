"""/certificates and what is exported of it: the register, filtered by its address."""

from datetime import date
from functools import partial
from typing import Annotated, Any

import msgspec
from anyio import to_thread
from litestar import Controller, Response, get
from litestar.response import Redirect, Template

from training.access import Actor, Permission
from training.certificates import queries, register
from training.certificates.queries import Type
from training.certificates.register import Line, Sort
from training.certificates.rules import WORST_FIRST, Standing
from training.journal import actions as journal
from training.people import places
from training.people.rules import looks_like_number
from training.reports.sheets import CSV, XLSX, Column, comma_separated, workbook
from training.web.kit.forms import read_query
from training.web.kit.handlers import By, PageRequest, Today
from training.web.kit.languages import Language, spoken
from training.web.kit.looks import LOOKS, look
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.web.kit.templates import with_query
from training.words import say

PAGE = 50
AT_ONCE = 2_000  # lines of an export that are read in one go
WHOLE_NUMBER = say("Search for the end of a number: whole numbers of people do not belong in an address.")

Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class Filters(msgspec.Struct):
    q: Annotated[str, msgspec.Meta(max_length=60)] = ""
    type: list[Annotated[str, msgspec.Meta(max_length=40)]] = []
    site: list[Number] = []
    standing: list[Standing] = []
    history: bool = False
    unnumbered: bool = False
    sort: Annotated[str, msgspec.Meta(max_length=20)] = "name"
    after: Number = 0
    before: Number = 0
    format: Annotated[str, msgspec.Meta(max_length=4)] = "xlsx"

    def asked(self, types: dict[int, Type]) -> register.Filters:
        """What the register is asked for. A type that does not exist is held by nobody."""
        ids = frozenset(one.id for one in types.values() if one.code in self.type) or frozenset({0})
        gone = {Standing.REVOKED, Standing.SUPERSEDED} & set(self.standing)
        return register.Filters(
            standings=frozenset(self.standing),
            sites=frozenset(self.site),
            types=ids if self.type else frozenset(),
            q="" if looks_like_number(self.q) else self.q,
            current=not (self.history or gone),
            unnumbered=self.unnumbered,
        )

    @property
    def order(self) -> tuple[Sort, bool]:
        """What the list is ordered by, and whether it falls."""
        name = self.sort.removeprefix("-")
        return (Sort(name), self.sort.startswith("-")) if name in set(Sort) else (Sort.NAME, False)


class RegisterController(Controller):
    path = "/certificates"
    opt = needs(Permission.SEE_CERTIFICATES)

    @get()
    async def index(self, request: PageRequest, by: By, today: Today) -> Template | Redirect:
        filters = read_query(Filters, request.query_params)
        whole_number = looks_like_number(filters.q)
        without_it = f"/certificates{with_query(request.query_params, q='')}"
        if whole_number and not request.htmx:
            return Redirect(without_it, status_code=303, cookies=[flash(WHOLE_NUMBER, tint="warn")])
        query = dict(request.query_params.items())
        if whole_number:
            filters.q = query["q"] = ""
        types = await queries.types()
        sort, descending = filters.order
        found = await register.register(
            filters.asked(types),
            by=by,
            today=today,
            sort=sort,
            descending=descending,
            after=filters.after or None,
            before=filters.before or None,
            limit=PAGE,
        )
        shown = page(
            request,
            "office/certificates/index",
            parts=("register",),
            found=found,
            filters=filters,
            query=query if whole_number else request.query_params,
            types=types.values(),
            sites=await places.site_choices(by=by),
            standings=WORST_FIRST,
            looks=LOOKS,
            whole_number=WHOLE_NUMBER if whole_number else None,
            today=today,
        )
        if whole_number:
            shown.headers["HX-Push-Url"] = without_it
        return shown

    @get("/export")
    async def export(self, request: PageRequest, by: By, today: Today) -> Response[bytes]:
        filters = read_query(Filters, request.query_params)
        lines = await _everything(filters, by, today)
        await journal.note(by, "certificate.exported", lines=len(lines), format=filters.format)
        tongue = spoken()
        columns, title = _columns(tongue), tongue.words(say("Register of certificates"))
        rows = [_row(line, today, tongue) for line in lines]
        csv = filters.format == "csv"
        write = partial(comma_separated, columns, rows) if csv else partial(workbook, title, columns, rows)
        name = f"certificates-{today.isoformat()}.{'csv' if csv else 'xlsx'}"
        return Response(
            await to_thread.run_sync(write),
            media_type=CSV if csv else XLSX,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


async def _everything(filters: Filters, by: Actor, today: date) -> list[Line]:
    """Every line of the list, in its order."""
    asked, (sort, descending) = filters.asked(await queries.types()), filters.order
    lines: list[Line] = []
    after: int | None = None
    while True:
        found = await register.register(
            asked, by=by, today=today, sort=sort, descending=descending, after=after, limit=AT_ONCE, counted=False
        )
        lines += found.lines
        if (after := found.after) is None:
            return lines


def _columns(tongue: Language) -> list[Column]:
    return [
        Column(tongue.words(heading), width)
        for heading, width in (
            (say("Name"), 12),
            (say("Staff number"), 12),
            (say("Site"), 18),
            (say("Position"), 14),
            (say("Certificate type"), 34),
            (say("Job item"), 14),
            (say("Level"), 10),
            (say("Number"), 24),
            (say("Issued by"), 26),
            (say("Issued on"), 12),
            (say("Valid until"), 12),
            (say("Review due on"), 12),
            (say("Apply by"), 12),
            (say("Days left"), 10),
            (say("Standing"), 12),
        )
    ]


def _row(line: Line, today: date, tongue: Language) -> list[Any]:
    """A line as it is exported: words in the reader's language, days as days, numbers as they are shown."""
    days = (line.due_on - today).days if line.due_on else None
    return [
        tongue.person(line.name, line.pinyin),
        line.staff_number,
        line.site_name,
        line.position_name,
        tongue.named(line.type_name),
        line.item,
        line.level,
        line.number,
        line.issuer,
        line.issued_on,
        line.ends_on,
        line.review_on,
        line.act_by,
        days,
        tongue.words(look(line.standing, days).word),
    ]

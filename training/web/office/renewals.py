"""/renewals: who must renew what, by when; everybody chosen into a session; the list as a workbook."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Controller, Response, get, post
from litestar.response import Redirect, Template
from multidict import MultiDict

from training.access import Permission
from training.errors import Missing
from training.journal import actions as journal
from training.renewals import queries
from training.renewals.queries import HORIZON, Line, Page, Sort, Tab
from training.reports import sheets
from training.sessions import queries as sessions
from training.web.kit import renewal_table
from training.web.kit.forms import read_query
from training.web.kit.handlers import By, PageRequest, Posted, Today
from training.web.kit.languages import Language, latin, spoken
from training.web.kit.looks import Look, look
from training.web.kit.pages import flash, page
from training.web.kit.security import local_address, needs, parts_of
from training.web.kit.templates import with_query
from training.words import Message, say, says

PAGE = 50
HORIZONS = (30, 60, 90, 180, 365)
Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Horizon = Annotated[int, msgspec.Meta(ge=0, le=queries.FURTHEST)]
TABS = {
    Tab.ALL: say("All"),
    Tab.EXPIRED: say("Expired"),
    Tab.GRACE: say("In grace"),
    Tab.NEEDS_VERIFICATION: say("Needs verification"),
    Tab.DUE: say("Due soon"),
}


class Filters(msgspec.Struct):
    """The list's state, all of it in the address."""

    q: Annotated[str, msgspec.Meta(max_length=60)] = ""
    site: list[Number] = []
    type: list[Annotated[str, msgspec.Meta(max_length=40)]] = []
    position: list[Number] = []
    tab: Tab = Tab.ALL
    planned: Annotated[str, msgspec.Meta(pattern="^(yes|no)$")] = ""
    within: Horizon = HORIZON
    due_from: date | None = None
    due_until: date | None = None
    sort: Annotated[str, msgspec.Meta(pattern="^-?(due|name|site|type)$")] = "due"
    after: Number | None = None
    before: Number | None = None


class Chosen(msgspec.Struct):
    chosen: list[Number] = []
    every: bool = False
    back: Annotated[str, msgspec.Meta(max_length=2000)] = "/renewals"


class Format(msgspec.Struct):
    format: Annotated[str, msgspec.Meta(pattern="^(xlsx|csv)$")] = "xlsx"


@dataclass(frozen=True, slots=True)
class Shown:
    """One line in the visitor's words. The page has many; what can be said once is not said by the template."""

    certificate: int
    person: int
    latin: str
    name: str
    sub: str
    site: str
    type: str
    due: str
    left: str
    tint: str
    percent: int | None
    standing: str
    look: Look
    session: int | None
    planned: str
    select: str


class RenewalsController(Controller):
    path = "/renewals"
    opt = needs(Permission.SEE_CERTIFICATES)

    @get()
    async def index(self, request: PageRequest, by: By, today: Today) -> Template:
        filters = read_query(Filters, request.query_params)
        offered = await queries.choices(by=by)
        asked = _asked(filters, {code: type_ for code, type_, _ in offered.types})
        found = await queries.renewals(asked, by=by, today=today, limit=PAGE, **_place(filters))
        language = spoken()
        return page(
            request,
            "office/renewals/index",
            parts=("renewals",),
            filters=filters,
            filtered=asked != queries.Filters(tab=asked.tab),
            lines=list(_shown(found.lines, language, today)),
            lead=_lead(found, asked),
            days=_days(asked),
            tabs=_tabs(found, filters, request.query_params),
            total=found.counts[filters.tab],
            first=found.first,
            last=found.first + len(found.lines) - 1,
            previous=with_query(request.query_params, before=found.before, after=None) if found.before else "",
            next=with_query(request.query_params, after=found.after, before=None) if found.after else "",
            sites=offered.sites,
            positions=offered.positions,
            types=[(code, language.named(name)) for code, _, name in offered.types],
            horizons=[(days, _within(days)) for days in HORIZONS if days != HORIZON],
            here=_here(request),
            may_enrol=by.may(Permission.CHANGE_TRAINING),
            not_scheduled=language.gettext("Not scheduled"),
        )

    @get("/export")
    async def export(self, request: PageRequest, by: By, today: Today) -> Response[bytes]:
        filters = read_query(Filters, request.query_params)
        asked = _asked(filters, await _codes(by))
        order = {name: value for name, value in _place(filters).items() if name in ("sort", "descending")}
        found = await queries.renewals(asked, by=by, today=today, limit=None, **order)
        await journal.note(by, "certificate.renewals_exported", lines=len(found.lines))
        return _file(found.lines, read_query(Format, request.query_params).format, today)

    @post("/export")
    async def export_chosen(self, request: PageRequest, posted: Posted, by: By, today: Today) -> Response[bytes]:
        """The ticked lines alone, in the list's order."""
        wish = read_query(Chosen, posted)
        filters, chosen = await _chosen(wish, by, today)
        found = await queries.renewals(filters, by=by, today=today, limit=None)
        lines = tuple(line for line in found.lines if line.certificate in chosen)
        await journal.note(by, "certificate.renewals_exported", lines=len(lines))
        return _file(lines, "xlsx", today)

    @post("/enrolment", opt=needs(Permission.CHANGE_TRAINING))
    async def enrol(self, request: PageRequest, posted: Posted, by: By, today: Today) -> Template | Redirect:
        """Which session the chosen people shall sit in: those with free seats, or a new one."""
        wish = read_query(Chosen, posted)
        _, chosen = await _chosen(wish, by, today)
        back = local_address(wish.back, default="/renewals")
        if not chosen:
            return Redirect(back, status_code=303, cookies=[flash(say("Nobody is chosen."), tint="warn")])
        return page(
            request,
            "office/renewals/enrolment",
            chosen=sorted(chosen),
            people=len({person for person, _ in chosen.values()}),
            needed_by=Counter(type_ for _, type_ in set(chosen.values())),
            sessions=await sessions.enrollable({type_ for _, type_ in chosen.values()}, today=today),
            back=back,
        )


async def _codes(by: By) -> dict[str, int]:
    return {code: type_ for code, type_, _ in (await queries.choices(by=by)).types}


def _asked(filters: Filters, codes: dict[str, int]) -> queries.Filters:
    """The filters as the room knows them. A code that no type has finds nothing, rather than everything."""
    return queries.Filters(
        tab=filters.tab,
        horizon=filters.within,
        sites=frozenset(filters.site),
        types=frozenset(codes.get(code, 0) for code in filters.type),
        positions=frozenset(filters.position),
        planned={"yes": True, "no": False}.get(filters.planned),
        q=filters.q,
        due_from=filters.due_from,
        due_until=filters.due_until,
    )


def _place(filters: Filters) -> dict[str, Any]:
    return {
        "sort": Sort(filters.sort.removeprefix("-")),
        "descending": filters.sort.startswith("-"),
        "after": filters.after,
        "before": filters.before,
    }


async def _chosen(wish: Chosen, by: By, today: date) -> tuple[queries.Filters, dict[int, tuple[int, int]]]:
    """What is ticked, or all that the list showed, as certificate -> (person, type). Raises Missing for what is not
    within reach: nothing of a mixed choice is done.
    """
    if wish.every:
        asked = _asked(read_query(Filters, _query_of(wish.back)), await _codes(by))
        concerned = await queries.concerned(asked, by=by, today=today)
        return asked, {certificate: (person, type_) for certificate, person, type_ in concerned}
    asked = queries.Filters(horizon=queries.FURTHEST)
    concerned = await queries.concerned(asked, by=by, today=today)
    chosen = {certificate: (person, type_) for certificate, person, type_ in concerned if certificate in wish.chosen}
    if set(wish.chosen) - set(chosen):
        raise Missing("a chosen certificate")
    return asked, chosen


def _shown(lines: tuple[Line, ...], language: Language, today: date) -> Iterator[Shown]:
    select = language.gettext("Select %(about)s")
    for line in lines:
        days, name = line.days_left, language.person(line.name, line.pinyin)
        shown, type_ = look(line.standing, days), language.named(line.type_name)
        yield Shown(
            certificate=line.certificate,
            person=line.person,
            latin="" if language.chinese else latin(line.pinyin),
            name=line.name,
            sub=" · ".join(filter(None, (line.staff_number, line.position_name))),
            site=line.site_name or language.nothing,
            type=f"{type_} · {line.item}" if line.item else type_,
            due=language.day(line.due_on),
            left=language.left(line.due_on, today=today) if line.due_on else "",
            tint=_tint(days),
            percent=100 - days * 100 // HORIZON if days is not None and 0 <= days <= HORIZON else None,
            standing=language.words(shown.word),
            look=shown,
            session=line.session,
            planned=renewal_table.planned(line, language),
            select=select % {"about": f"{name}, {type_}"},
        )


def _tint(days: int | None) -> str:
    if days is None:
        return "warn"
    return "bad" if days < 0 else "warn" if days <= 30 else "soon" if days <= HORIZON else "ok"


def _lead(found: Page, asked: queries.Filters) -> Message:
    if days := _days(asked):
        return says(
            "{count} certificate falls due: {days}.",
            "{count} certificates fall due: {days}.",
            found.counts[Tab.ALL],
            days=days,
        )
    return says(
        "{count} certificate has expired, has to be verified, or falls due within {days} days.",
        "{count} certificates have expired, have to be verified, or fall due within {days} days.",
        found.counts[Tab.ALL],
        days=asked.horizon,
    )


def _days(asked: queries.Filters) -> str:
    """The days between which something falls due, where they are asked for, as when a month's bar was opened."""
    first, last = asked.due_from, asked.due_until
    if first and last:
        return spoken().span(first, last)
    if first:
        return spoken().words(say("from {day} on", day=first))
    return spoken().words(say("until {day}", day=last)) if last else ""


def _within(days: int) -> str:
    return spoken().words(says("Within {count} day", "Within {count} days", days))


def _tabs(found: Page, filters: Filters, query: Any) -> list[tuple[str, int, str, bool]]:
    return [
        (spoken().words(words), found.counts[tab], with_query(query, tab=tab.value), tab is filters.tab)
        for tab, words in TABS.items()
        if tab is not Tab.GRACE or found.counts[tab] or tab is filters.tab
    ]


def _here(request: PageRequest) -> str:
    return f"/renewals?{request.url.query}" if request.url.query else "/renewals"


def _query_of(address: str) -> Any:
    return MultiDict(parse_qsl(parts_of(address).query))


def _file(lines: tuple[Line, ...], kind: str, today: date) -> Response[bytes]:
    language = spoken()
    columns, rows = renewal_table.columns(language), renewal_table.rows(lines, language)
    title = language.gettext("Renewals")
    content = sheets.workbook(title, columns, rows) if kind == "xlsx" else sheets.comma_separated(columns, rows)
    return Response(
        content,
        media_type=sheets.XLSX if kind == "xlsx" else sheets.CSV,
        headers={"content-disposition": f'attachment; filename="renewals-{today.isoformat()}.{kind}"'},
    )

"""/certificate-types: what authorities and the company issue, and the dated rules it is judged by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from training.access import Actor, Permission
from training.certificates import actions, queries, register
from training.certificates.catalogue import CATEGORIES, CONFIDENCES, STATUSES
from training.certificates.number_patterns import fits, objections_to_pattern
from training.certificates.queries import Type, Version
from training.certificates.rules import version_at
from training.errors import Refused
from training.people.rules import searched
from training.renewals import queries as renewals
from training.web.kit.forms import Form, read_query
from training.web.kit.handlers import By, PageRequest, Posted, Today
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.web.office.certificate_type_forms import WORDS, Code, NewTypeForm, NumberForm, TypeForm, typed
from training.words import Message, say


class Filters(msgspec.Struct):
    q: Annotated[str, msgspec.Meta(max_length=60)] = ""
    category: Annotated[str, msgspec.Meta(max_length=40)] = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The types of one category, each with its rules of the day."""

    category: str
    lines: list[tuple[Type, Version]]


class CertificateTypesController(Controller):
    path = "/certificate-types"
    opt = needs(Permission.SEE_TYPES)

    @get()
    async def index(self, request: PageRequest, by: By, today: Today) -> Template:
        filters = read_query(Filters, request.query_params)
        groups = _grouped((await queries.types()).values(), filters, today)
        counts = await _counts(by, today)
        return page(
            request,
            "office/certificate_types/index",
            parts=("types",),
            groups=groups,
            counts=counts,
            filters=filters,
            **WORDS,
        )

    @get("/new", opt=needs(Permission.CHANGE_TYPES))
    async def new(self, request: PageRequest) -> Template:
        return _new(request, Form(NewTypeForm, start={"category": "in_house", "status": "in_house"}))

    @post(opt=needs(Permission.CHANGE_TYPES))
    async def add(self, request: PageRequest, posted: Posted, by: By) -> Template | Redirect:
        form = Form(NewTypeForm, posted)
        if wish := form.value:
            try:
                await actions.add_type(wish.code, wish.details(), wish.rules(), by=by)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _back(wish.code, say("The certificate type is added."))
        return _new(request, form, status=422)

    @get("/{code:str}")
    async def show(self, request: PageRequest, code: Code, by: By, today: Today) -> Template:
        found = await queries.type_named(code)
        now = version_at(found.versions, today)
        counts = await _counts(by, today)
        return page(request, "office/certificate_types/show", type=found, now=now, counts=counts, today=today, **WORDS)

    @get("/{code:str}/edit", opt=needs(Permission.CHANGE_TYPES))
    async def edit(self, request: PageRequest, code: Code) -> Template:
        found = await queries.type_named(code)
        return _edit(request, found, Form(TypeForm, start=typed(found)))

    @post("/{code:str}", opt=needs(Permission.CHANGE_TYPES))
    async def change(self, request: PageRequest, code: Code, posted: Posted, by: By) -> Template | Redirect:
        found = await queries.type_named(code)
        form = Form(TypeForm, posted)
        if wish := form.value:
            try:
                await actions.change_type(found.id, wish.details(), mark=wish.mark, by=by)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _back(code, say("The certificate type is changed."))
        return _edit(request, found, form, status=422)

    @post("/{code:str}/number-check", opt=needs(Permission.CHANGE_TYPES))
    async def check_number(self, request: PageRequest, code: Code, posted: Posted) -> Template:
        found = await queries.type_named(code)
        return _edit(request, found, Form(TypeForm, posted), number=Form(NumberForm, posted))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many certificates there are of each type, and how many of them are on the list of renewals."""

    held: dict[int, int]
    due: dict[int, int]


async def _counts(by: Actor, today: date) -> Counts | None:
    """What is in sight; None for those who may see no certificates."""
    if not by.may(Permission.SEE_CERTIFICATES):
        return None
    held = await register.by_type(register.Filters(current=True), by=by, today=today)
    return Counts(held, await renewals.by_type(renewals.Filters(), by=by, today=today))


def _grouped(types: Iterable[Type], filters: Filters, today: date) -> list[Group]:
    groups = {category: Group(category, []) for category in CATEGORIES if filters.category in ("", category)}
    for one in types:
        if one.category in groups and _matches(one, filters.q):
            groups[one.category].lines.append((one, version_at(one.versions, today)))
    return [group for group in groups.values() if group.lines]


def _matches(one: Type, q: str) -> bool:
    names = (one.name.zh, one.name.en, one.code, *one.aliases)
    return any(searched(q) in searched(name) for name in names)


def _new(request: PageRequest, form: Form[NewTypeForm], status: int = 200) -> Template:
    return page(
        request,
        "office/certificate_types/new",
        status=status,
        form=form,
        categories=CATEGORIES,
        statuses=STATUSES,
        **WORDS,
    )


def _edit(
    request: PageRequest,
    found: Type,
    form: Form[TypeForm],
    *,
    number: Form[NumberForm] | None = None,
    status: int = 200,
) -> Template:
    verdict: Message | None = None
    objections: list[Message] = []
    if number and (tried := number.value):
        objections = objections_to_pattern(tried.number_pattern)
        if tried.sample and not objections:
            fitting = fits(tried.number_pattern, tried.sample)
            verdict = say("The number fits.") if fitting else say("The number does not fit.")
    return page(
        request,
        "office/certificate_types/edit",
        parts=("number",),
        status=status,
        type=found,
        form=form,
        sample=number.typed.get("sample", "") if number else "",
        verdict=verdict,
        objections=objections,
        categories=CATEGORIES,
        statuses=STATUSES,
        confidences=CONFIDENCES,
        **WORDS,
    )


def _back(code: str, message: Message) -> Redirect:
    return Redirect(f"/certificate-types/{code}", status_code=303, cookies=[flash(message)])

"""/people/{person}/certificates: putting a certificate of somebody on record."""

from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from training.access import Permission
from training.calendar import month_end
from training.certificates import actions, queries
from training.certificates.recording import Paper
from training.errors import Refused
from training.people import queries as people
from training.web.kit.forms import Form
from training.web.kit.handlers import By, Id, PageRequest, Posted, Today
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.words import Message, say

Line = Annotated[str, msgspec.Meta(max_length=100)]


class CertificateForm(msgspec.Struct):
    type: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    number: Annotated[str, msgspec.Meta(max_length=80)] = ""
    item: Line = ""
    level: Annotated[str, msgspec.Meta(max_length=40)] = ""
    issuer: Annotated[str, msgspec.Meta(max_length=200)] = ""
    issued_on: date | None = None
    expires_on: date | None = None
    month_only: bool = False
    no_expiry: bool = False
    review_due_on: date | None = None
    original_keeper: Line = ""
    remark: Annotated[str, msgspec.Meta(max_length=1000)] = ""

    def paper(self) -> Paper:
        names = [name for name in self.__struct_fields__ if name != "month_only"]
        paper = Paper(**{name: getattr(self, name) for name in names})
        if self.month_only and paper.expires_on:
            return replace(paper, expires_on=month_end(paper.expires_on), expires_precision="month")
        return paper


class HoldingsController(Controller):
    path = "/people/{person_id:int}/certificates"
    opt = needs(Permission.CHANGE_CERTIFICATES)

    @get("/new")
    async def new(self, request: PageRequest, person_id: Id, by: By, today: Today) -> Template:
        return await self._form(request, Form(CertificateForm), person_id, by, today)

    @post()
    async def record(
        self, request: PageRequest, person_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        await people.visible_person(person_id, by=by, today=today)
        form = Form(CertificateForm, posted)
        if wish := form.value:
            try:
                warnings = await queries.warnings(person_id, wish.paper())
                await actions.record(person_id, wish.paper(), by=by, today=today)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                told = flash(_told(warnings), tint="warn" if warnings else "ok")
                return Redirect(f"/people/{person_id}", status_code=303, cookies=[told])
        return await self._form(request, form, person_id, by, today, status=422)

    async def _form(
        self, request: PageRequest, form: Form[CertificateForm], person_id: int, by: By, today: Today, status: int = 200
    ) -> Template:
        person = await people.visible_person(person_id, by=by, today=today)
        types = [one for one in (await queries.types()).values() if one.active]
        return page(
            request, "office/people/certificate", status=status, form=form, person=person, types=types, today=today
        )


def _told(warnings: list[Message]) -> Message:
    recorded = say("The certificate is recorded.")
    return reduce(lambda told, warning: say("{told} {more}", told=told, more=warning), warnings, recorded)

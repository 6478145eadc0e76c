"""/people/{person}/certificates: putting a certificate of somebody on record."""

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from training.access import Permission
from training.certificates import actions, queries
from training.errors import Refused
from training.people import queries as people
from training.web.kit.forms import Form, read_query
from training.web.kit.handlers import By, Id, PageRequest, Posted, Today
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.web.office.certificate_forms import ENDS_WORDS, Ends, PaperForm, name_of
from training.words import Message, say


class Start(msgspec.Struct):
    """What the form begins with: the type that is renewed."""

    type: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] | None = None


class HoldingsController(Controller):
    path = "/people/{person_id:int}/certificates"
    opt = needs(Permission.CHANGE_CERTIFICATES)

    @get("/new")
    async def new(self, request: PageRequest, person_id: Id, by: By, today: Today) -> Template:
        start = {"type": read_query(Start, request.query_params).type, "ends": Ends.DAY}
        return await self._form(request, Form(PaperForm, start=start), person_id, by, today)

    @post()
    async def record(
        self, request: PageRequest, person_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        await people.visible_person(person_id, by=by, today=today)
        form = Form(PaperForm, posted)
        warnings: list[Message] = []
        if wish := form.value:
            try:
                paper = wish.paper(today)
                warnings = await queries.warnings(person_id, paper)
                if name_of(warnings) in ("", wish.confirmed):
                    await actions.record(person_id, paper, by=by, today=today)
                    told = flash(say("The certificate is recorded."))
                    return Redirect(f"/people/{person_id}", status_code=303, cookies=[told])
                form.typed["confirmed"] = name_of(warnings)
            except Refused as refusal:
                form.refuse(refusal)
        return await self._form(request, form, person_id, by, today, warnings=warnings, status=422)

    async def _form(
        self,
        request: PageRequest,
        form: Form[PaperForm],
        person_id: int,
        by: By,
        today: Today,
        *,
        warnings: list[Message] | None = None,
        status: int = 200,
    ) -> Template:
        person = await people.visible_person(person_id, by=by, today=today)
        types = [one for one in (await queries.types()).values() if one.active]
        return page(
            request,
            "office/certificates/new",
            status=status,
            form=form,
            person=person,
            types=types,
            ends_words=ENDS_WORDS,
            warnings=warnings or [],
        )

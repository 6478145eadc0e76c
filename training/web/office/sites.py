"""/sites: the communities, and who works at each."""

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from training.access import Permission
from training.errors import Refused
from training.people import actions, places, rules
from training.renewals import queries as renewals
from training.renewals.queries import Filters
from training.web.kit.forms import Form
from training.web.kit.handlers import By, Id, PageRequest, Posted, Today
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.words import Message, say


class NameForm(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(max_length=60)]


class SitesController(Controller):
    path = "/sites"
    opt = needs(Permission.SEE_SITES)

    @get()
    async def index(self, request: PageRequest, by: By, today: Today) -> Template:
        return await self._index(request, Form(NameForm), by, today)

    @post(opt=needs(Permission.CHANGE_SITES))
    async def add(self, request: PageRequest, posted: Posted, by: By, today: Today) -> Template | Redirect:
        form = Form(NameForm, posted)
        if wish := form.value:
            try:
                await actions.add_site(wish.name, by=by)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _to("/sites", say("{name} is added.", name=wish.name))
        return await self._index(request, form, by, today, status=422)

    @get("/{site_id:int}")
    async def show(self, request: PageRequest, site_id: Id, by: By, today: Today) -> Template:
        return await self._show(request, site_id, None, by, today)

    @post("/{site_id:int}/name", opt=needs(Permission.CHANGE_SITES))
    async def rename(
        self, request: PageRequest, site_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        form = Form(NameForm, posted)
        if wish := form.value:
            try:
                await actions.rename_site(site_id, wish.name, by=by)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _to(f"/sites/{site_id}", say("It is called {name} now.", name=wish.name))
        return await self._show(request, site_id, form, by, today, status=422)

    @post("/{site_id:int}/closure", opt=needs(Permission.CHANGE_SITES))
    async def close(self, site_id: Id, by: By, today: Today) -> Redirect:
        await actions.close_site(site_id, by=by, today=today)
        return _to(f"/sites/{site_id}", say("The site is closed."), undo=f"/sites/{site_id}/opening")

    @post("/{site_id:int}/opening", opt=needs(Permission.CHANGE_SITES))
    async def reopen(self, site_id: Id, by: By) -> Redirect:
        await actions.reopen_site(site_id, by=by)
        return _to(f"/sites/{site_id}", say("The site is open again."))

    async def _index(
        self, request: PageRequest, form: Form[NameForm], by: By, today: Today, status: int = 200
    ) -> Template:
        lines = await places.sites(by=by, today=today)
        return page(request, "office/sites/index", status=status, lines=lines, form=form)

    async def _show(
        self, request: PageRequest, site_id: int, form: Form[NameForm] | None, by: By, today: Today, status: int = 200
    ) -> Template:
        found = await places.site(site_id, by=by, today=today)
        form = form or Form(NameForm, start={"name": found.site.name})
        objections = rules.objections_to_retiring(found.site.people or 0)
        asked = Filters(sites=frozenset({site_id}))
        due = await renewals.counts(asked, by=by, today=today) if found.site.people is not None else {}
        return page(request, "office/sites/show", status=status, found=found, due=due, form=form, objections=objections)


def _to(address: str, message: Message, *, undo: str = "") -> Redirect:
    return Redirect(address, status_code=303, cookies=[flash(message, undo=undo)])

"""/positions: what people are employed as."""

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from training.access import Permission
from training.errors import Refused
from training.people import actions, places, rules
from training.web.kit.forms import Form
from training.web.kit.handlers import By, Id, PageRequest, Posted, Today
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.words import Message, say


class NameForm(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(max_length=60)]


class PositionsController(Controller):
    path = "/positions"
    opt = needs(Permission.SEE_SITES)

    @get()
    async def index(self, request: PageRequest, by: By, today: Today) -> Template:
        return await self._index(request, Form(NameForm), by, today)

    @post(opt=needs(Permission.CHANGE_SITES))
    async def add(self, request: PageRequest, posted: Posted, by: By, today: Today) -> Template | Redirect:
        form = Form(NameForm, posted)
        if wish := form.value:
            try:
                await actions.add_position(wish.name, by=by)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _to("/positions", say("{name} is added.", name=wish.name))
        return await self._index(request, form, by, today, status=422)

    @get("/{position_id:int}")
    async def show(self, request: PageRequest, position_id: Id, by: By, today: Today) -> Template:
        return await self._show(request, position_id, None, by, today)

    @post("/{position_id:int}/name", opt=needs(Permission.CHANGE_SITES))
    async def rename(
        self, request: PageRequest, position_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        form = Form(NameForm, posted)
        if wish := form.value:
            try:
                await actions.rename_position(position_id, wish.name, by=by)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _to(f"/positions/{position_id}", say("It is called {name} now.", name=wish.name))
        return await self._show(request, position_id, form, by, today, status=422)

    @post("/{position_id:int}/retirement", opt=needs(Permission.CHANGE_SITES))
    async def retire(self, position_id: Id, by: By, today: Today) -> Redirect:
        await actions.retire_position(position_id, by=by, today=today)
        there = f"/positions/{position_id}"
        return _to(there, say("The position is out of use."), undo=f"{there}/restoration")

    @post("/{position_id:int}/restoration", opt=needs(Permission.CHANGE_SITES))
    async def restore(self, position_id: Id, by: By) -> Redirect:
        await actions.restore_position(position_id, by=by)
        return _to(f"/positions/{position_id}", say("The position is in use again."))

    async def _index(
        self, request: PageRequest, form: Form[NameForm], by: By, today: Today, status: int = 200
    ) -> Template:
        lines = await places.positions(by=by, today=today)
        return page(request, "office/positions/index", status=status, lines=lines, form=form)

    async def _show(
        self,
        request: PageRequest,
        position_id: int,
        form: Form[NameForm] | None,
        by: By,
        today: Today,
        status: int = 200,
    ) -> Template:
        position = await places.position(position_id, by=by, today=today)
        form = form or Form(NameForm, start={"name": position.name})
        objections = rules.objections_to_retiring(position.people or 0)
        return page(
            request, "office/positions/show", status=status, position=position, form=form, objections=objections
        )


def _to(address: str, message: Message, *, undo: str = "") -> Redirect:
    return Redirect(address, status_code=303, cookies=[flash(message, undo=undo)])

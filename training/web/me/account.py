"""/account: one's own password, language and sign-ins; and the way home."""

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from training.access import Permission
from training.accounts import actions, queries
from training.errors import Refused
from training.web.kit.forms import Form
from training.web.kit.handlers import By, Config, Id, Now, PageRequest, Posted
from training.web.kit.pages import flash, page
from training.web.kit.security import home_of, needs, no_sign_in_cookie
from training.web.me.browsers import browser_name
from training.words import say

Password = Annotated[str, msgspec.Meta(max_length=400)]


class PasswordForm(msgspec.Struct):
    current: Password
    password: Password
    again: Password


class AccountController(Controller):
    opt = needs(Permission.SIGNED_IN)

    @get("/")
    async def home(self, by: By) -> Redirect:
        return Redirect(home_of(by), status_code=303)

    @get("/account")
    async def show(self, request: PageRequest, by: By) -> Template:
        return await self._show(request, Form(PasswordForm), by)

    @post("/account/password")
    async def change_password(
        self, request: PageRequest, posted: Posted, by: By, now: Now, settings: Config
    ) -> Template | Redirect:
        form = Form(PasswordForm, posted)
        if form.value and form.value.password != form.value.again:
            form.refuse(Refused(say("The two passwords are not the same."), field="again"))
        elif wish := form.value:
            try:
                await actions.change_password(by=by, current=wish.current, password=wish.password, now=now)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                cookies = [no_sign_in_cookie(settings), flash(say("The password is changed. Sign in with it."))]
                return Redirect("/sign-in", status_code=303, cookies=cookies)
        form.typed = {}
        return await self._show(request, form, by, status=422)

    @post("/account/sign-ins/{sign_in_id:int}/end")
    async def end(self, sign_in_id: Id, by: By, now: Now) -> Redirect:
        await actions.sign_out(sign_in_id, by=by, now=now)
        return Redirect("/account", status_code=303, cookies=[flash(say("That sign-in is ended."))])

    @post("/account/sign-ins/end")
    async def end_all(self, by: By, now: Now, settings: Config) -> Redirect:
        await actions.sign_out_everywhere(by=by, now=now)
        return Redirect("/sign-in", status_code=303, cookies=[no_sign_in_cookie(settings)])

    async def _show(self, request: PageRequest, form: Form[PasswordForm], by: By, status: int = 200) -> Template:
        sign_ins = await queries.sign_ins(by.account or 0)
        names = {line.id: browser_name(line.browser) for line in sign_ins}
        context = {"form": form, "sign_ins": sign_ins, "names": names, "current": request.auth.id}
        return page(request, "me/account", status=status, **context)

"""/sign-in, /sign-out, /setup and /activation: the ways in and out."""

from typing import Annotated, TypeVar

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from training.access import Permission
from training.accounts import actions, queries
from training.errors import Missing, Refused
from training.web.kit.forms import Form, read_query
from training.web.kit.handlers import By, Config, Now, PageRequest, Posted
from training.web.kit.pages import page
from training.web.kit.security import cookie_name, local_address, needs, no_sign_in_cookie, sign_in_cookie
from training.words import say

Password = Annotated[str, msgspec.Meta(max_length=400)]


class SignInForm(msgspec.Struct):
    username: Annotated[str, msgspec.Meta(max_length=100)]
    password: Password
    next: str = "/"


class SetUpForm(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(max_length=100)]
    username: Annotated[str, msgspec.Meta(max_length=60)]
    password: Password
    again: Password


class ActivationForm(msgspec.Struct):
    password: Password
    again: Password


class Next(msgspec.Struct):
    next: str = "/"


def _address(request: PageRequest) -> str:
    return request.client.host if request.client else ""


def _same_twice(form: Form[SetUpForm] | Form[ActivationForm]) -> bool:
    if form.value and form.value.password != form.value.again:
        form.refuse(Refused(say("The two passwords are not the same."), field="again"))
        return False
    return form.value is not None


class SignInController(Controller):
    opt = needs(Permission.PUBLIC)

    @get("/sign-in")
    async def show(self, request: PageRequest, settings: Config) -> Template | Redirect:
        if not await queries.any_account():
            return Redirect("/setup", status_code=303)
        after = local_address(read_query(Next, request.query_params).next)
        if request.user is not None:
            return Redirect(after, status_code=303)
        ended = cookie_name(settings) in request.cookies  # signing out takes the cookie away, waiting too long does not
        return page(request, "public/sign_in", form=Form(SignInForm, start={"next": after}), ended=ended)

    @post("/sign-in")
    async def sign_in(self, request: PageRequest, posted: Posted, now: Now, settings: Config) -> Template | Redirect:
        form = Form(SignInForm, posted)
        if wish := form.value:
            try:
                opened = await actions.sign_in(
                    username=wish.username,
                    password=wish.password,
                    address=_address(request),
                    browser=request.headers.get("user-agent", ""),
                    now=now,
                )
            except Refused as refusal:
                form.refuse(refusal)
            else:
                cookie = sign_in_cookie(settings, opened.token)
                return Redirect(local_address(wish.next), status_code=303, cookies=[cookie])
        form.typed["password"] = ""
        return page(request, "public/sign_in", status=422, form=form, ended=False)

    @get("/setup")
    async def set_up_form(self, request: PageRequest) -> Template | Redirect:
        if await queries.any_account():
            return Redirect("/sign-in", status_code=303)
        return page(request, "public/setup", form=Form(SetUpForm))

    @post("/setup")
    async def set_up(self, request: PageRequest, posted: Posted, now: Now, settings: Config) -> Template | Redirect:
        form = Form(SetUpForm, posted)
        if _same_twice(form) and (wish := form.value):
            try:
                account = await actions.set_up(username=wish.username, name=wish.name, password=wish.password)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return await _signed_in(request, account, now, settings, "/work")
        return page(request, "public/setup", status=422, form=_without_passwords(form))

    @get("/activation/{token:str}")
    async def activation_form(self, request: PageRequest, token: FromPath[str], now: Now) -> Template:
        if (found := await queries.activation(token, now=now)) is None:
            return page(request, "public/activation_over", status=404)
        return page(request, "public/activation", form=Form(ActivationForm), username=found[1], name=found[2])

    @post("/activation/{token:str}")
    async def activate(
        self, request: PageRequest, token: FromPath[str], posted: Posted, now: Now, settings: Config
    ) -> Template | Redirect:
        form = Form(ActivationForm, posted)
        found = await queries.activation(token, now=now)
        if found is None:
            return page(request, "public/activation_over", status=404)
        if _same_twice(form) and (wish := form.value):
            try:
                account = await actions.activate(token, wish.password, now=now)
            except Refused as refusal:
                form.refuse(refusal)
            except Missing:
                return page(request, "public/activation_over", status=404)
            else:
                return await _signed_in(request, account, now, settings, "/")
        shown = _without_passwords(form)
        return page(request, "public/activation", status=422, form=shown, username=found[1], name=found[2])


class SignOutController(Controller):
    opt = needs(Permission.SIGNED_IN)

    @post("/sign-out")
    async def sign_out(self, request: PageRequest, by: By, now: Now, settings: Config) -> Redirect:
        await actions.sign_out(request.auth.id, by=by, now=now)
        return Redirect("/sign-in", status_code=303, cookies=[no_sign_in_cookie(settings)])


async def _signed_in(request: PageRequest, account: int, now: Now, settings: Config, after: str) -> Redirect:
    opened = await actions.open_sign_in(
        account, address=_address(request), browser=request.headers.get("user-agent", ""), now=now
    )
    return Redirect(after, status_code=303, cookies=[sign_in_cookie(settings, opened.token)])


AnyPasswordForm = TypeVar("AnyPasswordForm", Form[SetUpForm], Form[ActivationForm])


def _without_passwords(form: AnyPasswordForm) -> AnyPasswordForm:
    for name in ("password", "again"):
        form.typed[name] = ""
    return form

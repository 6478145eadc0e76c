"""/accounts: who may sign in, as what; one-time activation links, printed or exported."""

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from training.access import Permission, Role
from training.accounts import actions, queries
from training.errors import Missing, Refused
from training.web.kit.forms import Form, read_query
from training.web.kit.handlers import By, Config, Id, Now, PageRequest, Posted
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.words import Message, say

PAGE = 50

Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class AccountForm(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(max_length=100)]
    username: Annotated[str, msgspec.Meta(max_length=60)]
    roles: list[Role] = []
    sites: list[Number] = []


class RightsForm(msgspec.Struct):
    roles: list[Role] = []
    sites: list[Number] = []


class Filters(msgspec.Struct):
    q: Annotated[str, msgspec.Meta(max_length=60)] = ""
    role: Role | None = None
    after: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0


class Chosen(msgspec.Struct):
    accounts: list[Number] = []


class AccountsController(Controller):
    path = "/accounts"
    opt = needs(Permission.MANAGE_ACCOUNTS)

    @get()
    async def index(self, request: PageRequest) -> Template:
        filters = read_query(Filters, request.query_params)
        role = filters.role.value if filters.role else ""
        lines = await queries.accounts(q=filters.q, role=role, after=filters.after, limit=PAGE + 1)
        following = lines[PAGE - 1].id if len(lines) > PAGE else None
        return page(
            request,
            "office/accounts/index",
            parts=("accounts",),
            lines=lines[:PAGE],
            following=following,
            filters=filters,
            roles=list(Role),
        )

    @get("/new")
    async def new(self, request: PageRequest, by: By) -> Template:
        return await self._form(request, Form(AccountForm), by)

    @post()
    async def add(
        self, request: PageRequest, posted: Posted, by: By, now: Now, settings: Config
    ) -> Template | Redirect:
        form = Form(AccountForm, posted)
        if wish := form.value:
            try:
                account = await actions.add(
                    username=wish.username, name=wish.name, roles=wish.roles, sites=wish.sites, by=by
                )
                links = await actions.activation_links([account], by=by, now=now)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return page(request, "office/accounts/links", links=links, origin=settings.origin)
        return await self._form(request, form, by, status=422)

    @get("/{account_id:int}")
    async def show(self, request: PageRequest, account_id: Id, by: By) -> Template:
        actor = await queries.actor_of(account_id)
        form = Form(RightsForm, start={"roles": sorted(actor.roles), "sites": await queries.managed_sites(account_id)})
        return await self._show(request, account_id, form, by)

    @post("/{account_id:int}/rights")
    async def change_rights(self, request: PageRequest, account_id: Id, posted: Posted, by: By) -> Template | Redirect:
        form = Form(RightsForm, posted)
        if wish := form.value:
            try:
                await actions.change_rights(account_id, roles=wish.roles, sites=wish.sites, by=by)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _back(account_id, say("The rights are changed. They hold from the next page on."))
        return await self._show(request, account_id, form, by, status=422)

    @post("/{account_id:int}/closure")
    async def disable(self, account_id: Id, by: By, now: Now) -> Redirect:
        await actions.disable(account_id, by=by, now=now)
        return _back(account_id, say("The account is closed and signed out everywhere."))

    @post("/{account_id:int}/opening")
    async def enable(self, account_id: Id, by: By) -> Redirect:
        await actions.enable(account_id, by=by)
        return _back(account_id, say("The account is open again."))

    @post("/links")
    async def links(self, request: PageRequest, posted: Posted, by: By, now: Now, settings: Config) -> Template:
        chosen = read_query(Chosen, posted).accounts
        made = await actions.activation_links(chosen, by=by, now=now)
        return page(request, "office/accounts/links", links=made, origin=settings.origin)

    @get("/invitations")
    async def invitations(self, request: PageRequest, by: By) -> Template:
        return page(request, "office/accounts/invitations", sites=await queries.sites_to_invite())

    @post("/invitations")
    async def invite(self, request: PageRequest, posted: Posted, by: By, now: Now, settings: Config) -> Template:
        sites = set(read_query(Sites, posted).sites)
        persons = [person for site in await queries.sites_to_invite() if site.id in sites for person in site.persons]
        made = await actions.invite(persons, by=by, now=now)
        return page(request, "office/accounts/links", links=made, origin=settings.origin)

    async def _form(self, request: PageRequest, form: Form[AccountForm], by: By, status: int = 200) -> Template:
        sites = await queries.site_choices()
        return page(request, "office/accounts/new", status=status, form=form, roles=list(Role), sites=sites)

    async def _show(
        self, request: PageRequest, account_id: int, form: Form[RightsForm], by: By, status: int = 200
    ) -> Template:
        if (account := await queries.account(account_id)) is None:
            raise Missing("account")
        sites = await queries.site_choices()
        return page(
            request,
            "office/accounts/show",
            status=status,
            form=form,
            roles=list(Role),
            sites=sites,
            account=account,
        )


class Sites(msgspec.Struct):
    sites: list[Number] = []


def _back(account_id: int, message: Message) -> Redirect:
    return Redirect(f"/accounts/{account_id}", status_code=303, cookies=[flash(message)])

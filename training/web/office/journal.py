"""/journal: who did what, when, to what, and why."""

from typing import Annotated

import msgspec
from litestar import Controller, get
from litestar.response import Template

from training.access import Permission
from training.journal import queries, rules
from training.web.kit.forms import read_query
from training.web.kit.handlers import PageRequest
from training.web.kit.pages import page
from training.web.kit.security import needs

PAGE = 50


class Filters(msgspec.Struct):
    subject: Annotated[str, msgspec.Meta(max_length=40)] = ""
    id: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    before: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0


class JournalController(Controller):
    path = "/journal"
    opt = needs(Permission.SEE_JOURNAL)

    @get()
    async def index(self, request: PageRequest) -> Template:
        filters = read_query(Filters, request.query_params)
        lines = await queries.entries(
            subject=filters.subject, subject_id=filters.id, before=filters.before, limit=PAGE + 1
        )
        earlier = lines[PAGE - 1].id if len(lines) > PAGE else None
        return page(
            request,
            "office/journal/index",
            parts=("entries",),
            lines=lines[:PAGE],
            earlier=earlier,
            filters=filters,
            subjects=list(rules.SUBJECTS),
        )

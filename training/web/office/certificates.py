"""/certificates/{certificate}: what one certificate says, what it is worth and why, and what became of it."""

from datetime import date

import msgspec
from litestar import Controller, get, post
from litestar.response import Template

from training.access import Permission
from training.certificates import actions, changing, queries
from training.certificates.rules import Judgement, judge
from training.completion import evidence
from training.courses.rules import PART_WORDS
from training.errors import Refused
from training.journal import queries as journal
from training.journal.queries import EntryLine
from training.web.kit.forms import Form, read_query
from training.web.kit.handlers import By, Id, PageRequest, Posted, Today
from training.web.kit.pages import page
from training.web.kit.security import needs
from training.web.office.certificate_forms import ReasonForm
from training.words import Message, say

ENTRIES = 30

CHANGED: dict[str, Message] = {
    "type": say("Certificate type"),
    "item": say("Job item"),
    "level": say("Level"),
    "number": say("Number"),
    "issuer": say("Issued by"),
    "own": say("Issued by the company itself"),
    "first_issued_on": say("First issued on"),
    "issued_on": say("Issued on"),
    "expires_on": say("Valid until"),
    "expires_precision": say("What of its end is printed"),
    "no_expiry": say("No expiry"),
    "review_due_on": say("Review due on"),
    "reviewed_on": say("Reviewed on"),
    "in_process_on": say("Renewal under way since"),
    "original_keeper": say("Who keeps the original"),
    "remark": say("Remark"),
}


class View(msgspec.Struct):
    as_of: date | None = None


class CertificatesController(Controller):
    path = "/certificates/{certificate_id:int}"
    opt = needs(Permission.SEE_CERTIFICATES)

    @get()
    async def show(self, request: PageRequest, certificate_id: Id, by: By, today: Today) -> Template:
        return await _show(request, certificate_id, by, today)

    @post("/number", opt=needs(Permission.REVEAL_NUMBERS))
    async def reveal_number(
        self, request: PageRequest, certificate_id: Id, posted: Posted, by: By, today: Today
    ) -> Template:
        """The page again with the whole number: at no address, so that it is nowhere but on the screen."""
        form, clear = Form(ReasonForm, posted), ""
        if wish := form.value:
            try:
                clear = await actions.reveal_number(certificate_id, reason=wish.reason, by=by, today=today)
            except Refused as refusal:
                form.refuse(refusal)
        return await _show(request, certificate_id, by, today, clear=clear, form=form, status=200 if clear else 422)


async def _show(
    request: PageRequest,
    certificate_id: int,
    by: By,
    today: date,
    *,
    clear: str = "",
    form: Form[ReasonForm] | None = None,
    status: int = 200,
) -> Template:
    found = await queries.certificate(certificate_id, by=by, today=today)
    as_of = read_query(View, request.query_params).as_of or today
    recorded_at, recorded_by = await queries.recorded(certificate_id)
    entries: list[EntryLine] = []
    if by.may(Permission.SEE_JOURNAL):
        entries = await journal.entries(subject="certificate", subject_id=certificate_id, limit=ENTRIES)
    return page(
        request,
        "office/certificates/show",
        parts=("judgement", "facts"),
        status=status,
        paper=found.held.certificate,
        type=found.held.type,
        person=found.person,
        others=found.others,
        judged=_judged(found.held, as_of, today),
        as_of=as_of,
        today=today,
        evidence=await evidence.behind(certificate_id),
        entries=entries,
        recorded_at=recorded_at,
        recorded_by=recorded_by,
        clear=clear,
        form=form or Form(ReasonForm),
        part_words=PART_WORDS,
        changed=CHANGED,
        changing=changing,
    )


def _judged(held: queries.Held, as_of: date, today: date) -> Judgement:
    if as_of == today:
        return held.judgement
    return judge(held.certificate, held.type.versions, as_of)

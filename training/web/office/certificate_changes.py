"""/certificates/{certificate}/…: correcting it, its renewal and its reviews, and taking it out of force."""

from dataclasses import replace
from datetime import date
from typing import Any

from litestar import Controller, get, post
from litestar.response import Redirect, Template

from training.access import Actor, Permission
from training.certificates import actions, queries
from training.certificates.queries import CertificatePage
from training.errors import Refused
from training.web.kit.forms import Form
from training.web.kit.handlers import By, Id, PageRequest, Posted, Today
from training.web.kit.languages import spoken
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.web.office.certificate_forms import (
    ENDS_WORDS,
    ChangeForm,
    CorrectionForm,
    ReasonForm,
    ReviewForm,
    name_of,
    typed,
)
from training.words import Message, say

TAKEN_BACK = say("Taken back right away.")


class CertificateChangesController(Controller):
    path = "/certificates/{certificate_id:int}"
    opt = needs(Permission.CHANGE_CERTIFICATES)

    @get("/correction")
    async def correcting(self, request: PageRequest, certificate_id: Id, by: By, today: Today) -> Template:
        found = await queries.certificate(certificate_id, by=by, today=today)
        return await _correction(request, found, Form(CorrectionForm, start=typed(found.held.certificate)))

    @post("/correction")
    async def correct(
        self, request: PageRequest, certificate_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        found = await queries.certificate(certificate_id, by=by, today=today)
        form = Form(CorrectionForm, posted)
        warnings: list[Message] = []
        if wish := form.value:
            try:
                paper = wish.paper(today)
                # A number that stays, masked as it may be, was looked at when it was recorded.
                new = replace(paper, number="") if paper.number == found.held.certificate.number else paper
                warnings = await queries.warnings(found.person.id, new)
                if name_of(warnings) in ("", wish.confirmed):
                    await actions.correct(certificate_id, paper, reason=wish.reason, mark=wish.mark, by=by, today=today)
                    return _back(certificate_id, say("The certificate is corrected."))
                form.typed["confirmed"] = name_of(warnings)
            except Refused as refusal:
                form.refuse(refusal)
        return await _correction(request, found, form, warnings=warnings, status=422)

    @post("/process")
    async def start_renewal(self, certificate_id: Id, by: By, today: Today) -> Redirect:
        await actions.start_renewal(certificate_id, since=today, by=by, today=today)
        return _back(certificate_id, say("Its renewal is recorded as under way."), undo="process/reversal")

    @post("/process/reversal")
    async def stop_renewal(self, certificate_id: Id, by: By) -> Redirect:
        await actions.stop_renewal(certificate_id, reason=spoken().words(TAKEN_BACK), by=by)
        return _back(certificate_id, say("Its renewal is no longer recorded as under way."))

    @get("/review")
    async def reviewing(self, request: PageRequest, certificate_id: Id, by: By, today: Today) -> Template:
        return await _change(
            request, "review", certificate_id, Form(ReviewForm, start={"reviewed_on": today}), by, today
        )

    @post("/review")
    async def review(
        self, request: PageRequest, certificate_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        form = Form(ReviewForm, posted)
        if wish := form.value:
            try:
                await actions.review(
                    certificate_id,
                    reviewed_on=wish.reviewed_on,
                    next_review_on=wish.next_review_on,
                    by=by,
                    today=today,
                )
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _back(certificate_id, say("The review is recorded."))
        return await _change(request, "review", certificate_id, form, by, today, status=422)

    @get("/suspension")
    async def suspending(self, request: PageRequest, certificate_id: Id, by: By, today: Today) -> Template:
        return await _change(request, "suspension", certificate_id, Form(ChangeForm, start={"on": today}), by, today)

    @post("/suspension")
    async def suspend(
        self, request: PageRequest, certificate_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        form = Form(ChangeForm, posted)
        if wish := form.value:
            try:
                await actions.suspend(certificate_id, reason=wish.reason, on=wish.on, by=by, today=today)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _back(certificate_id, say("The certificate is suspended."), undo="suspension/reversal")
        return await _change(request, "suspension", certificate_id, form, by, today, status=422)

    @post("/suspension/reversal")
    async def undo_suspension(self, certificate_id: Id, by: By) -> Redirect:
        await actions.reinstate(certificate_id, reason=spoken().words(TAKEN_BACK), by=by)
        return _back(certificate_id, say("The suspension is taken back."))

    @get("/reinstatement")
    async def reinstating(self, request: PageRequest, certificate_id: Id, by: By, today: Today) -> Template:
        return await _change(request, "reinstatement", certificate_id, Form(ReasonForm), by, today)

    @post("/reinstatement")
    async def reinstate(
        self, request: PageRequest, certificate_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        form = Form(ReasonForm, posted)
        if wish := form.value:
            try:
                await actions.reinstate(certificate_id, reason=wish.reason, by=by)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _back(certificate_id, say("The certificate is in force again."))
        return await _change(request, "reinstatement", certificate_id, form, by, today, status=422)

    @get("/revocation")
    async def revoking(self, request: PageRequest, certificate_id: Id, by: By, today: Today) -> Template:
        return await _change(request, "revocation", certificate_id, Form(ChangeForm, start={"on": today}), by, today)

    @post("/revocation")
    async def revoke(
        self, request: PageRequest, certificate_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        form = Form(ChangeForm, posted)
        if wish := form.value:
            try:
                await actions.revoke(certificate_id, reason=wish.reason, on=wish.on, by=by, today=today)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return _back(certificate_id, say("The certificate is revoked. It stays on the register."))
        return await _change(request, "revocation", certificate_id, form, by, today, status=422)


async def _change(
    request: PageRequest, what: str, certificate_id: int, form: Form[Any], by: Actor, today: date, status: int = 200
) -> Template:
    found = await queries.certificate(certificate_id, by=by, today=today)
    return page(
        request,
        f"office/certificates/{what}",
        status=status,
        form=form,
        paper=found.held.certificate,
        type=found.held.type,
        person=found.person,
        judged=found.held.judgement,
        today=today,
    )


async def _correction(
    request: PageRequest,
    found: CertificatePage,
    form: Form[CorrectionForm],
    *,
    warnings: list[Message] | None = None,
    status: int = 200,
) -> Template:
    types = [one for one in (await queries.types()).values() if one.active or one.id == found.held.type.id]
    return page(
        request,
        "office/certificates/correction",
        status=status,
        form=form,
        paper=found.held.certificate,
        type=found.held.type,
        person=found.person,
        types=types,
        ends_words=ENDS_WORDS,
        warnings=warnings or [],
    )


def _back(certificate_id: int, message: Message, *, undo: str = "") -> Redirect:
    here = f"/certificates/{certificate_id}"
    told = flash(message, undo=f"{here}/{undo}" if undo else "")
    return Redirect(here, status_code=303, cookies=[told])

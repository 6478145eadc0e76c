"""/certificate-types/{code}/rules: giving a type other rules from a day on, and setting right what was wrong."""

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from training.access import Permission
from training.certificates import actions, queries
from training.certificates.catalogue import CONFIDENCES
from training.certificates.dry_run import Touched, touched_by
from training.certificates.queries import Type, Version
from training.errors import Missing, Refused
from training.web.kit.forms import Form
from training.web.kit.handlers import By, Id, PageRequest, Posted, Today
from training.web.kit.pages import flash, page
from training.web.kit.security import needs
from training.web.office.certificate_type_forms import (
    WORDS,
    ClocksForm,
    Code,
    CorrectedRulesForm,
    RulesForm,
    clocks,
    example,
    name_of,
)
from training.words import Message, say

AnyRules = Form[ClocksForm] | Form[RulesForm] | Form[CorrectedRulesForm]


class CertificateTypeRulesController(Controller):
    path = "/certificate-types/{code:str}/rules"
    opt = needs(Permission.CHANGE_TYPES)

    @get("/new")
    async def new(self, request: PageRequest, code: Code, today: Today) -> Template:
        found = await queries.type_named(code)
        wish = clocks(found.versions[-1], today)
        return _rules(request, found, Form(ClocksForm, start=msgspec.structs.asdict(wish)), wish)

    @post("/preview")
    async def preview(self, request: PageRequest, code: Code, posted: Posted) -> Template:
        form = Form(ClocksForm, posted)
        return _rules(request, await queries.type_named(code), form, form.value)

    @post()
    async def add(self, request: PageRequest, code: Code, posted: Posted, by: By, today: Today) -> Template | Redirect:
        found = await queries.type_named(code)
        form = Form(RulesForm, posted)
        touched: list[Touched] = []
        if wish := form.value:
            try:
                version = wish.details()
                touched = await touched_by(found.id, version, today=today)
                if not touched or wish.seen == name_of(version):
                    await actions.add_version(found.id, version, by=by)
                    return _back(code, say("The rules are added. Every certificate is judged by them from now on."))
                form.typed["seen"] = name_of(version)
            except Refused as refusal:
                form.refuse(refusal)
        return _rules(request, found, form, form.value, touched=touched, status=422)

    @get("/{version_id:int}")
    async def show(self, request: PageRequest, code: Code, version_id: Id) -> Template:
        found = await queries.type_named(code)
        version = _version(found, version_id)
        wish = clocks(version, version.effective_from)
        start = {
            **msgspec.structs.asdict(wish),
            "legal_basis": version.legal_basis,
            "confidence": version.confidence,
        }
        return _rules(request, found, Form(CorrectedRulesForm, start=start), wish, corrects=version)

    @post("/{version_id:int}/preview")
    async def preview_correction(self, request: PageRequest, code: Code, version_id: Id, posted: Posted) -> Template:
        found, form = await queries.type_named(code), Form(ClocksForm, posted)
        form.typed["reason"] = str(posted.get("reason", ""))
        return _rules(request, found, form, form.value, corrects=_version(found, version_id))

    @post("/{version_id:int}")
    async def correct(
        self, request: PageRequest, code: Code, version_id: Id, posted: Posted, by: By, today: Today
    ) -> Template | Redirect:
        found = await queries.type_named(code)
        before = _version(found, version_id)
        form = Form(CorrectedRulesForm, posted)
        touched: list[Touched] = []
        if wish := form.value:
            try:
                version = wish.details()
                touched = await touched_by(found.id, version, today=today, instead_of=before.id)
                if not touched or wish.seen == name_of(version):
                    await actions.correct_version(before.id, version, reason=wish.reason, by=by)
                    return _back(code, say("The rules are corrected. Every certificate is judged by them from now on."))
                form.typed["seen"] = name_of(version)
            except Refused as refusal:
                form.refuse(refusal)
        return _rules(request, found, form, form.value, corrects=before, touched=touched, status=422)


def _version(found: Type, version_id: int) -> Version:
    for version in found.versions:
        if version.id == version_id:
            return version
    raise Missing(f"rule version {version_id}")


def _rules(
    request: PageRequest,
    found: Type,
    form: AnyRules,
    wish: ClocksForm | None,
    *,
    corrects: Version | None = None,
    touched: list[Touched] | None = None,
    status: int = 200,
) -> Template:
    here = f"/certificate-types/{found.code}/rules"
    return page(
        request,
        "office/certificate_types/rules",
        parts=("example",),
        status=status,
        type=found,
        form=form,
        corrects=corrects,
        address=f"{here}/{corrects.id}" if corrects else here,
        example=example(found, wish, instead_of=corrects.id if corrects else None) if wish else None,
        touched=touched or [],
        confidences=CONFIDENCES,
        **WORDS,
    )


def _back(code: str, message: Message) -> Redirect:
    return Redirect(f"/certificate-types/{code}", status_code=303, cookies=[flash(message)])

"""/me: what an employee holds, until when, and what comes next; a page for each of their own certificates."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from litestar import Controller, get
from litestar.response import Template

from training.access import Permission
from training.certificates import queries
from training.certificates.queries import CertificatePage, Held
from training.completion import queries as completion
from training.completion.queries import Trained
from training.courses.rules import PART_WORDS
from training.errors import Missing
from training.exams.rules import shown as mark
from training.sessions import queries as sessions
from training.web.kit.handlers import By, Id, PageRequest, Today
from training.web.kit.pages import page
from training.web.kit.security import needs
from training.web.me import answer
from training.web.me.outcome import happened, is_ahead
from training.words import Message, say


class MyCertificatesController(Controller):
    path = "/me"
    opt = needs(Permission.OWN_RECORD)

    @get()
    async def index(self, request: PageRequest, by: By, today: Today) -> Template:
        if by.person is None:
            return page(request, "me/nobody")
        every = await queries.own_holdings(by=by, today=today)
        held = [one for one in every if one.judgement.standing not in answer.OVER]
        trained = await completion.training_of(by.person, by=by, today=today)
        ahead = [one for one in reversed(trained) if is_ahead(one, today=today)]
        return page(
            request,
            "me/index",
            held=held,
            over=[one for one in every if one.judgement.standing in answer.OVER],
            answer=answer.answer(held, today=today) if held else None,
            steps=await _steps(held, ahead, today),
            others=answer.others(held) if held else 0,
            to_do=answer.to_do,
            elapsed=answer.elapsed,
            ahead=ahead,
            past=[one for one in trained if one not in ahead],
            happened=happened,
            mark=mark,
            part_words=PART_WORDS,
            today=today,
        )

    @get("/certificates/{own_certificate_id:int}")
    async def show(self, request: PageRequest, own_certificate_id: Id, by: By, today: Today) -> Template:
        found = await queries.certificate(own_certificate_id, by=by, today=today)
        if found.person.id != by.person:
            raise Missing("certificate")
        return page(
            request,
            "me/certificate",
            held=found.held,
            elapsed=answer.elapsed(found.held, today),
            to_do=answer.to_do(found.held),
            others=found.others,
            history=history(found),
            today=today,
        )


async def _steps(held: Sequence[Held], ahead: Sequence[Trained], today: date) -> dict[int, answer.Next]:
    booked = {one.training.leads_to: one.training for one in reversed(ahead) if one.training.leads_to}
    unbooked = {one.type.id for one in held if one.judgement.standing in answer.TO_RENEW} - set(booked)
    free = await sessions.enrollable(unbooked, today=today) if unbooked else []
    return answer.next_steps(held, booked, free)


class Event(NamedTuple):
    """One line of a certificate's history."""

    on: date
    what: Message
    tint: str


def history(found: CertificatePage) -> list[Event]:
    """What happened to a certificate, and to those before and after it, the latest first."""
    paper = found.held.certificate
    events = [
        Event(day, what, tint)
        for day, what, tint in (
            (paper.issued_on, say("Issued"), "ok"),
            (paper.reviewed_on, say("Reviewed"), "ok"),
            (paper.in_process_on, say("Renewal began"), "plan"),
            (paper.suspended_on, say("Suspended"), "warn"),
            (paper.superseded_on, say("Replaced by a newer one"), ""),
            (paper.revoked_on, say("Revoked"), "bad"),
        )
        if day
    ]
    if paper.first_issued_on and paper.first_issued_on != paper.issued_on:
        events.append(Event(paper.first_issued_on, say("First issued"), ""))
    return sorted(events, key=lambda event: event.on, reverse=True)

"""`standing`: what a person's certificates are worth on a day, and why."""

from datetime import date
from typing import Annotated

import typer

from training.access import COMMAND_LINE
from training.certificates import queries as certificates
from training.certificates.queries import Held
from training.commands.opening import run
from training.commands.terminal import _, day, out, tell, tell_json, words
from training.errors import Missing, Refused
from training.people import queries as people
from training.people.directory import Filters, PersonLine, State
from training.people.directory import people as listed
from training.people.queries import PersonSeen
from training.web.kit.looks import LOOKS
from training.words import say

MOST_NAMESAKES = 20


def standing(
    person: Annotated[str, typer.Argument(help=_("A staff number, the number of the person, or a name held by one."))],
    as_of: Annotated[str, typer.Option(help=_("The day of which is asked, such as 2026-05-31; otherwise today."))] = "",
    json: Annotated[bool, typer.Option("--json", help=_("As JSON, for scripts."))] = False,
) -> None:
    async def command() -> None:
        asked = day(as_of)
        one = await meant(person, asked)
        held = await certificates.holdings_of(one.id, by=COMMAND_LINE, today=asked)
        if json:
            tell_json(_plain(one, held, asked))
            return
        place = " · ".join(filter(None, (one.staff_number, one.site_name, one.position_name)))
        out().print(" · ".join(filter(None, (one.name, place))))
        if not held:
            tell(say("No certificate is recorded as of {day}.", day=asked))
        for certificate in held:
            _tell(certificate)

    run(command)


async def meant(text: str, today: date) -> PersonSeen:
    """The person somebody means: by staff number, else by number, else by a name only one has. Raises Refused."""
    typed = text.strip()
    found = (await listed(Filters(q=typed, state=State.ALL), by=COMMAND_LINE, today=today, limit=MOST_NAMESAKES)).lines
    by_staff_number = [line for line in found if line.staff_number and line.staff_number.upper() == typed.upper()]
    if by_staff_number:
        return by_staff_number[0]
    if typed.isascii() and typed.isdigit() and len(typed) < 10:
        try:
            return await people.visible_person(int(typed), by=COMMAND_LINE, today=today)
        except Missing:
            raise Refused(say("Nobody has the number {number}.", number=typed)) from None
    named = [line for line in found if line.name == typed]
    if len(named or found) == 1:
        return (named or found)[0]
    if not found:
        raise Refused(say("Nobody is called {name}.", name=typed))
    people_meant = "; ".join(_namesake(line) for line in named or found)
    raise Refused(say("Several people may be meant. Give one of these numbers: {people}.", people=people_meant))


def _namesake(line: PersonLine) -> str:
    return " ".join(filter(None, (line.staff_number or str(line.id), line.name, line.site_name, line.position_name)))


def _tell(held: Held) -> None:
    console, judgement, certificate = out(), held.judgement, held.certificate
    title = [words(LOOKS[judgement.standing.value].word), words(held.type.name), certificate.level, certificate.number]
    console.print()
    console.print(" · ".join(filter(None, title)))
    for reason in judgement.because:
        console.print(f"  {words(reason)}")
    if judgement.next_action:
        console.print(f"  → {words(judgement.next_action)}")


def _plain(one: PersonSeen, held: list[Held], asked: date) -> dict[str, object]:
    return {
        "person": {"id": one.id, "staff_number": one.staff_number, "name": one.name, "site": one.site_name},
        "as_of": asked.isoformat(),
        "certificates": [
            {
                "id": certificate.certificate.id,
                "type": certificate.type.code,
                "name": words(certificate.type.name),
                "number": certificate.certificate.number,
                "standing": certificate.judgement.standing.value,
                "ends_on": _iso(certificate.judgement.ends_on),
                "due_on": _iso(certificate.judgement.due_on),
                "act_by": _iso(certificate.judgement.act_by),
                "because": [words(reason) for reason in certificate.judgement.because],
                "next_action": words(certificate.judgement.next_action) or None,
            }
            for certificate in held
        ],
    }


def _iso(asked: date | None) -> str | None:
    return asked.isoformat() if asked else None

"""/help: what each page is for, what the standings mean, the keys, and whom to ask."""

from litestar import get
from litestar.response import Template

from training.access import Permission
from training.accounts.contacts import contacts
from training.web.kit.handlers import By, PageRequest
from training.web.kit.looks import LOOKS
from training.web.kit.pages import page
from training.web.kit.security import needs
from training.words import Message, say

PURPOSES: dict[str, Message] = {
    "/work": say("What needs you first. Every number opens the list that makes it."),
    "/me": say("What you hold, until when, and what you have to do next."),
    "/renewals": say("Whose certificates end or need a review, by day. Tick people and put them into a session."),
    "/people": say("Everyone within your reach: certificates, training and history of each person."),
    "/certificates": say("Every certificate on record, with what it is worth today and why."),
    "/sessions": say("Dated runs of courses: when, where, who teaches, and who has a seat."),
    "/courses": say("What can be learned, the exam parts with their pass marks, and the certificate it leads to."),
    "/results": say("Attendance and marks of the sessions that are waiting for them."),
    "/sites": say("The communities, each of them a project department."),
    "/positions": say("What people are employed as."),
    "/certificate-types": say("How long each kind of certificate holds, when it is reviewed, and which law says so."),
    "/imports": say("Rosters and ledgers from Excel: first a preview of what would happen, then one step to apply it."),
    "/journal": say("Who did what, when, and why. Nothing in it can be changed."),
    "/accounts": say("Who may sign in, and as what; activation links for new people."),
}

MEANINGS: dict[str, Message] = {
    "valid": say("It holds, and there is nothing to do yet."),
    "no_expiry": say("It holds, and it never ends."),
    "due": say("It holds, but its end or its review is near: arrange the renewal."),
    "due_90": say("It holds for 31 to 90 more days: arrange the renewal."),
    "due_30": say("It holds for 30 more days at most: the renewal is urgent."),
    "in_process": say("It holds while the authority works on its renewal."),
    "grace": say("It has ended, but it can still be renewed without starting anew. It does not count at a post."),
    "expired": say("It has ended. Whoever holds it may not do the work it is for."),
    "needs_verification": say("What is recorded does not show that it holds: it must be checked and does not count."),
    "suspended": say("It was taken out of force for a time and does not count."),
    "revoked": say("It was taken out of force for good."),
    "superseded": say("A newer certificate has taken its place. It stays on record."),
    "missing": say("It is needed and not held."),
    "planned": say(
        "There is a seat in a session for its renewal. This is added to the standing and never replaces it."
    ),
}


@get("/help", opt=needs(Permission.SIGNED_IN))
async def show_help(request: PageRequest, by: By) -> Template:
    return page(
        request,
        "me/help",
        purposes=PURPOSES,
        standings=list(LOOKS),
        meanings=MEANINGS,
        contacts=await contacts(by.person),
        searches=by.may(Permission.SEE_PEOPLE),
    )

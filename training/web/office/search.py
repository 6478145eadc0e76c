"""/search: what a few letters may mean, on a page of its own and in the list below the search box."""

from datetime import date
from typing import Annotated, NamedTuple

import msgspec
from litestar import get
from litestar.response import Template

from training.access import Actor, Permission
from training.certificates import queries as certificates
from training.people import directory
from training.people.pinyin import sounds_like
from training.people.rules import looks_like_number, searched
from training.sessions.finding import sessions_like
from training.web.kit import navigation
from training.web.kit.forms import read_query
from training.web.kit.handlers import By, PageRequest, Today
from training.web.kit.languages import language, spoken
from training.web.kit.pages import page
from training.web.kit.security import needs
from training.words import Message, say

PEOPLE, SESSIONS, TYPES, PLACES = 8, 5, 4, 5


class Place(NamedTuple):
    icon: str
    label: Message
    url: str
    permission: Permission


# What can be begun or read from anywhere, and stands in no navigation.
MORE_PLACES = (
    Place("calendar-plus", say("Schedule a session"), "/sessions/new", Permission.CHANGE_TRAINING),
    Place("user-plus", say("Add a person"), "/people/new", Permission.CHANGE_PEOPLE),
    Place("send", say("Invite employees"), "/accounts/invitations", Permission.MANAGE_ACCOUNTS),
    Place("settings", say("My account"), "/account", Permission.SIGNED_IN),
    Place("circle-help", say("Help"), "/help", Permission.SIGNED_IN),
)


class Result(NamedTuple):
    """One line of what was found, in the reader's language."""

    icon: str
    label: str
    hint: str
    href: str


class Query(msgspec.Struct):
    q: Annotated[str, msgspec.Meta(max_length=100)] = ""


@get("/search", opt=needs(Permission.SEE_PEOPLE))
async def search(request: PageRequest, by: By, today: Today) -> Template:
    q = read_query(Query, request.query_params).q
    number = looks_like_number(q)
    return page(
        request,
        "office/search/index",
        parts=("palette-list",),
        q="" if number else q,
        number=number,
        groups=[] if number else await _found(searched(q), by=by, today=today),
    )


async def _found(plain: str, *, by: Actor, today: date) -> list[tuple[str, list[Result]]]:
    """What the letters may mean, in groups under a heading; without any, every page there is."""
    groups = [
        (say("People"), await _people(plain, by=by, today=today) if plain else []),
        (say("Sessions"), await _sessions(plain, today=today) if plain and by.may(Permission.SEE_TRAINING) else []),
        (say("Certificate types"), await _types(plain) if plain and by.may(Permission.SEE_TYPES) else []),
        (say("Pages"), places_like(plain, by=by)[: PLACES if plain else None]),
    ]
    return [(spoken().words(heading), results) for heading, results in groups if results]


async def _people(plain: str, *, by: Actor, today: date) -> list[Result]:
    return [
        Result(
            "user-round",
            spoken().person(line.name, line.pinyin),
            " · ".join(filter(None, (line.staff_number, line.position_name, line.site_name))),
            f"/people/{line.id}",
        )
        for line in await directory.suggestions(plain, by=by, today=today, limit=PEOPLE)
    ]


async def _sessions(plain: str, *, today: date) -> list[Result]:
    return [
        Result(
            "calendar-days",
            spoken().named(line.course_name),
            " · ".join(filter(None, (spoken().span(line.starts_on, line.ends_on), line.place))),
            f"/sessions/{line.id}",
        )
        for line in await sessions_like(plain, today=today, limit=SESSIONS)
    ]


async def _types(plain: str) -> list[Result]:
    found = [
        type_
        for type_ in (await certificates.types()).values()
        if type_.active and sounds_like(plain, *type_.name, type_.code, *type_.aliases)
    ]
    return [
        Result("badge-check", spoken().named(type_.name), type_.code, f"/certificate-types/{type_.code}")
        for type_ in found[:TYPES]
    ]


def places_like(plain: str, *, by: Actor) -> list[Result]:
    """The pages this actor may open whose name, in either language, holds the letters; those it begins with first."""
    groups = navigation.navigation(by, path="")
    places = [(item.icon, item.label, item.url) for group in groups for item in group.items]
    places += [(place.icon, place.label, place.url) for place in MORE_PLACES if by.may(place.permission)]
    found: list[tuple[bool, Result]] = []
    for icon, label, url in places:
        names = [language(code).words(label).lower().replace(" ", "") for code in ("zh-Hans", "en")]
        if sounds_like(plain, *names):
            begins = any(name.startswith(plain) for name in names)
            found.append((not begins, Result(icon, spoken().words(label), "", url)))
    return [result for _, result in sorted(found, key=lambda one: one[0])]
